// The fixed-point arithmetic of TensorFlow Lite (kernels/internal/common.h, quantization_util.cc, with its default of
// two roundings) and of the part of gemmlowp it builds on (fixedpoint/fixedpoint.h).
#pragma once

#include <cstdint>

namespace takt::reference {

// value * 2^(shift - 31), value in [2^30, 2^31) or negative for negative factors.
struct Multiplier {
  std::int32_t value;
  int shift;
};

Multiplier quantize_multiplier(double factor);

// a * b / 2^31, rounded to nearest, ties away from zero for positive and towards it for negative products.
std::int32_t doubling_high_mul(std::int32_t a, std::int32_t b);
// x / 2^exponent, ties away from zero.
std::int32_t divide_by_power_of_two(std::int32_t x, int exponent);

std::int32_t multiply(std::int32_t x, Multiplier factor);
std::int32_t multiply(std::int64_t x, Multiplier factor);  // with the 16 highest bits of the multiplier

// Fixed point with `bits` integer bits and 31 - bits of fraction; results have no integer bit, so that 1 is 2^31 - 1.
std::int32_t exp_of_negative(std::int32_t x, int bits);  // x <= 0
std::int32_t one_over_one_plus(std::int32_t x);          // of x in [0, 1], no integer bit
std::int32_t fixed_logistic(std::int32_t x, int bits);
std::int32_t fixed_tanh(std::int32_t x, int bits);

// Largest input that `bits` integer bits hold after a shift to the left.
int input_radius(int bits, int left_shift);

}  // namespace takt::reference
