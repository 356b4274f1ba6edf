// What each ONNX operator becomes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/graph/error.h"
#include "sim/import/onnx/reader.h"
#include "tests/import/onnx_writer.h"

namespace takt::onnx {
namespace {

using graph::Activation;
using graph::DataType;
using graph::Graph;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using ::testing::ElementsAre;
using namespace testing;

const graph::Tensor& tensor_of(const Graph& g, graph::TensorId id) {
  return g.tensors.at(static_cast<std::size_t>(id));
}
Shape shape_of(const Graph& g, graph::TensorId id) { return tensor_of(g, id).shape; }
Shape output_shape(const Graph& g) { return shape_of(g, g.outputs.at(0)); }

std::vector<OpKind> kinds(const Graph& g) {
  std::vector<OpKind> result;
  for (const Op& op : g.ops) result.push_back(op.kind);
  return result;
}

// One operator on one image of 8 x 6 with 4 channels.
Graph on_image(const std::string& type, const std::vector<Attr>& attributes = {},
               const std::vector<std::vector<std::int64_t>>& operands = {}, std::int64_t opset = 17) {
  Writer w(opset);
  std::vector<std::string> inputs = {w.input("x", {1, 4, 8, 6})};
  for (const auto& values : operands) inputs.push_back(w.integers("operand" + std::to_string(inputs.size()), values));
  // The convolution in front says that the input is an image.
  w.node("Conv", {"x", w.constant("w", {4, 4, 1, 1})}, "image");
  inputs[0] = "image";
  w.output(w.node(type, inputs, "y", attributes));
  return w.read();
}

const Op& last(const Graph& g) { return g.ops.back(); }

TEST(OnnxOperators, AConvolutionIsTurnedToChannelsLast) {
  Writer w;
  w.input("x", {1, 3, 8, 6});
  w.output(w.node("Conv", {"x", w.constant("w", {4, 3, 3, 5}), w.constant("b", {4})}, "y",
                  {integers("strides", {2, 1}), integers("pads", {1, 2, 0, 2}), integers("kernel_shape", {3, 5})}));
  const Graph g = w.read();
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d}));
  const Op& op = g.ops[0];
  EXPECT_EQ(shape_of(g, op.inputs[0]), (Shape{1, 8, 6, 3}));
  EXPECT_EQ(shape_of(g, op.inputs[1]), (Shape{4, 3, 5, 3}));
  EXPECT_EQ(output_shape(g), (Shape{1, 4, 6, 4}));
  EXPECT_THAT((std::vector<int>{op.pad_top, op.pad_left, op.pad_bottom, op.pad_right}), ElementsAre(1, 2, 0, 2));
  EXPECT_EQ(graph::macs_of(g), 4u * 6 * 4 * 3 * 5 * 3);
  EXPECT_EQ(g.name, "test.onnx");
}

TEST(OnnxOperators, AGroupForEachChannelIsDepthwise) {
  Writer w;
  w.input("x", {1, 6, 8, 8});
  w.output(w.node("Conv", {"x", w.constant("w", {12, 1, 3, 3})}, "y", {integer("group", 6)}));
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].kind, OpKind::depthwise_conv2d);
  EXPECT_EQ(shape_of(g, g.ops[0].inputs[1]), (Shape{1, 3, 3, 12}));
  EXPECT_EQ(graph::macs_of(g), 6u * 6 * 12 * 9);
}

TEST(OnnxOperators, FewerGroupsStayGroups) {
  Writer w;
  w.input("x", {1, 6, 8, 8});
  w.output(
      w.node("Conv", {"x", w.constant("w", {9, 2, 3, 3})}, "y", {integer("group", 3), integers("dilations", {2, 1})}));
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].groups, 3);
  EXPECT_EQ(output_shape(g), (Shape{1, 4, 6, 9}));
  EXPECT_EQ(graph::macs_of(g), 4u * 6 * 9 * 9 * 2);
}

TEST(OnnxOperators, SamePaddingPutsTheOddRowAfterOrBefore) {
  for (const bool lower : {false, true}) {
    Writer w;
    w.input("x", {1, 3, 8, 8});
    w.output(w.node("Conv", {"x", w.constant("w", {4, 3, 3, 3})}, "y",
                    {integers("strides", {2, 2}), text("auto_pad", lower ? "SAME_LOWER" : "SAME_UPPER")}));
    const Graph g = w.read();
    EXPECT_EQ(g.ops[0].pad_top, lower ? 1 : 0);
    EXPECT_EQ(g.ops[0].pad_bottom, lower ? 0 : 1);
  }
}

