#include "sim/graph/batch.h"

#include <algorithm>
#include <string>

#include "sim/graph/error.h"
#include "sim/graph/infer_shapes.h"

namespace takt::graph {
namespace {

bool holds(const std::vector<std::int64_t>& axes, std::int64_t axis) {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

// Whether the operator works along the leading dimension, or puts another one there.
bool mixes(const Graph& graph, const Op& op) {
  const Shape& x = graph.tensors[static_cast<std::size_t>(op.inputs[0])].shape;
  switch (op.kind) {
    case OpKind::concat:
    case OpKind::split:
    case OpKind::softmax:
    case OpKind::arg_max:
      return op.axis == 0;
    case OpKind::mean:
    case OpKind::squeeze:
      return holds(op.axes, 0) || op.axes.empty();
    case OpKind::transpose:
      return op.axes.empty() || op.axes[0] != 0;
    case OpKind::slice:
      return holds(op.axes, 0) || op.size.empty() || op.begin[0] != 0 || op.size[0] != x[0];
    case OpKind::pad:
      return op.begin.empty() || op.begin[0] != 0 || op.end[0] != 0;
    case OpKind::layer_norm:
      return x.size() == 1;
    case OpKind::reshape:
      return op.size.empty();
    case OpKind::lstm:
    case OpKind::svdf:
    case OpKind::variable:
    case OpKind::custom:
      return true;
    default:
      return false;
  }
}

}  // namespace

void set_batch(Graph& graph, std::int64_t batch) {
  if (batch == 1) return;
  if (graph.parameter)
    throw GraphError("'" + graph.name + "' keeps state from one inference to the next, expected none for a batch of " +
                     std::to_string(batch));
  const auto tensor = [&](TensorId id) -> Tensor& { return graph.tensors[static_cast<std::size_t>(id)]; };
  for (const Op& op : graph.ops)
    if (mixes(graph, op))
      throw GraphError("operator '" + op.name + "' (" + name_of(op.kind) +
                       ") does not keep the inferences of a batch of " + std::to_string(batch) +
                       " apart, expected operators along other dimensions than the first");
  const std::uint64_t macs = macs_of(graph);
  for (const TensorId id : graph.inputs) {
    Tensor& input = tensor(id);
    if (input.shape.empty() || input.variable)
      throw GraphError("input '" + input.name + "' has no leading dimension, expected one for a batch");
    input.shape[0] *= batch;
  }
  for (Op& op : graph.ops) {
    if (op.kind == OpKind::reshape || op.kind == OpKind::slice) op.size[0] *= batch;
    for (const TensorId id : op.outputs) tensor(id).shape.clear();
  }
  infer_shapes(graph);
  if (macs_of(graph) != macs * static_cast<std::uint64_t>(batch))
    throw GraphError("a product of two activations does not keep the inferences of a batch of " +
                     std::to_string(batch) + " apart, expected one for each");
}

}  // namespace takt::graph
