#include "sim/platform/modules.h"

#include <algorithm>
#include <stdexcept>

#include "sim/config/scenario_config.h"

namespace takt::platform {

config::ScenarioConfig with_modules(config::ScenarioConfig scenario, const Modules& modules) {
  for (const auto& module : modules) {
    const std::string& port = module.first;
    const auto& ports = scenario.soc.noc.initiators;
    const bool there = std::any_of(ports.begin(), ports.end(), [&](const auto& p) { return p.name == port; });
    const bool own = port == "npu" || port == "control_cpu" || port == "app_cpu";
    if (!there || own)
      throw std::invalid_argument("module on '" + port + "', expected a NoC port of the SoC for others");
    for (const config::TrafficSource& source : scenario.traffic)
      if (source.port == port)
        throw std::invalid_argument("module on '" + port + "', which traffic '" + source.traffic.name + "' uses");
    scenario.module_ports.push_back(port);
  }
  return scenario;
}

}  // namespace takt::platform
