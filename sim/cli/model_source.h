// A model named on the command line: a file or a zoo name, and its precision.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::cli {

// Adds --precision; empty where it is not given.
CLI::Option* add_precision(CLI::App& app, std::string& precision);

// A file (config::is_model_file), which takes no precision, or a network of the zoo; `shapes` as the key
// stream.<name>.shapes. Throws graph::GraphError.
graph::Graph load_model(const std::string& model, const std::string& precision, const std::string& shapes);

// A model and the SoC it is compiled for.
struct ModelAndSoc {
  std::string model, precision, shapes;
  std::string soc = "snapdragon-8-gen-2-like";
  std::vector<std::string> set;
};

// Adds the model (`what` says which it may be), --precision, --shapes, --soc and --set.
void add_model_and_soc(CLI::App& app, ModelAndSoc& options, const char* what);

constexpr const char* shapes_help =
    "shapes of inputs that an .onnx file leaves open: NAME=1x3x640x640, with commas between";

}  // namespace takt::cli
