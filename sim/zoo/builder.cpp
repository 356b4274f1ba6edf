#include "sim/zoo/builder.h"

#include <utility>

#include "sim/graph/infer_shapes.h"
#include "sim/graph/padding.h"

namespace takt::zoo {

using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

Op make(OpKind kind, const std::string& name, std::vector<TensorId> inputs) {
  Op op;
  op.kind = kind;
  op.name = name;
  op.inputs = std::move(inputs);
  return op;
}

}  // namespace

Builder::Builder(std::string name) { graph_.name = std::move(name); }

TensorId Builder::tensor(const std::string& name, Shape shape, DataType type, bool constant) {
  graph::Tensor result;
  result.name = name;
  result.shape = std::move(shape);
  result.type = type;
  result.constant = constant;
  graph_.tensors.push_back(std::move(result));
  return static_cast<TensorId>(graph_.tensors.size() - 1);
}

TensorId Builder::emit(Op op, DataType type) {
  const TensorId output = tensor(op.name, {}, type, false);
  op.outputs = {output};
  graph_.ops.push_back(std::move(op));
  graph::infer_op_shapes(graph_, graph_.ops.size() - 1);
  return output;
}

TensorId Builder::input(std::int64_t height, std::int64_t width, std::int64_t channels) {
  return input("input", {1, height, width, channels});
}

TensorId Builder::input(const std::string& name, const Shape& shape) {
  graph_.inputs.push_back(tensor(name, shape, DataType::int8, false));
  return graph_.inputs.back();
}

TensorId Builder::packed_input(const std::string& name, const Shape& shape) {
  const TensorId id = input(name, shape);
  graph_.tensors[static_cast<std::size_t>(id)].packed = true;
  return id;
}

TensorId Builder::indices(const std::string& name, const Shape& shape) {
  graph_.inputs.push_back(tensor(name, shape, DataType::int32, false));
  return graph_.inputs.back();
}

TensorId Builder::constant(const std::string& name, const Shape& shape) {
  return tensor(name, shape, DataType::int8, true);
}

void Builder::add_weights(Op& op, const Shape& shape, std::int64_t bias) {
  op.inputs.push_back(tensor(op.name + ".weight", shape, DataType::int8, true));
  if (bias > 0) op.inputs.push_back(tensor(op.name + ".bias", {bias}, DataType::int32, true));
}

void Builder::place_window(Op& op, const Shape& x, const Conv& conv) const {
  op.kernel_h = conv.kernel;
  op.kernel_w = conv.kernel_w > 0 ? conv.kernel_w : conv.kernel;
  op.stride_h = op.stride_w = conv.stride;
  op.dilation_h = op.dilation_w = conv.dilation;
  if (conv.border == Border::symmetric) {
    op.pad_top = op.pad_bottom = conv.dilation * (op.kernel_h - 1) / 2;
    op.pad_left = op.pad_right = conv.dilation * (op.kernel_w - 1) / 2;
  }
  if (conv.border != Border::same) return;
  const graph::Padding rows = graph::same_padding(x[1], op.kernel_h, conv.stride, conv.dilation);
  const graph::Padding columns = graph::same_padding(x[2], op.kernel_w, conv.stride, conv.dilation);
  op.pad_top = static_cast<std::int32_t>(rows.before);
  op.pad_bottom = static_cast<std::int32_t>(rows.after);
  op.pad_left = static_cast<std::int32_t>(columns.before);
  op.pad_right = static_cast<std::int32_t>(columns.after);
}

TensorId Builder::conv(const std::string& name, TensorId x, const Conv& conv) {
  Op op = make(OpKind::conv2d, name, {x});
  op.activation = conv.activation;
  op.groups = conv.groups;
  place_window(op, shape(x), conv);
  add_weights(op, {conv.out, op.kernel_h, op.kernel_w, channels(x) / conv.groups}, conv.bias ? conv.out : 0);
  return emit(std::move(op));
}

TensorId Builder::depthwise(const std::string& name, TensorId x, const Conv& conv) {
  Op op = make(OpKind::depthwise_conv2d, name, {x});
  op.activation = conv.activation;
  place_window(op, shape(x), conv);
  add_weights(op, {1, op.kernel_h, op.kernel_w, channels(x)}, conv.bias ? channels(x) : 0);
  return emit(std::move(op));
}

