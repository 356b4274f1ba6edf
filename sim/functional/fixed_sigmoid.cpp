#include "sim/functional/fixed_sigmoid.h"

#include <algorithm>

#include "sim/functional/multiplier.h"

namespace takt::functional {
namespace {

constexpr std::int32_t unity = INT32_MAX;  // as near to 1 as units of 2^-31 come

std::int32_t saturated(std::int64_t x) {
  return static_cast<std::int32_t>(std::clamp<std::int64_t>(x, INT32_MIN, INT32_MAX));
}

std::int32_t raised(std::int32_t x, int bits) { return saturated(std::int64_t{x} * (std::int64_t{1} << bits)); }

// exp(x / 2^31) for x in [-2^29, 0), by the Taylor series about -1/8 up to the fourth power.
std::int32_t exp_near_zero(std::int32_t x) {
  constexpr std::int32_t at_minus_eighth = 1895147668;  // exp(-1/8)
  constexpr std::int32_t third = 715827883;
  const std::int32_t t = x + (1 << 28);
  const std::int32_t square = high_product(t, t);
  const std::int32_t cube = high_product(square, t);
  const std::int32_t fourth = high_product(square, square);
  // t^2/2 + t^3/6 + t^4/24, by halves of t^2 + (t^3 + t^4/4)/3
  const std::int32_t tail = shifted_right(high_product(shifted_right(fourth, 2) + cube, third) + square, 1);
  return at_minus_eighth + high_product(at_minus_eighth, t + tail);
}

// exp of x <= 0 with `bits` before the point: the rest below a quarter by the series, every bit of the number of
// quarters by a factor exp(-1/4), exp(-1/2), exp(-1) ….
std::int32_t exp_of_nonpositive(std::int32_t x, int bits) {
  constexpr std::int32_t factors[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
  if (x == 0) return unity;
  const int quarter_bit = 31 - bits - 2;
  const std::int32_t quarter = 1 << quarter_bit;
  const std::int32_t rest = (x & (quarter - 1)) - quarter;
  const std::int32_t whole = (rest - x) >> quarter_bit;
  std::int32_t result = exp_near_zero(raised(rest, bits));
  for (int i = 0; i < bits + 2; ++i)
    if ((whole >> i & 1) != 0) result = high_product(result, factors[i]);
  return result;
}

// 2 / (1 + x) with two bits before the point, for x in [0, 1]: Newton's division, three steps from 48/17 - 32/17 d.
std::int32_t twice_reciprocal_of_successor(std::int32_t x) {
  constexpr std::int32_t one = 1 << 29, first = 1515870810, slope = -1010580540;
  const auto half_divisor = static_cast<std::int32_t>((std::int64_t{x} + unity + 1) / 2);
  std::int32_t estimate = first + high_product(half_divisor, slope);
  for (int step = 0; step < 3; ++step) {
    const std::int32_t error = one - high_product(half_divisor, estimate);
    estimate += raised(high_product(estimate, error), 2);
  }
  return estimate;
}

}  // namespace

std::int32_t fixed_sigmoid(std::int32_t x) {
  if (x == 0) return 1 << 30;
  const std::int32_t decay = exp_of_nonpositive(x < 0 ? x : -x, sigmoid_integer_bits);
  const std::int32_t upper = raised(twice_reciprocal_of_successor(decay), 1);  // of |x|
  return x < 0 ? unity - upper : upper;
}

// tanh(x) = 2 / (1 + exp(-2x)) - 1; twice x is x with one more bit before the point.
std::int32_t fixed_hyperbolic_tangent(std::int32_t x) {
  if (x == 0) return 0;
  const std::int32_t decay = exp_of_nonpositive(x < 0 ? x : -x, sigmoid_integer_bits + 1);
  const std::int32_t upper = raised(twice_reciprocal_of_successor(decay) - (1 << 29), 2);
  return x < 0 ? -upper : upper;
}

}  // namespace takt::functional
