// How graphs are named in messages.
#pragma once

#include <cstddef>
#include <string>

#include "sim/graph/graph.h"

namespace takt::graph {

std::string to_text(const Shape& shape);                         // "[1x224x224x3]"
std::string describe(const Graph& graph, std::size_t op_index);  // "operator 3 (conv2d, 'name')"

std::string shown(const std::string& name);  // at most 64 characters of a name from a file, without control characters

}  // namespace takt::graph
