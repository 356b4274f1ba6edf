// Small graphs for tests: tensors and operators added one by one.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/graph/error.h"
#include "sim/graph/graph.h"

namespace takt::graph::testing {

inline TensorId add_tensor(Graph& graph, Shape shape, bool constant = false, DataType type = DataType::int8) {
  Tensor tensor;
  tensor.name = "t" + std::to_string(graph.tensors.size());
  tensor.shape = std::move(shape);
  tensor.constant = constant;
  tensor.type = type;
  graph.tensors.push_back(tensor);
  return static_cast<TensorId>(graph.tensors.size() - 1);
}

inline TensorId add_input(Graph& graph, Shape shape) {
  const TensorId id = add_tensor(graph, std::move(shape));
  graph.inputs.push_back(id);
  return id;
}

// Adds an operator with one output of the given (possibly unknown) shape; returns it for its fields to be set.
inline Op& add_op(Graph& graph, OpKind kind, std::vector<TensorId> inputs, Shape output = {}) {
  Op op;
  op.kind = kind;
  op.inputs = std::move(inputs);
  op.outputs = {add_tensor(graph, std::move(output))};
  graph.outputs = op.outputs;
  graph.ops.push_back(op);
  return graph.ops.back();
}

inline const Shape& output_shape(const Graph& graph) {
  return graph.tensors[static_cast<std::size_t>(graph.ops.back().outputs[0])].shape;
}

template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const GraphError& error) {
    return error.what();
  }
  return "";
}

}  // namespace takt::graph::testing
