// Operators over frames, norms and look-ups: their shapes, their MACs, what they refuse.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/graph/describe.h"
#include "sim/graph/infer_shapes.h"
#include "tests/graph/graphs.h"

namespace takt::graph {
namespace {

using testing::add_input;
using testing::add_op;
using testing::add_tensor;
using testing::error_of;
using ::testing::HasSubstr;
using testing::output_shape;

// 16 frames of 112x112 to 8 of 56x56 by a window of 3x7x5.
Graph frames_convolution(const Shape& weights) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 16, 112, 112, 6});
  Op& op = add_op(graph, OpKind::conv3d, {x, add_tensor(graph, weights, true), add_tensor(graph, {4}, true)});
  op.kernel_d = 3;
  op.kernel_h = 7;
  op.kernel_w = 5;
  op.stride_d = op.stride_h = op.stride_w = 2;
  op.pad_front = op.pad_back = 1;
  op.pad_top = op.pad_bottom = 3;
  op.pad_left = op.pad_right = 2;
  op.groups = 2;
  return graph;
}

TEST(Conv3d, WindowsAreCountedAlongFramesRowsAndColumns) {
  Graph graph = frames_convolution({4, 3, 7, 5, 3});
  infer_shapes(graph);
  validate(graph);
  EXPECT_EQ(output_shape(graph), (Shape{1, 8, 56, 56, 4}));
  EXPECT_EQ(macs_of(graph), 8u * 56 * 56 * 4 * 3 * 7 * 5 * (6 / 2));
}

TEST(Conv3d, WeightsMustFitWindowAndGroups) {
  for (const Shape& weights : {Shape{4, 1, 7, 5, 3}, {4, 3, 5, 5, 3}, {4, 3, 7, 5, 6}, {4, 7, 5, 3}}) {
    Graph graph = frames_convolution(weights);
    EXPECT_THAT(error_of([&] { infer_shapes(graph); }), HasSubstr("operator 0 (conv3d)")) << to_text(weights);
  }
}

TEST(Norms, KeepTheShapeAndHaveNoMacs) {
  for (const OpKind kind : {OpKind::layer_norm, OpKind::group_norm}) {
    Graph graph;
    const TensorId x = add_input(graph, {1, 8, 8, 64});
    add_op(graph, kind, {x, add_tensor(graph, {64}, true), add_tensor(graph, {64}, true)}).groups = 32;
    infer_shapes(graph);
    validate(graph);
    EXPECT_EQ(output_shape(graph), (Shape{1, 8, 8, 64}));
    EXPECT_EQ(macs_of(graph), 0u);
    EXPECT_EQ(weight_bytes_of(graph), 2u * 64);
  }
}

TEST(Norms, GainAndOffsetAreOneAChannelAndMayBeAbsent) {
  Graph bare;
  add_op(bare, OpKind::layer_norm, {add_input(bare, {3, 64})});
  EXPECT_NO_THROW(infer_shapes(bare));
  Graph wrong;
  const TensorId x = add_input(wrong, {3, 64});
  add_op(wrong, OpKind::layer_norm, {x, add_tensor(wrong, {64}, true), add_tensor(wrong, {3}, true)});
  EXPECT_THAT(error_of([&] { infer_shapes(wrong); }), HasSubstr("input 2 has shape [3], expected 64 elements"));
}

TEST(Norms, GroupsDivideTheChannels) {
  Graph graph;
  add_op(graph, OpKind::group_norm, {add_input(graph, {1, 8, 8, 60})}).groups = 32;
  EXPECT_THAT(error_of([&] { infer_shapes(graph); }), HasSubstr("no multiple of 32 groups"));
}

TEST(Gather, ReplacesTheFirstDimensionByTheIndices) {
  Graph graph;
  const TensorId table = add_tensor(graph, {1000, 64}, true);
  add_op(graph, OpKind::gather, {table, add_input(graph, {1, 77})});
  infer_shapes(graph);
  validate(graph);
  EXPECT_EQ(output_shape(graph), (Shape{1, 77, 64}));
  EXPECT_EQ(weight_bytes_of(graph), 1000u * 64);
}

}  // namespace
}  // namespace takt::graph
