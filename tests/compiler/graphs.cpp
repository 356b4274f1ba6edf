#include "tests/compiler/graphs.h"

#include <utility>

#include "sim/graph/infer_shapes.h"

namespace takt::compiler::test {
namespace {

void window(Op& op, std::int32_t kernel, std::int32_t stride) {
  op.kernel_h = op.kernel_w = kernel;
  op.stride_h = op.stride_w = stride;
  op.pad_top = op.pad_bottom = op.pad_left = op.pad_right = (kernel - 1) / 2;
}

// Weights of 8 bits under integers, of 16 under floats.
DataType weights_for(DataType type) { return type == DataType::float16 ? DataType::float16 : DataType::int8; }

}  // namespace

TensorId GraphBuilder::add_tensor(const Shape& shape, DataType type, bool constant) {
  graph::Tensor tensor;
  tensor.name = "t" + std::to_string(graph_.tensors.size());
  tensor.shape = shape;
  tensor.type = type;
  tensor.constant = constant;
  graph_.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph_.tensors.size() - 1);
}

TensorId GraphBuilder::input(const Shape& shape) {
  graph_.inputs.push_back(add_tensor(shape, type_, false));
  return graph_.inputs.back();
}

TensorId GraphBuilder::constant(const Shape& shape, DataType type) { return add_tensor(shape, type, true); }

Op GraphBuilder::make(OpKind kind, std::vector<TensorId> inputs) {
  Op op;
  op.kind = kind;
  op.name = std::string(graph::name_of(kind)) + "_" + std::to_string(graph_.ops.size());
  op.inputs = std::move(inputs);
  return op;
}

std::vector<TensorId> GraphBuilder::emit(Op op, std::size_t outputs) {
  const DataType type = type_of(op.inputs[0]);
  for (std::size_t i = 0; i < outputs; ++i) op.outputs.push_back(add_tensor({}, type, false));
  graph_.ops.push_back(std::move(op));
  graph::infer_op_shapes(graph_, graph_.ops.size() - 1);
  return graph_.ops.back().outputs;
}

