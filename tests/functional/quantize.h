// Scales, zero points and contents for graphs that have none.
#pragma once

#include <cstdint>
#include <map>

#include "sim/graph/graph.h"
#include "tests/reference/interpreter.h"

namespace takt::functional::test {

// Random ones, such that results seldom saturate; tensors that an operator only moves share theirs.
void quantize(graph::Graph& graph, std::uint64_t seed);

std::map<graph::TensorId, reference::Array> random_inputs(const graph::Graph& graph, std::uint64_t seed);

}  // namespace takt::functional::test
