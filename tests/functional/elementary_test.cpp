// Elementary functions and 16-bit floats against the C library's, which has more digits.
#include "sim/functional/elementary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sim/graph/half.h"

namespace takt::functional {
namespace {

using Function = double (*)(double);
using Precise = long double (*)(long double);

long double precise_logistic(long double x) { return 1 / (1 + std::exp(-x)); }

// The largest relative error at a million places.
double error_of(Function function, Precise precise, double low, double high) {
  constexpr int places = 1000000;
  long double worst = 0;
  for (int i = 0; i <= places; ++i) {
    const double x = low + (high - low) * i / places;
    const long double exact = precise(x);
    if (exact != 0) worst = std::max(worst, std::fabs((function(x) - exact) / exact));
  }
  return static_cast<double>(worst);
}

constexpr double allowed = 0x1p-39;

TEST(Elementary, FunctionsAreWithinTheirErrors) {
  EXPECT_LT(error_of(exponential, std::exp, -700, 700), allowed);
  EXPECT_LT(error_of(exponential, std::exp, -1, 1), allowed);
  EXPECT_LT(error_of(logistic, precise_logistic, -100, 100), allowed);
  EXPECT_LT(error_of(hyperbolic_tangent, std::tanh, -20, 20), allowed);
  EXPECT_LT(error_of(hyperbolic_tangent, std::tanh, -0.002, 0.002), allowed);
  EXPECT_LT(error_of(error_function, std::erf, -6, 6), allowed);
  EXPECT_LT(error_of(error_function_complement, std::erfc, -6, 26), allowed);
}

TEST(Elementary, BeyondTheirRangesTheyEnd) {
  EXPECT_EQ(exponential(-1000), 0);
  EXPECT_EQ(exponential(1000), INFINITY);
  EXPECT_EQ(exponential(-INFINITY), 0);
  EXPECT_EQ(logistic(-INFINITY), 0);
  EXPECT_EQ(logistic(INFINITY), 1);
  EXPECT_EQ(hyperbolic_tangent(-INFINITY), -1);
  EXPECT_EQ(error_function(INFINITY), 1);
  EXPECT_EQ(error_function_complement(-INFINITY), 2);
  for (const Function function : {exponential, logistic, hyperbolic_tangent, error_function})
    EXPECT_TRUE(std::isnan(function(NAN)));
}

// IEEE 754's binary16: sign, five bits of exponent, ten of fraction.
double value_of(int bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

TEST(Halves, EachIsExactAsASingleAndComesBack) {
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    const float single = graph::single_of_half(half);
    if ((bits & 0x7FFF) > 0x7C00) {
      ASSERT_TRUE(std::isnan(single));
      ASSERT_EQ(graph::half_of_single(single), graph::half_nan);
      continue;
    }
    if ((bits & 0x7FFF) == 0x7C00)
      ASSERT_EQ(single, bits == 0x7C00 ? INFINITY : -INFINITY);
    else
      ASSERT_EQ(static_cast<double>(single), value_of(bits));
    ASSERT_EQ(graph::half_of_single(single), half);
  }
}

// Between two neighbours: below the middle to the lower, above it to the upper, the middle itself to the even one.
TEST(Halves, SinglesGoToTheNearest) {
  for (int bits = 0; bits < 0x7C00; ++bits) {
    const auto middle = static_cast<float>((value_of(bits) + value_of(bits + 1)) / 2);
    ASSERT_EQ(graph::half_of_single(std::nextafter(middle, 0.0F)), bits);
    ASSERT_EQ(graph::half_of_single(std::nextafter(middle, INFINITY)), bits + 1);
    ASSERT_EQ(graph::half_of_single(middle), bits + bits % 2);
    ASSERT_EQ(graph::half_of_single(-middle), 0x8000 | (bits + bits % 2));
  }
  EXPECT_EQ(graph::half_of_single(65519.0F), 0x7BFF);
  EXPECT_EQ(graph::half_of_single(1e30F), 0x7C00);
}

}  // namespace
}  // namespace takt::functional
