#include "sim/graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "tests/graph/graphs.h"

namespace takt::graph {
namespace {

using testing::add_input;
using testing::add_op;
using testing::add_tensor;
using testing::error_of;
using ::testing::HasSubstr;

// 1x8x8x3 through a 3x3 convolution to 4 channels, SAME, stride 1.
Graph one_convolution() {
  Graph graph;
  const TensorId x = add_input(graph, {1, 8, 8, 3});
  const TensorId w = add_tensor(graph, {4, 3, 3, 3}, true);
  const TensorId bias = add_tensor(graph, {4}, true, DataType::int32);
  Op& op = add_op(graph, OpKind::conv2d, {x, w, bias}, {1, 8, 8, 4});
  op.kernel_h = op.kernel_w = 3;
  op.pad_top = op.pad_bottom = op.pad_left = op.pad_right = 1;
  return graph;
}

TEST(Sizes, FourBitElementsShareABytePairwise) {
  EXPECT_EQ(bytes_of(DataType::int4, 0), 0u);
  EXPECT_EQ(bytes_of(DataType::int4, 7), 4u);
  EXPECT_EQ(bytes_of(DataType::int4, 8), 4u);
}

TEST(Sizes, ElementsHaveTheirTypesWidth) {
  EXPECT_EQ(bytes_of(DataType::int8, 10), 10u);
  EXPECT_EQ(bytes_of(DataType::int16, 10), 20u);
  EXPECT_EQ(bytes_of(DataType::float32, 10), 40u);
  EXPECT_EQ(bytes_of(DataType::int64, 10), 80u);
  EXPECT_EQ(bytes_of(DataType::resource, 1), 0u);
}

TEST(Sizes, ByteCountsThatDoNotFitAreErrors) {
  EXPECT_THROW(bytes_of(DataType::int64, std::uint64_t{1} << 58), GraphError);
}

TEST(Sizes, AScalarHasOneElement) { EXPECT_EQ(elements_of({}), 1u); }

TEST(Sizes, ShapesAreBoundedByTwoToTheForty) {
  EXPECT_EQ(elements_of({1 << 20, 1 << 20}), std::uint64_t{1} << 40);
  EXPECT_THAT(error_of([] { elements_of({1 << 20, 1 << 20, 2}); }), HasSubstr("[1048576x1048576x2]"));
  EXPECT_THROW(elements_of({INT64_MAX, INT64_MAX}), GraphError);
}

TEST(Sizes, DimensionsBelowOneAreErrors) {
  EXPECT_THROW(elements_of({4, 0}), GraphError);
  EXPECT_THROW(elements_of({-1, 4}), GraphError);
}

TEST(Sizes, ElementsAreTheProductOfAnyDimensions) {
  EXPECT_TRUE(rc::check("product or error", [](std::uint16_t a, std::uint16_t b, std::uint16_t c) {
    const Shape shape = {a + 1, b + 1, c + 1};
    const std::uint64_t product =
        (a + std::uint64_t{1}) * (b + std::uint64_t{1}) * (c + std::uint64_t{1});  // below 2^49
    if (product <= std::uint64_t{1} << 40)
      RC_ASSERT(elements_of(shape) == product);
    else
      RC_ASSERT_THROWS_AS(elements_of(shape), GraphError);
  }));
}

TEST(Names, EveryKindAndTypeHasItsOwn) {
  EXPECT_STREQ(name_of(OpKind::conv2d), "conv2d");
  EXPECT_STREQ(name_of(OpKind::custom), "custom");
  EXPECT_STREQ(name_of(DataType::int4), "int4");
  EXPECT_STREQ(name_of(DataType::resource), "resource");
}

TEST(Names, ShownFromAFileAreShortAndPrintable) {
  EXPECT_EQ(shown("block/conv"), "block/conv");
  EXPECT_EQ(shown("a\x1b[2Jb\n"), "a?[2Jb?");
  EXPECT_EQ(shown(std::string(1000, 'n')), std::string(64, 'n') + "...");
}

TEST(Macs, ConvolutionCountsOutputTimesWindowTimesInputChannels) {
  EXPECT_EQ(macs_of(one_convolution()), 8u * 8 * 4 * 3 * 3 * 3);
}

TEST(Macs, GroupsDivideTheInputChannels) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 8, 8, 6});
  Op& op = add_op(graph, OpKind::conv2d, {x, add_tensor(graph, {4, 1, 1, 3}, true)}, {1, 8, 8, 4});
  op.groups = 2;
  EXPECT_EQ(macs_of(graph), 8u * 8 * 4 * (6 / 2));
}

