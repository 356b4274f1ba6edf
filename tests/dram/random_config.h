// Memories that nobody would build, and that a controller has to serve all the same.
#pragma once

#include "models/dram/config.h"
#include "models/units/random.h"

namespace takt::dram::testing {

// A configuration that check() accepts. Capacities are small, so that rows come back.
Config random_config(units::Random& random);

}  // namespace takt::dram::testing