TEST(OnnxOperators, AOneDimensionalConvolutionRunsOverOneRow) {
  Writer w;
  w.input("x", {1, 80, 100});
  w.output(
      w.node("Conv", {"x", w.constant("w", {16, 80, 3})}, "y", {integers("pads", {1, 1}), integers("strides", {2})}));
  const Graph g = w.read();
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::reshape, OpKind::conv2d, OpKind::reshape}));
  EXPECT_EQ(shape_of(g, g.ops[1].inputs[0]), (Shape{1, 1, 100, 80}));
  EXPECT_EQ(output_shape(g), (Shape{1, 50, 16}));
  EXPECT_EQ(graph::macs_of(g), 50u * 16 * 3 * 80);
}

TEST(OnnxOperators, ATransposedConvolution) {
  Writer w;
  w.input("x", {1, 5, 4, 4});
  w.output(w.node("ConvTranspose", {"x", w.constant("w", {5, 3, 4, 4})}, "y",
                  {integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1})}));
  const Graph g = w.read();
  EXPECT_EQ(g.ops[0].kind, OpKind::transpose_conv2d);
  EXPECT_EQ(shape_of(g, g.ops[0].inputs[1]), (Shape{3, 4, 4, 5}));
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 8, 3}));
  EXPECT_EQ(graph::macs_of(g), 4u * 4 * 5 * 16 * 3);
}

TEST(OnnxOperators, ATransposedConvolutionWithOutputPadding) {
  Writer w;
  w.input("x", {1, 5, 4, 4});
  w.output(w.node("ConvTranspose", {"x", w.constant("w", {5, 3, 3, 3})}, "y",
                  {integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1}), integers("output_padding", {1, 1})}));
  EXPECT_EQ(output_shape(w.read()), (Shape{1, 8, 8, 3}));
}

TEST(OnnxOperators, ActivationsBecomePartOfTheirOperator) {
  for (const auto& [bounds, activation] : std::vector<std::pair<std::vector<float>, Activation>>{
           {{0, 6}, Activation::relu6}, {{-1, 1}, Activation::relu_n1_to_1}, {{0, 3.4028235e38F}, Activation::relu}}) {
    Writer w;
    w.input("x", {1, 3, 8, 8});
    w.node("Conv", {"x", w.constant("w", {4, 3, 1, 1})}, "c");
    w.output(w.node("Clip", {"c", w.floats("low", {bounds[0]}), w.floats("high", {bounds[1]})}, "y"));
    const Graph g = w.read();
    ASSERT_EQ(g.ops.size(), 1u);
    EXPECT_EQ(g.ops[0].activation, activation);
    EXPECT_EQ(tensor_of(g, g.outputs[0]).name, "y");
  }
}

TEST(OnnxOperators, AnActivationThatOthersBypassStaysAnOperator) {
  Writer w;
  w.input("x", {1, 3, 8, 8});
  w.node("Conv", {"x", w.constant("w", {4, 3, 1, 1})}, "c");
  w.node("Relu", {"c"}, "r");
  w.output(w.node("Add", {"c", "r"}, "y"));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::conv2d, OpKind::relu, OpKind::add}));
}

TEST(OnnxOperators, ANormalizationIsFoldedIntoItsConvolution) {
  Writer w;
  w.input("x", {1, 3, 8, 8});
  w.node("Conv", {"x", w.constant("w", {4, 3, 1, 1})}, "c");
  w.node("BatchNormalization",
         {"c", w.constant("s", {4}), w.constant("b", {4}), w.constant("m", {4}), w.constant("v", {4})}, "n");
  w.output(w.node("Relu", {"n"}, "y"));
  const Graph g = w.read();
  ASSERT_EQ(g.ops.size(), 1u);
  EXPECT_EQ(g.ops[0].activation, Activation::relu);
  EXPECT_EQ(shape_of(g, g.ops[0].inputs[2]), (Shape{4}));
}

TEST(OnnxOperators, ASumOnTheChannelsIsABias) {
  for (const std::vector<std::int64_t>& dims : {std::vector<std::int64_t>{1, 4, 1, 1}, {4, 1, 1}, {4}}) {
    Writer w;
    w.input("x", {1, 3, 8, 4});
    w.node("Conv", {"x", w.constant("w", {4, 3, 1, 1})}, "c");
    w.output(w.node("Add", {"c", w.constant("b", dims)}, "y"));
    EXPECT_EQ(w.read().ops.size(), dims.size() == 1 ? 2u : 1u);  // [4] belongs to the columns
  }
}