TEST(Macs, DepthwiseCountsOutputTimesWindow) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 8, 8, 6});
  Op& op = add_op(graph, OpKind::depthwise_conv2d, {x, add_tensor(graph, {1, 3, 5, 6}, true)}, {1, 6, 4, 6});
  op.kernel_h = 3;
  op.kernel_w = 5;
  EXPECT_EQ(macs_of(graph), 6u * 4 * 6 * 3 * 5);
}

TEST(Macs, TransposedConvolutionCountsInputTimesWindowTimesOutputChannels) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 4, 4, 8});
  Op& op = add_op(graph, OpKind::transpose_conv2d, {x, add_tensor(graph, {3, 2, 2, 8}, true)}, {1, 8, 8, 3});
  op.kernel_h = op.kernel_w = 2;
  EXPECT_EQ(macs_of(graph), 4u * 4 * 8 * 2 * 2 * 3);
}

TEST(Macs, MatricesCountOutputTimesInnerDimension) {
  Graph dense;
  const TensorId x = add_input(dense, {5, 16});
  add_op(dense, OpKind::fully_connected, {x, add_tensor(dense, {10, 16}, true)}, {5, 10});
  EXPECT_EQ(macs_of(dense), 5u * 10 * 16);

  Graph product;
  const TensorId a = add_input(product, {2, 16, 5});
  add_op(product, OpKind::batch_matmul, {a, add_input(product, {2, 16, 7})}, {2, 5, 7}).transpose_a = true;
  EXPECT_EQ(macs_of(product), 2u * 5 * 7 * 16);
}

TEST(Macs, LstmCountsFourGatesPerStep) {
  constexpr std::int64_t batch = 2, steps = 7, features = 5, cells = 3;
  Graph graph;
  std::vector<TensorId> inputs = {add_input(graph, {batch, steps, features})};
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(add_tensor(graph, {cells, features}, true));
  for (int gate = 0; gate < 4; ++gate) inputs.push_back(add_tensor(graph, {cells, cells}, true));
  add_op(graph, OpKind::lstm, inputs, {batch, steps, cells});
  EXPECT_EQ(macs_of(graph), std::uint64_t{batch * steps * 4 * (features + cells) * cells});
}

TEST(Macs, SvdfCountsFeatureAndTimeFilters) {
  constexpr std::int64_t filters = 8, features = 5, memory = 10, rank = 2;
  Graph graph;
  const TensorId x = add_input(graph, {1, features});
  const TensorId feature = add_tensor(graph, {filters, features}, true);
  const TensorId time = add_tensor(graph, {filters, memory}, true);
  add_op(graph, OpKind::svdf, {x, feature, time}, {1, filters / rank}).groups = rank;
  EXPECT_EQ(macs_of(graph), std::uint64_t{filters * features + filters * memory});
}

TEST(Macs, CountsThatDoNotFitAreErrors) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 1 << 20, 1 << 20, 1});
  Op& op = add_op(graph, OpKind::depthwise_conv2d, {x, add_tensor(graph, {1, 1 << 20, 1 << 20, 1}, true)},
                  {1, 1 << 20, 1 << 20, 1});
  op.kernel_h = op.kernel_w = 1 << 20;
  EXPECT_THROW(macs_of(graph), GraphError);
}

