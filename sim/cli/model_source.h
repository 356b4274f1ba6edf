// A model named on the command line: a file or a zoo name, and how it is to be read.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "sim/compiler/compiler.h"
#include "sim/config/load.h"
#include "sim/graph/graph.h"

namespace takt::cli {

// Adds --precision, --shapes and --batch.
std::vector<CLI::Option*> add_model_options(CLI::App& app, config::ModelOptions& options);

// A file (config::is_model_file), which takes no precision, or a network of the zoo. Throws graph::GraphError.
graph::Graph load_model(const std::string& model, const config::ModelOptions& options);

// A model and the SoC it is compiled for.
struct ModelAndSoc {
  std::string model;
  config::ModelOptions options;
  std::string soc = "snapdragon-8-gen-2-like";
  std::vector<std::string> set;
  bool small_cores = false;
};

// Adds the model (`what` says which it may be), its options, --soc and --set.
void add_model_and_soc(CLI::App& app, ModelAndSoc& options, const char* what);

// Adds --small-cores.
void add_kind_of_cores(CLI::App& app, ModelAndSoc& options);

// What it is compiled for. Throws graph::GraphError for small cores that the SoC has not.
compiler::Target target_of(const ModelAndSoc& source, const config::SocConfig& soc);

}  // namespace takt::cli
