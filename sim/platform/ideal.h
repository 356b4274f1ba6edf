// What if a resource cost no time (keys ideal.*).
#pragma once

#include "sim/config/scenario_config.h"

namespace takt::platform {

// The SoC to simulate: the scenario's, with what it calls ideal. Programs are compiled for the SoC as it is.
config::ScenarioConfig with_ideals(config::ScenarioConfig scenario);

}  // namespace takt::platform
