// A model named on the command line: a file or a zoo name.
#pragma once

#include <string>

#include "sim/graph/graph.h"

namespace takt::cli {

// A name with a '.' or '/' is a file. Throws graph::GraphError.
graph::Graph load_model(const std::string& model);

}  // namespace takt::cli
