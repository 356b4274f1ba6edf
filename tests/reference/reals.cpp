#include "tests/reference/reals.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iomanip>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>

#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

using Doubles = std::vector<double>;
using Reals = std::vector<Real>;

constexpr double single = 0x1p-24;  // the largest relative error of a rounding to single precision

double half_value(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double sign = (bits >> 15) != 0 ? -1 : 1;
  if (exponent == 31) return fraction != 0 ? std::numeric_limits<double>::quiet_NaN() : sign * INFINITY;
  return sign * (exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25));
}

template <typename T>
Doubles doubles_as(const std::vector<std::uint8_t>& bytes) {
  Doubles result(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < result.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    result[i] = static_cast<double>(value);
  }
  return result;
}

// An operator with its operands as numbers.
class RealNode {
 public:
  RealNode(const graph::Graph& graph, const Op& op, const std::map<graph::TensorId, Array>& arrays)
      : op(op), graph_(graph), arrays_(arrays) {
    const bool half = output().type == DataType::float16;
    unit_ = half ? 0x1p-11 : single;
    least_ = half ? 0x1p-25 : 0x1p-150;  // half of the smallest step
    too_large_ = half ? 65520 : 0x1.ffffffp127;
  }

  const Op& op;

  bool has_input(std::size_t i) const { return i < op.inputs.size() && op.inputs[i] != graph::no_tensor; }
  const graph::Tensor& input(std::size_t i) const {
    return graph_.tensors.at(static_cast<std::size_t>(op.inputs.at(i)));
  }
  const graph::Tensor& output() const { return graph_.tensors.at(static_cast<std::size_t>(op.outputs.at(0))); }
  Doubles numbers(std::size_t i) const {
    const graph::Tensor& tensor = input(i);
    const auto found = arrays_.find(op.inputs[i]);
    if (found != arrays_.end()) return doubles_of(found->second);
    if (!tensor.contents) throw std::runtime_error("'" + tensor.name + "' has no contents");
    return doubles_of({tensor.type, tensor.shape, *tensor.contents});
  }
  Doubles numbers_or(std::size_t i, std::int64_t count, double value) const {
    return has_input(i) ? numbers(i) : Doubles(static_cast<std::size_t>(count), value);
  }

  // The number, what a fused activation leaves of it, and what it may be off before and by the last rounding.
  Real rounded(double value, double before) const {
    using graph::Activation;
    if (op.activation == Activation::relu) value = std::max(value, 0.0);
    if (op.activation == Activation::relu6) value = std::clamp(value, 0.0, 6.0);
    if (op.activation == Activation::relu_n1_to_1) value = std::clamp(value, -1.0, 1.0);
    if (op.activation == Activation::tanh) throw std::runtime_error("a fused tanh is not supported");
    const double magnitude = std::fabs(value);
    if (magnitude - before >= too_large_) return {std::copysign(INFINITY, value), 0};
    if (magnitude + before >= too_large_) return {value, INFINITY};
    return {value, before + unit_ * (magnitude + before) + least_};
  }
  // Of n terms and the sum of their magnitudes, each with at most three roundings of its own.
  Real sum(double value, double magnitude, std::int64_t n) const {
    return rounded(value, static_cast<double>(n + 4) * single * magnitude);
  }
  // Of a function that takes at most four roundings.
  Real element(double value) const { return rounded(value, 4 * single * std::fabs(value)); }

 private:
  const graph::Graph& graph_;
  const std::map<graph::TensorId, Array>& arrays_;
  double unit_, least_, too_large_;  // too large: rounded to infinity from there on
};

struct Sum {
  double value = 0, magnitude = 0;
  std::int64_t terms = 0;
  void add(double x) { value += x, magnitude += std::fabs(x), ++terms; }
};

std::string text(double x) {
  std::ostringstream stream;
  stream << std::setprecision(9) << x;
  return stream.str();
}

std::size_t z(std::int64_t x) { return static_cast<std::size_t>(x); }

// visit(row, column, tap) for the pixels of [b] under a window at (y, x).
template <typename Visit>
void each_tap(const Op& op, const Shape& in, std::int64_t kernel_h, std::int64_t kernel_w, std::int64_t y,
              std::int64_t x, const Visit& visit) {
  for (std::int64_t ky = 0; ky < kernel_h; ++ky)
    for (std::int64_t kx = 0; kx < kernel_w; ++kx) {
      const std::int64_t row = y * op.stride_h - op.pad_top + ky * op.dilation_h;
      const std::int64_t column = x * op.stride_w - op.pad_left + kx * op.dilation_w;
      if (row >= 0 && row < in[in.size() - 3] && column >= 0 && column < in[in.size() - 2])
        visit(row, column, ky * kernel_w + kx);
    }
}