TEST(OnnxOperators, ANormalizationAloneIsAProductAndASum) {
  Writer w;
  w.input("x", {1, 4, 8, 8});
  w.output(w.node("BatchNormalization",
                  {"x", w.constant("s", {4}), w.constant("b", {4}), w.constant("m", {4}), w.constant("v", {4})}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::mul, OpKind::add}));
  EXPECT_EQ(shape_of(g, g.ops[0].inputs[1]), (Shape{1, 1, 1, 4}));
}

TEST(OnnxOperators, Pools) {
  const std::vector<Attr> window = {integers("kernel_shape", {3, 3}), integers("strides", {2, 2})};
  Graph g = on_image("MaxPool", window);
  EXPECT_EQ(last(g).kind, OpKind::max_pool);
  EXPECT_EQ(output_shape(g), (Shape{1, 3, 2, 4}));
  g = on_image("AveragePool", window);
  EXPECT_EQ(last(g).kind, OpKind::average_pool);
  std::vector<Attr> ceil = window;
  ceil.push_back(integer("ceil_mode", 1));
  EXPECT_EQ(output_shape(on_image("MaxPool", ceil)), (Shape{1, 4, 3, 4}));
  EXPECT_EQ(output_shape(on_image("GlobalMaxPool")), (Shape{1, 1, 1, 4}));
  g = on_image("GlobalAveragePool");
  EXPECT_EQ(last(g).kind, OpKind::mean);
  EXPECT_THAT(last(g).axes, ElementsAre(1, 2));
  EXPECT_EQ(output_shape(g), (Shape{1, 1, 1, 4}));
}

TEST(OnnxOperators, AMeanOverThePlaneKeepsChannelsInPlace) {
  for (const std::int64_t opset : {13, 18}) {
    const Graph g = opset < 18 ? on_image("ReduceMean", {integers("axes", {2, 3}), integer("keepdims", 0)})
                               : on_image("ReduceMean", {integer("keepdims", 0)}, {{-1, -2}}, opset);
    EXPECT_THAT(last(g).axes, ElementsAre(1, 2));
    EXPECT_EQ(output_shape(g), (Shape{1, 4}));
  }
}

TEST(OnnxOperators, ElementByElement) {
  for (const auto& [type, kind] : std::vector<std::pair<const char*, OpKind>>{{"Relu", OpKind::relu},
                                                                              {"Sigmoid", OpKind::logistic},
                                                                              {"Tanh", OpKind::tanh},
                                                                              {"HardSwish", OpKind::hard_swish},
                                                                              {"LeakyRelu", OpKind::leaky_relu},
                                                                              {"Gelu", OpKind::gelu}}) {
    Writer w;
    w.input("x", {2, 5});
    w.output(w.node(type, {"x"}, "y"));
    EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{kind})) << type;
  }
  for (const auto& [type, kind] : std::vector<std::pair<const char*, OpKind>>{{"Add", OpKind::add},
                                                                              {"Sub", OpKind::sub},
                                                                              {"Mul", OpKind::mul},
                                                                              {"Min", OpKind::minimum},
                                                                              {"Max", OpKind::maximum}}) {
    Writer w;
    w.input("x", {2, 5}), w.input("z", {5});
    w.output(w.node(type, {"x", "z"}, "y"));
    EXPECT_EQ(last(w.read()).kind, kind) << type;
    EXPECT_EQ(output_shape(w.read()), (Shape{2, 5})) << type;
  }
}

TEST(OnnxOperators, AChannelsFactorFollowsTheLayout) {
  Writer w;
  w.input("x", {1, 4, 8, 6});
  w.node("MaxPool", {"x"}, "p", {integers("kernel_shape", {1, 1})});
  w.output(w.node("Mul", {"p", w.constant("c", {4, 1, 1})}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(shape_of(g, last(g).inputs[1]), (Shape{1, 1, 1, 4}));
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 6, 4}));
}

TEST(OnnxOperators, AColumnsFactorFollowsTheLayout) {
  Writer w;
  w.input("x", {1, 4, 8, 6});
  w.node("MaxPool", {"x"}, "p", {integers("kernel_shape", {1, 1})});
  w.output(w.node("Mul", {"p", w.constant("c", {6})}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(shape_of(g, last(g).inputs[1]), (Shape{1, 1, 6, 1}));
}

TEST(OnnxOperators, ManyOperandsAreTakenTwoAtATime) {
  Writer w;
  w.input("a", {2, 5}), w.input("b", {2, 5}), w.input("c", {2, 5});
  w.output(w.node("Max", {"a", "b", "c"}, "y"));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::maximum, OpKind::maximum}));
}

TEST(OnnxOperators, ClipWithOtherBoundsIsMaximumAndMinimum) {
  Writer w;
  w.input("x", {2, 5});
  w.output(w.node("Clip", {"x", w.floats("low", {-2}), w.floats("high", {3})}, "y"));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::maximum, OpKind::minimum}));
}

