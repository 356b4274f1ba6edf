// Exponentials in fixed point, as gemmlowp's fixedpoint.h computes them. Results are fractions of 2^31; 1 is 2^31 - 1.
#pragma once

#include <cstdint>

namespace takt::functional {

constexpr int exp_integer_bits = 5;  // of the argument, whose unit is then 2^-26

std::int32_t exp_on_negative_values(std::int32_t x);  // -32 <= x <= 0
std::int32_t one_over_one_plus_x(std::int32_t x);     // of a fraction x of 2^31, 0 <= x

}  // namespace takt::functional
