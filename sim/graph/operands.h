// Reading an operator's operands with the checks every rule needs. All throw GraphError.
#pragma once

#include <cstddef>
#include <string>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/graph.h"

namespace takt::graph {

inline bool has_input(const Op& op, std::size_t index) {
  return index < op.inputs.size() && op.inputs[index] != no_tensor;
}

inline const Tensor& input(const Graph& graph, const Op& op, std::size_t index) {
  if (!has_input(op, index))
    throw GraphError("found no input " + std::to_string(index) + ", which a " + name_of(op.kind) + " needs");
  const TensorId id = op.inputs[index];
  if (id < 0 || static_cast<std::size_t>(id) >= graph.tensors.size())
    throw GraphError("input " + std::to_string(index) + " is tensor " + std::to_string(id) + " of " +
                     std::to_string(graph.tensors.size()));
  return graph.tensors[static_cast<std::size_t>(id)];
}

inline const Shape& input_shape(const Graph& graph, const Op& op, std::size_t index) {
  return input(graph, op, index).shape;
}

inline const Shape& input_shape(const Graph& graph, const Op& op, std::size_t index, std::size_t rank) {
  const Shape& shape = input_shape(graph, op, index);
  if (shape.size() != rank)
    throw GraphError("input " + std::to_string(index) + " has shape " + to_text(shape) + ", expected " +
                     std::to_string(rank) + " dimensions");
  return shape;
}

}  // namespace takt::graph
