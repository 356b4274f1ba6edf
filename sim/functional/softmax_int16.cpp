// Softmax of int16 by two tables with lines between their steps (reference/softmax.h, SoftmaxInt16; LUTPopulate and
// LUTLookup of kernels/internal/common.h). Fractions have 15 bits.
#include <algorithm>
#include <array>
#include <cmath>

#include "sim/functional/multiplier.h"
#include "sim/functional/softmax.h"

namespace takt::functional {
namespace {

constexpr double codes = 65535;             // from the lowest number of 16 bits to the highest
constexpr double farthest = 10;             // exp(-10) and less counts as nothing
constexpr std::uint64_t longest = 1 << 16;  // elements of a row, whose exponentials then sum to 31 bits

// A function over [low, high] by its values at 512 steps, each moved by half of what the line is off in between.
class Table {
 public:
  template <typename Function>
  Table(double low, double high, const Function& function) {
    const double step = (high - low) / steps;
    for (int i = 0; i < steps; ++i) {
      const double here = std::round(function(low + i * step) * unit);
      const double next = function(low + (i + 1) * step) * unit;
      const double between = std::round(function(low + i * step + step / 2) * unit);
      const double error = std::round((next + here) / 2) - between;
      values_[static_cast<std::size_t>(i)] = code(here - std::round(error / 2));
    }
    values_[steps] = code(std::round(function(high) * unit));
  }

  // Of the place between low and high that is x's between the lowest and the highest of 16 bits.
  std::int32_t operator()(std::int32_t x) const {
    const std::int32_t place = std::clamp<std::int32_t>(x, INT16_MIN, INT16_MAX);
    const auto step = static_cast<std::size_t>((place >> 7) + steps / 2);
    return values_[step] + (((values_[step + 1] - values_[step]) * (place & 0x7F) + 64) >> 7);
  }

 private:
  static constexpr int steps = 512;
  static constexpr double unit = 32768;

  static std::int32_t code(double x) { return static_cast<std::int32_t>(std::clamp<double>(x, INT16_MIN, INT16_MAX)); }

  std::array<std::int32_t, steps + 1> values_{};
};

int leading_zeros(std::int32_t x) {
  int count = 0;
  while ((x << count & 0x40000000) == 0) ++count;
  return count + 1;
}

class Softmax16 final : public SoftmaxOfRows<std::int16_t> {
 public:
  explicit Softmax16(const Operation& operation)
      : SoftmaxOfRows(operation),
        factor_(Multiplier::of(static_cast<double>(operation.scale(operation.input(0)) * operation.op.beta) /
                               (farthest / codes))),
        exponential_(-farthest, 0, [](double x) { return std::exp(x); }),
        reciprocal_(0, 1, [](double x) { return 1 / (1 + x); }) {
    if (depth() > longest) operation.unsupported("a row of more than 2^16 elements");
  }

 private:
  std::int32_t exponential(std::int32_t distance) const { return exponential_(factor_.apply(distance) + INT16_MAX); }

  void run_row(const std::int16_t* row, std::uint64_t depth, std::uint64_t first, std::uint64_t count,
               std::int16_t* to) const override {
    const std::int32_t largest = *std::max_element(row, row + depth);
    std::int32_t sum = 0;
    for (std::uint64_t i = 0; i < depth; ++i) sum += exponential(row[i] - largest);
    // The sum as (1 + fraction) * 2^n, the fraction of 16 bits about the middle.
    const int zeros = leading_zeros(sum);
    const auto mantissa = static_cast<std::int32_t>(((std::int64_t{sum} << (zeros - 1)) + (1 << 13)) >> 14);
    const std::int32_t reciprocal = reciprocal_(mantissa - (1 << 16) - (1 << 15));
    const int shift = 31 - zeros;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::int64_t product = std::int64_t{exponential(row[first + i] - largest)} * reciprocal;
      const std::int64_t quotient = (product + (std::int64_t{1} << (shift - 1))) >> shift;
      to[i] = static_cast<std::int16_t>(std::clamp<std::int64_t>(quotient, 0, INT16_MAX));
    }
  }

  Multiplier factor_;
  Table exponential_, reciprocal_;
};

}  // namespace

std::unique_ptr<Kernel> make_int16_softmax(const Operation& operation) {
  check_softmax(operation, Activations::of_16_bits_too);
  constexpr float fraction = 1.0F / 32768;
  if (std::abs(operation.scale(operation.output()) - fraction) > 0.001F * fraction)
    operation.unsupported("an output whose numbers are not fractions of 2^15");
  return std::make_unique<Softmax16>(operation);
}

}  // namespace takt::functional
