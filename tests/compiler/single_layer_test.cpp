// One operator at a time: what it becomes. Expected counts are worked out from the operator's shape.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

Program compile_one(const graph::Graph& graph, const Target& target = {}) {
  CompiledModel model = compile(graph, target);
  CheckOptions checks;
  checks.whole_inputs = false;
  EXPECT_EQ(check_model(graph, model, target, checks), "");
  EXPECT_EQ(model.programs.size(), 1u);
  EXPECT_TRUE(model.cpu.empty());
  return std::move(model.programs.at(0));
}

template <typename Body>
std::uint64_t sum(const Program& program, std::size_t engine, Body body) {
  std::uint64_t total = 0;
  for (const takt_command& command : program.lists[engine]) total += body(command);
  return total;
}

std::uint64_t dma_bytes(const Program& program, std::size_t engine, std::uint16_t base) {
  return sum(program, engine, [&](const takt_command& c) {
    return c.body.dma.base == base ? std::uint64_t{c.body.dma.rows} * c.body.dma.row_bytes : 0;
  });
}

TEST(SingleLayer, AConvolutionLoadsConvertsMultipliesAndStores) {
  GraphBuilder b;
  const TensorId x = b.input({1, 16, 24, 3});
  const Program program = compile_one(b.finish({b.conv(x, 40, 3)}));
  ASSERT_EQ(program.layers.size(), 2u);
  EXPECT_EQ(program.layers[0].op, "input layout");
  EXPECT_EQ(program.layers[1].op, "conv2d");
  EXPECT_EQ(program.layers[1].inputs, (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(program.useful_macs, 16u * 24 * 40 * 9 * 3);
  EXPECT_EQ(program.issued_macs, 2u * 3 * 1 * 2 * 64 * 32 * 32);  // 27 of 32, 40 of 64 channels
  EXPECT_EQ(dma_bytes(program, TAKT_ENGINE_DMA_IN, TAKT_BASE_INPUT), 16u * 24 * 3);
  EXPECT_EQ(dma_bytes(program, TAKT_ENGINE_DMA_IN, TAKT_BASE_CONSTANTS), 40u * 9 * 3 + 40 * 4);
  EXPECT_EQ(dma_bytes(program, TAKT_ENGINE_DMA_OUT, TAKT_BASE_OUTPUT), 16u * 24 * 40);
  const auto moved = [](const takt_command& c) { return c.body.vector.move_bytes; };
  EXPECT_EQ(sum(program, TAKT_ENGINE_VECTOR, moved), 16u * 24 * 32);  // channels padded to the granule
}

TEST(SingleLayer, OverheadIsChargedOnceALayer) {
  GraphBuilder b;
  const TensorId x = b.input({1, 128, 128, 32});
  const Program program = compile_one(b.finish({b.conv(x, 128, 3)}));
  ASSERT_GT(program.lists[TAKT_ENGINE_TENSOR].size(), 1u);  // several tiles
  const auto regular = [](const takt_command& c) { return c.overhead == TAKT_OVERHEAD_REGULAR ? 1u : 0u; };
  const auto irregular = [](const takt_command& c) { return c.overhead == TAKT_OVERHEAD_IRREGULAR ? 1u : 0u; };
  EXPECT_EQ(sum(program, TAKT_ENGINE_TENSOR, regular), 1u);
  EXPECT_EQ(sum(program, TAKT_ENGINE_VECTOR, irregular), 1u);  // the input's layout
  EXPECT_EQ(program.lists[TAKT_ENGINE_TENSOR][0].overhead, TAKT_OVERHEAD_REGULAR);
}

TEST(SingleLayer, StripesOfAConvolutionWasteNoTiles) {
  GraphBuilder b;
  const TensorId x = b.input({1, 100, 128, 32});
  const Program program = compile_one(b.finish({b.conv(x, 128, 3)}));
  EXPECT_EQ(program.issued_macs, 13u * 16 * 9 * 4 * 64 * 32 * 32);
}

TEST(SingleLayer, ADepthwiseConvolutionIsVectorWork) {
  GraphBuilder b;
  const TensorId x = b.input({1, 20, 20, 40});
  const Program program = compile_one(b.finish({b.depthwise(x, 3)}));
  EXPECT_TRUE(program.lists[TAKT_ENGINE_TENSOR].empty());
  EXPECT_EQ(program.useful_macs, 20u * 20 * 40 * 9);
  const auto taps = [](const takt_command& c) { return c.body.vector.tap_bytes; };
  EXPECT_EQ(sum(program, TAKT_ENGINE_VECTOR, taps), 20u * 20 * 64 * 9);
}

TEST(SingleLayer, AFullyConnectedLayerIsAPlainProduct) {
  GraphBuilder b;
  const TensorId x = b.input({4, 100});
  const Program program = compile_one(b.finish({b.fully_connected(x, 70)}));
  EXPECT_EQ(program.useful_macs, 4u * 100 * 70);
  for (const takt_command& c : program.lists[TAKT_ENGINE_TENSOR]) {
    EXPECT_EQ(c.body.matrix.out_width, 1u);
    EXPECT_EQ(c.body.matrix.out_height, 4u);
    EXPECT_EQ(c.body.matrix.taps, 1u);
  }
}

TEST(SingleLayer, AConvolutionAlongOneRowFillsTilesWithItsColumns) {
  GraphBuilder b;
  const TensorId x = b.input({1, 1, 64, 32});
  const Program program = compile_one(b.finish({b.conv(x, 32, 1)}));
  EXPECT_EQ(program.issued_macs, 64u * 32 * 32);
}

TEST(SingleLayer, PhasesOfATransposedConvolutionShareItsTaps) {
  GraphBuilder b;
  const TensorId x = b.input({1, 16, 16, 32});
  const Program program = compile_one(b.finish({b.transpose_conv(x, 64, 3, 2)}));
  EXPECT_EQ(program.useful_macs, 16u * 16 * 32 * 64 * 9);
  std::vector<std::uint32_t> taps;
  for (const takt_command& c : program.lists[TAKT_ENGINE_TENSOR]) taps.push_back(c.body.matrix.taps);
  EXPECT_EQ(taps, (std::vector<std::uint32_t>{4, 2, 2, 1}));
}

TEST(SingleLayer, AProductOfActivationsReadsBoth) {
  GraphBuilder b;
  const TensorId x = b.input({3, 10, 32}), y = b.input({3, 32, 20});
  const Program program = compile_one(b.finish({b.matmul(x, y)}));
  EXPECT_EQ(program.useful_macs, 3u * 10 * 32 * 20);
  EXPECT_EQ(program.lists[TAKT_ENGINE_TENSOR].size(), 3u);  // one product a batch
  EXPECT_EQ(program.layers[0].op, "operand layout");
}

TEST(SingleLayer, APackedOperandIsNotMoved) {
  GraphBuilder b;
  const TensorId x = b.input({3, 10, 32}), y = b.input({3, 32, 20});
  graph::Graph graph = b.finish({b.matmul(x, y)});
  graph.tensors[static_cast<std::size_t>(y)].packed = true;
  const Program program = compile_one(graph);
  ASSERT_EQ(program.layers.size(), 1u);
  EXPECT_EQ(program.layers[0].op, "batch_matmul");
}

TEST(SingleLayer, WhatChangesTheLayoutAnywayTakesAnInputAsItComes) {
  GraphBuilder b;
  const TensorId x = b.fully_connected(b.input({6, 64}), 64);
  const TensorId keys = b.concat({b.input({1, 2, 5, 64}), b.input({1, 2, 15, 64})}, 2);
  const TensorId scores = b.matmul(b.reshape(x, {1, 2, 3, 64}), b.transpose(keys, {0, 1, 3, 2}));
  const Program program = compile_one(b.finish({b.matmul(scores, b.input({1, 2, 20, 64}))}));
  for (const LayerInfo& layer : program.layers) EXPECT_NE(layer.op, "input layout") << layer.name;
}

TEST(SingleLayer, SoftmaxTakesFourPasses) {
  GraphBuilder b;
  const TensorId x = b.input({8, 100});
  const Program program = compile_one(b.finish({b.unary(OpKind::softmax, x)}));
  const auto passes = [](const takt_command& c) { return c.body.vector.pass_bytes; };
  EXPECT_EQ(sum(program, TAKT_ENGINE_VECTOR, passes), 4u * 8 * 128);
  EXPECT_EQ(program.lists[TAKT_ENGINE_VECTOR][0].body.vector.kind, TAKT_VECTOR_SOFTMAX);
  EXPECT_EQ(program.layers[0].overhead, TAKT_OVERHEAD_IRREGULAR);
}

TEST(SingleLayer, SoftmaxOfAnAttentionsScoresIsCutBetweenTheirRows) {
  GraphBuilder b;
  Target target;
  target.scratchpad_bytes = 256 << 10;  // the scores of a head take 1 MiB
  const TensorId x = b.input({2, 4, 1024, 32}), y = b.input({2, 4, 32, 1024});
  const Program program = compile_one(b.finish({b.unary(OpKind::softmax, b.matmul(x, y))}), target);
  const LayerInfo& softmax = program.layers.back();
  EXPECT_EQ(softmax.shape, "1x8192x1x1024");
  EXPECT_EQ(softmax.load_bytes, 8u * 1024 * 1024);
  EXPECT_EQ(softmax.store_bytes, 8u * 1024 * 1024);
}

TEST(SingleLayer, AMeanReadsEachElementOnce) {
  GraphBuilder b;
  const TensorId x = b.input({1, 12, 12, 64});
  const Program program = compile_one(b.finish({b.mean(x)}));
  std::uint64_t passes = 0;
  for (const takt_command& c : program.lists[TAKT_ENGINE_VECTOR])
    if (c.layer == 1) passes += c.body.vector.pass_bytes;
  EXPECT_EQ(passes, 12u * 12 * 64);
}

TEST(SingleLayer, SixteenBitActivationsAreW8A16) {
  GraphBuilder b(DataType::int16);
  const TensorId x = b.input({1, 16, 16, 32});
  const Program program = compile_one(b.finish({b.conv(x, 32, 1)}));
  EXPECT_EQ(program.lists[TAKT_ENGINE_TENSOR][0].body.matrix.precision, TAKT_W8A16);
  EXPECT_EQ(dma_bytes(program, TAKT_ENGINE_DMA_OUT, TAKT_BASE_OUTPUT), 2u * 16 * 16 * 32);
}

}  // namespace
}  // namespace takt::compiler::test
