// Parameters of the power model.
#pragma once

#include <cstdint>

namespace takt::power {

// Where a leakage figure holds, and how it follows the temperature.
struct LeakageModel {
  std::uint32_t reference_c = 60;
  std::uint32_t doubling_k = 25;  // 0: it does not follow it
};

}  // namespace takt::power
