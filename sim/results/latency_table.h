// Who waited how long for the NPU's engines, as `perf sched latency` tells it of tasks and a CPU.
#pragma once

#include <string>

#include "sim/platform/run_record.h"

namespace takt::results {

// For a terminal: a row per stream and their sum. Runtime and delays in ms, where the longest delay lies in s.
std::string latency_table(const platform::RunRecord& run);

// The same in microseconds since reset, one line per stream; empty where a stream had no turn.
std::string latency_csv(const platform::RunRecord& run);

}  // namespace takt::results
