#include "sim/functional/elementary.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace takt::functional {

namespace {

// 2^n, -1022 <= n <= 1023.
double power_of_two(int n) {
  const std::uint64_t bits = static_cast<std::uint64_t>(n + 1023) << 52;
  double result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

// The series of x^n / n!, |x| <= ln 2 / 2: the 14th term is below 2^-57.
double exponential_near_zero(double x) {
  double sum = 1;
  for (int n = 13; n >= 1; --n) sum = 1 + x / n * sum;
  return sum;
}

constexpr double two_over_root_of_pi = 1.1283791670955125739, root_of_pi = 1.7724538509055160273;

// x - x^3/3 + x^5/10 - ..., each term from the last; for |x| < 2 terms stay below 6 and the 60th is nothing.
double error_series(double x) {
  double power = x, sum = x;
  for (int n = 1; n < 60; ++n) {
    power *= -x * x / n;
    sum += power / (2 * n + 1);
  }
  return two_over_root_of_pi * sum;
}

// The continued fraction x + (1/2)/(x + 1/(x + (3/2)/(x + ...))), for x >= 2.
double complement_fraction(double x) {
  double below = x;
  for (int n = 120; n >= 1; --n) below = x + n / 2.0 / below;
  return exponential(-x * x) / (root_of_pi * below);
}

}  // namespace

double exponential(double x) {
  if (x != x) return x;
  if (x > 709) return std::numeric_limits<double>::infinity();
  if (x < -708) return 0;
  constexpr double per_octave = 1.4426950408889634074;
  constexpr double octave = 0x1.62e42fee00000p-1, rest = 0x1.a39ef35793c76p-33;  // ln 2 in two parts, the first short
  const double n = std::floor(x * per_octave + 0.5);
  return exponential_near_zero((x - n * octave) - n * rest) * power_of_two(static_cast<int>(n));
}

double logistic(double x) { return 1 / (1 + exponential(-x)); }

double hyperbolic_tangent(double x) {
  const double magnitude = std::fabs(x);
  if (magnitude < 0x1p-10) return x - x * x * x / 3;  // the next term is below 2^-42 of it
  const double tangent = 1 - 2 / (exponential(2 * magnitude) + 1);
  return x < 0 ? -tangent : tangent;
}

double error_function(double x) {
  if (x < 0) return -error_function(-x);
  return x < 2 ? error_series(x) : 1 - complement_fraction(x);
}

double error_function_complement(double x) { return x < 2 ? 1 - error_function(x) : complement_fraction(x); }

}  // namespace takt::functional