TEST(WeightBytes, CountWeightsAndBiasesButNoShapeOperands) {
  Graph graph = one_convolution();
  EXPECT_EQ(weight_bytes_of(graph), 4u * 3 * 3 * 3 + 4 * 4);
  const TensorId shape = add_tensor(graph, {2}, true, DataType::int32);
  add_op(graph, OpKind::reshape, {graph.outputs[0], shape}, {1, 256}).size = {1, 256};
  EXPECT_EQ(weight_bytes_of(graph), 4u * 3 * 3 * 3 + 4 * 4);
}

TEST(WeightBytes, CountASharedTensorOnce) {
  Graph graph;
  const TensorId weights = add_tensor(graph, {8, 8}, true);
  add_op(graph, OpKind::fully_connected, {add_input(graph, {1, 8}), weights}, {1, 8});
  add_op(graph, OpKind::fully_connected, {graph.outputs[0], weights}, {1, 8});
  EXPECT_EQ(weight_bytes_of(graph), 64u);
}

TEST(Validate, AcceptsAProperGraph) { EXPECT_NO_THROW(validate(one_convolution())); }

TEST(Validate, RejectsTensorsOutOfRange) {
  Graph graph = one_convolution();
  graph.ops[0].inputs[1] = 99;
  EXPECT_THAT(error_of([&] { validate(graph); }), HasSubstr("operator 0 (conv2d): found tensor 99, expected 0 to 3"));
  graph = one_convolution();
  graph.ops[0].outputs[0] = no_tensor;
  EXPECT_THROW(validate(graph), GraphError);
  graph = one_convolution();
  graph.outputs = {-7};
  EXPECT_THROW(validate(graph), GraphError);
}

TEST(Validate, RejectsReadingWhatNothingProduced) {
  Graph graph = one_convolution();
  const TensorId loose = add_tensor(graph, {1, 8, 8, 4});
  graph.ops[0].inputs[0] = loose;
  EXPECT_THAT(error_of([&] { validate(graph); }),
              HasSubstr("input 0 is tensor 4 't4', which nothing before it produces"));
}

TEST(Validate, RejectsCycles) {
  Graph graph;
  const TensorId x = add_input(graph, {1, 4});
  add_op(graph, OpKind::add, {x, x}, {1, 4});
  add_op(graph, OpKind::relu, {graph.ops[0].outputs[0]}, {1, 4});
  graph.ops[0].inputs[1] = graph.ops[1].outputs[0];
  EXPECT_THROW(validate(graph), GraphError);
}

TEST(Validate, RejectsTwoProducersOfOneTensor) {
  Graph graph = one_convolution();
  graph.ops.push_back(graph.ops[0]);
  EXPECT_THAT(error_of([&] { validate(graph); }), HasSubstr("operator 1"));
}

TEST(Validate, RejectsOutputShapesTheInputsDoNotMake) {
  Graph graph = one_convolution();
  graph.tensors[3].shape = {1, 8, 9, 4};
  EXPECT_THAT(error_of([&] { validate(graph); }), HasSubstr("has shape [1x8x9x4], expected [1x8x8x4]"));
}

TEST(Validate, RejectsABiasOfAnotherLength) {
  Graph graph = one_convolution();
  graph.tensors[2].shape = {5};
  EXPECT_THAT(error_of([&] { validate(graph); }), HasSubstr("bias has shape [5], expected 4 elements"));
}

TEST(Validate, AcceptsStateThatNothingProduces) {
  Graph graph;
  const TensorId state = add_tensor(graph, {1, 4});
  graph.tensors[0].variable = true;
  add_op(graph, OpKind::add, {state, add_input(graph, {1, 4})}, {1, 4});
  EXPECT_NO_THROW(validate(graph));
}

}  // namespace
}  // namespace takt::graph
