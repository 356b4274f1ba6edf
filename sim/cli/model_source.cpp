#include "sim/cli/model_source.h"

#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/graph/precision.h"
#include "sim/import/read_model.h"
#include "sim/platform/program_file.h"
#include "sim/zoo/zoo.h"

namespace takt::cli {

CLI::Option* add_precision(CLI::App& app, std::string& precision) {
  return app.add_option("--precision", precision, "of a network of the zoo: w8a8 (as built), w8a16, w4a16 or fp16")
      ->check(CLI::IsMember({"w8a8", "w8a16", "w4a16", "fp16"}));
}

graph::Graph load_model(const std::string& model, const std::string& precision, const std::string& shapes) {
  if (config::is_model_file(model)) {
    if (platform::is_program_file(model))
      throw graph::GraphError(model + ": found a compiled model, whose graph and contents are not in it; expected " +
                              "the model that it was compiled from");
    if (!precision.empty())
      throw graph::GraphError("found --precision " + precision + " with the file '" + model +
                              "', which has a precision of its own; expected a network of the zoo");
    return import::read_model(model, import::parse_shapes(shapes));
  }
  graph::Graph graph = zoo::build(model);
  graph::set_precision(graph, graph::precision_of(precision));
  return graph;
}

void add_model_and_soc(CLI::App& app, ModelAndSoc& options, const char* what) {
  app.add_option("model", options.model, what)->required();
  add_precision(app, options.precision);
  app.add_option("--shapes", options.shapes, shapes_help);
  app.add_option("--soc", options.soc, "SoC preset")->capture_default_str();
  app.add_option("--set", options.set, "override a key of the SoC: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

}  // namespace takt::cli
