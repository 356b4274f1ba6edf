// Random elements for every input of a graph.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "tests/reference/interpreter.h"

namespace takt::reference {

inline std::map<graph::TensorId, Array> random_inputs(const graph::Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<graph::TensorId, Array> inputs;
  for (const graph::TensorId id : graph.inputs) {
    const graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(id)];
    Array array{tensor.type, tensor.shape, std::vector<std::uint8_t>(tensor.bytes())};
    for (std::uint8_t& byte : array.bytes) byte = static_cast<std::uint8_t>(random() >> 20);
    inputs[id] = std::move(array);
  }
  return inputs;
}

}  // namespace takt::reference
