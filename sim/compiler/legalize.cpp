#include "sim/compiler/legalize.h"

#include <algorithm>
#include <cstddef>

#include "sim/graph/operands.h"

namespace takt::compiler {

using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::Tensor;
using graph::TensorId;

namespace {

const Tensor& tensor(const Graph& graph, TensorId id) { return graph.tensors[static_cast<std::size_t>(id)]; }

void split_into_slices(Graph& graph) {
  std::vector<Op> ops;
  for (const Op& op : graph.ops) {
    if (op.kind != OpKind::split) {
      ops.push_back(op);
      continue;
    }
    std::int64_t at = 0;
    for (const TensorId output : op.outputs) {
      Op slice;
      slice.kind = OpKind::slice;
      slice.name = op.name;
      slice.inputs = {op.inputs[0]};
      slice.outputs = {output};
      slice.size = tensor(graph, output).shape;
      slice.begin.assign(slice.size.size(), 0);
      slice.begin[static_cast<std::size_t>(op.axis)] = at;
      at += slice.size[static_cast<std::size_t>(op.axis)];
      ops.push_back(std::move(slice));
    }
  }
  graph.ops = std::move(ops);
}

bool pads_rows_and_columns_only(const Op& pad) {
  return pad.begin.size() == 4 && pad.end.size() == 4 && pad.begin[0] == 0 && pad.end[0] == 0 && pad.begin[3] == 0 &&
         pad.end[3] == 0;
}

// Convolutions pad with the value that means zero, as the quantized PAD does.
bool takes_padding(const Op& op, TensorId padded) {
  return (op.kind == OpKind::conv2d || op.kind == OpKind::depthwise_conv2d) && op.inputs[0] == padded;
}

void pad_in(const Op& pad, Op& conv) {
  conv.inputs[0] = pad.inputs[0];
  conv.pad_top += static_cast<std::int32_t>(pad.begin[1]);
  conv.pad_bottom += static_cast<std::int32_t>(pad.end[1]);
  conv.pad_left += static_cast<std::int32_t>(pad.begin[2]);
  conv.pad_right += static_cast<std::int32_t>(pad.end[2]);
}

bool fold_pad(Graph& graph, std::size_t index) {
  const Op pad = graph.ops[index];
  const bool own_value = graph::has_input(pad, 2);  // not the one that means zero
  if (pad.kind != OpKind::pad || own_value || !pads_rows_and_columns_only(pad)) return false;
  const TensorId padded = pad.outputs[0];
  if (std::count(graph.outputs.begin(), graph.outputs.end(), padded) != 0) return false;
  std::vector<std::size_t> users;
  for (std::size_t i = index + 1; i < graph.ops.size(); ++i)
    for (const TensorId id : graph.ops[i].inputs)
      if (id == padded) users.push_back(i);
  const bool all =
      std::all_of(users.begin(), users.end(), [&](std::size_t user) { return takes_padding(graph.ops[user], padded); });
  if (!all) return false;
  for (const std::size_t user : users) pad_in(pad, graph.ops[user]);
  graph.ops.erase(graph.ops.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

// The order of dimensions larger than 1 is unchanged.
bool keeps_order(const Shape& shape, const std::vector<std::int64_t>& axes) {
  std::int64_t last = -1;
  for (const std::int64_t axis : axes) {
    if (shape[static_cast<std::size_t>(axis)] == 1) continue;
    if (axis < last) return false;
    last = axis;
  }
  return !axes.empty();
}

bool moves_nothing(const Graph& graph, const Op& op) {
  const Tensor &from = graph::input(graph, op, 0), &to = tensor(graph, op.outputs[0]);
  if (from.constant) return false;
  const bool same = from.shape == to.shape;
  switch (op.kind) {
    case OpKind::transpose:
      return keeps_order(from.shape, op.axes);
    case OpKind::slice:
      return from.elements() == to.elements() && op.step.empty();
    case OpKind::concat:
      return op.inputs.size() == 1 && from.scale == to.scale && from.zero_point == to.zero_point;
    case OpKind::resize_bilinear:
    case OpKind::resize_nearest:
      return same;
    case OpKind::depth_to_space:
    case OpKind::space_to_depth:
      return op.block == 1;
    case OpKind::pad:
      return same;
    case OpKind::quantize:
    case OpKind::dequantize:
      return same && from.type == to.type && from.scale == to.scale && from.zero_point == to.zero_point &&
             !from.scale.empty();
    default:
      return false;
  }
}

}  // namespace

void legalize(Graph& graph) {
  split_into_slices(graph);
  for (std::size_t i = 0; i < graph.ops.size();)
    if (!fold_pad(graph, i)) ++i;
  for (Op& op : graph.ops) {
    if (!moves_nothing(graph, op)) continue;
    op.kind = OpKind::reshape;
    op.inputs.resize(1);
    op.activation = graph::Activation::none;
  }
}

}  // namespace takt::compiler
