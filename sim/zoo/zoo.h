// Networks built in code, so that a simulation needs no model file. Shapes only: int8 activations and weights, int32
// biases (graph::set_precision gives them others), batch normalisation folded into the convolutions; tensors carry no
// scales because nothing was trained.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::zoo {

std::vector<std::string> names();  // sorted; torchvision's spelling where torchvision has the network

// Throws graph::GraphError, with the nearest names, for a network that is not in names().
// `context`: of a decoder's step, the room for cached and new tokens; 0 is 1024, and all that others take.
graph::Graph build(const std::string& name, std::uint32_t context = 0);

}  // namespace takt::zoo