TEST(OnnxOperators, DivisionByAConstantIsAProduct) {
  Writer w;
  w.input("x", {2, 5});
  w.output(w.node("Div", {"x", w.floats("c", {8})}, "y"));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::mul}));
}

TEST(OnnxOperators, HardSigmoidIsARelu6BetweenASumAndAProduct) {
  Writer w;
  w.input("x", {2, 5});
  w.output(w.node("HardSigmoid", {"x"}, "y", {real("alpha", 1.0F / 6)}));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::add, OpKind::mul}));
  EXPECT_EQ(g.ops[0].activation, Activation::relu6);
  Writer other;
  other.input("x", {2, 5});
  other.output(other.node("HardSigmoid", {"x"}, "y"));  // slope 0.2
  EXPECT_EQ(kinds(other.read()), (std::vector<OpKind>{OpKind::mul, OpKind::add, OpKind::mul}));
}

TEST(OnnxOperators, AGeluWrittenOutIsOne) {
  for (const bool half_first : {false, true}) {
    Writer w;
    w.input("x", {2, 5}), w.input("z", {2, 5});
    w.node("Div", {"x", w.floats("root", {1.4142135F})}, "d");
    w.node("Erf", {"d"}, "e");
    w.node("Add", {"e", w.floats("one", {1})}, "a");
    w.floats("half", {0.5F});
    if (half_first) {
      w.node("Mul", {"x", "half"}, "h");
      w.node("Mul", {"h", "a"}, "g");
    } else {
      w.node("Mul", {"x", "a"}, "m");
      w.node("Mul", {"m", "half"}, "g");
    }
    w.output(w.node("Add", {"g", "z"}, "y"));
    EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::gelu, OpKind::add})) << half_first;
    w.output("e");  // somebody reads what is between
    EXPECT_NE(w.read().ops.at(0).kind, OpKind::gelu);
  }
}

TEST(OnnxOperators, SoftmaxOverChannelsIsOverTheLastDimension) {
  EXPECT_EQ(last(on_image("Softmax", {integer("axis", 1)})).axis, 3);
  EXPECT_EQ(last(on_image("Softmax", {integer("axis", -1)})).axis, 2);
}

TEST(OnnxOperators, SoftmaxBeforeOperatorSet13IsOverAllThatFollows) {
  Writer w(11);
  w.input("x", {2, 3, 5});
  w.output(w.node("Softmax", {"x"}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::reshape, OpKind::softmax, OpKind::reshape}));
  EXPECT_EQ(shape_of(g, g.ops[1].inputs[0]), (Shape{2, 15}));
}

TEST(OnnxOperators, GemmHasWeightsByRowsOfOutputs) {
  for (const bool transposed : {false, true}) {
    Writer w;
    w.input("x", {2, 5});
    w.constant("w", transposed ? std::vector<std::int64_t>{7, 5} : std::vector<std::int64_t>{5, 7});
    w.output(w.node("Gemm", {"x", "w", w.constant("b", {7})}, "y", {integer("transB", transposed)}));
    const Graph g = w.read();
    ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::fully_connected}));
    EXPECT_EQ(shape_of(g, g.ops[0].inputs[1]), (Shape{7, 5}));
    EXPECT_EQ(graph::macs_of(g), 2u * 5 * 7);
  }
}

TEST(OnnxOperators, MatMulWithConstantWeightsTakesItsBiasIn) {
  Writer w;
  w.input("x", {1, 16, 5});
  w.node("MatMul", {"x", w.constant("w", {5, 7})}, "m");
  w.output(w.node("Add", {w.constant("b", {7}), "m"}, "y"));
  const Graph g = w.read();
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::fully_connected}));
  EXPECT_TRUE(g.ops[0].keep_dims);
  EXPECT_EQ(shape_of(g, g.ops[0].inputs[2]), (Shape{7}));
  EXPECT_EQ(output_shape(g), (Shape{1, 16, 7}));
}

