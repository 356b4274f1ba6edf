// What each TFLite operator becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/graph/operands.h"
#include "sim/import/tflite/reader.h"
#include "tests/import/tflite_writer.h"

namespace takt::tflite {
namespace {

using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using ::testing::ElementsAre;
using testing::Writer;
using namespace schema;

Shape shape_of(const Graph& g, graph::TensorId id) { return g.tensors.at(static_cast<std::size_t>(id)).shape; }
Shape output_shape(const Graph& g) { return shape_of(g, g.outputs.at(0)); }

// One operator on one input, its output's shape left out of the file.
template <typename Options>
Graph one(BuiltinOperator code, std::vector<int> input, const std::vector<std::vector<std::int32_t>>& operands,
          const Options& options) {
  Writer w;
  std::vector<int> inputs = {w.input(std::move(input))};
  for (const auto& values : operands) inputs.push_back(w.integers(values));
  w.op(code, inputs, {w.tensor({})}, options);
  return w.read();
}

TEST(TfliteOperators, SamePaddingIsResolvedWithTheOddRowAfter) {
  const Graph g = testing::one_convolution().read();
  const Op& op = g.ops.at(0);
  EXPECT_EQ(op.kind, OpKind::conv2d);
  // Rows: (4 - 1) x 2 + 3 - 8 = 1 of padding, half of it (0) before.
  EXPECT_THAT((std::vector<int>{op.pad_top, op.pad_bottom, op.pad_left, op.pad_right}), ElementsAre(0, 1, 0, 1));
  EXPECT_THAT((std::vector<int>{op.kernel_h, op.kernel_w, op.stride_h, op.stride_w}), ElementsAre(3, 3, 2, 2));
  EXPECT_EQ(graph::macs_of(g), 4u * 4 * 4 * 3 * 3 * 3);
  EXPECT_EQ(graph::weight_bytes_of(g), 4u * 3 * 3 * 3 + 4 * sizeof(std::int32_t));
}

TEST(TfliteOperators, NamesAndTypesComeFromTheFile) {
  Writer w = testing::one_convolution();
  w.at(w.graph().outputs[0]).name = "block/conv;block/bias";
  const Graph g = w.read();
  EXPECT_EQ(g.name, "test.tflite");
  EXPECT_EQ(g.ops[0].name, "block/conv");
  EXPECT_EQ(g.tensors[3].name, "block/conv;block/bias");
  EXPECT_EQ(g.tensors[2].type, graph::DataType::int32);
  EXPECT_TRUE(g.tensors[1].constant);
  EXPECT_FALSE(g.tensors[0].constant);
}

TEST(TfliteOperators, QuantizationIsKept) {
  Writer w = testing::one_convolution();
  w.at(1).quantization = std::make_unique<QuantizationParametersT>();
  w.at(1).quantization->scale = {0.5F, 0.25F, 0.125F, 1.0F};
  w.at(1).quantization->zero_point = {0, 0, 0, 0};
  EXPECT_THAT(w.read().tensors[1].scale, ElementsAre(0.5F, 0.25F, 0.125F, 1.0F));
}

TEST(TfliteOperators, IntermediateShapesAreInferredWhereTheFileHasNone) {
  Writer w = testing::one_convolution();
  w.at(w.graph().outputs[0]).shape = {};
  EXPECT_EQ(output_shape(w.read()), (Shape{1, 4, 4, 4}));
}

TEST(TfliteOperators, AnUnknownBatchIsOne) {
  Writer w = testing::one_convolution();
  w.at(0).shape = {-1, 8, 8, 3};
  w.at(w.graph().outputs[0]).shape = {-1, 4, 4, 4};
  EXPECT_EQ(output_shape(w.read()), (Shape{1, 4, 4, 4}));
}

TEST(TfliteOperators, FewerWeightChannelsThanInputChannelsAreGroups) {
  Writer w;
  const int x = w.input({1, 8, 8, 6});
  Conv2DOptionsT options;
  options.padding = Padding_VALID;
  options.stride_h = options.stride_w = 1;
  options.dilation_h_factor = 3;
  options.fused_activation_function = ActivationFunctionType_RELU6;
  w.op(BuiltinOperator_CONV_2D, {x, w.constant({9, 3, 3, 2})}, {w.tensor({})}, options);
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].groups, 3);
  EXPECT_EQ(g.ops[0].activation, graph::Activation::relu6);
  EXPECT_EQ(output_shape(g), (Shape{1, 8 - 6, 8 - 2, 9}));
  EXPECT_EQ(graph::macs_of(g), 2u * 6 * 9 * 9 * (6 / 3));
}

