// What a file's way of putting things leaves behind in a graph.
#pragma once

#include "sim/graph/graph.h"

namespace takt::onnx {

// A pool over a whole plane and the reshape that drops the plane become one mean; views of views become one; operators
// whose results nobody reads, and tensors that no operator has, go.
void tidy(graph::Graph& graph);

}  // namespace takt::onnx
