#include "sim/graph/infer_shapes.h"

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/shape_rules.h"

namespace takt::graph {
namespace {

Tensor& tensor_at(Graph& graph, TensorId id) {
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size())
    throw GraphError("found tensor " + std::to_string(id) + ", expected 0 to " +
                     std::to_string(static_cast<std::int64_t>(graph.tensors.size()) - 1));
  return graph.tensors[static_cast<std::size_t>(id)];
}

bool has_unknown_dimension(const Shape& shape) {
  for (const std::int64_t dimension : shape)
    if (dimension == -1) return true;
  return false;
}

// An empty shape is taken as unknown: a file cannot tell a scalar from a shape it left out, but a rule can.
void fill(Tensor& tensor, const Shape& inferred) {
  elements_of(inferred);
  bool agrees = tensor.shape.size() == inferred.size();
  for (std::size_t i = 0; agrees && i < inferred.size(); ++i)
    agrees = tensor.shape[i] == -1 || tensor.shape[i] == inferred[i];
  if (!agrees && !tensor.shape.empty())
    throw GraphError("output '" + shown(tensor.name) + "' is stored as " + to_text(tensor.shape) +
                     ", its inputs make " + to_text(inferred));
  tensor.shape = inferred;
}

void require_known(const Tensor& tensor) {
  if (has_unknown_dimension(tensor.shape) || (tensor.shape.empty() && tensor.type != DataType::resource))
    throw GraphError("output '" + shown(tensor.name) + "' is stored as " + to_text(tensor.shape) +
                     " and cannot be inferred; expected a shape in the file");
  elements_of(tensor.shape);
}

void infer(Graph& graph, const Op& op) {
  for (const TensorId id : op.inputs)
    if (id != no_tensor) elements_of(tensor_at(graph, id).shape);  // bounds what the rules compute with
  const ShapeRule rule = shape_rule_of(op.kind);
  const std::vector<Shape> shapes = rule ? rule(graph, op) : std::vector<Shape>{};
  if (!shapes.empty() && shapes.size() != op.outputs.size())
    throw GraphError("has " + std::to_string(op.outputs.size()) + " outputs, expected " +
                     std::to_string(shapes.size()));
  for (std::size_t i = 0; i < op.outputs.size(); ++i) {
    Tensor& output = tensor_at(graph, op.outputs[i]);
    if (shapes.empty())
      require_known(output);
    else
      fill(output, shapes[i]);
  }
}

}  // namespace

void infer_input_shapes(Graph& graph) {
  for (const TensorId id : graph.inputs) {
    Tensor& tensor = tensor_at(graph, id);
    if (!tensor.shape.empty() && tensor.shape[0] == -1) tensor.shape[0] = 1;
    if (has_unknown_dimension(tensor.shape))
      throw GraphError("input '" + shown(tensor.name) + "' has shape " + to_text(tensor.shape) +
                       ", expected known dimensions after the batch");
    elements_of(tensor.shape);
  }
}

void infer_op_shapes(Graph& graph, std::size_t op_index) {
  try {
    infer(graph, graph.ops.at(op_index));
  } catch (const GraphError& error) {
    throw GraphError(describe(graph, op_index) + ": " + error.what());
  }
}

void infer_shapes(Graph& graph) {
  infer_input_shapes(graph);
  for (std::size_t i = 0; i < graph.ops.size(); ++i) infer_op_shapes(graph, i);
}

}  // namespace takt::graph