TEST(TfliteOperators, DepthwiseHasOneWindowAChannel) {
  Writer w;
  const int x = w.input({1, 8, 8, 6});
  DepthwiseConv2DOptionsT options;
  options.padding = Padding_VALID;
  options.stride_h = 2;
  options.stride_w = 1;
  w.op(BuiltinOperator_DEPTHWISE_CONV_2D, {x, w.constant({1, 3, 3, 12})}, {w.tensor({})}, options);
  const Graph g = w.read();
  EXPECT_EQ(output_shape(g), (Shape{1, 3, 6, 12}));
  EXPECT_EQ(graph::macs_of(g), 3u * 6 * 12 * 9);
}

TEST(TfliteOperators, ATransposedConvolutionsInputComesFirst) {
  Writer w;
  const int shape = w.integers({1, 8, 8, 3}), weights = w.constant({3, 4, 4, 5}), x = w.input({1, 4, 4, 5});
  TransposeConvOptionsT options;
  options.stride_h = options.stride_w = 2;
  w.op(BuiltinOperator_TRANSPOSE_CONV, {shape, weights, x}, {w.tensor({})}, options);
  const Graph g = w.read();
  EXPECT_THAT(g.ops[0].inputs, ElementsAre(x, weights, graph::no_tensor, shape));
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 8, 3}));
  EXPECT_EQ(graph::macs_of(g), 4u * 4 * 5 * 16 * 3);
  EXPECT_EQ(graph::weight_bytes_of(g), 3u * 4 * 4 * 5);
}

TEST(TfliteOperators, FullyConnectedWithoutABias) {
  for (const bool keep : {false, true}) {
    Writer w;
    FullyConnectedOptionsT options;
    options.keep_num_dims = keep;
    const int x = w.input({1, 6, 16});
    w.op(BuiltinOperator_FULLY_CONNECTED, {x, w.constant({10, 16}), -1}, {w.tensor({})}, options);
    const Graph g = w.read();
    EXPECT_EQ(output_shape(g), keep ? (Shape{1, 6, 10}) : (Shape{6, 10}));
    EXPECT_EQ(graph::macs_of(g), 6u * 10 * 16);
  }
}

TEST(TfliteOperators, ReshapeTakesItsShapeFromTheOperandOrTheOptions) {
  EXPECT_EQ(output_shape(one(BuiltinOperator_RESHAPE, {1, 4, 6}, {{2, -1}}, ReshapeOptionsT())), (Shape{2, 12}));
  ReshapeOptionsT options;
  options.new_shape = {-1, 8};
  EXPECT_EQ(output_shape(one(BuiltinOperator_RESHAPE, {1, 4, 6}, {}, options)), (Shape{3, 8}));
}

TEST(TfliteOperators, ExpandDimsIsAReshape) {
  const Graph g = one(BuiltinOperator_EXPAND_DIMS, {4, 6}, {{-1}}, ExpandDimsOptionsT());
  EXPECT_EQ(g.ops[0].kind, OpKind::reshape);
  EXPECT_EQ(output_shape(g), (Shape{4, 6, 1}));
}

