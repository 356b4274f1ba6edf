// Several inferences at once.
#pragma once

#include <cstdint>

#include "sim/graph/graph.h"

namespace takt::graph {

// Makes a graph of one inference into one of `batch` (>= 1): every activation gets `batch` times its leading dimension,
// image behind image. Throws GraphError where an operator would not keep them apart, or keeps state.
void set_batch(Graph& graph, std::int64_t batch);

}  // namespace takt::graph