// Convolutions of all kinds, over frames too: an image without is one of one frame.
Reals convolution(const RealNode& node) {
  const Op& op = node.op;
  const bool frames = op.kind == OpKind::conv3d, depthwise = op.kind == OpKind::depthwise_conv2d;
  Shape in = node.input(0).shape, out = node.output().shape, by = node.input(1).shape;
  if (!frames) in.insert(in.begin() + 1, 1), out.insert(out.begin() + 1, 1), by.insert(by.begin() + 1, 1);
  const Doubles x = node.numbers(0), w = node.numbers(1), bias = node.numbers_or(2, out[4], 0);
  const std::int64_t depth = depthwise ? 1 : by[4], groups = depthwise ? in[4] : in[4] / depth;
  const std::int64_t per_group = out[4] / groups, taps = by[2] * by[3];
  Reals result;
  Index at(5, 0);
  for (std::size_t i = 0; i < graph::elements_of(out); ++i, advance(at, out)) {
    const std::int64_t channel = at[4], first = channel / per_group * depth;
    Sum sum;
    sum.add(bias[z(channel)]);
    for (std::int64_t kd = 0; kd < by[1]; ++kd) {
      const std::int64_t frame = at[1] * op.stride_d - op.pad_front + kd;
      if (frame < 0 || frame >= in[1]) continue;
      each_tap(op, in, by[2], by[3], at[2], at[3], [&](std::int64_t row, std::int64_t column, std::int64_t tap) {
        const std::int64_t pixel = ((at[0] * in[1] + frame) * in[2] + row) * in[3] + column;
        for (std::int64_t c = 0; c < depth; ++c) {
          const std::int64_t weight =
              depthwise ? tap * out[4] + channel : ((channel * by[1] + kd) * taps + tap) * depth + c;
          sum.add(x[z(pixel * in[4] + first + c)] * w[z(weight)]);
        }
      });
    }
    result.push_back(node.sum(sum.value, sum.magnitude, sum.terms));
  }
  return result;
}

// Each input pixel is spread over the output.
Reals transposed_convolution(const RealNode& node) {
  const Op& op = node.op;
  const Shape &in = node.input(0).shape, &out = node.output().shape, &by = node.input(1).shape;
  const Doubles x = node.numbers(0), w = node.numbers(1), bias = node.numbers_or(2, out[3], 0);
  std::vector<Sum> sums(graph::elements_of(out));
  for (std::size_t i = 0; i < sums.size(); ++i) sums[i].add(bias[i % z(out[3])]);
  Index at(4, 0);
  for (std::size_t i = 0; i < x.size(); ++i, advance(at, in))
    for (std::int64_t channel = 0; channel < by[0]; ++channel)
      for (std::int64_t ky = 0; ky < by[1]; ++ky)
        for (std::int64_t kx = 0; kx < by[2]; ++kx) {
          const std::int64_t row = at[1] * op.stride_h + ky * op.dilation_h - op.pad_top;
          const std::int64_t column = at[2] * op.stride_w + kx * op.dilation_w - op.pad_left;
          if (row < 0 || row >= out[1] || column < 0 || column >= out[2]) continue;
          sums[z(((at[0] * out[1] + row) * out[2] + column) * out[3] + channel)].add(
              x[i] * w[z(((channel * by[1] + ky) * by[2] + kx) * by[3] + at[3])]);
        }
  Reals result;
  for (const Sum& sum : sums) result.push_back(node.sum(sum.value, sum.magnitude, sum.terms));
  return result;
}

// The numbers behind weights of blocks: floats, or integers without sign of as many bits as the weights have.
Doubles numbers_of_blocks(const RealNode& node, std::size_t index, std::int64_t rows, std::int64_t blocks) {
  const bool nibbles = node.input(1).type == DataType::int4 && node.input(index).type == DataType::uint8;
  const Doubles stored = node.numbers(index);
  if (!nibbles) return stored;
  Doubles result;
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t block = 0; block < blocks; ++block) {
      const auto pair = static_cast<int>(stored[z(row * ((blocks + 1) / 2) + block / 2)]);
      result.push_back(block % 2 == 0 ? pair % 16 : pair / 16);
    }
  return result;
}

