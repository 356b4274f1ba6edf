// The logistic function and the hyperbolic tangent in gemmlowp's fixed point (fixedpoint/fixedpoint.h).
#pragma once

#include <cstdint>

namespace takt::functional {

constexpr int sigmoid_integer_bits = 4;

// Of x / 2^27 (sigmoid_integer_bits before the point); results are in units of 2^-31, 1 is 2^31 - 1.
std::int32_t fixed_sigmoid(std::int32_t x);
std::int32_t fixed_hyperbolic_tangent(std::int32_t x);

}  // namespace takt::functional