TensorId GraphBuilder::conv(TensorId x, std::int64_t out, std::int32_t kernel, std::int32_t stride,
                            std::int32_t groups) {
  const Shape weights = {out, kernel, kernel, shape(x)[3] / groups};
  Op op = make(OpKind::conv2d, {x, constant(weights, weights_for(type_)), constant({out}, DataType::int32)});
  window(op, kernel, stride);
  op.groups = groups;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::depthwise(TensorId x, std::int32_t kernel, std::int32_t stride) {
  const std::int64_t channels = shape(x)[3];
  Op op = make(OpKind::depthwise_conv2d,
               {x, constant({1, kernel, kernel, channels}, weights_for(type_)), constant({channels}, DataType::int32)});
  window(op, kernel, stride);
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::transpose_conv(TensorId x, std::int64_t out, std::int32_t kernel, std::int32_t stride) {
  const Shape in = shape(x);
  Op op = make(OpKind::transpose_conv2d, {x, constant({out, kernel, kernel, in[3]}, weights_for(type_))});
  op.kernel_h = op.kernel_w = kernel;
  op.stride_h = op.stride_w = stride;
  op.pad_top = op.pad_left = (kernel - stride) / 2;
  op.pad_bottom = op.pad_right = kernel - stride - op.pad_top;
  op.size = {in[0], in[1] * stride, in[2] * stride, out};
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::conv3d(TensorId x, std::int64_t out, std::int32_t kernel_d, std::int32_t kernel,
                              std::int32_t stride_d, std::int32_t stride) {
  Op op = make(OpKind::conv3d, {x, constant({out, kernel_d, kernel, kernel, shape(x)[4]}, weights_for(type_))});
  window(op, kernel, stride);
  op.kernel_d = kernel_d;
  op.stride_d = stride_d;
  op.pad_front = op.pad_back = (kernel_d - 1) / 2;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::norm(OpKind kind, TensorId x) {
  const Shape gains = {shape(x).back()};
  return emit(make(kind, {x, constant(gains, type_), constant(gains, type_)}))[0];
}

TensorId GraphBuilder::fully_connected(TensorId x, std::int64_t out) {
  const std::int64_t features = shape(x).back();
  return emit(make(OpKind::fully_connected,
                   {x, constant({out, features}, weights_for(type_)), constant({out}, DataType::int32)}))[0];
}

TensorId GraphBuilder::matmul(TensorId a, TensorId b, bool transpose_b) {
  Op op = make(OpKind::batch_matmul, {a, b});
  op.transpose_b = transpose_b;
  return emit(std::move(op))[0];
}
TensorId GraphBuilder::binary(OpKind kind, TensorId a, TensorId b) { return emit(make(kind, {a, b}))[0]; }

TensorId GraphBuilder::unary(OpKind kind, TensorId x) {
  Op op = make(kind, {x});
  op.axis = static_cast<std::int32_t>(shape(x).size()) - 1;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::max_pool(TensorId x, std::int32_t kernel, std::int32_t stride) {
  Op op = make(OpKind::max_pool, {x});
  window(op, kernel, stride);
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::average_pool_all(TensorId x) {
  Op op = make(OpKind::average_pool, {x});
  op.kernel_h = static_cast<std::int32_t>(shape(x)[1]);
  op.kernel_w = static_cast<std::int32_t>(shape(x)[2]);
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::mean(TensorId x) {
  Op op = make(OpKind::mean, {x});
  op.axes = {1, 2};
  op.keep_dims = true;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::concat(const std::vector<TensorId>& parts, std::int32_t axis) {
  Op op = make(OpKind::concat, parts);
  op.axis = axis;
  return emit(std::move(op))[0];
}

std::vector<TensorId> GraphBuilder::split(TensorId x, std::int32_t axis, int parts) {
  Op op = make(OpKind::split, {x});
  op.axis = axis;
  return emit(std::move(op), static_cast<std::size_t>(parts));
}

TensorId GraphBuilder::slice(TensorId x, const Shape& begin, const Shape& size) {
  Op op = make(OpKind::slice, {x});
  op.begin = begin;
  op.size = size;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::pad(TensorId x, const Shape& before, const Shape& after) {
  Op op = make(OpKind::pad, {x});
  op.begin = before;
  op.end = after;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::reshape(TensorId x, const Shape& to) {
  Op op = make(OpKind::reshape, {x});
  op.size = to;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::transpose(TensorId x, const std::vector<std::int64_t>& axes) {
  Op op = make(OpKind::transpose, {x});
  op.axes = axes;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::depth_to_space(TensorId x, std::int32_t block) {
  Op op = make(OpKind::depth_to_space, {x});
  op.block = block;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::space_to_depth(TensorId x, std::int32_t block) {
  Op op = make(OpKind::space_to_depth, {x});
  op.block = block;
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::resize(TensorId x, std::int64_t height, std::int64_t width) {
  Op op = make(OpKind::resize_bilinear, {x});
  op.size = {height, width};
  return emit(std::move(op))[0];
}

TensorId GraphBuilder::quantize(TensorId x, DataType type) {
  const TensorId y = emit(make(OpKind::quantize, {x}))[0];
  tensor(y).type = type;
  return y;
}

TensorId GraphBuilder::custom(TensorId x, const std::string& code) {
  Op op = make(OpKind::custom, {x});
  op.custom_code = code;
  op.outputs = {add_tensor(shape(x), type_of(x), false)};
  graph_.ops.push_back(std::move(op));
  return graph_.ops.back().outputs[0];
}

graph::Graph GraphBuilder::finish(const std::vector<TensorId>& outputs) {
  graph_.outputs = outputs;
  graph::validate(graph_);
  return std::exchange(graph_, {});
}

}  // namespace takt::compiler::test
