// A model named on the command line: a file or a zoo name, and its precision.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sim/graph/graph.h"

namespace takt::cli {

// Adds --precision; empty where it is not given.
CLI::Option* add_precision(CLI::App& app, std::string& precision);

// A network of the zoo, or a file: what has a '.' or '/' and is none of the zoo's. A file takes no precision; `shapes`
// as the key stream.<name>.shapes. Throws graph::GraphError.
graph::Graph load_model(const std::string& model, const std::string& precision, const std::string& shapes);

constexpr const char* shapes_help =
    "shapes of inputs that an .onnx file leaves open: NAME=1x3x640x640, with commas between";

}  // namespace takt::cli