TEST(TfliteOperators, AxesBecomeNonNegative) {
  ReducerOptionsT keep;
  keep.keep_dims = true;
  const Graph mean = one(BuiltinOperator_MEAN, {1, 7, 7, 64}, {{-3, -2}}, keep);
  EXPECT_THAT(mean.ops[0].axes, ElementsAre(1, 2));
  EXPECT_EQ(output_shape(mean), (Shape{1, 1, 1, 64}));

  const Graph arg_max = one(BuiltinOperator_ARG_MAX, {1, 7, 7, 64}, {{-1}}, ArgMaxOptionsT());
  EXPECT_EQ(arg_max.ops[0].axis, 3);
  EXPECT_EQ(output_shape(arg_max), (Shape{1, 7, 7}));

  SqueezeOptionsT squeeze;
  squeeze.squeeze_dims = {-2, 1};
  EXPECT_EQ(output_shape(one(BuiltinOperator_SQUEEZE, {1, 1, 1, 64}, {}, squeeze)), (Shape{1, 64}));
}

TEST(TfliteOperators, PaddingsAreSplitIntoBeforeAndAfter) {
  Writer w;
  const int x = w.input({1, 8, 8, 3}), paddings = w.integers({0, 0, 1, 2, 3, 4, 0, 0});
  w.at(paddings).shape = {4, 2};
  w.op(BuiltinOperator_PAD, {x, paddings}, {w.tensor({})}, PadOptionsT());
  const Graph g = w.read();
  EXPECT_THAT(g.ops[0].begin, ElementsAre(0, 1, 3, 0));
  EXPECT_THAT(g.ops[0].end, ElementsAre(0, 2, 4, 0));
  EXPECT_EQ(output_shape(g), (Shape{1, 11, 15, 3}));
  EXPECT_EQ(graph::weight_bytes_of(g), 0u);
}

TEST(TfliteOperators, ASliceTakesTheRestForMinusOne) {
  const Graph g = one(BuiltinOperator_SLICE, {10, 4}, {{3, 0}, {-1, 2}}, SliceOptionsT());
  EXPECT_EQ(output_shape(g), (Shape{7, 2}));
}

struct SliceCase {
  std::int32_t begin, end, step, begin_mask, end_mask;
  std::int64_t first, count;
};

// Expected values: Python's list(range(10))[begin:end:step], which tf.strided_slice follows.
constexpr SliceCase slice_cases[] = {
    {2, 7, 1, 0, 0, 2, 5},   {2, 7, 2, 0, 0, 2, 3},     {-3, 10, 1, 0, 0, 7, 3},  {2, -1, 1, 0, 0, 2, 7},
    {0, 99, 3, 0, 0, 0, 4},  {5, 0, 1, 0, 1, 5, 5},     {5, 4, 1, 1, 0, 0, 4},    {8, 2, -2, 0, 0, 8, 3},
    {0, 0, -1, 1, 1, 9, 10}, {99, -99, -3, 0, 0, 9, 4}, {-1, -4, -1, 0, 0, 9, 3}, {4, 5, 1 << 30, 0, 0, 4, 1},
};

TEST(TfliteOperators, StridedSlicesFollowPythonsIndices) {
  for (const SliceCase& row : slice_cases) {
    StridedSliceOptionsT options;
    options.begin_mask = row.begin_mask;
    options.end_mask = row.end_mask;
    const Graph g = one(BuiltinOperator_STRIDED_SLICE, {10, 4}, {{row.begin}, {row.end}, {row.step}}, options);
    EXPECT_EQ(g.ops[0].begin[0], row.first) << row.begin << ":" << row.end << ":" << row.step;
    EXPECT_EQ(output_shape(g), (Shape{row.count, 4})) << row.begin << ":" << row.end << ":" << row.step;
  }
}

TEST(TfliteOperators, AShrunkAxisIsOneElementAndDropped) {
  StridedSliceOptionsT options;
  options.shrink_axis_mask = 1;
  const Graph g = one(BuiltinOperator_STRIDED_SLICE, {10, 4}, {{-2}, {99}, {1}}, options);
  EXPECT_THAT(g.ops[0].begin, ElementsAre(8, 0));
  EXPECT_EQ(output_shape(g), (Shape{4}));
}

