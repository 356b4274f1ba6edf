// A model file of any format that takt reads; the contents say which, not the name.
#pragma once

#include <string>

#include "sim/graph/graph.h"

namespace takt::import {

// Throws graph::GraphError: the file, what was found and what was expected.
graph::Graph read_model(const std::string& path);

}  // namespace takt::import
