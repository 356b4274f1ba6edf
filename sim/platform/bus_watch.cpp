#include "sim/platform/bus_watch.h"

#include <memory>

#include "sim/observe/bus_monitor.h"

namespace takt::platform {

void watch_bus(cpu::ControlCpu& cpu, const takt_boot_info& info, std::function<void(const std::string&)> report) {
  const auto monitor = std::make_shared<observe::BusMonitor>(info, std::move(report));
  cpu.on_register_access([monitor](const cpu::RegisterAccess& access) {
    monitor->register_access(access.write, access.address, access.value);
  });
  cpu.on_memory_access([monitor](const cpu::MemoryAccess& access) {
    monitor->memory_access(access.write, access.address, access.data, access.bytes);
  });
}

}  // namespace takt::platform
