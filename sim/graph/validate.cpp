#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/graph.h"
#include "sim/graph/shape_rules.h"

namespace takt::graph {
namespace {

// Runs check(op) over all operators; an error names the one it came from.
template <typename Check>
void for_each_op(const Graph& graph, Check check) {
  for (std::size_t i = 0; i < graph.ops.size(); ++i) {
    try {
      check(graph.ops[i]);
    } catch (const GraphError& error) {
      throw GraphError(describe(graph, i) + ": " + error.what());
    }
  }
}

const Tensor& tensor_at(const Graph& graph, TensorId id) {
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size())
    throw GraphError("found tensor " + std::to_string(id) + ", expected 0 to " +
                     std::to_string(static_cast<std::int64_t>(graph.tensors.size()) - 1));
  return graph.tensors[static_cast<std::size_t>(id)];
}

std::string label(const Graph& graph, TensorId id) {
  return "tensor " + std::to_string(id) + " '" + shown(tensor_at(graph, id).name) + "'";
}

class Dataflow {
 public:
  explicit Dataflow(const Graph& graph) : graph_(graph), defined_(graph.tensors.size(), false) {}

  void check() {
    for (std::size_t i = 0; i < graph_.tensors.size(); ++i)
      defined_[i] = graph_.tensors[i].constant || graph_.tensors[i].variable;
    for (const TensorId id : graph_.inputs) defined(id) = true;
    for_each_op(graph_, [this](const Op& op) { check_op(op); });
    for (const TensorId id : graph_.outputs) require(id, "the graph's output");
  }

 private:
  std::vector<bool>::reference defined(TensorId id) {
    tensor_at(graph_, id);  // checks the range
    return defined_[static_cast<std::size_t>(id)];
  }

  void require(TensorId id, const std::string& who) {
    if (!defined(id)) throw GraphError(who + " is " + label(graph_, id) + ", which nothing before it produces");
  }

  void check_op(const Op& op) {
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
      if (op.inputs[i] != no_tensor) require(op.inputs[i], "input " + std::to_string(i));
    for (const TensorId id : op.outputs) {
      if (defined(id))
        throw GraphError("produces " + label(graph_, id) + ", which is a constant, an input or produced already");
      defined(id) = true;
    }
  }

  const Graph& graph_;
  std::vector<bool> defined_;
};

void check_size(const Graph& graph, TensorId id) {
  try {
    tensor_at(graph, id).bytes();
  } catch (const GraphError& error) {
    throw GraphError(label(graph, id) + ": " + error.what());
  }
}

void check_shapes(const Graph& graph, const Op& op) {
  for (const TensorId id : op.inputs)
    if (id != no_tensor) check_size(graph, id);
  for (const TensorId id : op.outputs) check_size(graph, id);
  const ShapeRule rule = shape_rule_of(op.kind);
  if (rule == nullptr) return;
  if (op.outputs.empty()) throw GraphError("has no output");
  const std::vector<Shape> expected = rule(graph, op);
  if (!expected.empty() && expected.size() != op.outputs.size())
    throw GraphError("has " + std::to_string(op.outputs.size()) + " outputs, expected " +
                     std::to_string(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i)
    if (tensor_at(graph, op.outputs[i]).shape != expected[i])
      throw GraphError("output " + label(graph, op.outputs[i]) + " has shape " +
                       to_text(tensor_at(graph, op.outputs[i]).shape) + ", expected " + to_text(expected[i]));
}

}  // namespace

void validate_dataflow(const Graph& graph) { Dataflow(graph).check(); }

void validate(const Graph& graph) {
  validate_dataflow(graph);
  for (const TensorId id : graph.inputs) check_size(graph, id);
  for_each_op(graph, [&](const Op& op) {
    check_shapes(graph, op);
    macs_of(graph, op);  // throws where the count overflows
  });
  macs_of(graph);
}

}  // namespace takt::graph
