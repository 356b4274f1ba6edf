// Convolutions over frames, with the arithmetic of reference/integer_ops/conv.h.
#include <cstring>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Op;
using graph::Shape;

namespace {

// Position of the output, tap of the kernel; where the input's element lies, or -1 beyond it.
struct Volume {
  Shape in, weights;
  const Op& op;

  std::int64_t pixel(const Index& out, std::int64_t kd, std::int64_t ky, std::int64_t kx) const {
    const std::int64_t z = out[1] * op.stride_d - op.pad_front + kd;
    const std::int64_t y = out[2] * op.stride_h - op.pad_top + ky * op.dilation_h;
    const std::int64_t x = out[3] * op.stride_w - op.pad_left + kx * op.dilation_w;
    if (z < 0 || y < 0 || x < 0 || z >= in[1] || y >= in[2] || x >= in[3]) return -1;
    return ((out[0] * in[1] + z) * in[2] + y) * in[3] + x;
  }
};

Multiplier factor_of(const Node& node, std::int64_t channel) {
  const std::vector<float>& scales = node.input(1).scale;
  const float in = scale_of(node, node.input(0)), out = scale_of(node, node.output());
  const float weights = scales.at(scales.size() == 1 ? 0 : static_cast<std::size_t>(channel));
  return quantize_multiplier(static_cast<double>(in) * static_cast<double>(weights) / static_cast<double>(out));
}

std::vector<std::int64_t> biases_of(const Node& node) {
  if (!node.has_input(2)) return {};
  if (node.input(2).type == DataType::int32) {
    const Numbers numbers = node.numbers(2);
    return {numbers.begin(), numbers.end()};
  }
  if (node.input(2).type != DataType::int64) node.unsupported("a bias of this type");
  const std::vector<std::uint8_t>& bytes = node.array(2).bytes;
  std::vector<std::int64_t> biases(bytes.size() / sizeof(std::int64_t));
  std::memcpy(biases.data(), bytes.data(), bytes.size());
  return biases;
}

template <typename Sum>
Results convolve(const Node& node) {
  const Volume volume{node.input(0).shape, node.input(1).shape, node.op};
  const Numbers x = node.centered(0), weights = node.numbers(1);
  const std::vector<std::int64_t> bias = biases_of(node);
  const Shape &out = node.output().shape, &w = volume.weights;
  const std::int64_t per_group = out[4] / (volume.in[4] / w[4]);
  Numbers result;
  Index at(5, 0);
  for (std::uint64_t i = 0; i < graph::elements_of(out); ++i, advance(at, out)) {
    const std::int64_t channel = at[4], first = channel / per_group * w[4];
    std::int64_t sum = bias.empty() ? 0 : bias[static_cast<std::size_t>(channel)];
    Index tap(4, 0);
    const Shape taps(w.begin() + 1, w.end());
    for (std::uint64_t t = 0; t < graph::elements_of(taps); ++t, advance(tap, taps)) {
      const std::int64_t pixel = volume.pixel(at, tap[0], tap[1], tap[2]);
      if (pixel < 0) continue;
      sum += x[static_cast<std::size_t>(pixel * volume.in[4] + first + tap[3])] *
             weights[static_cast<std::size_t>(channel) * graph::elements_of(taps) + t];
    }
    const std::int32_t scaled = multiply(static_cast<Sum>(sum), factor_of(node, channel)) + zero_of(node.output());
    result.push_back(clamped(scaled, activation_range(node)));
  }
  return {array_of(node.output(), result)};
}

}  // namespace

// Sums of 16-bit inputs are as wide as the bias, 64 bits where there is none.
Results conv3d(const Node& node) {
  node.expect_same_type(true);
  const bool wide = node.input(0).type == DataType::int16;
  const DataType weights = node.input(1).type;
  if ((node.input(0).type != DataType::int8 && !wide) || (weights != DataType::int8 && weights != DataType::int4))
    node.unsupported("these types");
  const bool narrow_bias = node.has_input(2) && node.input(2).type == DataType::int32;
  return wide && !narrow_bias ? convolve<std::int64_t>(node) : convolve<std::int32_t>(node);
}

}  // namespace takt::reference