Doubles weights_of(const RealNode& node) {
  Doubles weights = node.numbers(1);
  if (!node.has_input(3)) return weights;
  const std::int64_t rows = node.input(1).shape[0], depth = node.input(1).shape[1];
  const std::int64_t blocks = (depth + node.op.block - 1) / node.op.block;
  const double middle = node.input(1).type == DataType::int4 ? 8 : 128;
  const Doubles scales = node.numbers(3);
  const Doubles zeros = node.has_input(4) ? numbers_of_blocks(node, 4, rows, blocks) : Doubles(scales.size(), middle);
  for (std::int64_t row = 0; row < rows; ++row)
    for (std::int64_t k = 0; k < depth; ++k) {
      const std::size_t block = z(row * blocks + k / node.op.block);
      double& weight = weights[z(row * depth + k)];
      weight = (weight + middle - zeros[block]) * scales[block];
    }
  return weights;
}

Reals product(const RealNode& node) {
  const std::size_t units = z(node.input(1).shape[0]), depth = z(node.input(1).shape[1]);
  const Doubles x = node.numbers(0), w = weights_of(node), bias = node.numbers_or(2, node.input(1).shape[0], 0);
  Reals result;
  for (std::size_t row = 0; row < x.size() / depth; ++row)
    for (std::size_t unit = 0; unit < units; ++unit) {
      Sum sum;
      sum.add(bias[unit]);
      for (std::size_t k = 0; k < depth; ++k) sum.add(x[row * depth + k] * w[unit * depth + k]);
      result.push_back(node.sum(sum.value, sum.magnitude, sum.terms));
    }
  return result;
}

// Steps along the output's dimensions of an operand that is broadcast to it; its last `skipped` dimensions apart.
Index steps_to(const Shape& own, std::size_t rank, std::size_t skipped = 0) {
  const std::vector<std::int64_t> strides = strides_of(own);
  Index steps(rank, 0);
  for (std::size_t i = 0; i + skipped < own.size(); ++i)
    if (own[i] != 1) steps[rank - own.size() + i] = strides[i];
  return steps;
}

Reals matrix_product(const RealNode& node) {
  const Shape &a = node.input(0).shape, &b = node.input(1).shape, &out = node.output().shape;
  const std::size_t rank = out.size();
  const Doubles x = node.numbers(0), y = node.numbers(1);
  const Index steps_a = steps_to(a, rank, 2), steps_b = steps_to(b, rank, 2);
  const bool turned_a = node.op.transpose_a, turned_b = node.op.transpose_b;
  const std::int64_t depth = a[a.size() - (turned_a ? 2 : 1)];
  Reals result;
  Index at(rank, 0);
  for (std::size_t i = 0; i < graph::elements_of(out); ++i, advance(at, out)) {
    const std::int64_t row = at[rank - 2], column = at[rank - 1];
    Sum sum;
    for (std::int64_t k = 0; k < depth; ++k)
      sum.add(x[z(place(at, steps_a) + (turned_a ? k * a.back() + row : row * a.back() + k))] *
              y[z(place(at, steps_b) + (turned_b ? column * b.back() + k : k * b.back() + column))]);
    result.push_back(node.sum(sum.value, sum.magnitude, sum.terms));
  }
  return result;
}

double combined(OpKind kind, double x, double y) {
  switch (kind) {
    case OpKind::add:
      return x + y;
    case OpKind::sub:
      return x - y;
    case OpKind::mul:
      return x * y;
    case OpKind::minimum:
      return std::min(x, y);
    default:
      return std::max(x, y);
  }
}

Reals binary(const RealNode& node) {
  const Shape& out = node.output().shape;
  const Doubles x = node.numbers(0), y = node.numbers(1);
  const Index steps_x = steps_to(node.input(0).shape, out.size()), steps_y = steps_to(node.input(1).shape, out.size());
  Reals result;
  Index at(out.size(), 0);
  for (std::size_t i = 0; i < graph::elements_of(out); ++i, advance(at, out))
    result.push_back(node.element(combined(node.op.kind, x[z(place(at, steps_x))], y[z(place(at, steps_y))])));
  return result;
}

