// The run's long tables as CSV text. Times in microseconds with all their picoseconds; empty where there is no figure.
#pragma once

#include <string>
#include <vector>

#include "sim/platform/run_record.h"

namespace takt::results {

// One row per request of the whole run, warm-up and drain included (`measured` tells), by stream, then submission.
std::string jobs_csv(const platform::RunRecord& run);

// One row per layer of each model, summed over its executions inside the window.
std::string layers_csv(const platform::RunRecord& run);

// One row per step of the waveform inside the window: mean power of the rails, and the NPU's clock and the temperatures
// at its end.
std::string power_csv(const platform::RunRecord& run);

// What each platform::PathPart is called, in their order.
struct PathColumn {
  const char* name;
  const char* what;
  bool always = true;  // else only in runs that read storage
};
const std::vector<PathColumn>& path_columns();

// One row per request that is over and was not dropped, by stream, then submission: its latency and the parts that add
// up to it. `blockers`: of `others`, "NAME:TIME" with blanks between them.
std::string paths_csv(const platform::RunRecord& run);

// One row per span of the window: power, bandwidth at memories and NoC ports, power by component.
std::string timeline_csv(const platform::RunRecord& run);

// One row per decision of the firmware about the engines, as they came.
std::string decisions_csv(const platform::RunRecord& run);

// One row per trace point of the firmware; asleep ones have neither point nor argument.
std::string trace_points_csv(const platform::RunRecord& run);

}  // namespace takt::results
