// Quantized forms: pairs of QuantizeLinear and DequantizeLinear, and operators with scales as operands.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/compiler/npu_ops.h"
#include "sim/graph/describe.h"
#include "tests/import/onnx_writer.h"

namespace takt::onnx {
namespace {

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

std::vector<OpKind> kinds(const Graph& g) {
  std::vector<OpKind> result;
  for (const Op& op : g.ops) result.push_back(op.kind);
  return result;
}

// A graph whose inputs and outputs are quantized, so that only the operators between remain.
struct Quantized {
  explicit Quantized(std::int64_t opset = 17) : w(opset) {}
  std::string input(const std::string& name, const std::vector<std::int64_t>& dims, int power = 4,
                    std::int64_t type = f::INT8) {
    return w.dequantize(w.input(name, dims, type), power, type);
  }
  Graph finish(const std::string& y, int power = 4, std::int64_t type = f::INT8) {
    w.output(w.quantize(y, power, type), {}, type);
    return w.read();
  }
  Writer w;
};

void expect_all_on_npu(const Graph& g) {
  for (std::size_t i = 0; i < g.ops.size(); ++i)
    EXPECT_EQ(compiler::why_not_npu(g, g.ops[i], compiler::Target{}), "") << graph::describe(g, i);
}

TEST(OnnxQuantized, AConvolutionBetweenPairsIsOne) {
  Quantized q;
  q.w.node("Conv", {q.input("x", {1, 3, 8, 8}, 7), q.w.weights("w", {4, 3, 3, 3}), q.w.bias("b", 4)}, "c");
  q.w.node("Relu", {"c"}, "r");
  const Graph g = q.finish("r", 5);
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d}));
  const Op& op = g.ops[0];
  EXPECT_THAT(tensor_of(g, op.inputs[0]).scale, ElementsAre(1.0F / 128));
  EXPECT_THAT(tensor_of(g, op.inputs[1]).scale, ElementsAre(0.5F, 0.5F, 0.5F, 0.5F));
  EXPECT_EQ(tensor_of(g, op.inputs[1]).type, DataType::int8);
  EXPECT_EQ(tensor_of(g, op.inputs[2]).type, DataType::int32);
  EXPECT_THAT(tensor_of(g, op.outputs[0]).scale, ElementsAre(1.0F / 32));
  EXPECT_THAT(tensor_of(g, op.outputs[0]).zero_point, ElementsAre(0));
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, EveryActivationType) {
  for (const auto& [type, means] : std::vector<std::pair<std::int64_t, DataType>>{{f::INT8, DataType::int8},
                                                                                  {f::UINT8, DataType::uint8},
                                                                                  {f::INT16, DataType::int16},
                                                                                  {f::UINT16, DataType::uint16}}) {
    Quantized q(21);
    q.w.node("Conv", {q.input("x", {1, 3, 8, 8}, 4, type), q.w.weights("w", {4, 3, 3, 3})}, "c");
    const Graph g = q.finish("c", 4, type);
    ASSERT_EQ(g.ops.size(), 1u);
    EXPECT_EQ(tensor_of(g, g.ops[0].outputs[0]).type, means);
    expect_all_on_npu(g);
  }
}

TEST(OnnxQuantized, FourBitWeights) {
  Quantized q(21);
  q.w.node("Conv", {q.input("x", {1, 4, 8, 8}, 4, f::UINT16), q.w.weights("w", {4, 4, 1, 1}, f::INT4)}, "c");
  const Graph g = q.finish("c", 4, f::UINT16);
  EXPECT_EQ(tensor_of(g, g.ops[0].inputs[1]).type, DataType::int4);
  EXPECT_EQ(graph::weight_bytes_of(g), 8u);
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, WeightsQuantizedInTheGraphAreConstants) {
  Quantized q;
  q.w.node("Conv", {q.input("x", {1, 3, 8, 8}), q.w.qdq(q.w.constant("w", {4, 3, 3, 3}))}, "c");
  const Graph g = q.finish("c");
  ASSERT_EQ(g.ops.size(), 1u);
  EXPECT_EQ(tensor_of(g, g.ops[0].inputs[1]).type, DataType::int8);
  EXPECT_TRUE(tensor_of(g, g.ops[0].inputs[1]).constant);
}

