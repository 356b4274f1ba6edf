#include "sim/compiler/legalize.h"

#include <gtest/gtest.h>

#include "tests/compiler/graphs.h"

namespace takt::compiler::test {
namespace {

std::vector<OpKind> kinds(const graph::Graph& graph) {
  std::vector<OpKind> result;
  for (const Op& op : graph.ops) result.push_back(op.kind);
  return result;
}

using Kinds = std::vector<OpKind>;

TEST(Legalize, PaddingBecomesTheConvolutions) {
  GraphBuilder b;
  const TensorId x = b.pad(b.input({1, 8, 8, 4}), {0, 1, 2, 0}, {0, 3, 4, 0});
  graph::Graph graph = b.finish({b.conv(x, 8, 3)});
  const std::uint64_t macs = graph::macs_of(graph);
  legalize(graph);
  ASSERT_EQ(kinds(graph), (Kinds{OpKind::conv2d}));
  EXPECT_EQ(graph.ops[0].pad_top, 1 + 1);
  EXPECT_EQ(graph.ops[0].pad_bottom, 1 + 3);
  EXPECT_EQ(graph.ops[0].pad_left, 1 + 2);
  EXPECT_EQ(graph.ops[0].pad_right, 1 + 4);
  EXPECT_EQ(graph::macs_of(graph), macs);
  graph::validate(graph);
}

TEST(Legalize, PaddingThatOthersReadStays) {
  GraphBuilder b;
  const TensorId x = b.pad(b.input({1, 8, 8, 4}), {0, 1, 1, 0}, {0, 1, 1, 0});
  graph::Graph graph = b.finish({b.conv(x, 8, 3), b.max_pool(x, 3, 2)});  // a pool's padding is not zero
  legalize(graph);
  EXPECT_EQ(kinds(graph), (Kinds{OpKind::pad, OpKind::conv2d, OpKind::max_pool}));
}

TEST(Legalize, PaddingOfChannelsStays) {
  GraphBuilder b;
  const TensorId x = b.pad(b.input({1, 8, 8, 4}), {0, 0, 0, 0}, {0, 0, 0, 4});
  graph::Graph graph = b.finish({b.conv(x, 8, 3)});
  legalize(graph);
  EXPECT_EQ(kinds(graph), (Kinds{OpKind::pad, OpKind::conv2d}));
}

TEST(Legalize, ASplitIsOneSliceAPart) {
  GraphBuilder b;
  const std::vector<TensorId> parts = b.split(b.input({1, 8, 8, 12}), 3, 3);
  graph::Graph graph = b.finish(parts);
  legalize(graph);
  ASSERT_EQ(kinds(graph), (Kinds{OpKind::slice, OpKind::slice, OpKind::slice}));
  EXPECT_EQ(graph.ops[2].begin, (Shape{0, 0, 0, 8}));
  EXPECT_EQ(graph.ops[2].size, (Shape{1, 8, 8, 4}));
  graph::validate(graph);
}

TEST(Legalize, WhatMovesNothingIsAReshape) {
  GraphBuilder b;
  TensorId x = b.transpose(b.input({1, 1, 8, 4}), {0, 2, 1, 3});
  x = b.slice(x, {0, 0, 0, 0}, {1, 8, 1, 4});
  x = b.concat({x}, 3);
  graph::Graph graph = b.finish({x});
  legalize(graph);
  EXPECT_EQ(kinds(graph), (Kinds{OpKind::reshape, OpKind::reshape, OpKind::reshape}));
}

TEST(Legalize, ATransposeThatMovesStays) {
  GraphBuilder b;
  graph::Graph graph = b.finish({b.transpose(b.input({1, 2, 8, 4}), {0, 2, 1, 3})});
  legalize(graph);
  EXPECT_EQ(kinds(graph), (Kinds{OpKind::transpose}));
}

TEST(Legalize, OnlyAnIdenticalQuantizationDisappears) {
  GraphBuilder b;
  const TensorId x = b.input({4, 4});
  b.tensor(x).scale = {0.5f};
  b.tensor(x).zero_point = {3};
  const TensorId same = b.quantize(x, DataType::int8), shifted = b.quantize(x, DataType::int8);
  b.tensor(same).scale = b.tensor(shifted).scale = {0.5f};
  b.tensor(same).zero_point = {3};
  b.tensor(shifted).zero_point = {4};
  graph::Graph graph = b.finish({same, shifted});
  legalize(graph);
  EXPECT_EQ(kinds(graph), (Kinds{OpKind::reshape, OpKind::quantize}));
}

}  // namespace
}  // namespace takt::compiler::test