double function_of(const Op& op, double x) {
  switch (op.kind) {
    case OpKind::relu:
      return std::max(x, 0.0);
    case OpKind::relu6:
      return std::clamp(x, 0.0, 6.0);
    case OpKind::leaky_relu:
      return x < 0 ? x * static_cast<double>(op.alpha) : x;
    case OpKind::hard_swish:
      return x * std::clamp(x + 3, 0.0, 6.0) / 6;
    case OpKind::logistic:
      return 1 / (1 + std::exp(-x));
    case OpKind::tanh:
      return std::tanh(x);
    case OpKind::gelu:
      if (op.approximate) return x / (1 + std::exp(-2 * std::sqrt(2 / M_PI) * (x + 0.044715 * x * x * x)));
      return 0.5 * x * std::erfc(-x * M_SQRT1_2);
    default:
      return x;  // conversions
  }
}

Reals unary(const RealNode& node) {
  Reals result;
  for (const double x : node.numbers(0)) result.push_back(node.element(function_of(node.op, x)));
  return result;
}

Reals pool(const RealNode& node) {
  const Op& op = node.op;
  const Shape &in = node.input(0).shape, &out = node.output().shape;
  const Doubles x = node.numbers(0);
  const bool largest = op.kind == OpKind::max_pool;
  Reals result;
  Index at(4, 0);
  for (std::size_t i = 0; i < graph::elements_of(out); ++i, advance(at, out)) {
    Sum sum;
    double most = -INFINITY;
    each_tap(op, in, op.kernel_h, op.kernel_w, at[1], at[2], [&](std::int64_t row, std::int64_t column, std::int64_t) {
      const double value = x[z(((at[0] * in[1] + row) * in[2] + column) * in[3] + at[3])];
      sum.add(value), most = std::max(most, value);
    });
    const auto count = static_cast<double>(op.counts_padding ? op.kernel_h * op.kernel_w : sum.terms);
    result.push_back(largest ? node.element(most) : node.sum(sum.value / count, sum.magnitude / count, sum.terms));
  }
  return result;
}

Reals mean(const RealNode& node) {
  const Shape& in = node.input(0).shape;
  Shape kept = in;
  for (const std::int64_t axis : node.op.axes) kept[z(axis)] = 1;
  Index steps = strides_of(kept);
  for (std::size_t i = 0; i < in.size(); ++i)
    if (kept[i] == 1) steps[i] = 0;
  const Doubles x = node.numbers(0);
  std::vector<Sum> sums(graph::elements_of(kept));
  Index at(in.size(), 0);
  for (std::size_t i = 0; i < x.size(); ++i, advance(at, in)) sums[z(place(at, steps))].add(x[i]);
  Reals result;
  for (const Sum& sum : sums) {
    const auto n = static_cast<double>(sum.terms);
    result.push_back(node.sum(sum.value / n, sum.magnitude / n, sum.terms));
  }
  return result;
}

Reals softmax(const RealNode& node) {
  Doubles x = node.numbers(0);
  const std::size_t depth = z(node.input(0).shape.back()), causal = z(node.op.causal);
  for (std::size_t i = 0; causal != 0 && i < x.size(); ++i)
    if (i % depth < causal && i % depth > i / depth % causal) x[i] = -std::numeric_limits<double>::infinity();
  const auto beta = static_cast<double>(node.op.beta);
  Reals result;
  for (std::size_t row = 0; row < x.size(); row += depth) {
    const auto begin = x.begin() + static_cast<std::ptrdiff_t>(row), end = begin + static_cast<std::ptrdiff_t>(depth);
    const double most = *std::max_element(begin, end);
    double sum = 0;
    for (std::size_t i = row; i < row + depth; ++i) sum += std::exp(beta * (x[i] - most));
    for (std::size_t i = row; i < row + depth; ++i)
      result.push_back(node.element(std::exp(beta * (x[i] - most)) / sum));
  }
  return result;
}

