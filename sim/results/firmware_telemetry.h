// What the firmware told of itself, as text.
#pragma once

#include <string>
#include <vector>

#include "sim/platform/run_record.h"

namespace takt::results {

// One row per sample of the metric streamer, oldest first. Of a run that has them.
std::string firmware_metrics_csv(const platform::RunRecord& run);

// JSON. `streams`: their names, in the scenario's order.
std::string firmware_state_json(const platform::FirmwareStateRecord& state, const std::vector<std::string>& streams);

}  // namespace takt::results
