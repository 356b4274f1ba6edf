// Convolutions and fully connected layers: reference/conv.h, depthwiseconv_uint8.h, fully_connected.h and their
// integer_ops twins.
#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Op;
using graph::Shape;
using graph::Tensor;

namespace {

// From sums of products to the output's numbers.
struct Scaling {
  std::vector<Multiplier> factors;  // one, or one per output channel
  std::int32_t zero;
  Range range;

  template <typename Sum>
  std::int32_t operator()(Sum sum, std::int64_t channel) const {
    const Multiplier factor = factors[factors.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
    return clamped(multiply(sum, factor) + zero, range);
  }
};

// Per-tensor factors of uint8 and of fully connected layers come from a product in float, the convolutions' others from
// one in double (GetQuantizedConvolutionMultipler, PopulateConvolutionQuantizationParams).
Scaling scaling_of(const Node& node, std::int64_t channels, bool product_in_float) {
  const Tensor &x = node.input(0), &weights = node.input(1);
  const float in = scale_of(node, x), out = scale_of(node, node.output());
  Scaling scaling{{}, zero_of(node.output()), activation_range(node)};
  if (weights.scale.size() != 1 && weights.scale.size() != static_cast<std::size_t>(channels))
    node.unsupported(std::to_string(weights.scale.size()) + " scales of weights");
  for (const float scale : weights.scale) {
    const bool in_float = product_in_float && weights.scale.size() == 1;
    const double product = in_float ? static_cast<double>(in * scale) : static_cast<double>(in) * scale;
    scaling.factors.push_back(quantize_multiplier(product / out));
  }
  return scaling;
}

void check_types(const Node& node) {
  node.expect_same_type(true);
  const DataType x = node.input(0).type, weights = node.input(1).type;
  const bool fits =
      x == DataType::uint8 ? weights == DataType::uint8 : weights == DataType::int8 || weights == DataType::int4;
  if (!fits) node.unsupported(std::string("weights of ") + graph::name_of(weights));
  const DataType bias = node.has_input(2) ? node.input(2).type : DataType::int32;
  if (bias != DataType::int32 && (x != DataType::int16 || bias != DataType::int64))
    node.unsupported(std::string("a bias of ") + graph::name_of(bias));
}

template <typename Sum>
std::vector<Sum> bias_of(const Node& node, std::int64_t channels) {
  std::vector<Sum> bias(static_cast<std::size_t>(channels), 0);
  if (!node.has_input(2)) return bias;
  const std::vector<std::uint8_t>& bytes = node.array(2).bytes;
  if (graph::elements_of(node.input(2).shape) != bias.size()) node.unsupported("a bias of this size");
  if (node.input(2).type == DataType::int32) {
    const Numbers numbers = node.numbers(2);
    return {numbers.begin(), numbers.end()};
  }
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bias[i / sizeof(Sum)] |= static_cast<Sum>(static_cast<std::uint64_t>(bytes[i]) << (8 * (i % sizeof(Sum))));
  return bias;
}

// Weights of int8 convolutions are symmetric: their kernels read no zero point.
Numbers convolution_weights(const Node& node) {
  return node.input(1).type == DataType::uint8 ? node.centered(1) : node.numbers(1);
}

struct Window {
  Shape in, out, weights;
  const Op& op;

  std::int64_t taps() const { return weights[1] * weights[2]; }