// Mean and variance, of two passes, and factor in single precision: what is subtracted is off by the mean's rounding.
Reals norm(const RealNode& node) {
  const Op& op = node.op;
  const Shape& shape = node.input(0).shape;
  const bool in_groups = op.kind == OpKind::group_norm, centered = in_groups || op.centered;
  const std::size_t channels = z(shape.back()), groups = in_groups ? z(op.groups) : 1, run = channels / groups;
  const Doubles x = node.numbers(0), gain = node.numbers_or(1, shape.back(), 1),
                offset = node.numbers_or(2, shape.back(), 0);
  const std::size_t image = in_groups ? x.size() / z(shape[0]) : channels;
  const auto norm_of = [&](std::size_t i) { return i / image * groups + i % channels / run; };
  std::vector<double> means(x.size() / image * groups, 0), variances(means.size(), 0), squares(means.size(), 0);
  const auto n = static_cast<double>(image / groups);
  for (std::size_t i = 0; centered && i < x.size(); ++i) means[norm_of(i)] += x[i] / n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    variances[norm_of(i)] += (x[i] - means[norm_of(i)]) * (x[i] - means[norm_of(i)]) / n;
    squares[norm_of(i)] += x[i] * x[i] / n;
  }
  Reals result;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::size_t k = norm_of(i), c = i % channels;
    const double variance = variances[k] + static_cast<double>(op.epsilon), factor = 1 / std::sqrt(variance);
    const double scaled = (x[i] - means[k]) * factor * gain[c];
    const double of_variance = (n + 4) * 0x1p-53 * squares[k] / variance;  // sums of squares in double precision
    const double before =
        single * (std::fabs(means[k] * factor * gain[c]) + 8 * std::fabs(scaled) + 2 * std::fabs(scaled + offset[c])) +
        of_variance * std::fabs(scaled);
    result.push_back(node.rounded(scaled + offset[c], before));
  }
  return result;
}

// The two places beside one of the output, and the second's share.
struct Beside {
  std::int64_t low, high;
  double share;
};

Beside beside(const Op& op, bool onnx, std::int64_t at, std::int64_t in, std::int64_t out) {
  const auto i = static_cast<double>(at);
  double distance = static_cast<double>(in) / static_cast<double>(out);
  if (op.align_corners && out > 1) distance = static_cast<double>(in - 1) / static_cast<double>(out - 1);
  if (op.align_corners && out == 1 && onnx) distance = 0;
  double where = op.half_pixel_centers ? (i + 0.5) * distance - 0.5 : i * distance;
  where = std::clamp(where, 0.0, static_cast<double>(in - 1));
  const auto low = static_cast<std::int64_t>(where);
  return {low, std::min(low + 1, in - 1), where - static_cast<double>(low)};
}

// Places in single precision are off by their rounding: so are the shares.
Reals resize(const RealNode& node, bool onnx) {
  const Shape &in = node.input(0).shape, &out = node.output().shape;
  const Doubles x = node.numbers(0);
  Reals result;
  Index at(4, 0);
  for (std::size_t i = 0; i < graph::elements_of(out); ++i, advance(at, out)) {
    const Beside y = beside(node.op, onnx, at[1], in[1], out[1]), w = beside(node.op, onnx, at[2], in[2], out[2]);
    const auto corner = [&](std::int64_t row, std::int64_t column) {
      return x[z(((at[0] * in[1] + row) * in[2] + column) * in[3] + at[3])];
    };
    const double value = (1 - y.share) * ((1 - w.share) * corner(y.low, w.low) + w.share * corner(y.low, w.high)) +
                         y.share * ((1 - w.share) * corner(y.high, w.low) + w.share * corner(y.high, w.high));
    double most = 0;  // where a place lies next to a pixel, rounding may lead to the one before
    for (std::int64_t row = std::max<std::int64_t>(y.low - 1, 0); row <= std::min(y.high + 1, in[1] - 1); ++row)
      for (std::int64_t column = std::max<std::int64_t>(w.low - 1, 0); column <= std::min(w.high + 1, in[2] - 1);
           ++column)
        most = std::max(most, std::fabs(corner(row, column)));
    result.push_back(node.rounded(value, single * most * static_cast<double>(8 + 8 * (in[1] + in[2]))));
  }
  return result;
}

}  // namespace

std::vector<double> doubles_of(const Array& array) {
  Doubles result;
  switch (array.type) {
    case DataType::float16:
      for (std::size_t i = 0; i < array.bytes.size(); i += 2)
        result.push_back(half_value(static_cast<std::uint16_t>(array.bytes[i] | array.bytes[i + 1] << 8)));
      return result;
    case DataType::float32:
      return doubles_as<float>(array.bytes);
    case DataType::int4:
      for (std::uint64_t i = 0; i < graph::elements_of(array.shape); ++i) {
        const int half = i % 2 == 0 ? array.bytes[i / 2] & 15 : array.bytes[i / 2] >> 4;
        result.push_back(half > 7 ? half - 16 : half);
      }
      return result;
    case DataType::int8:
      return doubles_as<std::int8_t>(array.bytes);
    case DataType::uint8:
      return doubles_as<std::uint8_t>(array.bytes);
    case DataType::int32:
      return doubles_as<std::int32_t>(array.bytes);
    case DataType::int64:
      return doubles_as<std::int64_t>(array.bytes);
    default:
      throw std::runtime_error(std::string("numbers of ") + graph::name_of(array.type) + " are not supported");
  }
}

