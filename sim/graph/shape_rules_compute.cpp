// Shapes of the operators that compute: convolutions, pools, matrices, elementwise, recurrent.
#include <algorithm>

#include "sim/graph/operands.h"
#include "sim/graph/shape_rules.h"

namespace takt::graph::rules {
namespace {

struct Axis {  // one spatial axis of a window
  std::int64_t size, kernel, stride, dilation, before, after;
};

Axis height_of(const Shape& x, const Op& op) {
  return {x[1], op.kernel_h, op.stride_h, op.dilation_h, op.pad_top, op.pad_bottom};
}
Axis width_of(const Shape& x, const Op& op) {
  return {x[2], op.kernel_w, op.stride_w, op.dilation_w, op.pad_left, op.pad_right};
}

void check_window(const Axis& axis) {
  if (axis.kernel < 1 || axis.stride < 1 || axis.dilation < 1 || axis.before < 0 || axis.after < 0)
    throw GraphError("found window " + std::to_string(axis.kernel) + ", stride " + std::to_string(axis.stride) +
                     ", dilation " + std::to_string(axis.dilation) + ", padding " + std::to_string(axis.before) + "+" +
                     std::to_string(axis.after) + "; expected each at least 1 and no negative padding");
}

std::int64_t windows(const Axis& axis) {
  check_window(axis);
  const std::int64_t extent = (axis.kernel - 1) * axis.dilation + 1;
  const std::int64_t room = axis.size + axis.before + axis.after - extent;
  if (room < 0)
    throw GraphError("a window of " + std::to_string(extent) + " does not fit into " + std::to_string(axis.size) +
                     " elements with padding " + std::to_string(axis.before) + "+" + std::to_string(axis.after));
  return room / axis.stride + 1;
}

// Weights [a, kh, kw, b]: the window must be the operator's.
const Shape& filter_shape(const Graph& graph, const Op& op) {
  const Shape& weights = input_shape(graph, op, 1, 4);
  if (weights[1] != op.kernel_h || weights[2] != op.kernel_w)
    throw GraphError("weights have shape " + to_text(weights) + ", expected a window of " +
                     std::to_string(op.kernel_h) + "x" + std::to_string(op.kernel_w));
  return weights;
}

void check_bias(const Graph& graph, const Op& op, std::int64_t channels) {
  if (!has_input(op, 2)) return;
  const Tensor& bias = input(graph, op, 2);
  if (bias.elements() != static_cast<std::uint64_t>(channels))
    throw GraphError("bias has shape " + to_text(bias.shape) + ", expected " + std::to_string(channels) + " elements");
}

// Gain and offset of a norm, one each a channel.
void check_gains(const Graph& graph, const Op& op, std::int64_t channels) {
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    if (!has_input(op, i)) continue;
    const Tensor& gain = input(graph, op, i);
    if (gain.elements() != static_cast<std::uint64_t>(channels))
      throw GraphError("input " + std::to_string(i) + " has shape " + to_text(gain.shape) + ", expected " +
                       std::to_string(channels) + " elements");
  }
}

std::size_t matrix_rank(const Shape& shape) {
  if (shape.size() < 2) throw GraphError("found an operand of shape " + to_text(shape) + ", expected a matrix");
  return shape.size();
}

Shape broadcast_of(const Shape& a, const Shape& b) {
  Shape result(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < result.size(); ++i) {  // from the last dimension to the first
    const std::int64_t da = i < a.size() ? a[a.size() - 1 - i] : 1;
    const std::int64_t db = i < b.size() ? b[b.size() - 1 - i] : 1;
    if (da != db && da != 1 && db != 1) throw GraphError("shapes " + to_text(a) + " and " + to_text(b) + " do not fit");
    result[result.size() - 1 - i] = da == 1 ? db : da;
  }
  return result;
}

}  // namespace

std::vector<Shape> conv2d(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  const Shape& weights = filter_shape(graph, op);
  if (op.groups < 1 || x[3] % op.groups != 0 || weights[0] % op.groups != 0 || weights[3] != x[3] / op.groups)
    throw GraphError("weights have shape " + to_text(weights) + ", input " + to_text(x) + ", groups " +
                     std::to_string(op.groups) + "; expected weights [out, kh, kw, in / groups]");
  check_bias(graph, op, weights[0]);
  return {{x[0], windows(height_of(x, op)), windows(width_of(x, op)), weights[0]}};
}

std::vector<Shape> depthwise_conv2d(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  const Shape& weights = filter_shape(graph, op);
  if (weights[0] != 1 || weights[3] % x[3] != 0)
    throw GraphError("weights have shape " + to_text(weights) + ", input " + to_text(x) +
                     "; expected weights [1, kh, kw, a multiple of the input's channels]");
  check_bias(graph, op, weights[3]);
  return {{x[0], windows(height_of(x, op)), windows(width_of(x, op)), weights[3]}};
}

std::vector<Shape> transpose_conv2d(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  const Shape& weights = filter_shape(graph, op);
  if (weights[3] != x[3])
    throw GraphError("weights have shape " + to_text(weights) + ", input " + to_text(x) +
                     "; expected weights [out, kh, kw, in]");
  check_bias(graph, op, weights[0]);
  if (op.size.empty()) return {};
  if (op.size.size() != 4 || op.size[0] != x[0] || op.size[3] != weights[0])
    throw GraphError("output shape is " + to_text(op.size) + ", expected [" + std::to_string(x[0]) + ", h, w, " +
                     std::to_string(weights[0]) + "]");
  elements_of(op.size);
  // A transposed convolution undoes a convolution: the windows over its output are its input.
  if (windows(height_of(op.size, op)) != x[1] || windows(width_of(op.size, op)) != x[2])
    throw GraphError("output shape " + to_text(op.size) + " does not belong to input " + to_text(x));
  return {op.size};
}

