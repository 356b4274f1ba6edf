// Convolutions and pools. Theirs is the layout that decides: channels last. One-dimensional ones run over one row.
#include <algorithm>

#include "sim/graph/padding.h"
#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

constexpr std::int64_t most_window = 1 << 20;  // keeps sums of padding, window and dilation far from 32 bits

std::int32_t window_value(std::int64_t value, std::int64_t least, const char* what) {
  if (value < least || value > most_window)
    throw GraphError(std::string("found ") + what + " " + std::to_string(value));
  return static_cast<std::int32_t>(value);
}

// [n, c, w] as [n, c, 1, w].
Shape with_rows(Shape shape) {
  if (shape.size() == 3) shape.insert(shape.begin() + 2, 1);
  return shape;
}

Value two_dimensional(Call& c, std::size_t input) {
  return c.draft.reshaped(c.name, c.need(input), with_rows(c.shape(input)));
}

// Two numbers of an attribute, [rows, columns]; one where there is one spatial dimension.
Shape pair(const Call& c, const char* attribute, std::size_t spatial, std::int64_t otherwise, const char* what) {
  std::vector<std::int64_t> values = c.node.integers(attribute);
  if (values.empty()) values.assign(spatial, otherwise);
  if (values.size() != spatial)
    throw GraphError("found " + std::to_string(values.size()) + " numbers in " + attribute + ", expected " +
                     std::to_string(spatial));
  for (const std::int64_t value : values) window_value(value, 1, what);
  if (spatial == 1) values.insert(values.begin(), 1);
  return values;
}

struct Pads {
  std::int64_t top = 0, left = 0, bottom = 0, right = 0;
};

Pads stated_pads(const Call& c, std::size_t spatial) {
  const std::vector<std::int64_t> pads = c.node.integers("pads");
  if (pads.empty()) return {};
  if (pads.size() != 2 * spatial)
    throw GraphError("found " + std::to_string(pads.size()) + " pads, expected " + std::to_string(2 * spatial));
  for (const std::int64_t pad : pads) window_value(pad, 0, "padding");
  return spatial == 1 ? Pads{0, pads[0], 0, pads[1]} : Pads{pads[0], pads[1], pads[2], pads[3]};
}

// SAME_LOWER puts the odd element before.
Pads automatic_pads(const Op& op, const Shape& size, bool lower) {
  graph::Padding rows = graph::same_padding(size[2], op.kernel_h, op.stride_h, op.dilation_h);
  graph::Padding columns = graph::same_padding(size[3], op.kernel_w, op.stride_w, op.dilation_w);
  if (lower) std::swap(rows.before, rows.after), std::swap(columns.before, columns.after);
  return {rows.before, columns.before, rows.after, columns.after};
}

void set_pads(Op& op, const Pads& pads) {
  constexpr std::int64_t most = std::int64_t{1} << 30;
  for (const std::int64_t pad : {pads.top, pads.left, pads.bottom, pads.right})
    if (pad < 0 || pad > most) throw GraphError("found padding " + std::to_string(pad));
  op.pad_top = static_cast<std::int32_t>(pads.top);
  op.pad_left = static_cast<std::int32_t>(pads.left);
  op.pad_bottom = static_cast<std::int32_t>(pads.bottom);
  op.pad_right = static_cast<std::int32_t>(pads.right);
}

void set_steps(const Call& c, Op& op, std::size_t spatial) {
  const Shape strides = pair(c, "strides", spatial, 1, "stride");
  const Shape dilations = pair(c, "dilations", spatial, 1, "dilation");
  op.stride_h = static_cast<std::int32_t>(strides[0]);
  op.stride_w = static_cast<std::int32_t>(strides[1]);
  op.dilation_h = static_cast<std::int32_t>(dilations[0]);
  op.dilation_w = static_cast<std::int32_t>(dilations[1]);
}

