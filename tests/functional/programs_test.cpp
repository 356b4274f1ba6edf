// Compiled programs give the reference's answers: alone, in any legal order of their lists, and cut anywhere.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "sim/compiler/compiler.h"
#include "sim/compiler/passes.h"
#include "sim/functional/synthesize.h"
#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/operands.h"
#include "sim/graph/precision.h"
#include "sim/import/tflite/reader.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/random_graph.h"
#include "tests/functional/program_machine.h"
#include "tests/reference/interpreter.h"
#include "tests/reference/random_inputs.h"

namespace takt::functional::test {
namespace {

using reference::random_inputs;
using Arrays = std::map<graph::TensorId, reference::Array>;

// Empty, or which program's output differs from the reference in which element.
std::string difference(const graph::Graph& graph, const compiler::Program& program, const Tensors& made,
                       const Arrays& expected) {
  for (const compiler::Port& port : program.outputs) {
    const graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(port.tensor)];
    const std::vector<std::uint8_t>&is = made.at(port.tensor), &should = expected.at(port.tensor).bytes;
    if (is.size() != should.size()) return "'" + tensor.name + "' has " + std::to_string(is.size()) + " bytes";
    for (std::size_t i = 0; i < is.size(); ++i)
      if (is[i] != should[i])
        return "byte " + std::to_string(i) + " of '" + tensor.name + "' " + graph::to_text(tensor.shape) + " is " +
               std::to_string(is[i]) + ", expected " + std::to_string(should[i]);
  }
  return {};
}

Tensors bytes_of(const Arrays& arrays) {
  Tensors tensors;
  for (const auto& [id, array] : arrays) tensors[id] = array.bytes;
  return tensors;
}

// Each program on the reference's own tensors: what an earlier one did wrong does not hide what a later one does.
void check(const graph::Graph& graph, const compiler::CompiledModel& model, const Arrays& expected,
           std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (const compiler::Program& program : model.programs) {
    ProgramMachine machine(program);
    Tensors tensors = bytes_of(expected);
    machine.run(tensors, random());
    ASSERT_EQ(difference(graph, program, tensors, expected), "");
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 0; cut < program.cuts.size(); ++cut)
      if (random() % 2 == 0) cuts.push_back(cut);
    machine.run(tensors, random(), cuts);
    ASSERT_EQ(difference(graph, program, tensors, expected), "") << "preempted at " << cuts.size() << " cuts";
  }
}

// Every other graph has biases of 64 bits.
void widen(graph::Graph& graph, graph::Precision precision, std::uint64_t seed) {
  if (precision == graph::Precision::own) return;
  graph::set_precision(graph, precision);
  for (const graph::Op& op : graph.ops) {
    const bool norm = op.kind == graph::OpKind::layer_norm || op.kind == graph::OpKind::group_norm;
    if (norm || !graph::has_input(op, 2) || seed % 2 != 0) continue;
    graph::Tensor& bias = graph.tensors[static_cast<std::size_t>(op.inputs[2])];
    if (bias.type == graph::DataType::int32) bias.type = graph::DataType::int64;
  }
}

enum class FourBits : bool { no, yes };

void narrow_weights(graph::Graph& graph) {
  for (const graph::Op& op : graph.ops) {
    const bool weighs = op.kind == graph::OpKind::conv2d || op.kind == graph::OpKind::depthwise_conv2d ||
                        op.kind == graph::OpKind::conv3d || op.kind == graph::OpKind::fully_connected;
    if (weighs) graph.tensors[static_cast<std::size_t>(op.inputs[1])].type = graph::DataType::int4;
  }
}

// How many layers of how many programs the cores shared.
struct Shared {
  std::size_t programs = 0, by_channels = 0, by_rows = 0;
};

class DivisionCounter final : public compiler::PassObserver {
 public:
  explicit DivisionCounter(Shared& shared) : shared_(shared) {}
  void after(std::string_view, const graph::Graph&) override {}
  void after(std::string_view pass, const compiler::Network& network) override {
    if (pass != "divide") return;
    ++shared_.programs;
    for (const compiler::Layer& layer : network.layers) {
      shared_.by_channels += layer.division == compiler::Division::channels;
      shared_.by_rows += layer.division == compiler::Division::rows;
    }
  }
  void after(std::string_view, const compiler::Program&) override {}

 private:
  Shared& shared_;
};

