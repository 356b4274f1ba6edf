// Each stream of a scenario alone on the SoC: what the figures of `metrics` are measured against.
#pragma once

#include "sim/config/load.h"
#include "sim/platform/run_record.h"

namespace takt::cli {

// Simulates each stream alone in a child process, or finds what that gave before. A run that fails is recorded as such.
// Call before anything of SystemC exists. Throws ChildFailure where a stream cannot be simulated at all.
platform::IsolationRecord isolate(const config::Scenario& scenario);

}  // namespace takt::cli
