// Layers of the vector engine that rearrange: concatenation, slices, padding, transposes, resizes.
#include <algorithm>

#include "sim/compiler/lower.h"
#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

constexpr std::uint64_t bilinear_taps = 4;

RowMap shifted(std::int64_t by) { return {RowMap::Kind::rows, 1, 1, by, by}; }
const RowMap all_rows = {RowMap::Kind::all, 1, 1, 0, 0};

// Rows per step of `axis`, where all dimensions before it are 1; 0 where rows of different steps interleave.
std::int64_t rows_per_step(const Shape& shape, std::size_t axis) {
  for (std::size_t i = 0; i < axis; ++i)
    if (shape[i] != 1) return 0;
  std::int64_t rows = 1;
  for (std::size_t i = axis + 1; i < row_dimensions(shape); ++i) rows *= shape[i];
  return rows;
}

void map_concat(const LoweringContext& c, Layer& layer) {
  const Shape& out = c.graph.tensors[static_cast<std::size_t>(c.op.outputs[0])].shape;
  const std::size_t axis = static_cast<std::size_t>(c.op.axis);
  const std::int64_t per_step = axis < row_dimensions(out) ? rows_per_step(out, axis) : 0;
  std::int64_t at = 0;
  std::size_t next = 0;
  bool copies = true;
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    const graph::Tensor& input = graph::input(c.graph, c.op, i);
    copies &= same_quantization(input, c.graph.tensors[static_cast<std::size_t>(c.op.outputs[0])]);
    const std::int64_t rows = input.shape[axis] * per_step;
    if (!input.constant) {
      Operand& operand = layer.inputs[next++];
      operand.view = with_flat_rows(operand.view);
      if (axis < row_dimensions(out)) operand.map = per_step == 0 ? all_rows : shifted(-at);
    }
    at += rows;
  }
  layer.output.view = with_flat_rows(layer.output.view);
  layer.joins_channels = axis + 1 == out.size() && next == c.op.inputs.size() && copies;
}

void map_slice(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  const Shape& in = graph::input_shape(c.graph, op, 0);
  Operand& operand = layer.inputs[0];
  operand.map = all_rows;
  const bool forward = std::all_of(op.step.begin(), op.step.end(), [](std::int64_t step) { return step > 0; });
  if (in.size() != 4 || op.size.size() != 4 || !forward || in[0] != op.size[0]) return;
  const std::int64_t step = op.step.empty() ? 1 : op.step[1];
  operand.map = {RowMap::Kind::rows, step, 1, op.begin[1], op.begin[1]};
  layer.output.view = {operand.view.images, static_cast<std::uint64_t>(op.size[1]),
                       static_cast<std::uint64_t>(op.size[2]), static_cast<std::uint64_t>(op.size[3]),
                       operand.view.element_bytes};
}

void map_pad(const LoweringContext& c, Layer& layer) {
  const bool rows_only = c.op.begin.size() == 4 && c.op.begin[0] == 0 && c.op.end[0] == 0;
  layer.inputs[0].map = rows_only ? shifted(-c.op.begin[1]) : all_rows;
}

// TensorFlow Lite blends signed integers at places counted in 1024ths of a row (resize_bilinear.h); the roundings of
// the distance between two of them add up.
void follow_places(const graph::Op& op, std::int64_t in, std::int64_t out, RowMap& map) {
  constexpr std::int64_t unit = 1 << 10;
  const bool corners = op.align_corners && out > 1;
  const std::int64_t distance = corners ? (unit * (in - 1) + (out - 1) / 2) / (out - 1) : (unit * in + out / 2) / out;
  for (std::int64_t y = 0; y < out; ++y) {
    const std::int64_t place = y * distance + (op.half_pixel_centers ? distance / 2 - unit / 2 : 0);
    const std::int64_t base = y * in / out;
    map.low = std::min(map.low, std::clamp<std::int64_t>(place / unit, 0, in - 1) - base);
    map.high = std::max(map.high, std::min((place + unit - 1) / unit, in - 1) - base);
  }
}

// Row y samples between in / out * y - 1 and in / out * (y + 1), whichever way pixel centres and corners are aligned,
// and the row below.
void map_resize(const LoweringContext& c, Layer& layer) {
  const std::int64_t in = static_cast<std::int64_t>(layer.inputs[0].view.height);
  const std::int64_t out = static_cast<std::int64_t>(layer.output.view.height);
  const std::int64_t shrink = in > out ? (in - 1) / out : 0;  // ceil((in - out) / out)
  layer.inputs[0].map = {RowMap::Kind::rows, in, out, -1, 1 + shrink};
  if (c.op.kind == OpKind::resize_bilinear) follow_places(c.op, in, out, layer.inputs[0].map);
}

void map_blocks(const LoweringContext& c, Layer& layer) {
  const std::uint64_t block = static_cast<std::uint64_t>(c.op.block);
  if (c.op.kind == OpKind::space_to_depth) {
    layer.inputs[0].map = {RowMap::Kind::rows, c.op.block, 1, 0, c.op.block - 1};
    return;
  }
  layer.output.view.height /= block;  // tiles walk the input's rows
  layer.output.view.width *= block;
}

void map_rows(const LoweringContext& c, Layer& layer) {
  switch (c.op.kind) {
    case OpKind::concat:
      return map_concat(c, layer);
    case OpKind::slice:
      return map_slice(c, layer);
    case OpKind::pad:
      return map_pad(c, layer);
    case OpKind::depth_to_space:
    case OpKind::space_to_depth:
      return map_blocks(c, layer);
    case OpKind::transpose:
      layer.inputs[0].map = all_rows;
      return;
    default:
      return map_resize(c, layer);
  }
}

}  // namespace

bool same_quantization(const graph::Tensor& a, const graph::Tensor& b) {
  return a.type == b.type && a.scale == b.scale && a.zero_point == b.zero_point;
}

void lower_movement(const LoweringContext& c, Layer& layer) {
  map_rows(c, layer);
  VectorWork& v = layer.vector;
  v.present = true;
  v.kind = TAKT_VECTOR_LAYOUT;
  v.element_bytes = static_cast<std::uint8_t>(layer.output.view.element_bytes);
  v.padded_channels = padded_channels(layer.output.view.channels, c.target);
  const std::uint64_t row = padded_row_bytes(layer.output.view, c.target);
  if (c.op.kind == OpKind::resize_bilinear || c.op.kind == OpKind::resize_nearest) {
    v.kind = TAKT_VECTOR_RESIZE;
    v.tap = (c.op.kind == OpKind::resize_bilinear ? bilinear_taps : 1) * row;
    return;
  }
  v.move = row;
  layer.overhead = TAKT_OVERHEAD_IRREGULAR;
}

}  // namespace takt::compiler
