// Before anything runs: how a model's time divides between the NPU and the operators it leaves to the CPU.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "models/units/quantity.h"
#include "sim/compiler/program.h"
#include "sim/config/soc_config.h"

namespace takt::platform {

// All operators of one kind that the CPU runs for the same reason.
struct CpuShare {
  std::string what, reason;
  std::size_t operators = 0;
  units::Time time;
};

// Estimates, each operator alone: the compiler's cycles of the NPU, instructions of the CPU. Firmware, driver, what an
// operator waits for memory on the CPU and what others do at the same time come on top.
struct TimeShare {
  units::Time npu;
  std::size_t layers = 0;
  std::vector<CpuShare> cpu;  // the longest first
  units::Time total;
};

TimeShare time_share(const compiler::CompiledModel& model, const config::SocConfig& soc);

}  // namespace takt::platform