  // visit(pixel of the input, tap) for each tap of an output position that meets the input.
  template <typename Visit>
  void each_tap(std::int64_t b, std::int64_t y, std::int64_t x, const Visit& visit) const {
    for (std::int64_t ky = 0; ky < weights[1]; ++ky) {
      const std::int64_t row = y * op.stride_h - op.pad_top + ky * op.dilation_h;
      if (row < 0 || row >= in[1]) continue;
      for (std::int64_t kx = 0; kx < weights[2]; ++kx) {
        const std::int64_t column = x * op.stride_w - op.pad_left + kx * op.dilation_w;
        if (column >= 0 && column < in[2]) visit((b * in[1] + row) * in[2] + column, ky * weights[2] + kx);
      }
    }
  }
};

template <typename Sum, typename SumAt>
Numbers over_outputs(const Window& w, const Scaling& scaling, const std::vector<Sum>& bias, const SumAt& sum_at) {
  Numbers result;
  result.reserve(graph::elements_of(w.out));
  for (std::int64_t b = 0; b < w.out[0]; ++b)
    for (std::int64_t y = 0; y < w.out[1]; ++y)
      for (std::int64_t x = 0; x < w.out[2]; ++x)
        for (std::int64_t c = 0; c < w.out[3]; ++c)
          result.push_back(scaling(static_cast<Sum>(sum_at(b, y, x, c) + bias[static_cast<std::size_t>(c)]), c));
  return result;
}

template <typename Sum>
Numbers convolve(const Node& node, const Window& w, const Scaling& scaling) {
  const Numbers in = node.centered(0), weights = convolution_weights(node);
  const std::int64_t depth = w.weights[3], per_group = w.out[3] / (w.in[3] / depth);
  const auto sum_at = [&](std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t c) {
    std::int64_t sum = 0;
    w.each_tap(b, y, x, [&](std::int64_t pixel, std::int64_t tap) {
      const std::int32_t* from = &in[static_cast<std::size_t>(pixel * w.in[3] + c / per_group * depth)];
      const std::int32_t* by = &weights[static_cast<std::size_t>((c * w.taps() + tap) * depth)];
      for (std::int64_t i = 0; i < depth; ++i) sum += from[i] * by[i];
    });
    return sum;
  };
  return over_outputs(w, scaling, bias_of<Sum>(node, w.out[3]), sum_at);
}

template <typename Sum>
Numbers convolve_depthwise(const Node& node, const Window& w, const Scaling& scaling) {
  const Numbers in = node.centered(0), weights = convolution_weights(node);
  const std::int64_t multiplier = w.out[3] / w.in[3];
  const auto sum_at = [&](std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t c) {
    std::int64_t sum = 0;
    w.each_tap(b, y, x, [&](std::int64_t pixel, std::int64_t tap) {
      sum += in[static_cast<std::size_t>(pixel * w.in[3] + c / multiplier)] *
             weights[static_cast<std::size_t>(tap * w.out[3] + c)];
    });
    return sum;
  };
  return over_outputs(w, scaling, bias_of<Sum>(node, w.out[3]), sum_at);
}

template <typename Sum>
Numbers connect_fully(const Node& node, const Scaling& scaling) {
  const Numbers in = node.centered(0), weights = node.centered(1);
  const auto units = static_cast<std::size_t>(node.input(1).shape[0]), depth = weights.size() / units;
  const std::vector<Sum> bias = bias_of<Sum>(node, node.input(1).shape[0]);
  Numbers result;
  for (std::size_t row = 0; row < in.size() / depth; ++row)
    for (std::size_t unit = 0; unit < units; ++unit) {
      std::int64_t sum = bias[unit];
      for (std::size_t i = 0; i < depth; ++i) sum += in[row * depth + i] * weights[unit * depth + i];
      result.push_back(scaling(static_cast<Sum>(sum), static_cast<std::int64_t>(unit)));
    }
  return result;
}

// 16-bit inputs are summed in the bias's type, 64 bits where there is none (ConvPerChannel's AccumScalar,
// FullyConnected's BiasType); by DepthwiseConvPerChannel always in 64.
bool is_wide(const Node& node) {
  if (node.input(0).type != DataType::int16) return false;
  return !node.has_input(2) || node.input(2).type == DataType::int64 || node.op.kind == graph::OpKind::depthwise_conv2d;
}
bool is_uint8(const Node& node) { return node.input(0).type == DataType::uint8; }

Window window_of(const Node& node) { return {node.input(0).shape, node.output().shape, node.input(1).shape, node.op}; }

}  // namespace

Results conv2d(const Node& node) {
  check_types(node);
  const Window w = window_of(node);
  const Scaling scaling = scaling_of(node, w.out[3], is_uint8(node));
  return {array_of(node.output(), is_wide(node) ? convolve<std::int64_t>(node, w, scaling)
                                                : convolve<std::int32_t>(node, w, scaling))};
}

Results depthwise_conv2d(const Node& node) {
  check_types(node);
  const Window w = window_of(node);
  const Scaling scaling = scaling_of(node, w.out[3], is_uint8(node));
  return {array_of(node.output(), is_wide(node) ? convolve_depthwise<std::int64_t>(node, w, scaling)
                                                : convolve_depthwise<std::int32_t>(node, w, scaling))};
}

Results fully_connected(const Node& node) {
  check_types(node);
  const Scaling scaling = scaling_of(node, node.input(1).shape[0], true);
  return {array_of(node.output(), is_wide(node) ? connect_fully<std::int64_t>(node, scaling)
                                                : connect_fully<std::int32_t>(node, scaling))};
}

}  // namespace takt::reference
