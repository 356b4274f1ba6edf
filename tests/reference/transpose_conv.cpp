// Transposed convolutions: reference/transpose_conv.h and its integer_ops twin, which add each element of the input to
// the outputs that it meets.
#include <cstring>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Op;
using graph::Shape;

namespace {

std::vector<std::int64_t> sums_of(const Node& node) {
  const Op& op = node.op;
  const Shape &in = node.input(0).shape, &w = node.input(1).shape, &out = node.output().shape;
  const Numbers x = node.centered(0);
  const Numbers weights = node.input(1).type == DataType::uint8 ? node.centered(1) : node.numbers(1);
  std::vector<std::int64_t> sums(graph::elements_of(out), 0);
  Index at(4, 0);
  for (std::size_t i = 0; i < x.size(); ++i, advance(at, in))
    for (std::int64_t ky = 0; ky < w[1]; ++ky)
      for (std::int64_t kx = 0; kx < w[2]; ++kx) {
        const std::int64_t row = at[1] * op.stride_h - op.pad_top + ky * op.dilation_h;
        const std::int64_t column = at[2] * op.stride_w - op.pad_left + kx * op.dilation_w;
        if (row < 0 || column < 0 || row >= out[1] || column >= out[2]) continue;
        std::int64_t* sum = &sums[static_cast<std::size_t>(((at[0] * out[1] + row) * out[2] + column) * out[3])];
        const std::int32_t* weight = &weights[static_cast<std::size_t>((ky * w[2] + kx) * in[3] + at[3])];
        for (std::int64_t c = 0; c < out[3]; ++c) sum[c] += std::int64_t{x[i]} * weight[c * w[1] * w[2] * in[3]];
      }
  return sums;
}

std::vector<std::int64_t> biases_of(const Node& node) {
  std::vector<std::int64_t> biases(static_cast<std::size_t>(node.output().shape[3]), 0);
  if (!node.has_input(2)) return biases;
  if (node.input(2).type == DataType::int64) {
    const std::vector<std::uint8_t>& bytes = node.array(2).bytes;
    std::memcpy(biases.data(), bytes.data(), bytes.size());
    return biases;
  }
  const Numbers numbers = node.numbers(2);
  return {numbers.begin(), numbers.end()};
}

Multiplier factor_of(const Node& node, std::size_t channel) {
  const std::vector<float>& scales = node.input(1).scale;
  const float in = scale_of(node, node.input(0)), out = scale_of(node, node.output());
  const float weights = scales.at(scales.size() == 1 ? 0 : channel);
  const bool in_float = node.input(0).type == DataType::uint8;
  const double product = in_float ? static_cast<double>(in * weights) : static_cast<double>(in) * weights;
  return quantize_multiplier(product / out);
}

}  // namespace

// 16-bit inputs are summed in the bias's type, 64 bits where there is none.
Results transpose_conv2d(const Node& node) {
  node.expect_same_type(true);
  const DataType x = node.input(0).type, weights = node.input(1).type;
  const bool fits =
      x == DataType::uint8 ? weights == DataType::uint8 : weights == DataType::int8 || weights == DataType::int4;
  if (!fits) node.unsupported(std::string("weights of ") + graph::name_of(weights));
  const bool wide = x == DataType::int16 && (!node.has_input(2) || node.input(2).type == DataType::int64);
  const std::vector<std::int64_t> biases = biases_of(node);
  const Range range = activation_range(node);
  std::vector<Multiplier> factors;
  for (std::size_t channel = 0; channel < biases.size(); ++channel) factors.push_back(factor_of(node, channel));
  Numbers result;
  for (const std::int64_t sum : sums_of(node)) {
    const std::size_t channel = result.size() % biases.size();
    const std::int64_t biased = sum + biases[channel];
    const Multiplier factor = factors[channel];
    const std::int32_t scaled = wide ? multiply(biased, factor) : multiply(static_cast<std::int32_t>(biased), factor);
    result.push_back(clamped(scaled + zero_of(node.output()), range));
  }
  return {array_of(node.output(), result)};
}

}  // namespace takt::reference
