#include "sim/cli/model_source.h"

#include "sim/graph/batch.h"
#include "sim/graph/error.h"
#include "sim/graph/precision.h"
#include "sim/import/read_model.h"
#include "sim/platform/program_file.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"

namespace takt::cli {

std::vector<CLI::Option*> add_model_options(CLI::App& app, config::ModelOptions& options) {
  return {
      app.add_option("--precision", options.precision, "of a network of the zoo: w8a8 (as built), w8a16, w4a16 or fp16")
          ->check(CLI::IsMember({"w8a8", "w8a16", "w4a16", "fp16"})),
      app.add_option("--shapes", options.shapes,
                     "shapes of inputs that an .onnx file leaves open: NAME=1x3x640x640, with commas between"),
      app.add_option("--batch", options.batch, "inferences of a request, at once")
          ->check(CLI::Range(1, 1024))
          ->capture_default_str()};
}

graph::Graph load_model(const std::string& model, const config::ModelOptions& options) {
  graph::Graph graph;
  if (config::is_model_file(model)) {
    if (platform::is_program_file(model))
      throw graph::GraphError(model + ": found a compiled model, whose graph and contents are not in it; expected " +
                              "the model that it was compiled from");
    if (!options.precision.empty())
      throw graph::GraphError("found --precision " + options.precision + " with the file '" + model +
                              "', which has a precision of its own; expected a network of the zoo");
    graph = import::read_model(model, import::parse_shapes(options.shapes));
  } else {
    graph = zoo::build(model);
    graph::set_precision(graph, graph::precision_of(options.precision));
  }
  graph::set_batch(graph, options.batch);
  return graph;
}

void add_model_and_soc(CLI::App& app, ModelAndSoc& options, const char* what) {
  app.add_option("model", options.model, what)->required();
  add_model_options(app, options.options);
  app.add_option("--soc", options.soc, "SoC preset")->capture_default_str();
  app.add_option("--set", options.set, "override a key of the SoC: --set key=value")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void add_kind_of_cores(CLI::App& app, ModelAndSoc& options) {
  app.add_flag("--small-cores", options.small_cores, "for the NPU's small cores (npu.small), not for its first ones");
}

compiler::Target target_of(const ModelAndSoc& source, const config::SocConfig& soc) {
  if (source.small_cores && soc.npu.small_cores == 0)
    throw graph::GraphError("found --small-cores with '" + soc.name +
                            "', whose cores are alike; expected an SoC with npu.small");
  return platform::target_of(soc, source.small_cores);
}

}  // namespace takt::cli
