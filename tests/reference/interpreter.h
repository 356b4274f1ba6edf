// Quantized TensorFlow Lite graphs evaluated as TensorFlow Lite's reference kernels do, bit for bit: what a model's
// answer is, found without the simulator. README.md says which kernels.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::reference {

// A tensor's elements as graph::Contents has them: little-endian, dense, the last dimension fastest.
struct Array {
  graph::DataType type;
  graph::Shape shape;
  std::vector<std::uint8_t> bytes;
};

// Every tensor an operator produced, and the inputs. `inputs` holds an array for each of graph.inputs, of its type and
// shape. The graph is one read WithContents::yes. Throws std::runtime_error, with the operator and its type, for what
// is not supported.
std::map<graph::TensorId, Array> evaluate(const graph::Graph& graph, const std::map<graph::TensorId, Array>& inputs);

}  // namespace takt::reference
