// Random elements for every input of a graph; floating-point ones lie between -4 and 4.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "sim/graph/half.h"
#include "tests/reference/interpreter.h"

namespace takt::reference {

template <typename Next>
void fill_floats(const graph::Tensor& tensor, std::vector<std::uint8_t>& bytes, const Next& next) {
  const auto size = static_cast<std::size_t>(graph::bytes_of(tensor.type, 1));
  for (std::size_t i = 0; i < bytes.size(); i += size) {
    const float value = static_cast<float>(next() % 8193) / 1024 - 4;
    const std::uint16_t half = graph::half_of_single(value);
    std::memcpy(bytes.data() + i, size == 2 ? static_cast<const void*>(&half) : &value, size);
  }
}

inline std::map<graph::TensorId, Array> random_inputs(const graph::Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<graph::TensorId, Array> inputs;
  for (const graph::TensorId id : graph.inputs) {
    const graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(id)];
    Array array{tensor.type, tensor.shape, std::vector<std::uint8_t>(tensor.bytes())};
    if (tensor.type == graph::DataType::float16 || tensor.type == graph::DataType::float32)
      fill_floats(tensor, array.bytes, [&] { return random() >> 20; });
    else
      for (std::uint8_t& byte : array.bytes) byte = static_cast<std::uint8_t>(random() >> 20);
    inputs[id] = std::move(array);
  }
  return inputs;
}

}  // namespace takt::reference