TEST(OnnxQuantized, WhatOnlyMovesKeepsItsScale) {
  Quantized q;
  const std::string pool = q.w.node("MaxPool", {q.input("x", {1, 4, 8, 8})}, "p", {integers("kernel_shape", {2, 2})});
  const std::string flat = q.w.node("Reshape", {pool, q.w.integers("sizes", {1, -1})}, "f");
  const Graph g = q.finish(flat);
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::max_pool, OpKind::transpose, OpKind::reshape}));
  for (const Op& op : g.ops) EXPECT_THAT(tensor_of(g, op.outputs[0]).scale, ElementsAre(1.0F / 16));
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, AnotherScaleBehindAMoveIsARequantization) {
  Quantized q;
  const std::string pool = q.w.node("MaxPool", {q.input("x", {1, 4, 8, 8})}, "p", {integers("kernel_shape", {2, 2})});
  const Graph g = q.finish(pool, 5);
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::max_pool, OpKind::quantize}));
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, ConcatRescalesItsParts) {
  Quantized q;
  const std::string a = q.input("a", {1, 4, 8, 8}, 4), b = q.input("b", {1, 4, 8, 8}, 5);
  const Graph g = q.finish(q.w.node("Concat", {a, b}, "c", {integer("axis", 1)}), 6);
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::concat}));
  EXPECT_THAT(tensor_of(g, g.ops[0].outputs[0]).scale, ElementsAre(1.0F / 64));
}

TEST(OnnxQuantized, FloatOperatorsAmongPairsGetFloats) {
  Quantized q;
  const std::string x = q.input("x", {1, 16});
  q.w.node("Erf", {x}, "e");
  const Graph g = q.finish(q.w.node("Add", {"e", x}, "y"));
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::dequantize, OpKind::custom, OpKind::add, OpKind::quantize}));
  EXPECT_EQ(tensor_of(g, g.ops[2].outputs[0]).type, DataType::float32);
}

TEST(OnnxQuantized, AFloatConstantBesideQuantizedOperandsIsQuantized) {
  Quantized q;
  const Graph g = q.finish(q.w.node("Mul", {q.input("x", {1, 16}), q.w.floats("third", {0.333F})}, "y"));
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::mul}));
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, QuantizedWeightsOfAFloatProductStaySmall) {
  Writer w;
  w.input("x", {1, 16});
  w.output(w.node("Gemm", {"x", w.weights("w", {8, 16})}, "y", {integer("transB", 1)}));
  const Graph g = w.read();
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::fully_connected}));
  EXPECT_EQ(graph::weight_bytes_of(g), 8u * 16);
}

TEST(OnnxQuantized, AFloatOutputIsDequantized) {
  Writer w;
  w.output(w.qdq(w.input("x", {1, 16})));
  EXPECT_EQ(kinds(w.read()), (std::vector<OpKind>{OpKind::quantize, OpKind::dequantize}));
}

// Operands of one QLinear operator: each value with its scale and zero point.
struct WithScales {
  std::vector<std::string> inputs;
  Writer w;

  void scales(int power) {
    const std::string name = std::to_string(inputs.size());
    inputs.push_back(w.floats("scale" + name, {std::ldexp(1.0F, -power)}));
    inputs.push_back(w.constant("zero" + name, {}, f::UINT8));
  }
  void value(const std::vector<std::int64_t>& dims, int power) {
    inputs.push_back(w.input("x" + std::to_string(inputs.size()), dims, f::UINT8));
    scales(power);
  }
  void weights(const std::vector<std::int64_t>& dims) {
    inputs.push_back(w.constant("w", dims, f::UINT8));
    scales(3);
  }
  Graph read(const char* type, const std::vector<Attr>& attributes = {}) {
    w.output(w.node(type, inputs, "y", attributes), {}, f::UINT8);
    return w.read();
  }
};

TEST(OnnxQuantized, QLinearConv) {
  WithScales s;
  s.value({1, 3, 8, 8}, 7);
  s.weights({4, 3, 3, 3});
  s.scales(5);
  s.inputs.push_back(s.w.constant("b", {4}, f::INT32));
  const Graph g = s.read("QLinearConv", {integers("strides", {2, 2})});
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d}));
  EXPECT_THAT(tensor_of(g, g.ops[0].inputs[0]).scale, ElementsAre(1.0F / 128));
  EXPECT_THAT(tensor_of(g, g.ops[0].outputs[0]).scale, ElementsAre(1.0F / 32));
  EXPECT_EQ(tensor_of(g, g.ops[0].outputs[0]).shape, (Shape{1, 3, 3, 4}));
  EXPECT_EQ(tensor_of(g, g.ops[0].inputs[2]).type, DataType::int32);
  expect_all_on_npu(g);
}