std::vector<Real> evaluate_reals(const graph::Graph& graph, const Op& op,
                                 const std::map<graph::TensorId, Array>& arrays) {
  const RealNode node(graph, op, arrays);
  switch (op.kind) {
    case OpKind::conv2d:
    case OpKind::depthwise_conv2d:
    case OpKind::conv3d:
      return convolution(node);
    case OpKind::transpose_conv2d:
      return transposed_convolution(node);
    case OpKind::fully_connected:
      return product(node);
    case OpKind::batch_matmul:
      return matrix_product(node);
    case OpKind::add:
    case OpKind::sub:
    case OpKind::mul:
    case OpKind::minimum:
    case OpKind::maximum:
      return binary(node);
    case OpKind::relu:
    case OpKind::relu6:
    case OpKind::leaky_relu:
    case OpKind::hard_swish:
    case OpKind::logistic:
    case OpKind::tanh:
    case OpKind::gelu:
    case OpKind::quantize:
    case OpKind::dequantize:
      return unary(node);
    case OpKind::average_pool:
    case OpKind::max_pool:
      return pool(node);
    case OpKind::mean:
      return mean(node);
    case OpKind::softmax:
      return softmax(node);
    case OpKind::layer_norm:
    case OpKind::group_norm:
      return norm(node);
    case OpKind::resize_bilinear:
      return resize(node, graph.arithmetic == graph::Arithmetic::onnx);
    default:
      throw std::runtime_error(std::string(graph::name_of(op.kind)) + " of floats is not supported");
  }
}

bool moves_only(OpKind kind) {
  switch (kind) {
    case OpKind::concat:
    case OpKind::split:
    case OpKind::slice:
    case OpKind::pad:
    case OpKind::reshape:
    case OpKind::squeeze:
    case OpKind::transpose:
    case OpKind::depth_to_space:
    case OpKind::space_to_depth:
    case OpKind::resize_nearest:
    case OpKind::gather:
      return true;
    default:
      return false;
  }
}

// As the interpreter moves integers of as many bits.
std::vector<Array> evaluate_movement(const graph::Graph& graph, const Op& op,
                                     const std::map<graph::TensorId, Array>& arrays) {
  const auto integers = [](DataType type) {
    return type == DataType::float16 ? DataType::int16 : type == DataType::float32 ? DataType::int32 : type;
  };
  graph::Graph moved = graph;
  moved.ops = {op};
  moved.inputs.clear();
  moved.outputs = op.outputs;
  std::map<graph::TensorId, Array> inputs;
  for (graph::Tensor& tensor : moved.tensors) {
    if (integers(tensor.type) != tensor.type) tensor.scale = {1}, tensor.zero_point = {0};
    tensor.type = integers(tensor.type);
  }
  for (const auto& [id, array] : arrays) {
    if (std::count(op.inputs.begin(), op.inputs.end(), id) == 0) continue;
    moved.inputs.push_back(id);
    inputs[id] = {integers(array.type), array.shape, array.bytes};
  }
  const std::map<graph::TensorId, Array> made = evaluate(moved, inputs);
  std::vector<Array> result;
  for (const graph::TensorId id : op.outputs) {
    result.push_back(made.at(id));
    result.back().type = graph.tensors[static_cast<std::size_t>(id)].type;
  }
  return result;
}

std::string difference(const std::vector<Real>& expected, const std::vector<double>& made) {
  if (made.size() != expected.size()) return "found " + std::to_string(made.size()) + " elements";
  for (std::size_t i = 0; i < made.size(); ++i) {
    const auto [value, bound] = expected[i];
    const bool same = value == made[i] || (std::isnan(value) && std::isnan(made[i]));
    if (!same && !(std::fabs(made[i] - value) <= bound))
      return "element " + std::to_string(i) + " is " + text(made[i]) + ", expected " + text(value) + " within " +
             text(bound);
  }
  return {};
}

}  // namespace takt::reference
