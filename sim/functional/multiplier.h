// Rescaling of integers by a real factor, as TensorFlow Lite does it with two roundings (kernels/internal/common.h,
// quantization_util.cc; gemmlowp's SaturatingRoundingDoublingHighMul and RoundingDivideByPOT).
#pragma once

#include <cstdint>

namespace takt::functional {

// The factor mantissa * 2^(exponent - 31); the mantissa of a positive factor lies in [2^30, 2^31). Factors below 2^-32
// are 0, those of 2^30 and more the largest that can be written.
struct Multiplier {
  std::int32_t mantissa = 0;
  std::int32_t exponent = 0;

  static Multiplier of(double factor);

  std::int32_t apply(std::int32_t x) const;
  std::int32_t apply_wide(std::int64_t x) const;  // |x| < 2^47; the mantissa rounded to 16 bits, one rounding
};

// x * y / 2^31 to the nearest, ties away from zero where the product is positive, towards it where it is negative.
inline std::int32_t high_product(std::int32_t x, std::int32_t y) {
  if (x == INT32_MIN && y == INT32_MIN) return INT32_MAX;
  const std::int64_t product = std::int64_t{x} * y;
  return static_cast<std::int32_t>((product + (std::int64_t{1} << 30)) >> 31);
}

// x / 2^bits to the nearest, ties away from zero; 0 <= bits <= 31.
inline std::int32_t shifted_right(std::int32_t x, int bits) {
  const std::int64_t half = bits == 0 ? 0 : std::int64_t{1} << (bits - 1);
  const std::int64_t below = bits == 0 || x >= 0 ? 0 : 1;
  return static_cast<std::int32_t>((x + half - below) >> bits);
}

}  // namespace takt::functional