TEST(OnnxOperators, AttentionReadsItsKeysTransposedInPlace) {
  Writer w;
  w.input("q", {1, 16, 64}), w.input("k", {1, 16, 64});
  const auto heads = [&](const std::string& x) {
    const std::string split = w.node("Reshape", {x, "sizes"}, x + "_split");
    return w.node("Transpose", {split}, x + "_heads", {testing::integers("perm", {0, 2, 1, 3})});
  };
  w.integers("sizes", {0, 0, 4, 16});
  const std::string q = heads("q");
  const std::string k = w.node("Transpose", {heads("k")}, "k_t", {testing::integers("perm", {0, 1, 3, 2})});
  w.output(w.node("MatMul", {q, k}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(last(g).kind, OpKind::batch_matmul);
  EXPECT_EQ(output_shape(g), (Shape{1, 4, 16, 16}));
  EXPECT_EQ(graph::macs_of(g), 4u * 16 * 16 * 16);
}

TEST(OnnxOperators, VectorsAreMatricesOfOneRow) {
  Writer w;
  w.input("x", {5}), w.input("m", {5, 7});
  w.output(w.node("MatMul", {"x", "m"}, "y"));
  EXPECT_EQ(output_shape(w.read()), (Shape{7}));
}

TEST(OnnxOperators, BlockQuantizedWeightsCountWithTheirScales) {
  Writer w;
  w.input("x", {1, 8, 64});
  w.constant("w", {32, 2, 16}, f::UINT8);
  w.constant("s", {64});
  w.output(w.node("MatMulNBits", {"x", "w", "s"}, "y",
                  {integer("K", 64), integer("N", 32), integer("bits", 4), integer("block_size", 32)}));
  const Graph g = w.read();
  EXPECT_EQ(last(g).kind, OpKind::fully_connected);
  EXPECT_EQ(tensor_of(g, last(g).inputs[1]).type, DataType::int4);
  EXPECT_EQ(shape_of(g, last(g).inputs[1]), (Shape{32, 64}));
  EXPECT_EQ(graph::weight_bytes_of(g), 32u * 64 / 2 + 64 * 4);
  EXPECT_EQ(graph::macs_of(g), 8u * 32 * 64);
}

TEST(OnnxOperators, BlocksOfWeightsHaveASize) {
  Writer w;
  w.input("x", {1, 8, 64});
  w.constant("w", {32, 2, 16}, f::UINT8);
  w.constant("s", {64});
  w.output(w.node("MatMulNBits", {"x", "w", "s"}, "y", {integer("K", 64), integer("N", 32), integer("bits", 4)}));
  EXPECT_THAT(w.error(), ::testing::HasSubstr("found a block_size of 0, expected one from 16 to 65536"));
}

// 40 inputs are two blocks of 32; here are bytes for 40.
TEST(OnnxOperators, BlocksOfWeightsAreWholeWhereContentsAreWanted) {
  Writer w;
  w.input("x", {1, 8, 40});
  w.constant("w", {32, 20}, f::UINT8);
  w.constant("s", {64});
  w.output(w.node("MatMulNBits", {"x", "w", "s"}, "y",
                  {integer("K", 40), integer("N", 32), integer("bits", 4), integer("block_size", 32)}));
  const std::vector<std::uint8_t> file = w.bytes();
  EXPECT_NO_THROW(w.read());
  EXPECT_THROW(parse_onnx(file.data(), file.size(), "test.onnx", "", {}, graph::WithContents::yes), graph::GraphError);
}

// It counts as float16 for time; answers would be others.
TEST(OnnxOperators, Bfloat16IsRefusedWhereContentsAreWanted) {
  for (const bool constant : {false, true}) {
    Writer w;
    w.input("x", {1, 8}, constant ? f::FLOAT16 : f::BFLOAT16);
    w.output(w.node("Add", {"x", w.constant("c", {1, 8}, constant ? f::BFLOAT16 : f::FLOAT16)}, "y"));
    const std::vector<std::uint8_t> file = w.bytes();
    EXPECT_NO_THROW(w.read());
    EXPECT_THROW(parse_onnx(file.data(), file.size(), "test.onnx", "", {}, graph::WithContents::yes),
                 graph::GraphError);
  }
}

TEST(OnnxOperators, FlatteningAnImageNeedsItsTranspose) {
  const Graph g = on_image("Flatten");
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d, OpKind::transpose, OpKind::reshape}));
  EXPECT_THAT(g.ops[1].axes, ElementsAre(0, 3, 1, 2));
  EXPECT_EQ(output_shape(g), (Shape{1, 4 * 8 * 6}));
}

TEST(OnnxOperators, PositionsAsRowsNeedNone) {
  Writer w;
  w.input("x", {1, 3, 8, 8});
  w.node("Conv", {"x", w.constant("w", {16, 3, 4, 4})}, "patches", {testing::integers("strides", {4, 4})});
  w.node("Reshape", {"patches", w.integers("sizes", {0, 16, -1})}, "flat");
  w.node("Transpose", {"flat"}, "rows", {testing::integers("perm", {0, 2, 1})});
  w.output(w.node("MatMul", {"rows", w.constant("m", {16, 16})}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d, OpKind::reshape, OpKind::fully_connected}));
  EXPECT_EQ(shape_of(g, g.ops[2].inputs[0]), (Shape{1, 4, 16}));
}