TEST(TfliteOperators, ASplitsInputComesFirst) {
  Writer w;
  const int axis = w.integers({-1}), x = w.input({1, 4, 9});
  SplitOptionsT options;
  options.num_splits = 3;
  w.op(BuiltinOperator_SPLIT, {axis, x}, {w.tensor({}), w.tensor({}), w.tensor({})}, options);
  const Graph g = w.read();
  EXPECT_THAT(g.ops[0].inputs, ElementsAre(x, axis));
  for (const graph::TensorId id : g.outputs) EXPECT_EQ(shape_of(g, id), (Shape{1, 4, 3}));
}

TEST(TfliteOperators, ASplitOfGivenSizesMayLeaveOneOpen) {
  Writer w;
  const int x = w.input({1, 9}), sizes = w.integers({2, -1, 3}), axis = w.integers({1});
  w.op(BuiltinOperator_SPLIT_V, {x, sizes, axis}, {w.tensor({}), w.tensor({}), w.tensor({})}, SplitVOptionsT());
  const Graph g = w.read();
  EXPECT_EQ(shape_of(g, g.outputs[1]), (Shape{1, 4}));
}

TEST(TfliteOperators, ConcatCountsANegativeAxisFromTheEnd) {
  Writer w;
  ConcatenationOptionsT options;
  options.axis = -1;
  const int a = w.input({1, 4, 4, 3});
  w.op(BuiltinOperator_CONCATENATION, {a, w.input({1, 4, 4, 5})}, {w.tensor({})}, options);
  EXPECT_EQ(output_shape(w.read()), (Shape{1, 4, 4, 8}));
}

TEST(TfliteOperators, BatchMatmulKeepsItsTransposes) {
  Writer w;
  BatchMatMulOptionsT options;
  options.adj_y = true;
  const int a = w.input({2, 5, 8});
  w.op(BuiltinOperator_BATCH_MATMUL, {a, w.input({2, 7, 8})}, {w.tensor({})}, options);
  const Graph g = w.read();
  EXPECT_EQ(output_shape(g), (Shape{2, 5, 7}));
  EXPECT_EQ(graph::macs_of(g), 2u * 5 * 7 * 8);
}

TEST(TfliteOperators, ACustomOperatorKeepsItsName) {
  Writer w;
  const int x = w.input({1, 8});
  w.custom("ResizeArgmax", {x}, {w.tensor({1, 4})});
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].kind, OpKind::custom);
  EXPECT_EQ(g.ops[0].custom_code, "ResizeArgmax");
}

TEST(TfliteOperators, ABuiltinWithoutARowKeepsTheSchemasName) {
  Writer w;
  const int x = w.input({1, 8});
  w.op(BuiltinOperator_CUMSUM, {x}, {w.tensor({1, 8})});
  w.op(static_cast<BuiltinOperator>(999), {w.graph().outputs[0]}, {w.tensor({1, 8})});
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].custom_code, "CUMSUM");
  EXPECT_EQ(g.ops[1].custom_code, "BUILTIN_999");
}

TEST(TfliteOperators, AScalarOfACustomOperatorNeedsItsRankSaid) {
  Writer w;
  const int x = w.input({1, 8}), y = w.tensor({});
  w.custom("Sum", {x}, {y});
  EXPECT_NE(w.error(), "");
  w.at(y).has_rank = true;
  EXPECT_EQ(output_shape(w.read()), Shape{});
}

TEST(TfliteOperators, VariablesAreKeptAsSuch) {
  Writer w;
  const int x = w.input({1, 8});
  w.op(BuiltinOperator_CALL_ONCE, {}, {});
  const int handle = w.tensor({}, TensorType_RESOURCE);
  w.op(BuiltinOperator_VAR_HANDLE, {}, {handle});
  w.op(BuiltinOperator_ASSIGN_VARIABLE, {handle, x}, {});
  w.op(BuiltinOperator_READ_VARIABLE, {handle}, {w.tensor({1, 8})});
  const Graph g = w.read();
  for (const Op& op : g.ops) EXPECT_EQ(op.kind, OpKind::variable);
  EXPECT_EQ(g.ops[3].custom_code, "READ_VARIABLE");
}

