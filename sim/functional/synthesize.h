// Numbers for networks that have none: those of the zoo, those of tests.
#pragma once

#include <cstdint>

#include "sim/graph/graph.h"

namespace takt::functional {

// Gives every tensor a scale and a zero point, and constants contents, from the seed, such that results seldom
// saturate. Tensors that an operator only moves share theirs; softmax and logistic get those that TensorFlow Lite
// demands. Weights have a scale for each output channel. For graphs of integers of 8 or 16 bits, or of floats, which
// have no scales: their sums neither grow nor vanish with depth.
void synthesize(graph::Graph& graph, std::uint64_t seed);

}  // namespace takt::functional
