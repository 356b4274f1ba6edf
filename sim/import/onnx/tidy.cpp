#include "sim/import/onnx/tidy.h"

#include <algorithm>

namespace takt::onnx {

using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::TensorId;

namespace {

constexpr std::size_t nobody = static_cast<std::size_t>(-1);

std::size_t at(TensorId id) { return static_cast<std::size_t>(id); }

// Uses of each tensor: operands, and the graph's outputs.
std::vector<std::size_t> uses_of(const Graph& graph) {
  std::vector<std::size_t> uses(graph.tensors.size(), 0);
  for (const Op& op : graph.ops)
    for (const TensorId id : op.inputs)
      if (id != graph::no_tensor) ++uses[at(id)];
  for (const TensorId id : graph.outputs) ++uses[at(id)];
  return uses;
}

Shape without_reduced(const Shape& shape, const std::vector<std::int64_t>& axes) {
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i)
    if (std::count(axes.begin(), axes.end(), static_cast<std::int64_t>(i)) == 0) result.push_back(shape[i]);
  return result;
}

void join_views(Graph& graph) {
  std::vector<std::size_t> uses = uses_of(graph);
  std::vector<std::size_t> producer(graph.tensors.size(), nobody);
  std::vector<bool> gone(graph.ops.size(), false);
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    Op& view = graph.ops[i];
    for (const TensorId id : view.outputs) producer[at(id)] = i;
    if (view.kind != OpKind::reshape) continue;
    const TensorId from = view.inputs[0];
    if (producer[at(from)] == nobody || uses[at(from)] != 1) continue;
    Op& first = graph.ops[producer[at(from)]];
    if (first.kind == OpKind::reshape) {
      view.inputs[0] = first.inputs[0];
      gone[producer[at(from)]] = true;
    } else if (first.kind == OpKind::mean && first.keep_dims &&
               view.size == without_reduced(graph.tensors[at(from)].shape, first.axes)) {
      first.keep_dims = false;
      first.outputs = view.outputs;
      producer[at(view.outputs[0])] = producer[at(from)];
      gone[i] = true;
    }
  }
  std::vector<Op> kept;
  for (std::size_t i = 0; i < graph.ops.size(); ++i)
    if (!gone[i]) kept.push_back(std::move(graph.ops[i]));
  graph.ops = std::move(kept);
}

void drop_unread(Graph& graph) {
  std::vector<bool> read(graph.tensors.size(), false), kept(graph.ops.size(), false);
  for (const TensorId id : graph.outputs) read[at(id)] = true;
  for (std::size_t i = graph.ops.size(); i > 0; --i) {
    const Op& op = graph.ops[i - 1];
    kept[i - 1] = std::any_of(op.outputs.begin(), op.outputs.end(), [&](TensorId id) { return read[at(id)]; });
    if (!kept[i - 1]) continue;
    for (const TensorId id : op.inputs)
      if (id != graph::no_tensor) read[at(id)] = true;
  }
  std::vector<Op> ops;
  for (std::size_t i = 0; i < graph.ops.size(); ++i)
    if (kept[i]) ops.push_back(std::move(graph.ops[i]));
  graph.ops = std::move(ops);
}

void drop_tensors(Graph& graph) {
  std::vector<TensorId> number(graph.tensors.size(), graph::no_tensor);
  std::vector<graph::Tensor> tensors;
  const auto keep = [&](TensorId& id) {
    if (id == graph::no_tensor) return;
    if (number[at(id)] == graph::no_tensor) {
      number[at(id)] = static_cast<TensorId>(tensors.size());
      tensors.push_back(std::move(graph.tensors[at(id)]));
    }
    id = number[at(id)];
  };
  for (TensorId& id : graph.inputs) keep(id);
  for (Op& op : graph.ops) {
    for (TensorId& id : op.inputs) keep(id);
    for (TensorId& id : op.outputs) keep(id);
  }
  for (TensorId& id : graph.outputs) keep(id);
  graph.tensors = std::move(tensors);
}

}  // namespace

void tidy(Graph& graph) {
  drop_unread(graph);
  join_views(graph);
  drop_tensors(graph);
}

}  // namespace takt::onnx
