// What the NPU cannot run.
#pragma once

#include <string>

#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

// Empty when the NPU runs the operator, else the reason why not.
std::string why_not_npu(const graph::Graph& graph, const graph::Op& op, const Target& target);

// Operators that only change a tensor's shape.
bool is_view(graph::OpKind kind);

}  // namespace takt::compiler