// `size`: [n, c, rows, columns] that the window moves over.
void set_padding(const Call& c, Op& op, const Shape& size, std::size_t spatial) {
  const std::string_view automatic = c.node.text("auto_pad", "NOTSET");
  if (automatic == "NOTSET" || automatic.empty())
    set_pads(op, stated_pads(c, spatial));
  else if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER")
    set_pads(op, automatic_pads(op, size, automatic == "SAME_LOWER"));
  else if (automatic != "VALID")
    throw GraphError("found auto_pad '" + std::string(automatic.substr(0, 32)) +
                     "', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID");
}

void set_kernel(Op& op, std::int64_t rows, std::int64_t columns) {
  op.kernel_h = window_value(rows, 1, "window height");
  op.kernel_w = window_value(columns, 1, "window width");
}

// Three and more spatial dimensions are not the NPU's.
bool is_planar(const Call& c) { return c.shape(0).size() == 3 || c.shape(0).size() == 4; }

void finish(Call& c, Op op) {
  Value result = c.made(std::move(op), channels_last(4));
  if (c.shape(0).size() == 3) {
    Shape shape = c.draft.shape_of(result);
    shape.erase(shape.begin() + 2);
    result = c.draft.reshaped(c.name, result, shape);
  }
  c.results = {result};
}

graph::TensorId bias_of(Call& c) {
  if (!c.has(2)) return graph::no_tensor;
  const auto count = static_cast<std::int64_t>(count_of(c.shape(2)));
  return c.draft.tensor(bias_for_answers(c, c.draft.reshaped(c.name, c.inputs[2], {count})), {0});
}

// Elements that the last window lacks where windows may end outside (ceil_mode); none where it would begin there, too.
std::int64_t missing(std::int64_t size, std::int64_t before, std::int64_t after, std::int64_t extent,
                     std::int64_t stride) {
  const std::int64_t room = size + before + after - extent;
  if (room < 0 || room % stride == 0) return 0;
  const std::int64_t last = (room / stride + 1) * stride;
  return last >= size + before ? 0 : stride - room % stride;
}

// A transposed convolution's output size and padding. `in`: [n, c, rows, columns].
void set_transposed_size(const Call& c, Op& op, const Shape& in, std::int64_t channels) {
  const std::size_t spatial = c.shape(0).size() - 2;
  const std::string_view automatic = c.node.text("auto_pad", "NOTSET");
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    op.size = {in[0], in[2] * op.stride_h, in[3] * op.stride_w, channels};
    graph::elements_of(op.size);
    return set_pads(op, automatic_pads(op, {in[0], channels, op.size[1], op.size[2]}, automatic == "SAME_LOWER"));
  }
  std::vector<std::int64_t> more = c.node.integers("output_padding");
  if (more.size() != spatial) more.assign(spatial, 0);
  if (spatial == 1) more.insert(more.begin(), 0);
  for (const std::int64_t extra : more) window_value(extra, 0, "output padding");
  Pads pads = stated_pads(c, spatial);
  const auto out = [](std::int64_t size, std::int64_t stride, std::int64_t kernel, std::int64_t dilation) {
    return (size - 1) * stride + (kernel - 1) * dilation + 1;
  };
  op.size = {in[0], out(in[2], op.stride_h, op.kernel_h, op.dilation_h) - pads.top - pads.bottom + more[0],
             out(in[3], op.stride_w, op.kernel_w, op.dilation_w) - pads.left - pads.right + more[1], channels};
  graph::elements_of(op.size);
  // What is added at the end is taken from the padding there: the windows over the output are the input again.
  pads.bottom = std::max<std::int64_t>(pads.bottom - more[0], 0);
  pads.right = std::max<std::int64_t>(pads.right - more[1], 0);
  set_pads(op, pads);
}

