#include "sim/graph/infer_shapes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/graph/error.h"
#include "sim/graph/padding.h"
#include "tests/graph/graphs.h"

namespace takt::graph {
namespace {

using testing::add_input;
using testing::add_op;
using testing::add_tensor;
using testing::error_of;
using ::testing::HasSubstr;
using testing::output_shape;

// The shape an operator of one input makes of it.
template <typename Fields>
Shape inferred(OpKind kind, const Shape& input, Fields set) {
  Graph graph;
  set(add_op(graph, kind, {add_input(graph, input)}));
  infer_shapes(graph);
  validate(graph);
  return output_shape(graph);
}

TEST(InferShapes, AnUnknownBatchIsOne) {
  Graph graph;
  add_op(graph, OpKind::relu, {add_input(graph, {-1, 8, 8, 3})}, {-1, 8, 8, 3});
  infer_shapes(graph);
  EXPECT_EQ(graph.tensors[0].shape, (Shape{1, 8, 8, 3}));
  EXPECT_EQ(output_shape(graph), (Shape{1, 8, 8, 3}));
}

TEST(InferShapes, OtherUnknownInputDimensionsAreErrors) {
  Graph graph;
  add_op(graph, OpKind::relu, {add_input(graph, {1, -1, 8, 3})});
  EXPECT_THAT(error_of([&] { infer_shapes(graph); }), HasSubstr("input 't0' has shape [1x-1x8x3]"));
}

TEST(InferShapes, AStoredShapeThatDisagreesIsAnError) {
  Graph graph;
  add_op(graph, OpKind::relu, {add_input(graph, {1, 8})}, {1, 9});
  EXPECT_THAT(error_of([&] { infer_shapes(graph); }),
              HasSubstr("operator 0 (relu): output 't1' is stored as [1x9], its inputs make [1x8]"));
}

TEST(InferShapes, ACustomOperatorMustStoreItsShape) {
  Graph graph;
  add_op(graph, OpKind::custom, {add_input(graph, {1, 8})}).custom_code = "Mystery";
  EXPECT_THAT(error_of([&] { infer_shapes(graph); }), HasSubstr("operator 0 (custom Mystery)"));
  graph.tensors[1].shape = {2, 2};
  EXPECT_NO_THROW(infer_shapes(graph));
}

TEST(InferShapes, WindowsAreCountedAlongEachAxis) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 224, 112, 3});
  const TensorId w = add_tensor(graph, {32, 3, 5, 3}, true);
  Op& op = add_op(graph, OpKind::conv2d, {x, w});
  op.kernel_h = 3;
  op.kernel_w = 5;
  op.stride_h = op.stride_w = 2;
  op.dilation_w = 2;
  op.pad_bottom = 1;
  infer_shapes(graph);
  // Rows: (224 + 1 - 3) / 2 + 1; columns: (112 - (4 x 2 + 1)) / 2 + 1.
  EXPECT_EQ(output_shape(graph), (Shape{1, 112, 52, 32}));
}

TEST(InferShapes, SamePaddingKeepsCeilingOfSizeByStride) {
  EXPECT_TRUE(rc::check("tf.nn: output = ceil(size / stride)", [] {
    const auto size = *rc::gen::inRange<std::int64_t>(1, 300), kernel = *rc::gen::inRange<std::int64_t>(1, 12);
    const auto stride = *rc::gen::inRange<std::int64_t>(1, 5), dilation = *rc::gen::inRange<std::int64_t>(1, 4);
    const Padding padding = same_padding(size, kernel, stride, dilation);
    const auto outputs = [&](Op& op) {
      op.kernel_h = static_cast<std::int32_t>(kernel);
      op.stride_h = static_cast<std::int32_t>(stride);
      op.dilation_h = static_cast<std::int32_t>(dilation);
      op.pad_top = static_cast<std::int32_t>(padding.before);
      op.pad_bottom = static_cast<std::int32_t>(padding.after);
    };
    RC_ASSERT(inferred(OpKind::max_pool, {1, size, 1, 1}, outputs)[1] == (size + stride - 1) / stride);
    RC_ASSERT(padding.after - padding.before >= 0 && padding.after - padding.before <= 1);
  }));
}

