#include "tests/reference/fixed_point.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace takt::reference {
namespace {

constexpr std::int32_t lowest = std::numeric_limits<std::int32_t>::min();
constexpr std::int32_t highest = std::numeric_limits<std::int32_t>::max();
constexpr std::int32_t one = highest;         // without integer bits
constexpr std::int32_t one_of_two = 1 << 29;  // with two integer bits

std::int32_t wrapped(std::int64_t x) { return static_cast<std::int32_t>(static_cast<std::uint32_t>(x)); }

std::int32_t saturating_shift_left(std::int32_t x, int exponent) {
  const std::int64_t shifted = static_cast<std::int64_t>(x) * (std::int64_t{1} << exponent);
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(shifted, lowest, highest));
}

std::int32_t half_sum(std::int32_t a, std::int32_t b) {
  const std::int64_t sum = static_cast<std::int64_t>(a) + b;
  return static_cast<std::int32_t>((sum + (sum >= 0 ? 1 : -1)) / 2);
}

// exp(x) for x in [-1/4, 0): the fourth-order Taylor polynomial about -1/8.
std::int32_t exp_of_last_quarter(std::int32_t a) {
  constexpr std::int32_t exp_of_minus_eighth = 1895147668, third = 715827883;
  const std::int32_t x = a + (1 << 28);
  const std::int32_t x2 = doubling_high_mul(x, x);
  const std::int32_t x3 = doubling_high_mul(x2, x);
  const std::int32_t x4 = doubling_high_mul(x2, x2);
  const std::int32_t x4_and_x3 = doubling_high_mul(divide_by_power_of_two(x4, 2) + x3, third);
  const std::int32_t high_terms = divide_by_power_of_two(x4_and_x3 + x2, 1);
  return exp_of_minus_eighth + doubling_high_mul(exp_of_minus_eighth, x + high_terms);
}

// 2 / (1 + x) with two integer bits, for x in [0, 1]: three Newton-Raphson steps.
std::int32_t two_over_one_plus(std::int32_t a) {
  constexpr std::int32_t c_48_17 = 1515870810, c_minus_32_17 = -1010580540;
  const std::int32_t half_denominator = half_sum(a, one);
  std::int32_t x = c_48_17 + doubling_high_mul(half_denominator, c_minus_32_17);
  for (int i = 0; i < 3; ++i) {
    const std::int32_t error = one_of_two - doubling_high_mul(half_denominator, x);
    x += saturating_shift_left(doubling_high_mul(x, error), 2);
  }
  return x;
}

}  // namespace

Multiplier quantize_multiplier(double factor) {
  if (factor == 0) return {0, 0};
  int shift = 0;
  auto value = static_cast<std::int64_t>(std::round(std::frexp(factor, &shift) * 2147483648.0));
  if (value == std::int64_t{1} << 31) {
    value /= 2;
    ++shift;
  }
  if (shift < -31) return {0, 0};
  return {static_cast<std::int32_t>(value), shift};
}

std::int32_t doubling_high_mul(std::int32_t a, std::int32_t b) {
  if (a == lowest && b == lowest) return highest;
  const std::int64_t product = static_cast<std::int64_t>(a) * b;
  const std::int64_t nudge = product >= 0 ? 1 << 30 : 1 - (1 << 30);
  return static_cast<std::int32_t>((product + nudge) / (std::int64_t{1} << 31));
}

std::int32_t divide_by_power_of_two(std::int32_t x, int exponent) {
  const std::int64_t mask = (std::int64_t{1} << exponent) - 1;
  const std::int64_t rest = x & mask, threshold = (mask >> 1) + (x < 0 ? 1 : 0);
  return static_cast<std::int32_t>((static_cast<std::int64_t>(x) >> exponent) + (rest > threshold ? 1 : 0));
}

std::int32_t multiply(std::int32_t x, Multiplier factor) {
  const int left = std::max(factor.shift, 0), right = std::max(-factor.shift, 0);
  const std::int32_t shifted = wrapped(static_cast<std::int64_t>(x) * (std::int64_t{1} << left));
  return divide_by_power_of_two(doubling_high_mul(shifted, factor.value), right);
}

std::int32_t multiply(std::int64_t x, Multiplier factor) {
  const std::int64_t reduced = factor.value < 0x7FFF0000 ? (factor.value + (1 << 15)) >> 16 : 0x7FFF;
  const int shift = 15 - factor.shift;
  return wrapped((x * reduced + (std::int64_t{1} << (shift - 1))) >> shift);
}

std::int32_t exp_of_negative(std::int32_t x, int bits) {
  if (x == 0) return one;
  const int fraction = 31 - bits;
  const std::int32_t quarter = 1 << (fraction - 2);
  const std::int32_t in_quarter = (x & (quarter - 1)) - quarter;
  std::int32_t result = exp_of_last_quarter(saturating_shift_left(in_quarter, bits));
  const std::int32_t quarters = in_quarter - x;
  // exp(-2^exponent), exponent from -2
  constexpr std::int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  int exponent = -2;
  for (const std::int32_t power : powers) {
    if (bits > exponent && (quarters >> (fraction + exponent) & 1) != 0) result = doubling_high_mul(result, power);
    ++exponent;
  }
  return result;
}

std::int32_t one_over_one_plus(std::int32_t x) { return saturating_shift_left(two_over_one_plus(x), 1); }

std::int32_t fixed_logistic(std::int32_t x, int bits) {
  if (x == 0) return 1 << 30;
  const std::int32_t of_magnitude = one_over_one_plus(exp_of_negative(x > 0 ? -x : x, bits));
  return x > 0 ? of_magnitude : one - of_magnitude;
}

std::int32_t fixed_tanh(std::int32_t x, int bits) {
  if (x == 0) return 0;
  // (1 - e) / (1 + e) of e = exp(-2 |x|); doubling is one integer bit more.
  const std::int32_t e = exp_of_negative(x > 0 ? -x : x, bits + 1);
  const std::int32_t of_magnitude = saturating_shift_left(two_over_one_plus(e) - one_of_two, 2);
  return x > 0 ? of_magnitude : -of_magnitude;
}

int input_radius(int bits, int left_shift) {
  return static_cast<int>(std::floor(((1 << bits) - 1) * std::ldexp(1.0, 31 - bits - left_shift)));
}

}  // namespace takt::reference
