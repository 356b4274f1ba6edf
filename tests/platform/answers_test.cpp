// What the simulated NPU answers under firmware: the reference's answers, whatever runs beside a request, and wherever
// it is preempted.
#include "sim/platform/answers.h"

#include <gtest/gtest.h>

#include <random>

#include "sim/functional/synthesize.h"
#include "sim/graph/precision.h"
#include "sim/zoo/zoo.h"
#include "tests/functional/whole.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/reference/interpreter.h"
#include "tests/reference/random_inputs.h"

namespace takt::platform::test {
namespace {

using reference::random_inputs;
using Arrays = std::map<graph::TensorId, reference::Array>;

constexpr std::uint64_t weights_seed = 1;  // the workload's

graph::Graph network(const std::string& name, graph::Precision precision = graph::Precision::own) {
  graph::Graph graph = zoo::build(name);
  graph::set_precision(graph, precision);
  functional::synthesize(graph, weights_seed);
  return graph;
}

// The reference's; of floating-point networks those of whole tensors, which are within the reference's bounds.
Tensors outputs_of(const graph::Graph& graph, const Arrays& inputs) {
  const bool floats = graph.tensors[static_cast<std::size_t>(graph.outputs[0])].type == graph::DataType::float16;
  const Arrays all = floats ? functional::testing::run_whole(graph, inputs) : reference::evaluate(graph, inputs);
  Tensors outputs;
  for (const graph::TensorId id : graph.outputs) outputs[id] = all.at(id).bytes;
  return outputs;
}

struct Answered {
  RunRecord record;
  std::vector<std::vector<Tensors>> outputs;  // by stream and request
};

// Every stream is given the random inputs of a seed of its own: 1 + its number.
Answered answer(const config::Scenario& scenario) {
  Answered result;
  const auto options = std::make_shared<AnswerOptions>();
  for (const config::StreamConfig& stream : scenario.config.streams) {
    Tensors tensors;
    for (const auto& [id, array] : random_inputs(network(stream.model, stream.precision), options->inputs.size() + 1))
      tensors[id] = array.bytes;
    options->inputs.push_back(std::move(tensors));
  }
  result.outputs.resize(scenario.config.streams.size());
  options->on_answer = [&](std::size_t stream, std::uint32_t, const Tensors& outputs) {
    result.outputs[stream].push_back(outputs);
  };
  RunOptions run_options;
  run_options.answers = options;
  result.record = Platform(scenario, std::move(run_options)).run();
  return result;
}

// Every request of every stream has been answered as the reference answers.
void expect_reference(const config::Scenario& scenario, const Answered& answered) {
  for (std::size_t s = 0; s < answered.outputs.size(); ++s) {
    const config::StreamConfig& stream = scenario.config.streams[s];
    const graph::Graph graph = network(stream.model, stream.precision);
    const Tensors expected = outputs_of(graph, random_inputs(graph, s + 1));
    ASSERT_EQ(answered.outputs[s].size(), answered.record.streams[s].requests.size());
    for (const Tensors& outputs : answered.outputs[s]) EXPECT_TRUE(outputs == expected) << "stream " << s;
  }
}

// A classifier that says the same of everything would hide much.
TEST(Answers, OfSynthesizedNetworksDependOnTheInput) {
  for (const char* name : {"mobilenet_v2", "squeezenet1_1"}) {
    const graph::Graph graph = network(name);
    EXPECT_FALSE(outputs_of(graph, random_inputs(graph, 1)) == outputs_of(graph, random_inputs(graph, 2))) << name;
  }
}

struct Alone {
  const char* model;
  const char* soc;
  graph::Precision precision = graph::Precision::own;
  int cores = 1;
  friend std::ostream& operator<<(std::ostream& to, const Alone& a) {
    return to << a.model << " on " << a.cores << " of " << a.soc;
  }
};

std::vector<std::string> on_cores(int cores) {
  return {"npu.cores=" + std::to_string(cores), "compiler.cores=" + std::to_string(cores)};
}

class AnswersAlone : public ::testing::TestWithParam<Alone> {};

TEST_P(AnswersAlone, AreTheReferences) {
  config::Scenario scenario = alone(GetParam().model, GetParam().soc, 2, on_cores(GetParam().cores));
  scenario.config.streams[0].precision = GetParam().precision;
  expect_reference(scenario, answer(scenario));
}

INSTANTIATE_TEST_SUITE_P(
    Networks, AnswersAlone,
    ::testing::Values(Alone{"mobilenet_v2", "snapdragon-8-gen-2-like"}, Alone{"mobilenet_v2", "exynos-llw-like"},
                      Alone{"mobilenet_v3_small", "snapdragon-8-gen-3-like"},
                      Alone{"shufflenet_v2_x0_5", "snapdragon-8-gen-2-like"}, Alone{"squeezenet1_1", "exynos-llw-like"},
                      Alone{"googlenet", "exynos-llw-like"}, Alone{"efficientnet_b0", "snapdragon-8-gen-2-like"},
                      Alone{"mobilenet_v2", "snapdragon-8-gen-2-like", graph::Precision::w8a16},
                      Alone{"mobilenet_v2", "snapdragon-8-gen-2-like", graph::Precision::w4a16},
                      Alone{"mobilenet_v2", "snapdragon-8-gen-2-like", graph::Precision::fp16},
                      Alone{"mobilenet_v3_small", "exynos-llw-like", graph::Precision::fp16, 2},
                      Alone{"regnet_x_3_2gf", "exynos-llw-like", graph::Precision::w4a16},
                      Alone{"mobilenet_v2", "snapdragon-8-gen-2-like", graph::Precision::own, 2},
                      Alone{"squeezenet1_1", "exynos-llw-like", graph::Precision::own, 3},
                      Alone{"shufflenet_v2_x0_5", "snapdragon-8-gen-3-like", graph::Precision::own, 4},
                      Alone{"mobilenet_v3_small", "snapdragon-8-gen-2-like", graph::Precision::own, 4}),
    [](const auto& c) { return std::string(c.param.model) + "_" + std::to_string(c.index); });

// A scratchpad so small that activations stream through it and constants come in blocks.
class AnswersInLittleSpace : public ::testing::TestWithParam<int> {};

TEST_P(AnswersInLittleSpace, AreTheReferences) {
  std::vector<std::string> settings = on_cores(GetParam());
  settings.emplace_back("npu.scratchpad_kib=512");
  const config::Scenario scenario = alone("mobilenet_v2", "snapdragon-8-gen-2-like", 1, settings);
  expect_reference(scenario, answer(scenario));
}

INSTANTIATE_TEST_SUITE_P(Cores, AnswersInLittleSpace, ::testing::Values(1, 2));

// Two networks share the NPU; the light one arrives at other times for every seed and preempts the heavy one wherever
// it is. Seeds of one, two, three and four cores take turns; the second four run on as many as pay.
std::string crossing(int seed, const std::string& precision = "own") {
  const std::string cores = std::to_string(1 + seed % 4);
  return "seed = " + std::to_string(seed) + R"(
soc = "exynos-llw-like"
compiler.cut_distance_us = 0
npu.cores = )" +
         cores + R"(
compiler.cores = )" +
         (seed <= 4 ? cores : "0") + R"(
[firmware]
policy = "fixed-priority"
[[stream]]
name = "light"
model = "shufflenet_v2_x0_5"
precision = ")" +
         precision + R"("
arrival = "poisson"
rate_per_s = 3000
requests = 8
band = "realtime"
[[stream]]
name = "heavy"
model = "mobilenet_v2"
precision = ")" +
         precision + R"("
arrival = "closed_loop"
concurrency = 2
requests = 8
)";
}

class AnswersCrossing : public ::testing::TestWithParam<int> {};

TEST_P(AnswersCrossing, AreTheReferencesWhereverAJobIsPreempted) {
  const config::Scenario scenario_of_seed = scenario(crossing(GetParam()));
  const Answered answered = answer(scenario_of_seed);
  EXPECT_GT(answered.record.npu.preemptions, 0u);
  expect_reference(scenario_of_seed, answered);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnswersCrossing, ::testing::Range(1, 9));

class AnswersCrossingInFloats : public ::testing::TestWithParam<int> {};

TEST_P(AnswersCrossingInFloats, AreThoseOfWholeTensorsWhereverAJobIsPreempted) {
  const config::Scenario scenario_of_seed = scenario(crossing(GetParam(), "fp16"));
  const Answered answered = answer(scenario_of_seed);
  EXPECT_GT(answered.record.npu.preemptions, 0u);
  expect_reference(scenario_of_seed, answered);
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnswersCrossingInFloats, ::testing::Values(1, 4));  // two cores; one

}  // namespace
}  // namespace takt::platform::test
