// Pass 2: rewrites an NPU part's operators into those the engines have.
#pragma once

#include "sim/graph/graph.h"

namespace takt::compiler {

// Splits become slices; padding before a convolution becomes the convolution's own; transposes, slices, concatenations,
// quantizations and resizes that move nothing become reshapes. MACs do not change.
void legalize(graph::Graph& graph);

}  // namespace takt::compiler