void pool(Call& c, OpKind kind) {
  if (!is_planar(c) || c.node.outputs.size() > 1) return convert_custom(c);
  const std::size_t spatial = c.shape(0).size() - 2;
  const Value x = two_dimensional(c, 0);
  const Shape size = c.draft.shape_of(x);
  Op op = c.op(kind);
  if (c.node.integers("kernel_shape").empty()) throw GraphError("found no kernel_shape");
  const Shape kernel = pair(c, "kernel_shape", spatial, 1, "window");
  set_kernel(op, kernel[0], kernel[1]);
  set_steps(c, op, spatial);
  set_padding(c, op, size, spatial);
  if (c.node.integer("ceil_mode", 0) != 0) {
    const auto extent = [](std::int64_t k, std::int64_t dilation) { return (k - 1) * dilation + 1; };
    op.pad_bottom += static_cast<std::int32_t>(
        missing(size[2], op.pad_top, op.pad_bottom, extent(op.kernel_h, op.dilation_h), op.stride_h));
    op.pad_right += static_cast<std::int32_t>(
        missing(size[3], op.pad_left, op.pad_right, extent(op.kernel_w, op.dilation_w), op.stride_w));
  }
  op.counts_padding = kind == OpKind::average_pool && c.node.integer("count_include_pad", 0) != 0;
  op.inputs = {c.draft.tensor(x, channels_last(4))};
  finish(c, std::move(op));
}

}  // namespace

void convert_conv(Call& c) {
  const Shape plain = c.shape(1);
  if (!is_planar(c) || plain.size() != c.shape(0).size()) return convert_custom(c);
  const std::size_t spatial = plain.size() - 2;
  const Value x = two_dimensional(c, 0), weights = two_dimensional(c, 1);
  const Shape size = c.draft.shape_of(x), filter = c.draft.shape_of(weights);
  const std::int32_t groups = window_value(c.node.integer("group", 1), 1, "group");
  const bool depthwise = groups > 1 && groups == size[1] && filter[1] == 1;
  Op op = c.op(depthwise ? OpKind::depthwise_conv2d : OpKind::conv2d);
  if (!depthwise) op.groups = groups;
  set_kernel(op, filter[2], filter[3]);
  set_steps(c, op, spatial);
  set_padding(c, op, size, spatial);
  const Order order = depthwise ? Order{1, 2, 3, 0} : channels_last(4);
  op.inputs = {c.draft.tensor(x, channels_last(4)), c.draft.tensor(weights, order), bias_of(c)};
  finish(c, std::move(op));
}

void convert_conv_transpose(Call& c) {
  const Shape plain = c.shape(1);
  if (!is_planar(c) || plain.size() != c.shape(0).size() || c.node.integer("group", 1) != 1 ||
      c.node.attribute("output_shape") != nullptr)
    return convert_custom(c);
  const std::size_t spatial = plain.size() - 2;
  const Value x = two_dimensional(c, 0), weights = two_dimensional(c, 1);
  const Shape in = c.draft.shape_of(x), filter = c.draft.shape_of(weights);
  Op op = c.op(OpKind::transpose_conv2d);
  set_kernel(op, filter[2], filter[3]);
  set_steps(c, op, spatial);
  set_transposed_size(c, op, in, filter[1]);
  op.inputs = {c.draft.tensor(x, channels_last(4)), c.draft.tensor(weights, {1, 2, 3, 0}), bias_of(c)};
  finish(c, std::move(op));
}

void convert_max_pool(Call& c) { pool(c, OpKind::max_pool); }
void convert_average_pool(Call& c) { pool(c, OpKind::average_pool); }

void convert_global_max_pool(Call& c) {
  if (!is_planar(c)) return convert_custom(c);
  const Value x = two_dimensional(c, 0);
  const Shape size = c.draft.shape_of(x);
  Op op = c.op(OpKind::max_pool);
  set_kernel(op, size[2], size[3]);
  op.inputs = {c.draft.tensor(x, channels_last(4))};
  finish(c, std::move(op));
}

}  // namespace takt::onnx
