// A model named on the command line: a file or a zoo name, and its precision.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "sim/graph/graph.h"

namespace takt::cli {

// Adds --precision; empty where it is not given.
CLI::Option* add_precision(CLI::App& app, std::string& precision);

// A name with a '.' or '/' is a file, which takes no precision. Throws graph::GraphError.
graph::Graph load_model(const std::string& model, const std::string& precision);

}  // namespace takt::cli
