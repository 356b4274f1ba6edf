// Whole networks: those of the zoo, and real model files where they are present.
#include "sim/zoo/zoo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <vector>

#include "sim/compiler/compiler.h"
#include "sim/compiler/print.h"
#include "sim/graph/precision.h"
#include "sim/import/tflite/reader.h"
#include "sim/zoo/decoder.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

// Decoders of language models: a small scratchpad makes more tiles of a gigabyte of weights than a list can hold.
bool is_huge(const graph::Graph& graph) { return graph::weight_bytes_of(graph) > 1000000000; }

// The largest networks have a hundred thousand commands, and no blocks that others lack.
bool is_large(const graph::Graph& graph) { return is_huge(graph) || graph::macs_of(graph) > 200000000000; }

void check_network(const graph::Graph& graph, std::uint32_t scratchpad) {
  Target target;
  target.scratchpad_bytes = scratchpad;
  CheckOptions checks;
  checks.cut_step = is_large(graph) ? 256 : 16;
  const CompiledModel model = compile(graph, target);
  EXPECT_EQ(check_model(graph, model, target, checks), "") << graph.name;
  EXPECT_NE(describe(model).find(graph.name), std::string::npos);
  std::uint64_t constants = 0;
  for (const Program& program : model.programs)
    for (const LayerInfo& layer : program.layers) constants += layer.constant_bytes;
  EXPECT_LE(constants, graph::weight_bytes_of(graph)) << graph.name;
  if (model.cpu.empty()) {
    EXPECT_EQ(constants, graph::weight_bytes_of(graph)) << graph.name;
  }
}

// Larger language models have no layers that the smallest lacks.
TEST(Zoo, EveryNetworkCompiles) {
  for (const std::string& name : zoo::names()) {
    const graph::Graph graph = zoo::build(name);
    if (graph::weight_bytes_of(graph) < 1300000000) check_network(graph, 8u << 20);
  }
}

// A dense layer and one of experts, or the latter alone; the head of a small vocabulary.
TEST(Zoo, LanguageModelsOfExpertsCompileWithFewerLayers) {
  for (graph::Decoder decoder : zoo::decoders()) {
    if (decoder.experts == 0) continue;
    decoder.dense_layers = decoder.q_latent == 0 ? 1 : 0;
    decoder.layers = decoder.dense_layers + 1;
    decoder.vocabulary = 1024;
    for (const zoo::TokenStep step : {zoo::TokenStep{1, 1023}, zoo::TokenStep{8, 0}}) {
      graph::Graph graph = zoo::decoder_step(decoder, step);
      graph::set_precision(graph, graph::Precision::w4a16);
      check_network(graph, 8u << 20);
    }
  }
}

// What does not fit into one MiB: two blocks of 32 filters of 3x3x2048 or 7x7x512 weights; three frames of 56x56x144;
// keys of 4096 pixels, or of 1500 sounds, and the transposes that make their heads.
std::uint32_t small_scratchpad(const std::string& name) {
  for (const char* large : {"fcn_resnet50", "r2plus1d_18", "stable_diffusion", "vgg19", "whisper_small_encoder"})
    if (name.rfind(large, 0) == 0) return 5u << 20;
  return 1u << 20;
}

TEST(Zoo, EveryNetworkCompilesForASmallScratchpad) {
  for (const std::string& name : zoo::names()) {
    const graph::Graph graph = zoo::build(name);
    if (!is_huge(graph)) check_network(graph, small_scratchpad(name));
  }
}

TEST(Zoo, EveryPrecisionCompiles) {
  for (const char* precision : {"w8a8", "w8a16", "w4a16", "fp16"})
    for (const std::string& name : zoo::names()) {
      graph::Graph graph = zoo::build(name);
      if (is_large(graph)) continue;
      graph::set_precision(graph, graph::precision_of(precision));
      check_network(graph, 8u << 20);
    }
}

// A token of a small language model, whose cache has as many entries as a parameter says.
graph::Graph token_step() {
  for (graph::Decoder decoder : zoo::decoders())
    if (decoder.name == "llama-3.2-1b") {
      decoder.layers = 2;
      decoder.vocabulary = 1024;
      graph::Graph graph = zoo::decoder_step(decoder, {1, 1023});
      graph::set_precision(graph, graph::Precision::w4a16);
      return graph;
    }
  throw std::logic_error("no llama-3.2-1b");
}

class ZooOnCores : public testing::TestWithParam<std::uint32_t> {};

TEST_P(ZooOnCores, NetworksCompile) {
  Target target;
  target.cores = GetParam();
  Options options;
  options.cores = GetParam();
  CheckOptions checks;
  checks.cut_step = 16;
  std::vector<graph::Graph> graphs = {token_step()};
  for (const char* name : {"mobilenet_v2", "resnet50", "vit_b_16"}) graphs.push_back(zoo::build(name));
  for (const graph::Graph& graph : graphs)
    for (const std::uint32_t scratchpad : {1u << 20, 8u << 20}) {
      target.scratchpad_bytes = scratchpad;
      const CompiledModel model = compile(graph, target, options);
      for (const Program& program : model.programs) EXPECT_EQ(cores_of(program), GetParam());
      EXPECT_EQ(check_model(graph, model, target, checks), "") << graph.name << " in " << scratchpad;
    }
}

INSTANTIATE_TEST_SUITE_P(Cores, ZooOnCores, testing::Values(2, 4),
                         [](const auto& cores) { return std::to_string(cores.param); });

// What is estimated to be the fastest is chosen: never worse than one core.
TEST(Zoo, RunsOnAsManyCoresAsPay) {
  for (const char* name : {"mobilenet_v2", "resnet50"}) {
    Target target;
    const std::uint64_t alone = compile(zoo::build(name), target).programs.at(0).estimated_cycles;
    target.cores = 4;
    EXPECT_LE(compile(zoo::build(name), target).programs.at(0).estimated_cycles, alone) << name;
  }
}

TEST(Zoo, MobileNetV2HasTheMacsThatAreCountedInItsFile) {
  const CompiledModel model = compile(zoo::build("mobilenet_v2"), {});
  ASSERT_EQ(model.programs.size(), 1u);
  EXPECT_EQ(model.programs[0].useful_macs, 300774272u);  // data/models/models_summary.csv
}

TEST(Files, EveryModelFileCompiles) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::filesystem::path folder = std::filesystem::path(shared ? shared : "") / "data" / "models";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no model files";
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".tflite") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) check_network(tflite::read_tflite(file.string()), 8u << 20);
  EXPECT_FALSE(files.empty());
}

}  // namespace
}  // namespace takt::compiler::test