TEST(OnnxOperators, AChannelShuffleMovesChannelsOnly) {
  Writer w;
  w.input("x", {1, 6, 8, 8});
  w.node("Conv", {"x", w.constant("w", {6, 6, 1, 1})}, "c");
  w.node("Reshape", {"c", w.integers("split", {1, 2, 3, 8, 8})}, "s");
  w.node("Transpose", {"s"}, "t", {testing::integers("perm", {0, 2, 1, 3, 4})});
  w.node("Reshape", {"t", w.integers("join", {1, 6, 8, 8})}, "j");
  w.output(w.node("Conv", {"j", "w"}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g),
            (std::vector<OpKind>{OpKind::conv2d, OpKind::reshape, OpKind::transpose, OpKind::reshape, OpKind::conv2d}));
  EXPECT_THAT(g.ops[2].axes, ElementsAre(0, 1, 2, 4, 3));
}

TEST(OnnxOperators, ModelsThatAreChannelsLastAlreadyLoseTheirTransposes) {
  Writer w;
  w.input("x", {1, 8, 8, 3});
  w.node("Transpose", {"x"}, "t", {testing::integers("perm", {0, 3, 1, 2})});
  w.node("Conv", {"t", w.constant("w", {4, 3, 3, 3})}, "c");
  w.output(w.node("Transpose", {"c"}, "y", {testing::integers("perm", {0, 2, 3, 1})}));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d}));
  EXPECT_EQ(output_shape(g), (Shape{1, 6, 6, 4}));
}

TEST(OnnxOperators, SqueezeAndUnsqueezeInBothForms) {
  for (const std::int64_t opset : {11, 13}) {
    Writer w(opset);
    w.input("x", {3, 1, 5});
    const auto call = [&](const char* type, const std::string& x, const std::string& y, std::int64_t axis) {
      return opset < 13 ? w.node(type, {x}, y, {testing::integers("axes", {axis})})
                        : w.node(type, {x, w.integers(y + "_axes", {axis})}, y);
    };
    w.output(call("Squeeze", "x", "s", 1));
    w.output(call("Unsqueeze", "x", "u", -1));
    const Graph g = w.read();
    EXPECT_EQ(shape_of(g, g.outputs[0]), (Shape{3, 5})) << opset;
    EXPECT_EQ(shape_of(g, g.outputs[1]), (Shape{3, 1, 5, 1})) << opset;
  }
}

TEST(OnnxOperators, ConcatAlongChannelsIsAlongTheLastDimension) {
  Writer w;
  w.input("x", {1, 4, 8, 6});
  w.node("MaxPool", {"x"}, "p", {testing::integers("kernel_shape", {1, 1})});
  w.output(w.node("Concat", {"p", "x"}, "y", {integer("axis", 1)}));
  const Graph g = w.read();
  EXPECT_EQ(last(g).axis, 3);
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 6, 8}));
}

TEST(OnnxOperators, SplitsIntoEqualOrStatedParts) {
  for (const std::int64_t opset : {11, 13, 18}) {
    Writer w(opset);
    w.input("x", {2, 7});
    if (opset == 11) w.nodes("Split", {"x"}, {"a", "b"}, {integer("axis", 1), testing::integers("split", {3, 4})});
    if (opset == 13) w.nodes("Split", {"x", w.integers("s", {3, 4})}, {"a", "b"}, {integer("axis", 1)});
    if (opset == 18) w.nodes("Split", {"x"}, {"b", "a"}, {integer("axis", 1), integer("num_outputs", 2)});
    w.output("a"), w.output("b");
    const Graph g = w.read();
    EXPECT_EQ(shape_of(g, g.outputs[0]), (Shape{2, 3}));
    EXPECT_EQ(shape_of(g, g.outputs[1]), (Shape{2, 4}));
  }
}

TEST(OnnxOperators, SlicesAreResolved) {
  constexpr std::int64_t all = std::numeric_limits<std::int64_t>::max();
  const Graph g = on_image("Slice", {}, {{1, -5}, {3, all}, {1, 2}, {1, 2}});
  const Op& op = last(g);
  EXPECT_EQ(op.kind, OpKind::slice);
  EXPECT_THAT(op.begin, ElementsAre(0, 3, 0, 1));
  EXPECT_THAT(op.step, ElementsAre(1, 2, 1, 1));
  EXPECT_EQ(output_shape(g), (Shape{1, 3, 6, 2}));
}

