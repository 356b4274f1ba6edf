// What joins what, and what it then costs.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

Program compile_one(const graph::Graph& graph) {
  const Target target;
  CompiledModel model = compile(graph, target);
  EXPECT_EQ(check_model(graph, model, target), "");
  return std::move(model.programs.at(0));
}

std::vector<std::string> ops(const Program& program) {
  std::vector<std::string> names;
  for (const LayerInfo& layer : program.layers) names.push_back(layer.op);
  return names;
}

using Names = std::vector<std::string>;

TEST(Fusion, AResidualAddJoinsTheConvolutionThatComesLast) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 16, 16, 32}), 32);
  const TensorId y = b.conv(b.conv(x, 32, 3), 32, 3);
  const Program program = compile_one(b.finish({b.binary(OpKind::add, x, y)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d", "conv2d", "conv2d+add"}));
  EXPECT_EQ(program.layers[3].inputs, (std::vector<std::uint32_t>{1, 2}));
  const takt_command& add = program.lists[TAKT_ENGINE_VECTOR].back();
  EXPECT_EQ(add.body.vector.pass_bytes, 16u * 16 * 32);
  EXPECT_EQ(add.body.vector.output, program.lists[TAKT_ENGINE_TENSOR].back().body.matrix.output);  // in place
}

TEST(Fusion, AnOperandThatOthersReadTooStaysALayer) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  const TensorId y = b.unary(OpKind::logistic, x);
  const Program program = compile_one(b.finish({b.binary(OpKind::mul, x, y)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d", "logistic+mul"}));
}

TEST(Fusion, AnOutputOfTheGraphKeepsItsOwnLayer) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  const TensorId y = b.unary(OpKind::logistic, x);
  EXPECT_EQ(ops(compile_one(b.finish({x, y}))), (Names{"input layout", "conv2d", "logistic"}));
}

TEST(Fusion, RequantizationAndClampingBehindAConvolutionAreFree) {
  GraphBuilder b;
  TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  x = b.binary(OpKind::minimum, b.unary(OpKind::relu, b.quantize(x, DataType::uint8)), b.constant({1}, DataType::int8));
  const Program program = compile_one(b.finish({x}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d+quantize+relu+minimum"}));
  EXPECT_EQ(program.lists[TAKT_ENGINE_VECTOR].size(), 1u);  // the input's layout alone
}

TEST(Fusion, WithoutAProducerAClampIsAPass) {
  GraphBuilder b;
  const TensorId x = b.input({16, 64});
  const Program program = compile_one(b.finish({b.unary(OpKind::relu, x)}));
  EXPECT_EQ(program.lists[TAKT_ENGINE_VECTOR].at(0).body.vector.pass_bytes, 16u * 64);
}

TEST(Fusion, AScaleOfEachChannelIsReadWhole) {
  GraphBuilder b;
  const TensorId x = b.depthwise(b.input({1, 16, 16, 32}));
  const TensorId scale = b.unary(OpKind::logistic, b.conv(b.mean(x), 32));
  const Program program = compile_one(b.finish({b.conv(b.binary(OpKind::mul, x, scale), 16)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "depthwise_conv2d", "mean", "conv2d+logistic", "mul", "conv2d"}));
}

TEST(Fusion, PartsOfAConcatenationAreProducedInPlace) {
  GraphBuilder b;
  const TensorId x = b.input({1, 16, 16, 32});
  const TensorId y = b.concat({b.conv(x, 32), b.conv(x, 64, 3), b.conv(x, 24)}, 3);
  const Program program = compile_one(b.finish({b.conv(y, 32)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d", "conv2d", "conv2d", "conv2d"}));
  EXPECT_EQ(program.layers[4].inputs, (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(Fusion, PartsBehindAnOddBoundaryAreMoved) {
  GraphBuilder b;
  const TensorId x = b.input({1, 16, 16, 32});
  const TensorId y = b.concat({b.conv(x, 24), b.conv(x, 64, 3)}, 3);
  const Program program = compile_one(b.finish({b.conv(y, 32)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d", "conv2d", "concat", "conv2d"}));
  std::uint64_t moved = 0;
  for (const takt_command& c : program.lists[TAKT_ENGINE_VECTOR])
    if (c.layer == 3) moved += c.body.vector.move_bytes;
  EXPECT_EQ(moved, 16u * 16 * 64);  // the second part; the first begins at channel 0
}

TEST(Fusion, ConcatenationsNestInPlace) {
  GraphBuilder b;
  TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  for (int i = 0; i < 3; ++i) x = b.concat({x, b.conv(x, 32, 3)}, 3);  // dense connections
  const Program program = compile_one(b.finish({b.conv(x, 32)}));
  EXPECT_EQ(ops(program), (Names{"input layout", "conv2d", "conv2d", "conv2d", "conv2d", "conv2d"}));
}

TEST(Fusion, AConcatenationAtTheGraphsEdgeIsStoredInterleaved) {
  GraphBuilder b;
  const TensorId x = b.input({1, 16, 16, 32});
  const Program program = compile_one(b.finish({b.concat({b.conv(x, 32), b.conv(x, 32, 3)}, 3)}));
  for (const takt_command& c : program.lists[TAKT_ENGINE_DMA_OUT]) {
    EXPECT_EQ(c.body.dma.row_bytes, 32u);
    EXPECT_EQ(c.body.dma.stride, 64u);
  }
}

}  // namespace
}  // namespace takt::compiler::test