TensorId Builder::conv3d(const std::string& name, TensorId x, const Conv3d& conv) {
  Op op = make(OpKind::conv3d, name, {x});
  op.activation = conv.activation;
  op.kernel_d = conv.kernel_d;
  op.kernel_h = op.kernel_w = conv.kernel;
  op.stride_d = conv.stride_d;
  op.stride_h = op.stride_w = conv.stride;
  op.pad_front = op.pad_back = (conv.kernel_d - 1) / 2;
  op.pad_top = op.pad_bottom = op.pad_left = op.pad_right = (conv.kernel - 1) / 2;
  add_weights(op, {conv.out, conv.kernel_d, conv.kernel, conv.kernel, channels(x)}, conv.out);
  return emit(std::move(op));
}

TensorId Builder::fully_connected(const std::string& name, TensorId x, std::int64_t out) {
  Op op = make(OpKind::fully_connected, name, {x});
  add_weights(op, {out, channels(x)}, out);
  return emit(std::move(op));
}

TensorId Builder::linear(const std::string& name, TensorId x, std::int64_t out, bool bias) {
  Op op = make(OpKind::fully_connected, name, {x});
  op.keep_dims = true;
  add_weights(op, {out, channels(x)}, bias ? out : 0);
  return emit(std::move(op));
}

TensorId Builder::matmul(const std::string& name, TensorId a, TensorId b, bool transpose_b) {
  Op op = make(OpKind::batch_matmul, name, {a, b});
  op.transpose_b = transpose_b;
  return emit(std::move(op));
}

Op Builder::norm(OpKind kind, const std::string& name, TensorId x) {
  const Shape gains = {channels(x)};
  return make(kind, name, {x, constant(name + ".gain", gains), constant(name + ".offset", gains)});
}

TensorId Builder::layer_norm(const std::string& name, TensorId x) { return emit(norm(OpKind::layer_norm, name, x)); }

TensorId Builder::rms_norm(const std::string& name, TensorId x) {
  Op op = make(OpKind::layer_norm, name, {x, constant(name + ".gain", {channels(x)})});
  op.centered = false;
  return emit(std::move(op));
}

TensorId Builder::group_norm(const std::string& name, TensorId x, std::int32_t groups) {
  Op op = norm(OpKind::group_norm, name, x);
  op.groups = groups;
  return emit(std::move(op));
}

TensorId Builder::embed(const std::string& name, TensorId indices, std::int64_t rows, std::int64_t width) {
  return emit(make(OpKind::gather, name, {constant(name + ".weight", {rows, width}), indices}));
}

TensorId Builder::pool(OpKind kind, const std::string& name, TensorId x, const Pool& pool) {
  Op op = make(kind, name, {x});
  op.kernel_h = op.kernel_w = pool.kernel;
  op.stride_h = op.stride_w = pool.stride;
  op.pad_top = op.pad_bottom = op.pad_left = op.pad_right = pool.padding;
  if (pool.ceil) {  // the elements that the last window lacks
    const auto missing = [&](std::int64_t size) {
      const std::int64_t rest = (size + 2 * pool.padding - pool.kernel) % pool.stride;
      return static_cast<std::int32_t>(rest == 0 ? 0 : pool.stride - rest);
    };
    op.pad_bottom += missing(shape(x)[1]);
    op.pad_right += missing(shape(x)[2]);
  }
  return emit(std::move(op));
}

TensorId Builder::max_pool(const std::string& name, TensorId x, const Pool& window) {
  return pool(OpKind::max_pool, name, x, window);
}

TensorId Builder::average_pool(const std::string& name, TensorId x, const Pool& window) {
  return pool(OpKind::average_pool, name, x, window);
}

TensorId Builder::global_mean(const std::string& name, TensorId x, bool keep_dims) {
  Op op = make(OpKind::mean, name, {x});
  for (std::size_t axis = 1; axis + 1 < shape(x).size(); ++axis) op.axes.push_back(static_cast<std::int64_t>(axis));
  op.keep_dims = keep_dims;
  return emit(std::move(op));
}

TensorId Builder::add(const std::string& name, TensorId a, TensorId b, Activation activation) {
  Op op = make(OpKind::add, name, {a, b});
  op.activation = activation;
  return emit(std::move(op));
}

