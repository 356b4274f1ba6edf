// What the firmware is told at reset.
#pragma once

#include "firmware/abi/boot.h"
#include "sim/config/scenario_config.h"
#include "sim/platform/workload.h"

namespace takt::platform {

takt_boot_info boot_info(const config::ScenarioConfig& scenario, const Workload& workload);

}  // namespace takt::platform
