#include "sim/platform/modules.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>

#include "sim/config/scenario_config.h"

namespace takt::platform {

config::ScenarioConfig with_modules(config::ScenarioConfig scenario, const Modules& modules) {
  for (const auto& module : modules) {
    const std::string& port = module.first;
    const bool own =
        std::find(std::begin(config::own_ports), std::end(config::own_ports), port) != std::end(config::own_ports);
    if (own || (port == config::storage_port && config::reads_storage(scenario)) ||
        config::find_port(scenario.soc, port) == nullptr)
      throw std::invalid_argument("module on '" + port + "', expected a NoC port of the SoC for others");
    for (const config::TrafficSource& source : scenario.traffic)
      if (source.port == port)
        throw std::invalid_argument("module on '" + port + "', which traffic '" + source.traffic.name + "' uses");
    scenario.module_ports.push_back(port);
  }
  return scenario;
}

}  // namespace takt::platform
