// Layers of the vector engine that compute: depthwise convolutions, pools, elementwise, reductions.
// Passes per element and what counts as a tap: the fitted layer model (passes: add 1, lookup 1, hard-swish 1 to 2,
// GELU 2, softmax 1 + 3, norm 3 to 4; depthwise and pooling: one tap per kernel position and output element).
#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/lower.h"
#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::Op;
using graph::OpKind;
using graph::Tensor;

namespace {

struct ElementwiseRow {
  OpKind kind;
  std::uint8_t passes;
  std::uint8_t wide_passes;  // 16-bit elements have no 256-entry table
  std::uint16_t vector_kind;
};

constexpr ElementwiseRow elementwise_rows[] = {
    {OpKind::hard_swish, 1, 2, TAKT_VECTOR_LOOKUP}, {OpKind::logistic, 1, 1, TAKT_VECTOR_LOOKUP},
    {OpKind::tanh, 1, 1, TAKT_VECTOR_LOOKUP},       {OpKind::gelu, 2, 2, TAKT_VECTOR_LOOKUP},
    {OpKind::leaky_relu, 1, 1, TAKT_VECTOR_LOOKUP},
};

ElementwiseRow elementwise_row(OpKind kind) {
  for (const ElementwiseRow& row : elementwise_rows)
    if (row.kind == kind) return row;
  return {kind, 1, 1, TAKT_VECTOR_ELEMENTWISE};
}

// Done by an output stage at no cost: new scale, other integer type, clamping to constants.
bool is_requantize(const LoweringContext& c) {
  switch (c.op.kind) {
    case OpKind::relu:
    case OpKind::relu6:
    case OpKind::quantize:
    case OpKind::dequantize:
      return true;
    case OpKind::minimum:
    case OpKind::maximum: {
      const Tensor& bound = graph::input(c.graph, c.op, 1);
      return bound.constant && bound.elements() == 1;
    }
    default:
      return false;
  }
}

// Rows of a broadcast operand correspond to the output's only where all dimensions that make rows agree.
bool same_row_dimensions(const graph::Shape& a, const graph::Shape& b) {
  if (a.size() != b.size() || a.empty()) return a.size() == b.size();
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(row_dimensions(a)), b.begin());
}

void start_vector(const LoweringContext& c, Layer& layer, std::uint16_t kind) {
  layer.vector.present = true;
  layer.vector.kind = kind;
  layer.vector.padded_channels = padded_channels(layer.output.view.channels, c.target);
  layer.vector.element_bytes = static_cast<std::uint8_t>(layer.output.view.element_bytes);
  for (const Operand& input : layer.inputs)
    layer.vector.element_bytes =
        std::max(layer.vector.element_bytes, static_cast<std::uint8_t>(input.view.element_bytes));
}

std::uint64_t row_elements(const Geometry& geometry, const Target& target) {
  return geometry.width * padded_channels(geometry.channels, target);
}

// A window over the whole height is a sum over the input's rows: they may come one by one.
bool covers_height(const Op& op, const Geometry& in, const Geometry& out) {
  return op.kind != OpKind::depthwise_conv2d && out.height == 1 && op.pad_top == 0 && op.pad_bottom == 0 &&
         static_cast<std::uint64_t>(op.kernel_h) == in.height && in.height > 1;
}

// A norm reads everything once for its sums, then subtracts and scales, then applies gain and offset.
constexpr std::uint64_t statistics_passes = 1, normalising_passes = 2;

// Instructions beside the passes for each mean and variance: reducing the lanes, the reciprocal square root. From
// instruction counts of a LayerNorm on the vector engine: 110 packets a row, each as long as a pass over one vector,
// whatever the elements' width.
std::uint64_t norm_bytes(std::uint64_t norms, const VectorWork& work, const Target& target) {
  constexpr std::uint64_t packets = 110, vector_bytes = 128;
  const std::uint64_t bytes = norms * packets * vector_bytes;
  return work.element_bytes > 1 ? bytes * 1000 / target.wide_permille : bytes;
}

}  // namespace

void lower_window(const LoweringContext& c, Layer& layer) {
  const Op& op = c.op;
  const bool depthwise = op.kind == OpKind::depthwise_conv2d;
  start_vector(c, layer, depthwise ? TAKT_VECTOR_DEPTHWISE : TAKT_VECTOR_POOL);
  const Geometry &in = layer.inputs[0].view, &out = layer.output.view;
  const std::uint64_t columns = static_cast<std::uint64_t>(op.kernel_w);
  const std::uint64_t taps = static_cast<std::uint64_t>(op.kernel_h) * columns;
  layer.inputs[0].map = window_rows(op.stride_h, op.kernel_h, op.dilation_h, op.pad_top);
  if (covers_height(op, in, out)) {
    layer.reduce = true;
    layer.vector.tap = columns * padded_row_bytes(out, c.target);
    return;
  }
  layer.vector.tap = taps * padded_row_bytes(out, c.target);
  if (depthwise) layer.vector.macs = taps * out.width * out.channels;
}