// Of every other graph memory is so fast that everything is worth dividing.
Shared check_on_cores(std::uint64_t first, std::uint64_t count) {
  Shared shared;
  DivisionCounter counter(shared);
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    graph::Graph graph = compiler::test::random_graph(seed, compiler::test::Operators::quantized);
    synthesize(graph, seed);
    compiler::Options options;
    options.functional = true;
    options.prefetch_cuts = static_cast<std::uint32_t>(seed % 5);
    options.min_cut_cycles = 0;
    compiler::Target target = compiler::test::random_target(seed);
    target.cores = options.cores = 2 + static_cast<std::uint32_t>(seed % 3);
    target.dma_bytes_per_cycle = seed % 2 == 0 ? target.dma_bytes_per_cycle : 1u << 20;
    try {
      const compiler::CompiledModel model = compiler::compile(graph, target, options, &counter);
      for (const compiler::Program& program : model.programs) EXPECT_EQ(cores_of(program), target.cores);
      check(graph, model, reference::evaluate(graph, random_inputs(graph, seed)), seed);
      if (testing::Test::HasFatalFailure()) return shared;
    } catch (const graph::GraphError& error) {
      EXPECT_NE(std::string(error.what()).find("does not fit into a scratchpad"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, count / 2);
  return shared;
}

void check_seeds(std::uint64_t first, std::uint64_t count, graph::Precision precision = graph::Precision::own,
                 FourBits weights = FourBits::no) {
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    graph::Graph graph = compiler::test::random_graph(seed, compiler::test::Operators::quantized);
    widen(graph, precision, seed);
    if (weights == FourBits::yes) narrow_weights(graph);
    synthesize(graph, seed);
    compiler::Options options;
    options.functional = true;
    options.prefetch_cuts = static_cast<std::uint32_t>(seed % 5);
    options.min_cut_cycles = 0;
    try {
      const compiler::CompiledModel model = compiler::compile(graph, compiler::test::random_target(seed), options);
      ASSERT_NO_FATAL_FAILURE(check(graph, model, reference::evaluate(graph, random_inputs(graph, seed)), seed));
    } catch (const graph::GraphError& error) {
      EXPECT_NE(std::string(error.what()).find("does not fit into a scratchpad"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, count / 2);
}

TEST(FunctionalPrograms, FirstHundred) { check_seeds(0, 100); }
TEST(FunctionalPrograms, SecondHundred) { check_seeds(100, 100); }
TEST(FunctionalPrograms, ThirdHundred) { check_seeds(200, 100); }
class FunctionalCores : public testing::TestWithParam<std::uint64_t> {};
TEST_P(FunctionalCores, TwoToFourGiveTheReferencesAnswers) {
  const Shared shared = check_on_cores(GetParam(), 30);
  EXPECT_GT(shared.by_rows, 10u);
}
INSTANTIATE_TEST_SUITE_P(Seeds, FunctionalCores,
                         testing::Range(std::uint64_t{0}, std::uint64_t{300}, std::uint64_t{30}));
TEST(FunctionalPrograms, HundredOfSixteenBits) { check_seeds(300, 100, graph::Precision::w8a16); }

// Of 243 rows from 148 the 87th is blended with a row that only the reference's rounded distances lead to.
TEST(FunctionalPrograms, ResizesWhoseRoundedPlacesAddUp) {
  compiler::test::GraphBuilder b;
  const graph::TensorId x = b.input({2, 148, 136, 32});
  graph::Graph graph = b.finish({b.resize(x, 243, 36)});
  synthesize(graph, 1);
  compiler::Target target;
  target.scratchpad_bytes = 64 << 10;
  compiler::Options options;
  options.functional = true;
  const compiler::CompiledModel model = compiler::compile(graph, target, options);
  check(graph, model, reference::evaluate(graph, random_inputs(graph, 1)), 1);
}

TEST(FunctionalPrograms, HundredOfFourBitWeights) { check_seeds(400, 100, graph::Precision::own, FourBits::yes); }
TEST(FunctionalPrograms, HundredOfFourBitWeightsWithSixteenBits) { check_seeds(500, 100, graph::Precision::w4a16); }

// 67 weights an output channel, five channels a group: blocks of an odd number of groups would begin within a byte.
TEST(FunctionalPrograms, BlocksOfGroupsWithAnOddNumberOfFourBitWeights) {
  std::uint64_t blocks = 0;
  for (const std::int64_t groups : {3, 14, 31}) {
    compiler::test::GraphBuilder b;
    const graph::TensorId x = b.input({1, 2, 2, 67 * groups});
    graph::Graph graph = b.finish({b.conv(x, 5 * groups, 1, 1, static_cast<std::int32_t>(groups))});
    narrow_weights(graph);
    synthesize(graph, 1);
    compiler::Target target;
    target.scratchpad_bytes = 32 << 10;
    compiler::Options options;
    options.functional = true;
    options.least_tile_cycles = 1;
    const compiler::CompiledModel model = compiler::compile(graph, target, options);
    for (const compiler::Program& program : model.programs)
      for (const compiler::LayerInfo& layer : program.layers) blocks += layer.blocks;
    ASSERT_NO_FATAL_FAILURE(check(graph, model, reference::evaluate(graph, random_inputs(graph, 1)), 1));
  }
  EXPECT_GT(blocks, 3u);
}

bool is_fused_attention(const compiler::LayerInfo& layer) {
  return layer.op.find("batch_matmul") == 0 && layer.op.find("+softmax+batch_matmul") != std::string::npos;
}

// Rows stand in the scratchpad between the two products of a layer.
// Its answers are the interpreter's; how many layers are attention.
std::uint64_t check_attention(graph::Graph graph) {
  synthesize(graph, 1);
  compiler::Target target;
  target.scratchpad_bytes = 32 << 10;
  compiler::Options options;
  options.functional = true;
  options.min_cut_cycles = 0;
  const compiler::CompiledModel model = compiler::compile(graph, target, options);
  check(graph, model, reference::evaluate(graph, random_inputs(graph, 1)), 1);
  std::int64_t fused = 0;
  for (const compiler::Program& program : model.programs)
    fused += std::count_if(program.layers.begin(), program.layers.end(), is_fused_attention);
  return static_cast<std::uint64_t>(fused);
}

TEST(FunctionalPrograms, AttentionWhoseScoresAreNotKept) {
  std::uint64_t fused = 0;
  for (const compiler::test::Shape& rows : {compiler::test::Shape{2, 70, 32}, {1, 130, 24}, {3, 200, 8}}) {
    compiler::test::GraphBuilder b;
    const graph::TensorId x = b.input(rows);
    const graph::TensorId keys = b.transpose(b.norm(graph::OpKind::layer_norm, x), {0, 2, 1});
    graph::TensorId scores = b.matmul(b.unary(graph::OpKind::gelu, x), keys);
    scores = b.binary(graph::OpKind::add, scores, b.constant({rows[1]}, graph::DataType::int8));
    const graph::TensorId values = b.unary(graph::OpKind::logistic, x);
    fused += check_attention(b.finish({b.matmul(b.unary(graph::OpKind::softmax, scores), values)}));
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(fused, 3u);
}

// Each row sees as many of the rows before it as the mask lets it.
TEST(FunctionalPrograms, AttentionToRowsOfTwoParts) {
  std::uint64_t fused = 0;
  for (const compiler::test::Shape& rows : {compiler::test::Shape{2, 70, 32}, {1, 130, 24}, {3, 200, 8}}) {
    compiler::test::GraphBuilder b;
    const graph::TensorId x = b.input(rows), cached = b.input({rows[0], 37, rows[2]});
    const auto both = [&](graph::OpKind kind) { return b.concat({b.unary(kind, x), b.unary(kind, cached)}, 1); };
    const graph::TensorId keys = both(graph::OpKind::relu), values = both(graph::OpKind::logistic);
    const graph::TensorId weights = b.unary(graph::OpKind::softmax, b.matmul(x, keys, true));
    b.last().causal = rows[1];
    fused += check_attention(b.finish({b.matmul(weights, values)}));
    ASSERT_FALSE(HasFailure());
  }
  EXPECT_EQ(fused, 3u);
}

class FunctionalModels : public ::testing::TestWithParam<const char*> {};

TEST_P(FunctionalModels, GiveTheReferencesAnswers) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string file = std::string(shared == nullptr ? "" : shared) + "/data/models/" + GetParam() + ".tflite";
  if (!std::filesystem::exists(file)) GTEST_SKIP() << "no published model files here";
  const graph::Graph graph = tflite::read_tflite(file, graph::WithContents::yes);
  compiler::Options options;
  options.functional = true;
  check(graph, compiler::compile(graph, {}, options), reference::evaluate(graph, random_inputs(graph, 1)), 1);
}

INSTANTIATE_TEST_SUITE_P(Files, FunctionalModels,
                         ::testing::Values("mlperf_mobile_deeplabv3_mnv2_ade20k_int8",
                                           "mlperf_mobile_deeplabv3_mnv2_ade20k_uint8",
                                           "mlperf_mobile_mobilenet_edgetpu_224_uint8", "mlperf_tiny_ad01_int8",
                                           "mlperf_tiny_ic_resnet8_int8", "mlperf_tiny_ic_resnet_large_int8",
                                           "mlperf_tiny_kws_ref_model_int8", "mlperf_tiny_vww_96_int8",
                                           "tflm_hello_world_int8", "tflm_micro_speech_int8",
                                           "mlperf_tiny_streaming_wakeword_ref", "tflm_mobilenet_v2_int8_224",
                                           "tflm_person_detect_int8"),
                         [](const auto& model) { return std::string(model.param); });

}  // namespace
}  // namespace takt::functional::test
