// Has every access of a firmware checked against what it may touch (sim/observe/bus_monitor.h).
#pragma once

#include <functional>
#include <string>

#include "firmware/abi/boot.h"
#include "models/cpu/control_cpu.h"

namespace takt::platform {

// Before the simulation starts. `info`: what the firmware boots with. `report` is called for each access that it must
// not make, once it is done. Changes no result. To be called where the processor boots again, warm or cold: what is
// returned.
std::function<void(bool warm)> watch_bus(cpu::ControlCpu& cpu, const takt_boot_info& info,
                                         std::function<void(const std::string&)> report);

}  // namespace takt::platform
