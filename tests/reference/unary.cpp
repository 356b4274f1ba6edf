// One operand: activations, softmax, changes of scale. logistic, tanh and softmax of int16: unary_int16.cpp.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::OpKind;

namespace {

template <typename Function>
Results mapped(const Node& node, Numbers numbers, const Function& function) {
  for (std::int32_t& x : numbers) x = function(x);
  return {array_of(node.output(), numbers)};
}

// 16-bit arithmetic of gemmlowp and hard_swish.h.
std::int16_t saturated16(std::int32_t x) { return static_cast<std::int16_t>(clamped(x, {-32768, 32767})); }

std::int16_t rounded_high16(std::int16_t a, std::int16_t b) {
  const std::int32_t product = a * b;
  return saturated16((product + (product >= 0 ? 1 << 14 : 1 - (1 << 14))) / (1 << 15));
}

std::int16_t truncated_high16(std::int16_t a, std::int16_t b) { return saturated16(a * b / (1 << 15)); }

std::int16_t narrowed(std::int32_t multiplier) {
  constexpr std::int32_t half = 1 << 15;
  if (multiplier >= std::numeric_limits<std::int32_t>::max() - half) return 32767;
  return static_cast<std::int16_t>((multiplier + half) >> 16);
}

// relu(x + 3) / 6 of an input whose unit is 2^-7 of the tensor's, as a fraction of 2^15.
std::int16_t reluish(std::int16_t x, std::int16_t multiplier, int exponent) {
  if (exponent > 0) x = saturated16(x * (1 << (exponent - 1)));
  x = rounded_high16(x, multiplier);
  if (exponent > 0) x = saturated16(x * 2);
  if (exponent < 0) x = static_cast<std::int16_t>(divide_by_power_of_two(x, -exponent));
  return static_cast<std::int16_t>((x + (1 << 15)) >> 1);
}

// logistic and tanh: the input with four integer bits, saturated beyond what these hold.
template <typename Function>
Results of_four_bits(const Node& node, const Function& function) {
  node.expect_same_type();
  constexpr int bits = 4;
  const Range range = range_of(node, node.output().type);
  const Multiplier factor =
      quantize_multiplier(static_cast<double>(scale_of(node, node.input(0))) * (1 << (31 - bits)));
  const int radius = input_radius(bits, factor.shift);
  return mapped(node, node.centered(0), [&](std::int32_t x) {
    if (x <= -radius) return range.low;
    if (x >= radius) return range.high;
    return clamped(function(multiply(x, factor)), range);
  });
}

void expect_output(const Node& node, float scale, std::int32_t zero) {
  if (scale_of(node, node.output()) != scale || zero_of(node.output()) != zero)
    node.unsupported("an output of other than scale " + std::to_string(scale) + " and zero point " +
                     std::to_string(zero));
}

// exp of differences to a row's largest element.
struct Exponential {
  Multiplier factor;
  std::int32_t least;  // differences below count as 0

  bool counts(std::int32_t difference) const { return difference >= least; }
  std::int32_t operator()(std::int32_t difference) const {
    return exp_of_negative(multiply(difference, factor), integer_bits);
  }
  static constexpr int integer_bits = 5;
};

void softmax_row(const Exponential& exponential, Range range, int bits, std::int32_t* row, std::int64_t depth) {
  constexpr int sum_bits = 12;
  const std::int32_t largest = *std::max_element(row, row + depth);
  std::int32_t sum = 0;
  for (std::int64_t i = 0; i < depth; ++i)
    if (exponential.counts(row[i] - largest)) sum += divide_by_power_of_two(exponential(row[i] - largest), sum_bits);
  int headroom = 0;
  while (headroom < 31 && (static_cast<std::uint32_t>(sum) << headroom & 0x80000000U) == 0) ++headroom;
  const std::int32_t fraction = static_cast<std::int32_t>((static_cast<std::uint32_t>(sum) << headroom) - 0x80000000U);
  const std::int32_t scale = one_over_one_plus(fraction);
  const int exponent = sum_bits - headroom + 31 - bits;
  for (std::int64_t i = 0; i < depth; ++i) {
    const std::int32_t difference = row[i] - largest;
    row[i] = range.low;
    if (exponential.counts(difference))
      row[i] = clamped(divide_by_power_of_two(doubling_high_mul(scale, exponential(difference)), exponent) + range.low,
                       range);
  }
}

}  // namespace

Results relu(const Node& node) {
  node.expect_same_type(true);
  const float in = scale_of(node, node.input(0)), out = scale_of(node, node.output());
  const std::int32_t zero = zero_of(node.output());
  Range range = range_of(node, node.output().type);
  range.low = std::max(range.low, zero);
  if (node.op.kind == OpKind::relu6)
    range.high = std::min(range.high, zero + static_cast<std::int32_t>(std::round(6.0F / out)));
  const Multiplier factor = quantize_multiplier(in / out);
  return mapped(node, node.centered(0), [&](std::int32_t x) { return clamped(multiply(x, factor) + zero, range); });
}

