// Shape inference, operator by operator: for readers whose files leave intermediate shapes out.
#pragma once

#include <cstddef>

#include "sim/graph/graph.h"

namespace takt::graph {

// A stored shape is unknown where it is empty or holds a dimension of -1. Unknown leading (batch) dimensions of graph
// inputs become 1; unknown output shapes become what the operator makes of its inputs. Throws GraphError, naming the
// operator, where a known shape disagrees, or where a shape is unknown and no rule or operand tells it.
void infer_shapes(Graph& graph);

// The two parts, for a reader that needs the input shapes of one operator to read the next (SAME padding).
void infer_input_shapes(Graph& graph);
void infer_op_shapes(Graph& graph, std::size_t op_index);  // its inputs' shapes are known

}  // namespace takt::graph
