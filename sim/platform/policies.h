// The scheduling policies that the firmware has.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace takt::platform {

// (name, one line), in the order of the firmware's registry.
std::vector<std::pair<std::string, std::string>> policies();

}  // namespace takt::platform