std::vector<Shape> conv3d(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 5);
  const Shape& weights = input_shape(graph, op, 1, 5);
  if (op.groups < 1 || x[4] % op.groups != 0 || weights[0] % op.groups != 0 ||
      weights != Shape{weights[0], op.kernel_d, op.kernel_h, op.kernel_w, x[4] / op.groups})
    throw GraphError("weights have shape " + to_text(weights) + ", input " + to_text(x) + ", window " +
                     to_text({op.kernel_d, op.kernel_h, op.kernel_w}) + ", groups " + std::to_string(op.groups) +
                     "; expected weights [out, kd, kh, kw, in / groups]");
  check_bias(graph, op, weights[0]);
  const Shape frame = {x[0], x[2], x[3], x[4]};
  const Axis frames = {x[1], op.kernel_d, op.stride_d, 1, op.pad_front, op.pad_back};
  return {{x[0], windows(frames), windows(height_of(frame, op)), windows(width_of(frame, op)), weights[0]}};
}

std::vector<Shape> pool(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  return {{x[0], windows(height_of(x, op)), windows(width_of(x, op)), x[3]}};
}

std::vector<Shape> fully_connected(const Graph& graph, const Op& op) {
  const Tensor& x = input(graph, op, 0);
  const Shape& weights = input_shape(graph, op, 1, 2);
  const std::uint64_t features = static_cast<std::uint64_t>(weights[1]);
  if (x.elements() % features != 0 || (op.keep_dims && (x.shape.empty() || x.shape.back() != weights[1])))
    throw GraphError("weights have shape " + to_text(weights) + ", input " + to_text(x.shape) +
                     "; expected weights [out, in]");
  check_bias(graph, op, weights[0]);
  if (!op.keep_dims) return {{static_cast<std::int64_t>(x.elements() / features), weights[0]}};
  Shape result = x.shape;
  result.back() = weights[0];
  return {result};
}

std::vector<Shape> batch_matmul(const Graph& graph, const Op& op) {
  const Shape &a = input_shape(graph, op, 0), &b = input_shape(graph, op, 1);
  const std::size_t ra = matrix_rank(a), rb = matrix_rank(b);
  if (a[ra - (op.transpose_a ? 2 : 1)] != b[rb - (op.transpose_b ? 1 : 2)])
    throw GraphError("inner dimensions of " + to_text(a) + " and " + to_text(b) + " differ");
  Shape result = broadcast_of(Shape(a.begin(), a.end() - 2), Shape(b.begin(), b.end() - 2));
  result.push_back(a[ra - (op.transpose_a ? 1 : 2)]);
  result.push_back(b[rb - (op.transpose_b ? 2 : 1)]);
  return {result};
}

std::vector<Shape> broadcast(const Graph& graph, const Op& op) {
  return {broadcast_of(input_shape(graph, op, 0), input_shape(graph, op, 1))};
}

std::vector<Shape> same_as_input(const Graph& graph, const Op& op) { return {input_shape(graph, op, 0)}; }

std::vector<Shape> softmax(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  const std::int64_t depth = x.empty() ? 0 : x.back();
  const bool last = static_cast<std::size_t>(op.axis) + 1 == x.size();
  if (op.causal < 0 || op.causal > depth || (op.causal != 0 && !last))
    throw GraphError("a causal softmax of " + std::to_string(op.causal) + " elements along axis " +
                     std::to_string(op.axis) + " of " + to_text(x) + ", expected at most those of the last axis");
  return {x};
}

std::vector<Shape> layer_norm(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  if (x.empty()) throw GraphError("input 0 is a scalar, expected channels");
  check_gains(graph, op, x.back());
  return {x};
}

std::vector<Shape> group_norm(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  if (op.groups < 1 || x[3] % op.groups != 0)
    throw GraphError("channels of " + to_text(x) + " are no multiple of " + std::to_string(op.groups) + " groups");
  check_gains(graph, op, x[3]);
  return {x};
}

std::vector<Shape> lstm(const Graph& graph, const Op& op) {
  Shape result = input_shape(graph, op, 0);
  if (result.size() != 2 && result.size() != 3)
    throw GraphError("input 0 has shape " + to_text(result) + ", expected [batch, steps, features]");
  // Operands 2 and 6 (input and recurrent weights of the forget gate) are there with and without a coupled input gate.
  const Shape &weights = input_shape(graph, op, 2, 2), &recurrent = input_shape(graph, op, 6, 2);
  if (weights[1] != result.back() || recurrent[0] != weights[0])
    throw GraphError("weights have shapes " + to_text(weights) + " and " + to_text(recurrent) + ", input " +
                     to_text(result) + "; expected [cells, features] and [cells, outputs]");
  result.back() = recurrent[1];
  return {result};
}

std::vector<Shape> svdf(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 2);
  const Shape &feature = input_shape(graph, op, 1, 2), &time = input_shape(graph, op, 2, 2);
  if (feature[1] != x[1] || time[0] != feature[0] || op.groups < 1 || feature[0] % op.groups != 0)
    throw GraphError("filters have shapes " + to_text(feature) + " and " + to_text(time) + ", input " + to_text(x) +
                     ", rank " + std::to_string(op.groups));
  return {{x[0], feature[0] / op.groups}};
}

}  // namespace takt::graph::rules
