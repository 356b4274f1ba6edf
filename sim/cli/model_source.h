// A model named on the command line: a file or a zoo name.
#pragma once

#include <string>

#include "sim/graph/graph.h"

namespace takt::cli {

// A name with a '.' or '/' is a file; `shapes` as the key stream.<name>.shapes. Throws graph::GraphError.
graph::Graph load_model(const std::string& model, const std::string& shapes);

constexpr const char* shapes_help =
    "shapes of inputs that an .onnx file leaves open: NAME=1x3x640x640, with commas between";

}  // namespace takt::cli
