// takt infer: one inference on the simulated NPU, under firmware, with its answer.
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "sim/cli/command.h"
#include "sim/cli/host_record.h"
#include "sim/cli/model_source.h"
#include "sim/cli/npy_tensor.h"
#include "sim/cli/progress.h"
#include "sim/config/load.h"
#include "sim/graph/error.h"
#include "sim/platform/answers.h"
#include "sim/platform/platform.h"
#include "sim/results/document.h"
#include "sim/results/output_folder.h"
#include "sim/results/summary.h"

namespace takt::cli {
namespace {

struct Options {
  ModelAndSoc source;
  std::vector<std::string> inputs;  // NAME=FILE.npy
  bool random_inputs = false;
  std::optional<std::uint64_t> seed;
  std::string output;
  bool json = false;
  bool quiet = false;
};

const graph::Tensor& tensor_of(const graph::Graph& graph, graph::TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

std::string inputs_of(const graph::Graph& graph) {
  std::string text;
  for (const graph::TensorId id : graph.inputs)
    text +=
        (text.empty() ? "" : ", ") + ("'" + tensor_of(graph, id).name + "' (" + described(tensor_of(graph, id)) + ")");
  return text;
}

graph::TensorId input_named(const graph::Graph& graph, const std::string& name) {
  for (const graph::TensorId id : graph.inputs)
    if (tensor_of(graph, id).name == name) return id;
  throw graph::GraphError("--input " + name + ": found no such input, expected one of " + inputs_of(graph));
}

platform::Tensors read_inputs(const graph::Graph& graph, const Options& options) {
  platform::Tensors tensors;
  for (const std::string& input : options.inputs) {
    const std::size_t equals = input.rfind('=');  // names may hold one, files seldom do
    if (equals == std::string::npos || equals + 1 == input.size())
      throw graph::GraphError("--input " + input + ": expected NAME=FILE.npy");
    const std::string name = input.substr(0, equals), file = input.substr(equals + 1);
    const graph::TensorId id = input_named(graph, name);
    if (tensors.count(id) != 0) throw graph::GraphError("--input " + name + ": found twice");
    tensors[id] = elements_for(tensor_of(graph, id), traces::read_npy(file), file);
  }
  for (const graph::TensorId id : graph.inputs)
    if (tensors.count(id) == 0 && !options.random_inputs)
      throw graph::GraphError("found no --input for '" + tensor_of(graph, id).name + "', expected NAME=FILE.npy for " +
                              inputs_of(graph) + ", or --random-inputs");
  return tensors;
}

// For its inputs and outputs; the platform reads its own.
graph::Graph read_graph(const ModelAndSoc& source) { return load_model(source.model, source.options); }

config::Scenario scenario_of(const Options& options) {
  config::Overrides overrides = options.source.set;
  if (options.seed) overrides.push_back("seed=" + std::to_string(*options.seed));
  return config::scenario_for_model(options.source.model, options.source.soc, 1, overrides, options.source.options);
}

// One line an output: name, type, shape, file.
std::string write_outputs(const graph::Graph& graph, const platform::Tensors& outputs,
                          const results::OutputFolder& folder, const std::string& shown) {
  std::string text;
  std::vector<std::string> names;
  for (const graph::TensorId id : graph.outputs) {
    const graph::Tensor& tensor = tensor_of(graph, id);
    const std::string file = file_name(tensor.name, names);
    folder.write(file, traces::npy_bytes(array_of(tensor, outputs.at(id))));
    text += fmt::format("output '{}' ({}): {}/{}\n", tensor.name, described(tensor), shown, file);
  }
  return text;
}

int infer(const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const graph::Graph graph = read_graph(options.source);
  const auto answers = std::make_shared<platform::AnswerOptions>();
  answers->inputs = {read_inputs(graph, options)};
  platform::Tensors outputs;
  answers->on_answer = [&](std::size_t, std::uint32_t, const platform::Tensors& tensors) { outputs = tensors; };
  const config::Scenario scenario = scenario_of(options);
  const std::string output = options.output.empty() ? "out/" + scenario.config.name : options.output;
  results::OutputFolder folder(output);

  platform::RunOptions run_options;
  run_options.answers = answers;
  platform::RunRecord record;
  {
    ProgressLine progress(!options.quiet);
    run_options.on_progress = [&](const platform::Progress& p) { progress.show(p); };
    record = platform::Platform(scenario, std::move(run_options)).run();
  }
  if (outputs.empty())
    throw platform::SimulationFailure("the inference failed with status " +
                                      std::to_string(record.streams[0].requests[0].fault));
  const std::string written = write_outputs(graph, outputs, folder, output);
  const std::string document = results::results_document(record, host_record(begin)).json();
  folder.write("results.json", document);
  folder.write("resolved.toml", config::resolved_toml(scenario));
  folder.commit();
  if (options.json)
    fmt::print("{}", document);
  else if (!options.quiet)
    fmt::print("{}\n{}", results::summary(record), written);
  return done;
}

}  // namespace

Registered add_infer(CLI::App& takt) {
  CLI::App* app = takt.add_subcommand("infer", "Run one inference on the simulated NPU and write its outputs");
  const auto options = std::make_shared<Options>();
  add_model_and_soc(*app, options->source, "a .tflite or .onnx file, or a zoo name: its weights are made up");
  app->add_option("--input", options->inputs, "NAME=FILE.npy: an input's elements, as the model stores them")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app->add_flag("--random-inputs", options->random_inputs, "inputs that are not given hold random bytes of --seed");
  app->add_option("--seed", options->seed, "seed of random inputs");
  app->add_option("-o,--output", options->output, "output folder (default: out/<model>)");
  app->add_flag("--json", options->json, "print results.json instead of the table");
  app->add_flag("--quiet", options->quiet, "print nothing but errors");
  return {app, [options] { return infer(*options); }};
}

}  // namespace takt::cli
