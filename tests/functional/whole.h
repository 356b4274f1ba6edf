// Graphs of floating-point tensors, operator by operator: kernels on whole tensors, each within the reference's bound
// of what it makes of the same operands. What programs make piece by piece is to be the same to the byte.
#pragma once

#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/functional/kernel.h"
#include "sim/functional/reals.h"
#include "tests/reference/networks.h"
#include "tests/reference/reals.h"

namespace takt::functional::testing {

using Arrays = std::map<graph::TensorId, reference::Array>;

inline const graph::Tensor& tensor_of(const graph::Graph& graph, graph::TensorId id) {
  return graph.tensors.at(static_cast<std::size_t>(id));
}

// An operator's operand, a byte at least an element; nothing where it is absent.
inline reference::Array operand_of(const graph::Graph& graph, graph::TensorId id, const Arrays& arrays) {
  if (id == graph::no_tensor) return {};
  const graph::Tensor& tensor = tensor_of(graph, id);
  const auto found = arrays.find(id);
  if (found != arrays.end()) return found->second;
  if (!tensor.contents) return {};  // it says what the operator's fields do
  return reference::testing::unpacked({tensor.type, tensor.shape, *tensor.contents});
}

inline reference::Array made_by_kernel(const graph::Graph& graph, const graph::Op& op, const Arrays& arrays) {
  std::vector<reference::Array> operands;
  std::vector<Part> parts;
  for (const graph::TensorId id : op.inputs) operands.push_back(operand_of(graph, id, arrays));
  for (const reference::Array& array : operands)
    parts.push_back({array.type,
                     {0, array.bytes.empty() ? 0 : graph::elements_of(array.shape), 1, 0, 1},
                     array.bytes.empty() ? nullptr : array.bytes.data()});
  const graph::Tensor& output = tensor_of(graph, op.outputs[0]);
  reference::Array made{output.type, output.shape, std::vector<std::uint8_t>(output.bytes())};
  make_kernel(graph, op)->run(parts, {0, output.elements(), 1, 0, 1}, made.bytes.data());
  return made;
}

// Every tensor. Throws std::runtime_error with the operator and the element that is further off than its bound.
inline Arrays run_whole(const graph::Graph& graph, const Arrays& inputs) {
  Arrays arrays = inputs;
  for (const graph::Op& op : graph.ops) {
    if (reference::moves_only(op.kind)) {
      const std::vector<reference::Array> moved = reference::evaluate_movement(graph, op, arrays);
      for (std::size_t i = 0; i < moved.size(); ++i) arrays[op.outputs[i]] = moved[i];
      continue;
    }
    const reference::Array made = made_by_kernel(graph, op, arrays);
    const std::string difference =
        reference::difference(reference::evaluate_reals(graph, op, arrays), reference::doubles_of(made));
    if (!difference.empty())
      throw std::runtime_error("'" + op.name + "' (" + graph::name_of(op.kind) + "): " + difference);
    arrays[op.outputs[0]] = made;
  }
  return arrays;
}

}  // namespace takt::functional::testing