Results leaky_relu(const Node& node) {
  node.expect_same_type(true);
  const float in = scale_of(node, node.input(0)), out = scale_of(node, node.output());
  const Multiplier above = quantize_multiplier(in / out);
  const float slope = in * node.op.alpha / out;
  const Multiplier below = quantize_multiplier(std::abs(slope));
  const std::int32_t zero = zero_of(node.output()), sign = slope < 0 ? -1 : 1;
  const Range range = range_of(node, node.output().type);
  return mapped(node, node.centered(0), [&](std::int32_t x) {
    return clamped(zero + (x >= 0 ? multiply(x, above) : sign * multiply(x, below)), range);
  });
}

// TensorFlow Lite has none of 16 bits; here it is the real function, rounded once.
Results hard_swish_int16(const Node& node) {
  node.expect_same_type(true);
  const double in = static_cast<double>(scale_of(node, node.input(0)));
  const double out = static_cast<double>(scale_of(node, node.output()));
  return mapped(node, node.numbers(0), [&](std::int32_t x) {
    const double value = in * x, gate = std::min(std::max(value + 3, 0.0), 6.0);
    return static_cast<std::int32_t>(std::min(std::max(std::round(value * gate / 6 / out), -32768.0), 32767.0));
  });
}

Results hard_swish(const Node& node) {
  if (node.input(0).type == DataType::int16) return hard_swish_int16(node);
  node.expect_same_type();
  const float fine = 1.0F / 128.0F * scale_of(node, node.input(0));
  const Multiplier out = quantize_multiplier(fine / scale_of(node, node.output()));
  const Multiplier inner = quantize_multiplier(fine / (3.0F / 32768.0F));
  if (out.shift > 0) node.unsupported("an output much finer than the input");
  const std::int16_t out16 = narrowed(out.value), inner16 = narrowed(inner.value);
  const std::int32_t zero = zero_of(node.output());
  const Range range = range_of(node, node.output().type);
  return mapped(node, node.centered(0), [&](std::int32_t x) {
    const auto raised = static_cast<std::int16_t>(x * 128);
    const std::int16_t product = truncated_high16(reluish(raised, inner16, inner.shift), rounded_high16(raised, out16));
    return clamped(divide_by_power_of_two(product, -out.shift) + zero, range);
  });
}

Results logistic(const Node& node) {
  if (node.input(0).type == DataType::int16) return logistic_int16(node);
  const std::int32_t zero = node.output().type == DataType::uint8 ? 0 : -128;
  expect_output(node, 1.0F / 256, zero);
  return of_four_bits(node, [zero](std::int32_t x) { return divide_by_power_of_two(fixed_logistic(x, 4), 23) + zero; });
}

Results tanh(const Node& node) {
  if (node.input(0).type == DataType::int16) return tanh_int16(node);
  const std::int32_t zero = node.output().type == DataType::uint8 ? 128 : 0;
  expect_output(node, 1.0F / 128, zero);
  return of_four_bits(node, [zero](std::int32_t x) { return divide_by_power_of_two(fixed_tanh(x, 4), 24) + zero; });
}

Results softmax(const Node& node) {
  if (node.input(0).type == DataType::int16) return softmax_int16(node);
  const bool widened = node.input(0).type == DataType::int8 && node.output().type == DataType::int16;
  if (!widened) node.expect_same_type();
  const Range range = range_of(node, node.output().type);
  expect_output(node, widened ? 1.0F / 65536 : 1.0F / 256, range.low);
  const graph::Shape& shape = node.input(0).shape;
  if (shape.empty() || static_cast<std::size_t>(node.op.axis) + 1 != shape.size()) node.unsupported("this axis");
  const double factor = static_cast<double>(node.op.beta) * static_cast<double>(scale_of(node, node.input(0))) *
                        (1 << (31 - Exponential::integer_bits));
  const Multiplier multiplier = quantize_multiplier(std::min(factor, 2147483647.0));
  const Exponential exponential{multiplier, -input_radius(Exponential::integer_bits, multiplier.shift)};
  return {array_of(node.output(), by_rows(node, range.low, [&](std::int32_t* row, std::int64_t depth) {
                     softmax_row(exponential, range, widened ? 16 : 8, row, depth);
                   }))};
}

Results quantize(const Node& node) {
  const float out = scale_of(node, node.output());
  const std::int32_t zero = zero_of(node.output());
  const Range range = range_of(node, node.output().type);
  if (node.input(0).type == DataType::float32) {
    const std::vector<std::uint8_t>& bytes = node.array(0).bytes;
    Numbers numbers(bytes.size() / sizeof(float));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      float value = 0;
      std::memcpy(&value, &bytes[i * sizeof(float)], sizeof(float));
      numbers[i] = clamped(static_cast<std::int32_t>(std::round(value / out)) + zero, range);
    }
    return {array_of(node.output(), numbers)};
  }
  const Multiplier factor = quantize_multiplier(static_cast<double>(scale_of(node, node.input(0))) / out);
  return mapped(node, node.centered(0), [&](std::int32_t x) { return clamped(multiply(x, factor) + zero, range); });
}

Results dequantize(const Node& node) {
  if (node.output().type != DataType::float32) node.unsupported("this type");
  const double scale = scale_of(node, node.input(0));
  const Numbers numbers = node.centered(0);
  std::vector<std::uint8_t> bytes(numbers.size() * sizeof(float));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto value = static_cast<float>(scale * numbers[i]);
    std::memcpy(&bytes[i * sizeof(float)], &value, sizeof(float));
  }
  return {{DataType::float32, node.output().shape, bytes}};
}

}  // namespace takt::reference