TEST(OnnxOperators, ASliceBackwards) {
  Writer w;
  w.input("x", {5});
  w.output(w.node("Slice",
                  {"x", w.integers("s", {-1}), w.integers("e", {std::numeric_limits<std::int64_t>::min()}),
                   w.integers("a", {0}), w.integers("t", {-1})},
                  "y"));
  const Graph g = w.read();
  EXPECT_THAT(last(g).begin, ElementsAre(4));
  EXPECT_EQ(output_shape(g), (Shape{5}));
}

TEST(OnnxOperators, OneIndexOfAGatherIsASlice) {
  Writer w;
  w.input("x", {1, 16, 5});
  w.initializers.push_back(tensor_message("i", {}, f::INT64, raw_integers({-1})));
  w.output(w.node("Gather", {"x", "i"}, "y", {integer("axis", 1)}));
  const Graph g = w.read();
  EXPECT_EQ(last(g).kind, OpKind::slice);
  EXPECT_THAT(last(g).begin, ElementsAre(0, 15, 0));
  EXPECT_EQ(output_shape(g), (Shape{1, 5}));
}

TEST(OnnxOperators, PaddingOfRowsAndColumns) {
  const Graph g = on_image("Pad", {}, {{0, 0, 1, 2, 0, 0, 3, 4}});
  EXPECT_THAT(last(g).begin, ElementsAre(0, 1, 2, 0));
  EXPECT_THAT(last(g).end, ElementsAre(0, 3, 4, 0));
}

TEST(OnnxOperators, ResizesByScalesOrSizes) {
  for (const bool linear : {false, true}) {
    Writer w;
    w.input("x", {1, 4, 8, 6});
    w.initializers.push_back(tensor_message("none", {0}, f::FLOAT, ""));
    const std::string mode = linear ? "linear" : "nearest";
    w.node("Resize", {"x", "none", w.floats("scales", {1, 1, 2, 2})}, "a", {text("mode", mode)});
    w.output(w.node("Resize", {"a", "", "", w.integers("sizes", {1, 4, 32, 24})}, "y", {text("mode", mode)}));
    const Graph g = w.read();
    EXPECT_EQ(g.ops[0].kind, linear ? OpKind::resize_bilinear : OpKind::resize_nearest);
    EXPECT_THAT(g.ops[0].size, ElementsAre(16, 12));
    EXPECT_EQ(output_shape(g), (Shape{1, 32, 24, 4}));
  }
}

TEST(OnnxOperators, BlocksOfDepthAndSpace) {
  EXPECT_EQ(output_shape(on_image("DepthToSpace", {integer("blocksize", 2)})), (Shape{1, 16, 12, 1}));
  EXPECT_EQ(output_shape(on_image("SpaceToDepth", {integer("blocksize", 2)})), (Shape{1, 4, 3, 16}));
}

TEST(OnnxOperators, ArgMaxOverChannels) {
  const Graph g = on_image("ArgMax", {integer("axis", 1), integer("keepdims", 0)});
  EXPECT_EQ(last(g).kind, OpKind::arg_max);
  EXPECT_EQ(last(g).axis, 3);
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 6}));
  EXPECT_EQ(tensor_of(g, g.outputs[0]).type, DataType::int64);
}

TEST(OnnxOperators, OlderFormsOfSliceClipAndUpsample) {
  Writer w(9);
  w.input("x", {1, 4, 8, 6});
  w.node("Conv", {"x", w.constant("w", {4, 4, 1, 1})}, "c");
  w.node("Clip", {"c"}, "clip", {real("min", 0), real("max", 6)});
  w.node("Slice", {"clip"}, "s",
         {testing::integers("axes", {2}), testing::integers("starts", {1}), testing::integers("ends", {5})});
  w.output(w.node("Upsample", {"s", w.floats("scales", {1, 1, 2, 2})}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d, OpKind::slice, OpKind::resize_nearest}));
  EXPECT_EQ(g.ops[0].activation, Activation::relu6);
  EXPECT_EQ(output_shape(g), (Shape{1, 8, 12, 4}));
}

TEST(OnnxOperators, WhatDoesNothingIsNoOperator) {
  Writer w;
  w.input("x", {2, 5});
  w.node("Identity", {"x"}, "a");
  w.nodes("Dropout", {"a"}, {"b", "mask"});
  w.node("Expand", {"b", w.integers("sizes", {2, 1})}, "c");
  w.node("Reshape", {"c", w.integers("same", {0, -1})}, "d");
  w.output(w.node("Relu", {"d"}, "y"));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::relu}));
}

TEST(OnnxOperators, UnknownOperatorsAreCustomWithTheShapeTheFileStates) {
  Writer w;
  w.input("x", {2, 5});
  w.info("u", {2, 9});
  w.node("Mystery", {"x"}, "u");
  w.output(w.node("Relu", {"u"}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::custom, OpKind::relu}));
  EXPECT_EQ(g.ops[0].custom_code, "Mystery");
  EXPECT_EQ(output_shape(g), (Shape{2, 9}));
}

