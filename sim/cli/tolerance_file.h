// Tolerances of a comparison as a TOML file.
#pragma once

#include <string>

#include "sim/results/tolerances.h"

namespace takt::cli {

// [[metric]] with match, direction, percent, absolute. Throws config::ConfigError.
results::Tolerances load_tolerances(const std::string& file);

}  // namespace takt::cli
