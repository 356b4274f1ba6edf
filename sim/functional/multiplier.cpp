#include "sim/functional/multiplier.h"

#include <algorithm>
#include <cmath>

namespace takt::functional {

Multiplier Multiplier::of(double factor) {
  if (factor == 0) return {};
  Multiplier result;
  const double mantissa = std::frexp(factor, &result.exponent);
  std::int64_t fixed = static_cast<std::int64_t>(std::round(mantissa * 2147483648.0));
  if (fixed == std::int64_t{1} << 31) {
    fixed /= 2;
    ++result.exponent;
  }
  if (result.exponent < -31) return {};
  if (result.exponent > 30) return {INT32_MAX, 30};
  result.mantissa = static_cast<std::int32_t>(fixed);
  return result;
}

std::int32_t Multiplier::apply(std::int32_t x) const {
  const std::uint32_t left = static_cast<std::uint32_t>(std::max(exponent, 0));
  const auto scaled = static_cast<std::int32_t>(static_cast<std::uint32_t>(x) << left);  // wraps, as the reference does
  return shifted_right(high_product(scaled, mantissa), std::max(-exponent, 0));
}

std::int32_t Multiplier::apply_wide(std::int64_t x) const {
  const std::int64_t short_mantissa = mantissa < 0x7fff0000 ? (std::int64_t{mantissa} + (1 << 15)) >> 16 : 0x7fff;
  const int bits = 15 - exponent;
  return static_cast<std::int32_t>((x * short_mantissa + (std::int64_t{1} << (bits - 1))) >> bits);
}

}  // namespace takt::functional
