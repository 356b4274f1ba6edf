// Layers of the tensor engine: convolutions, products with weights, products of two activations.
#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/lower.h"
#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Tensor;

namespace {

std::uint8_t precision_of(const Tensor& activation, const Tensor& weights) {
  if (activation.type == DataType::float16) return TAKT_FP16;
  const bool wide = graph::bytes_of(activation.type, 1) == 2;
  if (weights.type == DataType::int4) return wide ? TAKT_W4A16 : TAKT_W4A8;
  return wide ? TAKT_W8A16 : TAKT_W8A8;
}

std::uint64_t u(std::int64_t value) { return static_cast<std::uint64_t>(value); }

// A 1 x n convolution over one row is an n x 1 convolution over one column: its positions then fill whole tiles.
void turn(Geometry& geometry) { std::swap(geometry.height, geometry.width); }

void lower_conv(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  Geometry &in = layer.inputs[0].view, &out = layer.output.view;
  const bool turned = in.height == 1 && out.height == 1 && op.kernel_h == 1;
  if (turned) turn(in), turn(out);
  layer.inputs[0].map = turned ? window_rows(op.stride_w, op.kernel_w, op.dilation_w, op.pad_left)
                               : window_rows(op.stride_h, op.kernel_h, op.dilation_h, op.pad_top);
  MatrixWork& m = layer.matrix;
  m.out_width = out.width;
  m.groups = u(op.groups);
  m.out_channels = out.channels / m.groups;
  m.in_channels = in.channels / m.groups;
  m.taps = {u(op.kernel_h) * u(op.kernel_w)};
}

// Frames after frames are one image: a row of the output needs rows of several frames, and all between them. A row map
// is linear, the rows of a frame and of the whole are not in step: `drift` is how far they part within a frame.
RowMap frame_rows(const Op& op, std::int64_t in_height, std::int64_t out_height) {
  const std::int64_t num = op.stride_d * in_height;
  const std::int64_t drift = (out_height - 1) * (op.stride_h * out_height - num) / out_height;
  const std::int64_t low = -op.pad_front * in_height - op.pad_top + std::min<std::int64_t>(0, drift) - 1;
  const std::int64_t high = (op.kernel_d - 1 - op.pad_front) * in_height + op.kernel_h - 1 - op.pad_top;
  return {RowMap::Kind::rows, num, out_height, low, high + std::max<std::int64_t>(0, drift) + 1};
}

void lower_conv3d(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  Operand& input = layer.inputs[0];
  Geometry &in = input.view, &out = layer.output.view;
  if (op.kernel_d == 1 && op.stride_d == 1) {
    input.map = window_rows(op.stride_h, op.kernel_h, op.dilation_h, op.pad_top);
  } else {
    input.map = frame_rows(op, static_cast<std::int64_t>(in.height), static_cast<std::int64_t>(out.height));
    if (graph::input_shape(c.graph, op, 0, 5)[0] != 1) input.map.kind = RowMap::Kind::all;
    in = with_flat_rows(in);
    out = with_flat_rows(out);
  }
  MatrixWork& m = layer.matrix;
  m.out_width = out.width;
  m.groups = u(op.groups);
  m.out_channels = out.channels / m.groups;
  m.in_channels = in.channels / m.groups;
  m.taps = {u(op.kernel_d) * u(op.kernel_h) * u(op.kernel_w)};
}

// Kernel positions of one axis that meet the outputs of phase p of `stride`.
std::uint64_t phase_taps(std::int64_t kernel, std::int64_t stride, std::int64_t phase) {
  return u((kernel - phase + stride - 1) / stride);
}

// Each of the stride_h x stride_w output phases is a convolution of its own over the input's positions; together their
// taps are the kernel's. A row of tiles covers stride_h rows of the output.
void lower_transpose_conv(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  const Geometry& in = layer.inputs[0].view;
  Geometry& out = layer.output.view;
  MatrixWork& m = layer.matrix;
  for (std::int64_t row = 0; row < op.stride_h; ++row)
    for (std::int64_t column = 0; column < op.stride_w; ++column)
      m.taps.push_back(phase_taps(op.kernel_h, op.stride_h, row) * phase_taps(op.kernel_w, op.stride_w, column));
  m.out_width = in.width;
  m.out_channels = out.channels;
  m.in_channels = in.channels;
  out.height = in.height;
  out.width *= u(op.stride_h);
  const std::int64_t reach = (op.kernel_h + op.stride_h - 1) / op.stride_h;
  layer.inputs[0].map = {RowMap::Kind::rows, 1, 1, -reach, reach};
}

void lower_fully_connected(const LoweringContext& c, Layer& layer) {
  Geometry &in = layer.inputs[0].view, &out = layer.output.view;
  const std::uint64_t features = u(graph::input_shape(c.graph, c.op, 1, 2)[1]);
  const std::uint64_t rows = in.images * in.height * in.width * in.channels / features;
  in = {1, rows, 1, features, in.element_bytes};
  out = {1, rows, 1, out.images * out.height * out.width * out.channels / rows, out.element_bytes};
  layer.matrix.out_channels = out.channels;
  layer.matrix.in_channels = features;
  layer.matrix.taps = {1};
}

std::uint64_t batches(const graph::Shape& shape) {
  return graph::elements_of(graph::Shape(shape.begin(), shape.end() - 2));
}

void lower_batch_matmul(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  const graph::Shape& a = graph::input_shape(c.graph, op, 0);
  const graph::Shape& out = c.graph.tensors[u(op.outputs[0])].shape;
  const std::uint64_t rows = u(out[out.size() - 2]), columns = u(out.back());
  const std::uint64_t images = batches(out);
  const auto bind = [&](Operand& operand, bool by_rows) {
    const RowMap::Kind own = by_rows ? RowMap::Kind::rows : RowMap::Kind::image;
    operand.map.kind = operand.view.images == images ? own : RowMap::Kind::all;
    operand.growing &= operand.map.kind == RowMap::Kind::image;
  };
  layer.inputs[0].view = matrices(c.graph.tensors[u(op.inputs[0])]);
  bind(layer.inputs[0], !op.transpose_a);
  for (std::size_t k = 1; k < layer.inputs.size(); ++k) bind(layer.inputs[k], false);
  layer.matrix.transposed = op.transpose_b;
  layer.output.view = {images, rows, 1, columns, layer.output.view.element_bytes};
  layer.matrix.out_channels = columns;
  layer.matrix.in_channels = u(a[a.size() - (op.transpose_a ? 2 : 1)]);
  layer.matrix.taps = {1};
  layer.overhead = TAKT_OVERHEAD_IRREGULAR;
}

}  // namespace

Geometry matrices(const graph::Tensor& tensor) {
  const graph::Shape& shape = tensor.shape;
  return {batches(shape), u(shape[shape.size() - 2]), 1, u(shape.back()),
          static_cast<std::uint32_t>(graph::bytes_of(tensor.type, 1))};
}

void lower_matrix(const LoweringContext& c, Layer& layer) {
  layer.matrix.present = true;
  layer.matrix.precision = precision_of(graph::input(c.graph, c.op, 0), graph::input(c.graph, c.op, 1));
  switch (c.op.kind) {
    case OpKind::conv2d:
      return lower_conv(c, layer);
    case OpKind::transpose_conv2d:
      return lower_transpose_conv(c, layer);
    case OpKind::conv3d:
      return lower_conv3d(c, layer);
    case OpKind::fully_connected:
      return lower_fully_connected(c, layer);
    default:
      return lower_batch_matmul(c, layer);
  }
}

}  // namespace takt::compiler