TEST(OnnxOperators, KnownOperatorsOfTheCpuNeedNoStatedShape) {
  const auto shape = [](const char* type, const std::vector<std::vector<std::int64_t>>& dims,
                        const std::vector<Attr>& attributes = {}) {
    Writer w;
    std::vector<std::string> inputs;
    for (const auto& d : dims) inputs.push_back(w.input("x" + std::to_string(inputs.size()), d));
    w.nodes(type, inputs, {"y"}, attributes);
    w.output("y");
    const Graph g = w.read();
    EXPECT_EQ(g.ops.at(0).kind, OpKind::custom);
    EXPECT_EQ(g.ops.at(0).custom_code, type);
    return output_shape(g);
  };
  EXPECT_EQ(shape("Erf", {{2, 5}}), (Shape{2, 5}));
  EXPECT_EQ(shape("LayerNormalization", {{2, 5}, {5}, {5}}), (Shape{2, 5}));
  EXPECT_EQ(shape("Pow", {{2, 1}, {5}}), (Shape{2, 5}));
  EXPECT_EQ(shape("Where", {{1}, {2, 5}, {5}}), (Shape{2, 5}));
  EXPECT_EQ(shape("Gather", {{100, 8}, {1, 6}}), (Shape{1, 6, 8}));
  EXPECT_EQ(shape("ReduceMax", {{2, 5}}, {testing::integers("axes", {1})}), (Shape{2, 1}));
  EXPECT_EQ(shape("LSTM", {{10, 1, 8}, {2, 64, 8}, {2, 64, 16}}), (Shape{10, 2, 1, 16}));
}

TEST(OnnxOperators, ShapesOfPartsAreComputed) {
  // x.view(x.size(0), -1) and the rows and columns of an Upsample, as exporters write them.
  Writer w;
  w.input("x", {-1, 4, 8, 6});
  w.node("Shape", {"x"}, "shape");
  w.initializers.push_back(tensor_message("zero", {}, f::INT64, raw_integers({0})));
  w.node("Gather", {"shape", "zero"}, "batch");
  w.node("Unsqueeze", {"batch", w.integers("axis", {0})}, "first");
  w.node("Concat", {"first", w.integers("rest", {-1})}, "sizes", {integer("axis", 0)});
  w.output(w.node("Reshape", {"x", "sizes"}, "y"));
  w.node("Slice", {"shape", w.integers("from", {2}), w.integers("to", {4})}, "plane");
  w.node("Mul", {"plane", w.integers("two", {2})}, "doubled");
  w.node("Cast", {"doubled"}, "cast", {integer("to", f::INT64)});
  w.node("Slice", {"shape", w.integers("start", {0}), w.integers("stop", {2})}, "leading");
  w.node("Concat", {"leading", "cast"}, "target", {integer("axis", 0)});
  w.output(w.node("Resize", {"x", "", "", "target"}, "z", {text("mode", "nearest")}));
  const Graph g = w.read();
  EXPECT_EQ(shape_of(g, g.outputs[0]), (Shape{1, 4 * 8 * 6}));
  EXPECT_EQ(shape_of(g, g.outputs[1]), (Shape{1, 16, 12, 4}));
}

TEST(OnnxOperators, OperatorsOnConstantsAreConstants) {
  Writer w;
  w.input("x", {2, 5});
  w.node("Transpose", {w.constant("w", {7, 5})}, "t");
  w.node("Cast", {"t"}, "h", {integer("to", f::FLOAT16)});
  w.output(w.node("MatMul", {"x", "h"}, "y"));
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::fully_connected}));
  EXPECT_EQ(tensor_of(g, g.ops[0].inputs[1]).type, DataType::float16);
}

TEST(OnnxOperators, ConstantsOfEveryKindOfNode) {
  Writer w;
  w.input("x", {2, 5});
  w.nodes("Constant", {}, {"sizes"}, {testing::integers("value_ints", {5, 2})});
  w.nodes("Constant", {}, {"k"}, {tensor("value", tensor_message("", {}, f::FLOAT, raw_floats({2})))});
  w.nodes("Constant", {}, {"one"}, {real("value_float", 1)});
  w.node("Reshape", {"x", "sizes"}, "r");
  w.node("Mul", {"r", "k"}, "m");
  w.output(w.node("Add", {"m", "one"}, "y"));
  EXPECT_EQ(output_shape(w.read()), (Shape{5, 2}));
}

}  // namespace
}  // namespace takt::onnx