TEST(InferShapes, AWindowLargerThanItsInputIsAnError) {
  EXPECT_THROW(inferred(OpKind::max_pool, {1, 4, 4, 1}, [](Op& op) { op.kernel_h = 5; }), GraphError);
  EXPECT_THROW(inferred(OpKind::max_pool, {1, 4, 4, 1}, [](Op& op) { op.stride_h = 0; }), GraphError);
}

TEST(InferShapes, FullyConnectedFlattensUnlessToldToKeepDimensions) {
  for (const bool keep : {false, true}) {
    Graph graph;
    const TensorId x = add_input(graph, {2, 3, 8});
    add_op(graph, OpKind::fully_connected, {x, add_tensor(graph, {5, 8}, true)}).keep_dims = keep;
    infer_shapes(graph);
    EXPECT_EQ(output_shape(graph), keep ? (Shape{2, 3, 5}) : (Shape{6, 5}));
  }
}

TEST(InferShapes, BinaryOperatorsBroadcast) {
  Graph graph;
  add_op(graph, OpKind::mul, {add_input(graph, {1, 8, 8, 3}), add_input(graph, {3})});
  infer_shapes(graph);
  EXPECT_EQ(output_shape(graph), (Shape{1, 8, 8, 3}));
  Graph wrong;
  add_op(wrong, OpKind::mul, {add_input(wrong, {1, 8}), add_input(wrong, {3})});
  EXPECT_THROW(infer_shapes(wrong), GraphError);
}

TEST(InferShapes, BatchMatmulTransposesEitherSide) {
  for (const bool a : {false, true})
    for (const bool b : {false, true}) {
      Graph graph;
      const TensorId left = add_input(graph, a ? Shape{2, 8, 5} : Shape{2, 5, 8});
      Op& op = add_op(graph, OpKind::batch_matmul, {left, add_input(graph, b ? Shape{7, 8} : Shape{8, 7})});
      op.transpose_a = a;
      op.transpose_b = b;
      infer_shapes(graph);
      EXPECT_EQ(output_shape(graph), (Shape{2, 5, 7}));
    }
}

TEST(InferShapes, ReductionsDropOrKeepTheirAxes) {
  const auto mean = [](bool keep) {
    return inferred(OpKind::mean, {1, 7, 7, 64}, [&](Op& op) {
      op.axes = {1, 2};
      op.keep_dims = keep;
    });
  };
  EXPECT_EQ(mean(false), (Shape{1, 64}));
  EXPECT_EQ(mean(true), (Shape{1, 1, 1, 64}));
  EXPECT_EQ(inferred(OpKind::arg_max, {1, 7, 7, 64}, [](Op& op) { op.axis = 3; }), (Shape{1, 7, 7}));
  EXPECT_THROW(inferred(OpKind::arg_max, {1, 7}, [](Op& op) { op.axis = 2; }), GraphError);
}

TEST(InferShapes, LayoutOperatorsMoveElementsWithoutLosingAny) {
  EXPECT_EQ(inferred(OpKind::transpose, {1, 3, 8, 9}, [](Op& op) { op.axes = {0, 2, 3, 1}; }), (Shape{1, 8, 9, 3}));
  EXPECT_EQ(inferred(OpKind::reshape, {1, 3, 8}, [](Op& op) { op.size = {4, 6}; }), (Shape{4, 6}));
  EXPECT_EQ(inferred(OpKind::squeeze, {1, 1, 1, 10}, [](Op& op) { op.axes = {1, 2}; }), (Shape{1, 10}));
  EXPECT_EQ(inferred(OpKind::depth_to_space, {1, 4, 5, 12}, [](Op& op) { op.block = 2; }), (Shape{1, 8, 10, 3}));
  EXPECT_EQ(inferred(OpKind::space_to_depth, {1, 8, 10, 3}, [](Op& op) { op.block = 2; }), (Shape{1, 4, 5, 12}));
  EXPECT_THROW(inferred(OpKind::transpose, {2, 3}, [](Op& op) { op.axes = {0, 0}; }), GraphError);
  EXPECT_THROW(inferred(OpKind::reshape, {2, 3}, [](Op& op) { op.size = {7}; }), GraphError);
  EXPECT_THROW(inferred(OpKind::squeeze, {2, 3}, [](Op& op) { op.axes = {0}; }), GraphError);
  EXPECT_THROW(inferred(OpKind::depth_to_space, {1, 4, 4, 3}, [](Op& op) { op.block = 2; }), GraphError);
}