TEST(OnnxQuantized, QLinearMatMulAndQGemm) {
  for (const char* type : {"QLinearMatMul", "QGemm"}) {
    WithScales s;
    s.value({2, 16}, 7);
    s.weights({16, 8});
    if (std::string(type) == "QGemm") s.inputs.push_back(s.w.constant("b", {8}, f::INT32));
    s.scales(5);
    const Graph g = s.read(type);
    ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::fully_connected})) << type;
    EXPECT_EQ(graph::macs_of(g), 2u * 16 * 8);
    EXPECT_EQ(tensor_of(g, g.outputs[0]).type, DataType::uint8);
    expect_all_on_npu(g);
  }
}

TEST(OnnxQuantized, IntegerProductsGive32BitSums) {
  Writer w;
  w.input("x", {1, 3, 8, 8}, f::UINT8), w.input("m", {2, 16}, f::UINT8);
  w.constant("zx", {}, f::UINT8), w.constant("zw", {}, f::INT8);
  w.output(w.node("ConvInteger", {"x", w.constant("w", {4, 3, 3, 3}, f::INT8), "zx", "zw"}, "c"), {}, f::INT32);
  w.output(w.node("MatMulInteger", {"m", w.constant("v", {16, 8}, f::INT8), "zx", "zw"}, "p"), {}, f::INT32);
  const Graph g = w.read();
  EXPECT_EQ(kinds(g), (std::vector<OpKind>{OpKind::conv2d, OpKind::fully_connected}));
  for (const Op& op : g.ops) EXPECT_EQ(tensor_of(g, op.outputs[0]).type, DataType::int32);
}

TEST(OnnxQuantized, SumsAndProducts) {
  for (const auto& [type, kind] :
       std::vector<std::pair<const char*, OpKind>>{{"QLinearAdd", OpKind::add}, {"QLinearMul", OpKind::mul}}) {
    WithScales s;
    s.value({2, 16}, 7), s.value({2, 16}, 6);
    s.scales(5);
    const Graph g = s.read(type);
    EXPECT_EQ(kinds(g), (std::vector<OpKind>{kind}));
    expect_all_on_npu(g);
  }
}

std::vector<Attr> attributes_of(OpKind kind) {
  if (kind == OpKind::average_pool) return {integers("kernel_shape", {2, 2})};
  if (kind == OpKind::softmax) return {integer("opset", 13), integer("axis", -1)};
  return {};
}

TEST(OnnxQuantized, OperatorsOfOneOperand) {
  for (const auto& [type, kind] :
       std::vector<std::pair<const char*, OpKind>>{{"QLinearSigmoid", OpKind::logistic},
                                                   {"QLinearLeakyRelu", OpKind::leaky_relu},
                                                   {"QLinearSoftmax", OpKind::softmax},
                                                   {"QLinearAveragePool", OpKind::average_pool},
                                                   {"QLinearGlobalAveragePool", OpKind::mean}}) {
    WithScales s;
    s.value({1, 4, 8, 8}, 7);
    s.scales(5);
    const Graph g = s.read(type, attributes_of(kind));
    EXPECT_EQ(kinds(g), (std::vector<OpKind>{kind})) << type;
    EXPECT_THAT(tensor_of(g, g.outputs[0]).scale, ElementsAre(1.0F / 32)) << type;
    expect_all_on_npu(g);
  }
}

TEST(OnnxQuantized, QLinearConcatHasItsOwnScaleFirst) {
  WithScales s;
  s.scales(5);
  s.value({1, 4, 8, 8}, 7), s.value({1, 2, 8, 8}, 6);
  const Graph g = s.read("QLinearConcat", {integer("axis", 1)});
  ASSERT_EQ(kinds(g), (std::vector<OpKind>{OpKind::concat}));
  EXPECT_THAT(tensor_of(g, g.outputs[0]).scale, ElementsAre(1.0F / 32));
  EXPECT_THAT(tensor_of(g, g.ops[0].inputs[1]).scale, ElementsAre(1.0F / 64));
}

}  // namespace
}  // namespace takt::onnx
