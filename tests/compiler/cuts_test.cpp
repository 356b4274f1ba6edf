#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

Options every_boundary() {
  Options options;
  options.min_cut_cycles = 0;
  return options;
}

Program compile_one(const graph::Graph& graph, const Options& options) {
  const Target target;
  CompiledModel model = compile(graph, target, options);
  EXPECT_EQ(check_model(graph, model, target), "");
  return std::move(model.programs.at(0));
}

// Layers: input layout, conv to 64 channels, conv, conv + add of the first conv.
graph::Graph residual() {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 16, 16, 32}), 64);
  return b.finish({b.binary(OpKind::add, x, b.conv(b.conv(x, 32, 3), 64, 3))});
}

TEST(Cuts, EveryBoundaryOfLayersIsACut) {
  const Program program = compile_one(residual(), every_boundary());
  ASSERT_EQ(program.layers.size(), 4u);
  ASSERT_EQ(program.cuts.size(), 3u);
  for (std::uint32_t i = 0; i < 3; ++i) EXPECT_EQ(program.cuts[i].layer, i + 1);
}

TEST(Cuts, WhatLaterLayersReadIsAlive) {
  const Program program = compile_one(residual(), every_boundary());
  EXPECT_EQ(program.cuts[0].live_bytes, 16u * 16 * 32);
  EXPECT_EQ(program.cuts[1].live_bytes, 16u * 16 * 64);
  EXPECT_EQ(program.cuts[2].live_bytes, 16u * 16 * (64 + 32));  // the skip and its own input
  EXPECT_EQ(program.max_save_bytes, sizeof(takt_save_header) + 16 * 16 * 96);
}

TEST(Cuts, ConstantsLoadedAheadAreNamed) {
  const Program program = compile_one(residual(), every_boundary());
  for (const takt_cut& cut : program.cuts) {
    ASSERT_EQ(cut.refetch_count, 1u);
    const takt_command& load = program.lists[TAKT_ENGINE_DMA_IN][cut.refetch_first];
    EXPECT_EQ(load.layer, cut.layer);
    EXPECT_EQ(load.body.dma.row_bytes, program.layers[cut.layer].constant_bytes);
  }
}

TEST(Cuts, WithoutPrefetchNothingIsFetchedAgain) {
  Options options = every_boundary();
  options.prefetch_cuts = 0;
  const Program program = compile_one(residual(), options);
  for (const takt_cut& cut : program.cuts) EXPECT_EQ(cut.refetch_count, 0u);
}

TEST(Cuts, ConstantsCrossAtMostAsManyCutsAsAllowed) {
  GraphBuilder b;
  TensorId x = b.input({1, 16, 16, 32});
  for (int i = 0; i < 12; ++i) x = b.conv(x, 32);
  const graph::Graph graph = b.finish({x});
  for (const std::uint32_t allowed : {1u, 2u, 4u}) {
    Options options = every_boundary();
    options.prefetch_cuts = allowed;
    const Program program = compile_one(graph, options);
    std::uint32_t most = 0;
    for (const takt_cut& cut : program.cuts)
      for (std::uint32_t i = 0; i < cut.refetch_count; ++i)
        most = std::max(most, program.lists[TAKT_ENGINE_DMA_IN][cut.refetch_first + i].layer - cut.layer + 1);
    EXPECT_EQ(most, allowed);
  }
}

TEST(Cuts, CloseBoundariesShareOne) {
  Options options;
  options.min_cut_cycles = ~std::uint64_t{0};
  EXPECT_TRUE(compile_one(residual(), options).cuts.empty());
}

// Layers overlap in their loads and stores alone.
// Layers made stripe by stripe read one part of a concatenation and make another, with cuts between the stripes: a core
// may not wait for what the first makes of it behind the cut.
TEST(Cuts, CoresStopInsideOfAGroup) {
  GraphBuilder b;
  const auto grown = [&](TensorId x) { return b.concat({x, b.conv(x, 160), b.conv(x, 32)}, 3); };
  const TensorId x = grown(grown(b.input({1, 39, 34, 3})));
  const graph::Graph graph = b.finish({x, b.average_pool_all(x)});
  Target target;
  target.scratchpad_bytes = 256 << 10;
  target.cores = 2;
  Options options = every_boundary();
  options.cores = 2;
  const CompiledModel model = compile(graph, target, options);
  EXPECT_EQ(check_model(graph, model, target), "");
  const std::vector<takt_cut>& cuts = model.programs.at(0).cuts;
  const auto same_layer = [](const takt_cut& one, const takt_cut& next) { return one.layer == next.layer; };
  EXPECT_NE(std::adjacent_find(cuts.begin(), cuts.end(), same_layer), cuts.end());
}

TEST(Cuts, WhatRemainsDescendsToTheLastLayer) {
  const Program program = compile_one(residual(), every_boundary());
  std::uint64_t total = 0;
  for (const LayerInfo& layer : program.layers) total += layer.tensor_cycles + layer.vector_cycles;
  EXPECT_GT(program.estimated_cycles, total);
  EXPECT_GT(program.estimated_cycles, program.cuts[0].remaining_cycles);
  EXPECT_GT(program.cuts[0].remaining_cycles, program.cuts[1].remaining_cycles);
  const LayerInfo& last = program.layers[3];
  EXPECT_GE(program.cuts[2].remaining_cycles, last.tensor_cycles + last.vector_cycles);
  const std::uint64_t stored = 16 * 16 * 64 / Target().dma_bytes_per_cycle + 1;
  EXPECT_LE(program.cuts[2].remaining_cycles, last.tensor_cycles + last.vector_cycles + last.dma_cycles + stored);
}

}  // namespace
}  // namespace takt::compiler::test
