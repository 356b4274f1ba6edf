// logistic, tanh (integer_ops/logistic.h, tanh.h) and softmax (softmax.h, SoftmaxInt16) of int16, with what
// activations.cc prepares for them and the tables of kernels/internal/common.h.
#include <algorithm>
#include <cmath>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {
namespace {

// sigmoid_table_uint16: rounded, and one more at some places.
std::vector<std::int64_t> sigmoid_table() {
  constexpr int one_more[] = {4,  8,  12, 14, 15, 16, 17, 19, 20,  21,  22,  25,  27,  28, 29,
                              30, 31, 33, 34, 35, 37, 39, 40, 41,  43,  44,  45,  46,  49, 50,
                              54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255};
  std::vector<std::int64_t> table;
  for (int i = 0; i < 256; ++i) table.push_back(std::llround(65536 / (1 + std::exp(-i / 24.0))));
  for (const int i : one_more) ++table[static_cast<std::size_t>(i)];
  return table;
}

struct InputFactor {
  std::int64_t multiplier;
  int right_shift;
};

bool is_power_of_two(float x, int& exponent) {
  const float log2 = std::log(x) * (1.0F / std::log(2.0F));
  exponent = static_cast<int>(std::round(log2));
  return std::abs(log2 - std::round(log2)) < 1e-3F;
}

InputFactor input_factor(const Node& node, int greatest_left_shift) {
  const float scale = scale_of(node, node.input(0));
  int exponent = 0;
  const bool power = is_power_of_two(scale, exponent);
  const int left_shift = 15 - 3 + exponent;
  if (power && left_shift >= 0 && left_shift <= greatest_left_shift) return {std::int64_t{3} << left_shift, 0};
  double multiplier = static_cast<double>(scale) * 4096.0 * 3.0;
  if (multiplier >= 65536) node.unsupported("so large a scale");
  int shift = 0;
  while (multiplier <= 32767.0 / 2.0 && shift <= 30) {
    ++shift;
    multiplier *= 2;
  }
  return {static_cast<std::int64_t>(multiplier), shift};
}

template <typename Function>
Results by_table(const Node& node, InputFactor factor, const Function& function) {
  node.expect_same_type(true);
  if (scale_of(node, node.output()) != 1.0F / 32768) node.unsupported("an output of another scale");
  Numbers numbers = node.numbers(0);
  for (std::int32_t& x : numbers) {
    const std::int64_t half = factor.right_shift > 0 ? std::int64_t{1} << (factor.right_shift - 1) : 0;
    x = static_cast<std::int32_t>(function((x * factor.multiplier + half) >> factor.right_shift));
  }
  return {array_of(node.output(), numbers)};
}

// LUTPopulate<int16_t> in double: 513 values with the error at midpoints halved.
template <typename Function>
std::vector<std::int32_t> populate(double input_scale, std::int32_t input_zero, const Function& function) {
  constexpr double output_scale = 2.0 / 65535;
  const double input_min = input_scale * (-32768 - input_zero), input_max = input_scale * (32767 - input_zero);
  const double inverse = 65536 / (output_scale * 32767 - output_scale * -32768), step = (input_max - input_min) / 512;
  const auto limited = [](double x) { return static_cast<std::int32_t>(std::min(std::max(x, -32768.0), 32767.0)); };
  std::vector<std::int32_t> table;
  for (int i = 0; i < 512; ++i) {
    const double sample = std::round(function(input_min + i * step) * inverse);
    const double midpoint = std::round(function(input_min + i * step + step / 2) * inverse);
    const double line = std::round((function(input_min + (i + 1) * step) * inverse + sample) / 2);
    table.push_back(limited(sample - std::round((line - midpoint) / 2)));
  }
  table.push_back(limited(std::round(function(input_max) * inverse)));
  return table;
}

std::int32_t look_up(std::int32_t value, const std::vector<std::int32_t>& table) {
  value = clamped(value, {-32768, 32767});
  const std::int32_t index = (value + 32768) / 128, offset = (value + 32768) % 128;
  const std::int32_t base = table[static_cast<std::size_t>(index)];
  const std::int32_t slope = table[static_cast<std::size_t>(index) + 1] - base;
  return base + ((slope * offset + 64) >> 7);
}

void softmax_row(Multiplier factor, std::int32_t* row, std::int64_t depth) {
  static const auto exponentials = populate(10.0 / 65535, 32767, [](double x) { return std::exp(x); });
  static const auto reciprocals = populate(1.0 / 65535, -32768, [](double x) { return 1.0 / (1.0 + x); });
  const std::int32_t largest = *std::max_element(row, row + depth);
  std::int64_t sum = 0;
  std::for_each(row, row + depth, [&](std::int32_t& x) {
    x = look_up(multiply(x - largest, factor) + 32767, exponentials);
    sum += x;
  });
  int headroom = 0;  // with the bit for the sign
  while ((sum << headroom & 0x80000000) == 0) ++headroom;
  const std::int64_t shifted = ((sum << (headroom - 1)) + (1 << 13)) >> 14;
  const std::int64_t reciprocal = look_up(static_cast<std::int32_t>(shifted - 65536 - 32768), reciprocals);
  const int right = 31 - headroom;
  std::for_each(row, row + depth, [&](std::int32_t& x) {
    const std::int64_t result = (x * reciprocal + (std::int64_t{1} << (right - 1))) >> right;
    x = static_cast<std::int32_t>(std::min<std::int64_t>(std::max<std::int64_t>(result, 0), 32767));
  });
}

}  // namespace

Results logistic_int16(const Node& node) {
  const std::vector<std::int64_t> table = sigmoid_table();
  return by_table(node, input_factor(node, 0), [&](std::int64_t x) {
    const auto step = static_cast<std::size_t>(std::abs(x) >> 9);
    std::int64_t result = 0x7FFF << 10;
    if (step < 255) result = (table[step] << 9) + (std::abs(x) & 511) * (table[step + 1] - table[step]);
    return (x >= 0 ? result + 512 : (1 << 25) - result + 511) >> 10;
  });
}

Results tanh_int16(const Node& node) {
  const std::vector<std::int64_t> table = sigmoid_table();
  return by_table(node, input_factor(node, 1), [&](std::int64_t x) {
    const auto step = static_cast<std::size_t>(std::abs(x) >> 8);
    std::int64_t result = 0xFFFF << 8;
    if (step < 255) result = (table[step] << 8) + (std::abs(x) & 255) * (table[step + 1] - table[step]);
    return (x >= 0 ? result - (1 << 23) + 128 : -result + (1 << 23) + 127) >> 8;
  });
}

Results softmax_int16(const Node& node) {
  node.expect_same_type(true);
  constexpr float output_scale = 1.0F / 32768;
  if (std::abs(scale_of(node, node.output()) - output_scale) > 0.001F * output_scale)
    node.unsupported("an output of another scale");
  const graph::Shape& shape = node.input(0).shape;
  if (shape.empty() || static_cast<std::size_t>(node.op.axis) + 1 != shape.size()) node.unsupported("this axis");
  const float scaled_beta = scale_of(node, node.input(0)) * node.op.beta;
  const Multiplier factor = quantize_multiplier(static_cast<double>(scaled_beta) / (10.0 / 65535.0));
  return {array_of(node.output(),
                   by_rows(node, 0, [&](std::int32_t* row, std::int64_t depth) { softmax_row(factor, row, depth); }))};
}

}  // namespace takt::reference
