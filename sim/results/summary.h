// The run on a terminal: one row per stream, one line each for memory, NPU, firmware, CPU and power. ASCII, no colour.
#pragma once

#include <string>

#include "sim/platform/run_record.h"

namespace takt::results {

std::string summary(const platform::RunRecord& run);

// What an answer cost, a line for each stream of prompts: where there are any, a run's last lines.
std::string answer_costs(const platform::RunRecord& run);

// Its lines about the hardware, for results without firmware.
std::string memory_line(const platform::RunRecord& run);
std::string npu_line(const platform::RunRecord& run);
std::string power_line(const platform::RunRecord& run);

}  // namespace takt::results
