#include "sim/functional/fixed_exp.h"

#include <algorithm>

#include "sim/functional/multiplier.h"

namespace takt::functional {
namespace {

constexpr std::int32_t one = INT32_MAX;

std::int32_t saturated(std::int64_t x) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(x, INT32_MIN, INT32_MAX));
}

// Of -1/4 <= x < 0 in units of 2^-31: x + 1/8 in the Taylor series about -1/8, up to its fourth power.
std::int32_t exp_within_quarter(std::int32_t x) {
  constexpr std::int32_t exp_of_center = 1895147668, one_third = 715827883;
  const std::int32_t t = x + (1 << 28);
  const std::int32_t square = high_product(t, t);
  const std::int32_t cube = high_product(square, t), fourth = high_product(square, square);
  // t^2/2 + t^3/6 + t^4/24
  const std::int32_t rest = shifted_right(high_product(shifted_right(fourth, 2) + cube, one_third) + square, 1);
  return exp_of_center + high_product(exp_of_center, t + rest);
}

}  // namespace

std::int32_t exp_on_negative_values(std::int32_t x) {
  constexpr int fraction_bits = 31 - exp_integer_bits;
  constexpr std::int32_t quarter = 1 << (fraction_bits - 2);
  // exp of -1/4, -1/2, -1, -2 … -16
  constexpr std::int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0) return one;
  const std::int32_t within = (x & (quarter - 1)) - quarter;
  std::int32_t result = exp_within_quarter(within * (1 << exp_integer_bits));
  std::int32_t quarters = (within - x) / quarter;
  for (const std::int32_t power : powers) {
    if ((quarters & 1) != 0) result = high_product(result, power);
    quarters >>= 1;
  }
  return result;
}

std::int32_t one_over_one_plus_x(std::int32_t x) {
  // Newton's method for the reciprocal of (1 + x) / 2, in units of 2^-29, from its best linear approximation.
  constexpr std::int32_t one_of_29_bits = 1 << 29, offset = 1515870810, slope = -1010580540;  // 48/17, -32/17
  const auto half = static_cast<std::int32_t>((std::int64_t{x} + one + 1) / 2);
  std::int32_t estimate = offset + high_product(half, slope);
  for (int step = 0; step < 3; ++step) {
    const std::int32_t error = one_of_29_bits - high_product(half, estimate);
    estimate += saturated(std::int64_t{high_product(estimate, error)} * 4);
  }
  return saturated(std::int64_t{estimate} * 2);
}

}  // namespace takt::functional
