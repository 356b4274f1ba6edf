// Leakage against voltage and temperature.
#pragma once

#include <cstdint>

#include "models/power/config.h"

namespace takt::power {

// Millionths of the reference's, at `millivolts` of `reference_mv` and a temperature: with the cube of the voltage,
// twice as much every `doubling_k` (at 0.75 V and 4 nm exp(dT / 36 K); estimated). At most 2^20 times the reference's.
std::uint64_t leakage_ppm(const LeakageModel& model, std::uint32_t millivolts, std::uint32_t reference_mv,
                          std::int64_t millicelsius);

}  // namespace takt::power