TEST(InferShapes, ResizeKeepsBatchAndChannels) {
  EXPECT_EQ(inferred(OpKind::resize_bilinear, {1, 1, 1, 256},
                     [](Op& op) {
                       op.size = {32, 33};
                     }),
            (Shape{1, 32, 33, 256}));
}

TEST(InferShapes, PaddingAddsToEachDimension) {
  const auto pad = [](std::int64_t before) {
    return inferred(OpKind::pad, {1, 8, 8, 3}, [&](Op& op) {
      op.begin = {0, before, 1, 0};
      op.end = {0, 1, 0, 5};
    });
  };
  EXPECT_EQ(pad(2), (Shape{1, 11, 9, 8}));
  EXPECT_THROW(pad(-1), GraphError);
}

TEST(InferShapes, SlicesStayInsideTheirInput) {
  const auto slice = [](std::int64_t begin, std::int64_t size, std::int64_t step) {
    return inferred(OpKind::slice, {10, 4}, [&](Op& op) {
      op.begin = {begin, 1};
      op.size = {size, 1};
      op.step = {step, 1};
      op.axes = {1};
    });
  };
  EXPECT_EQ(slice(2, 8, 1), (Shape{8}));
  EXPECT_EQ(slice(0, 4, 3), (Shape{4}));   // elements 0, 3, 6, 9
  EXPECT_EQ(slice(9, 4, -3), (Shape{4}));  // the same, backwards
  EXPECT_THROW(slice(2, 9, 1), GraphError);
  EXPECT_THROW(slice(1, 4, 3), GraphError);
  EXPECT_THROW(slice(8, 4, -3), GraphError);
  EXPECT_THROW(slice(-1, 1, 1), GraphError);
  EXPECT_THROW(slice(0, 1, 0), GraphError);
  EXPECT_THROW(slice(0, 1, INT64_MIN), GraphError);
}

TEST(InferShapes, ConcatUndoesSplit) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 4, 9});
  Op& split = add_op(graph, OpKind::split, {x});
  split.axis = 2;
  const TensorId second = add_tensor(graph, {}), third = add_tensor(graph, {});
  split.outputs.push_back(second);
  split.outputs.push_back(third);
  const std::vector<TensorId> parts = split.outputs;
  add_op(graph, OpKind::concat, parts).axis = 2;
  infer_shapes(graph);
  EXPECT_EQ(graph.tensors[static_cast<std::size_t>(second)].shape, (Shape{1, 4, 3}));
  EXPECT_EQ(output_shape(graph), (Shape{1, 4, 9}));
}

TEST(InferShapes, PartsOfASplitMustAddUp) {
  const auto split = [](std::vector<std::int64_t> sizes) {
    return inferred(OpKind::split, {9}, [&](Op& op) { op.size = sizes; });
  };
  EXPECT_EQ(split({9}), (Shape{9}));
  EXPECT_THROW(split({8}), GraphError);
  EXPECT_THROW(split({INT64_MAX}), GraphError);
  EXPECT_THROW(split({4, 5}), GraphError);  // one output
}

TEST(InferShapes, ATransposedConvolutionUndoesAConvolution) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 4, 4, 8});
  Op& op = add_op(graph, OpKind::transpose_conv2d, {x, add_tensor(graph, {3, 2, 2, 8}, true)});
  op.kernel_h = op.kernel_w = op.stride_h = op.stride_w = 2;
  op.size = {1, 8, 8, 3};
  infer_shapes(graph);
  EXPECT_EQ(output_shape(graph), (Shape{1, 8, 8, 3}));
  graph.ops[0].size = {1, 10, 8, 3};
  EXPECT_THROW(infer_shapes(graph), GraphError);
}

TEST(InferShapes, AnOperatorWithoutItsInputsIsAnError) {
  for (int kind = 0; kind < static_cast<int>(OpKind::variable); ++kind) {
    Graph graph;
    add_op(graph, static_cast<OpKind>(kind), {});
    EXPECT_THROW(infer_shapes(graph), GraphError) << name_of(static_cast<OpKind>(kind));
  }
}

}  // namespace
}  // namespace takt::graph
