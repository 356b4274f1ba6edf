// The run's long tables as CSV text. Times in microseconds with all their picoseconds; empty where there is no figure.
#pragma once

#include <string>

#include "sim/platform/run_record.h"

namespace takt::results {

// One row per request of the whole run, warm-up and drain included (`measured` tells), by stream, then submission.
std::string jobs_csv(const platform::RunRecord& run);

// One row per layer of each model, summed over its executions inside the window.
std::string layers_csv(const platform::RunRecord& run);

// One row per step of the waveform inside the window: mean power of the rails, and the NPU's clock and the temperatures
// at its end.
std::string power_csv(const platform::RunRecord& run);

// One row per trace point of the firmware; asleep ones have neither point nor argument.
std::string trace_points_csv(const platform::RunRecord& run);

}  // namespace takt::results