TEST(TfliteOperators, StateMarkedOnlyAtItsOperatorIsAVariable) {
  Writer w;
  const int x = w.input({1, 10}), state = w.tensor({1, 80});
  SVDFOptionsT options;
  options.rank = 2;
  auto& op =
      w.op(BuiltinOperator_SVDF, {x, w.constant({8, 10}), w.constant({8, 10}), -1, state}, {w.tensor({})}, options);
  op.mutating_variable_inputs = {false, false, false, false, true};
  const Graph g = w.read();
  EXPECT_TRUE(g.tensors[static_cast<std::size_t>(state)].variable);
  EXPECT_EQ(output_shape(g), (Shape{1, 4}));
  EXPECT_EQ(graph::macs_of(g), 8u * 10 + 8 * 10);
}

TEST(TfliteOperators, NumbersOfTheFunctionAreKept) {
  Writer w;
  const int x = w.input({1, 2, 2, 4});
  schema::SoftmaxOptionsT softmax;
  softmax.beta = 0.5F;
  w.op(schema::BuiltinOperator_SOFTMAX, {x}, {w.tensor({1, 2, 2, 4})}, softmax);
  schema::LeakyReluOptionsT leaky;
  leaky.alpha = 0.25F;
  w.op(schema::BuiltinOperator_LEAKY_RELU, {x}, {w.tensor({1, 2, 2, 4})}, leaky);
  schema::ResizeBilinearOptionsT bilinear;
  bilinear.half_pixel_centers = true;
  w.op(schema::BuiltinOperator_RESIZE_BILINEAR, {x, w.integers({4, 4})}, {w.tensor({1, 4, 4, 4})}, bilinear);
  schema::ResizeNearestNeighborOptionsT nearest;
  nearest.align_corners = true;
  w.op(schema::BuiltinOperator_RESIZE_NEAREST_NEIGHBOR, {x, w.integers({4, 4})}, {w.tensor({1, 4, 4, 4})}, nearest);
  const graph::Graph g = w.read();
  EXPECT_EQ(g.ops[0].beta, 0.5F);
  EXPECT_EQ(g.ops[1].alpha, 0.25F);
  EXPECT_TRUE(g.ops[2].half_pixel_centers);
  EXPECT_FALSE(g.ops[2].align_corners);
  EXPECT_TRUE(g.ops[3].align_corners);
}

TEST(TfliteOperators, ContentsOfConstantsComeWhereTheyAreWanted) {
  Writer w;
  const int x = w.input({1, 2}), weights = w.constant({3, 2});
  w.model.buffers[w.at(weights).buffer]->data = {1, 2, 3, 4, 5, 255};
  w.op(schema::BuiltinOperator_FULLY_CONNECTED, {x, weights}, {w.tensor({1, 3})}, schema::FullyConnectedOptionsT());
  const std::vector<std::uint8_t> file = w.bytes();
  const auto contents = [&](graph::WithContents with) {
    const graph::Graph g = parse_tflite(file.data(), file.size(), "m", with);
    return graph::input(g, g.ops[0], 1).contents;
  };
  EXPECT_EQ(contents(graph::WithContents::no), nullptr);
  EXPECT_EQ(*contents(graph::WithContents::yes), (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255}));
}

TEST(TfliteOperators, OperatorNumbersFromBeforeTheWiderFieldAreRead) {
  Writer w = testing::one_convolution();
  w.model.operator_codes[0]->builtin_code = BuiltinOperator_ADD;  // what an old file lacks reads as 0
  EXPECT_EQ(w.read().ops[0].kind, OpKind::conv2d);
}

}  // namespace
}  // namespace takt::tflite
