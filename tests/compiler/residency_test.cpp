// Where activations stand and what that moves. Expected bytes follow from shapes, windows and stripes.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/graph/error.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

constexpr std::uint32_t kib = 1024;

Program compile_one(const graph::Graph& graph, std::uint32_t scratchpad, const Options& options = {}) {
  Target target;
  target.scratchpad_bytes = scratchpad;
  CompiledModel model = compile(graph, target, options);
  EXPECT_EQ(check_model(graph, model, target), "");
  EXPECT_LE(model.programs.at(0).scratchpad_bytes, scratchpad);
  return std::move(model.programs.at(0));
}

std::uint64_t traffic(const Program& program) {
  std::uint64_t bytes = 0;
  for (const LayerInfo& layer : program.layers) bytes += layer.load_bytes + layer.store_bytes;
  return bytes;
}

graph::Graph chain(int layers) {
  GraphBuilder b;
  TensorId x = b.input({1, 64, 64, 32});
  for (int i = 0; i < layers; ++i) x = b.conv(x, 32, 3);
  return b.finish({x});
}
constexpr std::uint64_t image = 64 * 64 * 32;  // bytes of each of its activations: 128 KiB

TEST(Residency, AChainThatFitsMovesItsInputAndOutputOnly) {
  const Program program = compile_one(chain(5), 1024 * kib);
  EXPECT_EQ(traffic(program), 2 * image);
  EXPECT_EQ(program.buffer_bytes, 0u);
}

TEST(Residency, StreamedStripesReadTheirHaloTwice) {
  const Program program = compile_one(chain(2), 96 * kib);  // no activation fits
  ASSERT_EQ(program.layers.size(), 3u);
  for (std::size_t i = 1; i < 3; ++i) {
    const LayerInfo& layer = program.layers[i];
    EXPECT_GT(layer.stripes, 1u);
    // A 3x3 window needs one row above and one below; each boundary of stripes reads both again.
    EXPECT_EQ(layer.load_bytes, image + (layer.stripes - 1) * 2 * 64 * 32) << i;
    EXPECT_EQ(layer.store_bytes, image) << i;
  }
  EXPECT_EQ(program.useful_macs, 2u * 64 * 64 * 32 * 32 * 9);
}

// A softmax walks pixels, not rows, of a tensor that a later layer puts in front of its own result: its place in memory
// is known before it is known that its pixels are scattered.
TEST(Residency, PixelsOfAPartOfAConcatenationAreLoadedWhole) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 32, 32, 32}), 32);
  const TensorId y = b.unary(OpKind::softmax, x);
  const graph::Graph graph = b.finish({y, b.conv(b.concat({x, b.conv(x, 96)}, 3), 32)});
  for (const std::uint32_t scratchpad : {40 * kib, 48 * kib, 64 * kib}) {
    const Program program = compile_one(graph, scratchpad);
    EXPECT_GT(program.buffer_bytes, 0u);
  }
}

TEST(Residency, BuffersInDramAreReusedOnceDead) {
  const Program program = compile_one(chain(8), 96 * kib);
  EXPECT_EQ(program.buffer_bytes, 2 * image);
}

// A long skip connection gives way while the layers between need the room, and is loaded again for the add alone.
TEST(Residency, ALongSkipGivesWayToTheLayersBetween) {
  GraphBuilder b;
  const TensorId skip = b.conv(b.input({1, 64, 64, 32}), 32);
  TensorId x = skip;
  for (int i = 0; i < 4; ++i) x = b.conv(x, 32, 3);
  const Program program =
      compile_one(b.finish({b.binary(OpKind::add, skip, x)}), 352 * kib);  // two activations, not three
  ASSERT_EQ(program.layers.size(), 6u);
  EXPECT_EQ(program.layers[1].store_bytes, image);
  for (std::size_t i = 2; i < 5; ++i) EXPECT_EQ(program.layers[i].load_bytes + program.layers[i].store_bytes, 0u) << i;
  EXPECT_EQ(program.layers[5].load_bytes, image);
}

TEST(Residency, LargeWeightsPassThroughARing) {
  GraphBuilder b;
  const TensorId x = b.input({1, 4096});
  const Program program = compile_one(b.finish({b.fully_connected(x, 1024)}), 512 * kib);
  EXPECT_GT(program.layers[0].blocks, 8u);
  EXPECT_EQ(program.layers[0].constant_bytes, 4096u * 1024 + 4 * 1024);
  std::uint64_t loaded = 0;
  for (const takt_command& c : program.lists[TAKT_ENGINE_DMA_IN])
    if ((c.body.dma.flags & TAKT_DMA_CONSTANT) != 0) loaded += c.body.dma.row_bytes;
  EXPECT_EQ(loaded, program.layers[0].constant_bytes);
}

TEST(Residency, WhatCannotBeTiledIsRefused) {
  GraphBuilder b;
  const graph::Graph graph = b.finish({b.transpose(b.input({1, 64, 64, 32}), {0, 2, 1, 3})});
  Target target;
  target.scratchpad_bytes = 64 * kib;
  try {
    compile(graph, target);
    FAIL() << "expected GraphError";
  } catch (const graph::GraphError& error) {
    EXPECT_STREQ(error.what(), "layer 'transpose_0' (transpose) does not fit into a scratchpad of 65536 bytes");
  }
}

// Ranges of rows are not listed that no list could hold, neither for a layer nor for a group of layers.
TEST(Residency, WhatTakesMoreTilesThanAListHoldsIsRefused) {
  for (const Shape& shape : {Shape{std::int64_t{1} << 36, 1, 1, 8}, Shape{1, std::int64_t{1} << 30, 2, 16}}) {
    GraphBuilder b;
    TensorId x = b.input(shape);
    for (int i = 0; i < 2; ++i) x = b.conv(x, 16, 3);
    EXPECT_THROW(compile(b.finish({x}), Target()), graph::GraphError);
  }
}

TEST(Residency, APathologicalTensorIsRefusedInTime) {
  GraphBuilder b;
  const TensorId x = b.input({std::int64_t{1} << 37, 1});  // a million commands of 128 KiB
  EXPECT_THROW(compile(b.finish({b.unary(OpKind::logistic, x)}), {}), graph::GraphError);
}

TEST(Residency, MoreScratchpadNeverMovesMore) {
  std::uint64_t before = ~std::uint64_t{0};
  for (const std::uint32_t size : {64u, 128u, 256u, 512u, 1024u}) {
    const std::uint64_t bytes = traffic(compile_one(chain(4), size * kib));
    EXPECT_LE(bytes, before) << size;
    before = bytes;
  }
}

}  // namespace
}  // namespace takt::compiler::test
