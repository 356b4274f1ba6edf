// Convolutions and pools: window, strides, and padding worked out from SAME or VALID.
#include "sim/graph/operands.h"
#include "sim/graph/padding.h"
#include "sim/import/tflite/operators.h"

namespace takt::tflite {

using graph::GraphError;
using graph::Op;
using graph::Shape;

namespace {

constexpr std::int64_t most_window = 1 << 20;  // keeps sums of padding, window and dilation far from 32 bits

std::int32_t window_value(std::int64_t value, const char* what) {
  if (value < 1 || value > most_window) throw GraphError(std::string("found ") + what + " " + std::to_string(value));
  return static_cast<std::int32_t>(value);
}

template <typename Options>
void set_strides(Op& op, const Options& options) {
  op.stride_h = window_value(options.stride_h(), "vertical stride");
  op.stride_w = window_value(options.stride_w(), "horizontal stride");
}

template <typename Options>
void set_dilation(Op& op, const Options& options) {
  op.dilation_h = window_value(options.dilation_h_factor(), "vertical dilation");
  op.dilation_w = window_value(options.dilation_w_factor(), "horizontal dilation");
}

void set_kernel(Op& op, const Shape& weights) {
  op.kernel_h = window_value(weights[1], "window height");
  op.kernel_w = window_value(weights[2], "window width");
}

// `size`: rows and columns that the window moves over.
void set_padding(Op& op, schema::Padding padding, const Shape& size) {
  if (padding == schema::Padding_VALID) return;
  if (padding != schema::Padding_SAME)
    throw GraphError("found padding " + std::to_string(padding) + ", expected 0 (SAME) or 1 (VALID)");
  const graph::Padding rows = graph::same_padding(size[1], op.kernel_h, op.stride_h, op.dilation_h);
  const graph::Padding columns = graph::same_padding(size[2], op.kernel_w, op.stride_w, op.dilation_w);
  constexpr std::int64_t most = 1 << 30;
  if (rows.after > most || columns.after > most) throw GraphError("found a window of more than 2^30 rows or columns");
  op.pad_top = static_cast<std::int32_t>(rows.before);
  op.pad_bottom = static_cast<std::int32_t>(rows.after);
  op.pad_left = static_cast<std::int32_t>(columns.before);
  op.pad_right = static_cast<std::int32_t>(columns.after);
}

}  // namespace

void convert_conv2d(Conversion& c) {
  const auto& options = c.options<schema::Conv2DOptions>();
  const Shape &x = graph::input_shape(c.graph, c.op, 0, 4), &weights = graph::input_shape(c.graph, c.op, 1, 4);
  set_kernel(c.op, weights);
  set_strides(c.op, options);
  set_dilation(c.op, options);
  set_padding(c.op, options.padding(), x);
  if (weights[3] < 1 || x[3] % weights[3] != 0 || x[3] / weights[3] > most_window)
    throw GraphError("found weights of " + std::to_string(weights[3]) + " input channels for an input of " +
                     std::to_string(x[3]));
  c.op.groups = static_cast<std::int32_t>(x[3] / weights[3]);
  c.op.activation = activation_of(options.fused_activation_function());
}

void convert_depthwise_conv2d(Conversion& c) {
  const auto& options = c.options<schema::DepthwiseConv2DOptions>();
  const Shape& x = graph::input_shape(c.graph, c.op, 0, 4);
  set_kernel(c.op, graph::input_shape(c.graph, c.op, 1, 4));
  set_strides(c.op, options);
  set_dilation(c.op, options);
  set_padding(c.op, options.padding(), x);
  c.op.activation = activation_of(options.fused_activation_function());
}

void convert_transpose_conv2d(Conversion& c) {
  const auto& options = c.options<schema::TransposeConvOptions>();
  Op& op = c.op;
  if (op.inputs.size() < 3) throw GraphError("found " + std::to_string(op.inputs.size()) + " inputs, expected 3 or 4");
  if (op.outputs.empty() || op.outputs[0] < 0) throw GraphError("found no output");
  const graph::TensorId bias = op.inputs.size() > 3 ? op.inputs[3] : graph::no_tensor;
  op.inputs = {op.inputs[2], op.inputs[1], bias, op.inputs[0]};  // the file has shape, weights, input, bias
  op.size = c.values(3);
  if (op.size.empty()) op.size = c.graph.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
  if (op.size.size() != 4) throw GraphError("found no output shape of 4 dimensions, constant or stored");
  graph::elements_of(op.size);
  set_kernel(op, graph::input_shape(c.graph, op, 1, 4));
  set_strides(op, options);
  set_padding(op, options.padding(), op.size);
  op.activation = activation_of(options.fused_activation_function());
}

void convert_pool(Conversion& c) {
  const auto& options = c.options<schema::Pool2DOptions>();
  const Shape& x = graph::input_shape(c.graph, c.op, 0, 4);
  c.op.kernel_h = window_value(options.filter_height(), "window height");
  c.op.kernel_w = window_value(options.filter_width(), "window width");
  set_strides(c.op, options);
  set_padding(c.op, options.padding(), x);
  c.op.activation = activation_of(options.fused_activation_function());
}

}  // namespace takt::tflite