TensorId Builder::sub(const std::string& name, TensorId a, TensorId b) { return emit(make(OpKind::sub, name, {a, b})); }

TensorId Builder::mul(const std::string& name, TensorId a, TensorId b) { return emit(make(OpKind::mul, name, {a, b})); }

TensorId Builder::minimum(const std::string& name, TensorId x) {
  return emit(make(OpKind::minimum, name, {x, constant(name + ".limit", {1})}));
}

TensorId Builder::unary(OpKind kind, const std::string& name, TensorId x) {
  Op op = make(kind, name, {x});
  op.axis = static_cast<std::int32_t>(shape(x).size()) - 1;  // read by softmax alone
  return emit(std::move(op));
}

TensorId Builder::causal_softmax(const std::string& name, TensorId scores, std::int64_t causal) {
  const TensorId result = unary(OpKind::softmax, name, scores);
  graph_.ops.back().causal = causal;
  return result;
}

TensorId Builder::concat(const std::string& name, const std::vector<TensorId>& parts) {
  return concat(name, parts, static_cast<std::int32_t>(shape(parts.front()).size()) - 1);
}

TensorId Builder::concat(const std::string& name, const std::vector<TensorId>& parts, std::int32_t axis) {
  Op op = make(OpKind::concat, name, parts);
  op.axis = axis;
  return emit(std::move(op));
}

TensorId Builder::slice(const std::string& name, TensorId x, const Shape& begin, const Shape& size) {
  Op op = make(OpKind::slice, name, {x});
  op.begin = begin;
  op.size = size;
  return emit(std::move(op));
}

TensorId Builder::slice_channels(const std::string& name, TensorId x, std::int64_t begin, std::int64_t count) {
  Shape from(shape(x).size(), 0), size = shape(x);
  from.back() = begin;
  size.back() = count;
  return slice(name, x, from, size);
}

TensorId Builder::pad(const std::string& name, TensorId x, const Shape& before, const Shape& after) {
  Op op = make(OpKind::pad, name, {x});
  op.begin = before;
  op.end = after;
  return emit(std::move(op));
}

TensorId Builder::transpose(const std::string& name, TensorId x, const Shape& permutation) {
  Op op = make(OpKind::transpose, name, {x});
  op.axes = permutation;
  return emit(std::move(op));
}

TensorId Builder::squeeze(const std::string& name, TensorId x) {
  Op op = make(OpKind::squeeze, name, {x});
  op.axes = {1, 2};
  return emit(std::move(op));
}

TensorId Builder::reshape(const std::string& name, TensorId x, const Shape& to) {
  Op op = make(OpKind::reshape, name, {x});
  op.size = to;
  return emit(std::move(op));
}

TensorId Builder::depth_to_space(const std::string& name, TensorId x, std::int32_t block) {
  Op op = make(OpKind::depth_to_space, name, {x});
  op.block = block;
  return emit(std::move(op));
}

TensorId Builder::space_to_depth(const std::string& name, TensorId x, std::int32_t block) {
  Op op = make(OpKind::space_to_depth, name, {x});
  op.block = block;
  return emit(std::move(op));
}

TensorId Builder::resize(OpKind kind, const std::string& name, TensorId x, std::int64_t height, std::int64_t width) {
  Op op = make(kind, name, {x});
  op.size = {height, width};
  return emit(std::move(op));
}

TensorId Builder::resize_bilinear(const std::string& name, TensorId x, std::int64_t height, std::int64_t width) {
  return resize(OpKind::resize_bilinear, name, x, height, width);
}

TensorId Builder::resize_nearest(const std::string& name, TensorId x, std::int64_t height, std::int64_t width) {
  return resize(OpKind::resize_nearest, name, x, height, width);
}

TensorId Builder::arg_max(const std::string& name, TensorId x) {
  Op op = make(OpKind::arg_max, name, {x});
  op.axis = static_cast<std::int32_t>(shape(x).size()) - 1;
  return emit(std::move(op), DataType::int32);
}

graph::Graph Builder::finish(TensorId output) { return finish(std::vector<TensorId>{output}); }

graph::Graph Builder::finish(const std::vector<TensorId>& outputs) {
  graph_.outputs = outputs;
  graph::validate(graph_);
  return std::exchange(graph_, {});
}

}  // namespace takt::zoo
