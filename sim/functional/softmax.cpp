// Softmax of 8 bits in fixed point (reference/softmax.h), to 8 bits or, of int8, to 16. Of int16: softmax_int16.cpp;
// ONNX's arithmetic: softmax_onnx.cpp.
#include "sim/functional/softmax.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sim/functional/fixed_exp.h"
#include "sim/functional/multiplier.h"

namespace takt::functional {

using graph::DataType;

namespace {

constexpr int sum_integer_bits = 12;  // of the sum of a row's exponentials

// exp(beta * scale * -distance) for each distance that an element of eight bits can have to its row's largest.
std::array<std::int32_t, 256> exponentials_of(const Operation& operation) {
  const double unit =
      static_cast<double>(operation.op.beta) * operation.scale(operation.input(0)) * (1 << (31 - exp_integer_bits));
  const Multiplier factor = Multiplier::of(std::min(unit, 2147483647.0));
  // What the integer bits hold after the factor; beyond it counts as 0.
  const double farthest =
      std::floor(((1 << exp_integer_bits) - 1) * std::ldexp(1.0, 31 - exp_integer_bits - factor.exponent));
  std::array<std::int32_t, 256> result{};
  for (std::int32_t distance = 0; distance < 256 && distance <= farthest; ++distance)
    result[static_cast<std::size_t>(distance)] = exp_on_negative_values(factor.apply(-distance));
  return result;
}

int leading_zeros(std::uint32_t x) {
  int count = 0;
  while (count < 31 && (x << count & 0x80000000U) == 0) ++count;
  return count;
}

template <typename T, typename To = T>
class Softmax final : public SoftmaxOfRows<T, To> {
 public:
  explicit Softmax(const Operation& operation)
      : SoftmaxOfRows<T, To>(operation),
        bounds_(operation.bounds_of(operation.output().type)),
        exponentials_(exponentials_of(operation)) {}

 private:
  static constexpr int output_bits = 8 * sizeof(To);

  std::int32_t exponential(std::int32_t largest, T x) const {
    return exponentials_[static_cast<std::size_t>(largest - x)];
  }

  void run_row(const T* row, std::uint64_t depth, std::uint64_t first, std::uint64_t count, To* to) const override {
    const std::int32_t largest = *std::max_element(row, row + depth);
    std::uint32_t sum = 0;
    for (std::uint64_t i = 0; i < depth; ++i)
      sum += static_cast<std::uint32_t>(shifted_right(exponential(largest, row[i]), sum_integer_bits));
    // The sum as (1 + fraction) * 2^n.
    const int zeros = leading_zeros(sum);
    const std::int32_t reciprocal = one_over_one_plus_x(static_cast<std::int32_t>((sum << zeros) & 0x7FFFFFFFU));
    const int shift = sum_integer_bits - zeros + 31 - output_bits;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::int32_t quotient = high_product(reciprocal, exponential(largest, row[first + i]));
      const std::int32_t scaled = shift > 31 ? 0 : shifted_right(quotient, shift);
      to[i] = static_cast<To>(std::min(scaled + bounds_.low, bounds_.high));
    }
  }

  Bounds bounds_;
  std::array<std::int32_t, 256> exponentials_;
};

// Of 16 bits the reference wants the scale to a thousandth.
void check_output(const Operation& operation) {
  const graph::Tensor& out = operation.output();
  const bool wide = out.type == DataType::int16;
  const float fraction = wide ? 1.0F / 65536 : 1.0F / 256, allowed = wide ? 0.001F * fraction : 0;
  if (std::fabs(operation.scale(out) - fraction) > allowed || Operation::zero(out) != operation.bounds_of(out.type).low)
    operation.unsupported("an output whose numbers are not fractions of 1 from the lowest on");
}

}  // namespace

std::unique_ptr<Kernel> make_softmax(const Operation& operation) {
  if (operation.follows_onnx()) return make_onnx_softmax(operation);
  if (operation.input(0).type == DataType::int16) return make_int16_softmax(operation);
  if (operation.input(0).type == DataType::int8 && operation.output().type == DataType::int16) {
    check_last_axis(operation);
    check_output(operation);
    return std::make_unique<Softmax<std::int8_t, std::int16_t>>(operation);
  }
  check_softmax(operation, Activations::of_8_bits);
  check_output(operation);
  if (operation.input(0).type == DataType::int8) return std::make_unique<Softmax<std::int8_t>>(operation);
  return std::make_unique<Softmax<std::uint8_t>>(operation);
}

}  // namespace takt::functional
