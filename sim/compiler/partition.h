// Pass 1: splits a graph into parts that the NPU runs whole and operators left to the CPU.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/compiler/target.h"
#include "sim/graph/graph.h"

namespace takt::compiler {

struct Part {
  bool npu = false;
  std::vector<std::size_t> ops;  // indices into the graph, ascending; one for the CPU
  std::string reason;            // why it is left to the CPU
};

// Parts in an order in which producers come before consumers. As few NPU parts as possible: an operator joins the part
// of the earliest level that its inputs allow.
std::vector<Part> partition(const graph::Graph& graph, const Target& target);

// The graph of an NPU part: its operators, the tensors of the whole graph, and as inputs and outputs the tensors that
// cross the part's edge (ascending ids).
graph::Graph extract(const graph::Graph& graph, const Part& part);

}  // namespace takt::compiler