void lower_elementwise(const LoweringContext& c, Layer& layer) {
  const ElementwiseRow row = elementwise_row(c.op.kind);
  start_vector(c, layer, row.vector_kind);
  const Tensor& out = c.graph.tensors[static_cast<std::size_t>(c.op.outputs[0])];
  layer.output.view = with_flat_rows(layer.output.view);
  std::size_t next = 0;
  for (std::size_t i = 0; i < c.op.inputs.size(); ++i) {
    if (!graph::has_input(c.op, i) || graph::is_shape_operand(c.op, i)) continue;
    const Tensor& input = graph::input(c.graph, c.op, i);
    if (input.constant) continue;
    Operand& operand = layer.inputs[next++];
    operand.view = with_flat_rows(operand.view);
    if (!same_row_dimensions(input.shape, out.shape)) operand.map.kind = RowMap::Kind::all;
    if (input.shape == out.shape) layer.elementwise = true;
  }
  const std::uint64_t passes = layer.vector.element_bytes > 1 ? row.wide_passes : row.passes;
  layer.vector.pass = passes * row_elements(layer.output.view, c.target) * layer.vector.element_bytes;
  layer.requantize = is_requantize(c);
}

void lower_reduction(const LoweringContext& c, Layer& layer) {
  const bool softmax = c.op.kind == OpKind::softmax;
  start_vector(c, layer, softmax ? TAKT_VECTOR_SOFTMAX : TAKT_VECTOR_REDUCE);
  layer.inputs[0].view = with_flat_rows(layer.inputs[0].view);
  layer.output.view = with_flat_rows(layer.output.view);
  if (!softmax) {
    layer.reduce = true;
    layer.vector.pass = row_elements(layer.inputs[0].view, c.target) * layer.vector.element_bytes;
    return;
  }
  const std::size_t rank = graph::input_shape(c.graph, c.op, 0).size();
  if (static_cast<std::size_t>(c.op.axis) + 1 == rank) {  // attention's scores: a row of many pixels may not fit
    layer.inputs[0].view = with_pixel_rows(layer.inputs[0].view);
    layer.output.view = with_pixel_rows(layer.output.view);
  } else {
    layer.inputs[0].map.kind = RowMap::Kind::all;
  }
  layer.vector.pass = (4 * row_elements(layer.output.view, c.target) +
                       padded_channels(static_cast<std::uint64_t>(c.op.causal), c.target)) *
                      layer.vector.element_bytes;
  layer.overhead = TAKT_OVERHEAD_IRREGULAR;
}

void lower_norm(const LoweringContext& c, Layer& layer) {
  const bool in_groups = c.op.kind == OpKind::group_norm;  // whose statistics are an operand
  start_vector(c, layer, TAKT_VECTOR_NORM);
  layer.vector.element_bytes = static_cast<std::uint8_t>(layer.inputs[0].view.element_bytes);
  layer.inputs[0].view = with_flat_rows(layer.inputs[0].view);
  layer.output.view = with_flat_rows(layer.output.view);
  const std::uint64_t elements = row_elements(layer.output.view, c.target) * layer.vector.element_bytes;
  const std::uint64_t passes = in_groups ? normalising_passes : statistics_passes + normalising_passes;
  const std::uint64_t norms =  // a row: its pixels, or its part of all groups
      in_groups ? units::ceil_div(layer.inputs[1].view.channels / 2, layer.output.view.rows())
                : layer.output.view.width;
  layer.vector.pass = passes * elements + norm_bytes(norms, layer.vector, c.target);
  layer.overhead = TAKT_OVERHEAD_IRREGULAR;
}

void lower_statistics(const LoweringContext& c, Layer& layer) {
  start_vector(c, layer, TAKT_VECTOR_NORM);
  layer.vector.element_bytes = static_cast<std::uint8_t>(layer.inputs[0].view.element_bytes);
  layer.inputs[0].view = with_flat_rows(layer.inputs[0].view);
  layer.reduce = true;
  layer.vector.pass = statistics_passes * row_elements(layer.inputs[0].view, c.target) * layer.vector.element_bytes;
}

}  // namespace takt::compiler
