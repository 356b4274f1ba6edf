#include "sim/platform/bus_watch.h"

#include <memory>
#include <optional>
#include <utility>

#include "sim/observe/bus_monitor.h"

namespace takt::platform {

std::function<void(bool warm)> watch_bus(cpu::ControlCpu& cpu, const takt_boot_info& info,
                                         std::function<void(const std::string&)> report) {
  const auto monitor = std::make_shared<std::optional<observe::BusMonitor>>();
  const auto boot = [monitor, info, report = std::move(report)](bool warm) {
    if (warm)
      (*monitor)->restarted();
    else
      monitor->emplace(info, report);
  };
  boot(false);
  cpu.on_register_access([monitor](const cpu::RegisterAccess& access) {
    (*monitor)->register_access(access.write, access.address, access.value);
  });
  cpu.on_memory_access([monitor](const cpu::MemoryAccess& access) {
    (*monitor)->memory_access(access.write, access.address, access.data, access.bytes);
  });
  return boot;
}

}  // namespace takt::platform
