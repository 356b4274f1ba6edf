// Whole networks as PyTorch exports them (channels first, QuantizeLinear and DequantizeLinear around float operators)
// become the zoo's.
#include <gtest/gtest.h>

#include "sim/compiler/npu_ops.h"
#include "sim/graph/describe.h"
#include "sim/zoo/zoo.h"
#include "tests/import/onnx_writer.h"

namespace takt::onnx {
namespace {

using graph::Graph;
using graph::OpKind;
using testing::integer;
using testing::integers;
using testing::Writer;

// Writes layers the way exporters do; `quantized` puts a pair behind every layer.
class Network {
 public:
  explicit Network(bool quantized) : quantized_(quantized) {}

  std::string pair(const std::string& x) { return quantized_ ? w.qdq(x) : x; }
  std::string filter(const std::vector<std::int64_t>& dims) {
    const std::string name = "weight" + std::to_string(next_++);
    return quantized_ ? w.weights(name, dims) : w.constant(name, dims);
  }
  std::string bias(std::int64_t count) {
    const std::string name = "bias" + std::to_string(next_++);
    return quantized_ ? w.bias(name, count) : w.constant(name, {count});
  }

  std::string conv(const std::string& name, const std::string& x, std::int64_t in, std::int64_t out,
                   std::int64_t kernel, std::int64_t stride, std::int64_t groups, const std::string& activation) {
    const std::int64_t pad = kernel / 2;
    std::string y = w.node("Conv", {x, filter({out, in / groups, kernel, kernel}), bias(out)}, name,
                           {integers("kernel_shape", {kernel, kernel}), integers("strides", {stride, stride}),
                            integers("pads", {pad, pad, pad, pad}), integer("group", groups)});
    if (activation == "Relu") y = w.node("Relu", {y}, name + "_relu");
    if (activation == "Clip") y = w.node("Clip", {y, limit("zero", 0), limit("six", 6)}, name + "_clip");
    return pair(y);
  }

  Graph classify(const std::string& x, std::int64_t features) {
    const std::string pooled = pair(w.node("GlobalAveragePool", {x}, "pool"));
    const std::string flat = pair(w.node("Flatten", {pooled}, "flat", {integer("axis", 1)}));
    const std::string y = w.node("Gemm", {flat, filter({1000, features}), bias(1000)}, "fc", {integer("transB", 1)});
    w.output(pair(y));
    return w.read();
  }

  Writer w;

 private:
  std::string limit(const std::string& name, float value) {
    if (!limits_) w.floats("zero", {0}), w.floats("six", {6});
    limits_ = true;
    (void)value;
    return name;
  }

  bool quantized_, limits_ = false;
  int next_ = 0;
};

Graph resnet50(bool quantized) {
  Network n(quantized);
  std::string x = n.conv("conv1", n.pair(n.w.input("input", {-1, 3, 224, 224})), 3, 64, 7, 2, 1, "Relu");
  x = n.pair(n.w.node("MaxPool", {x}, "maxpool",
                      {integers("kernel_shape", {3, 3}), integers("strides", {2, 2}), integers("pads", {1, 1, 1, 1})}));
  std::int64_t in = 64;
  const int blocks[] = {3, 4, 6, 3};
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < blocks[stage]; ++i) {
      const std::string name = "layer" + std::to_string(stage) + "." + std::to_string(i);
      const std::int64_t inner = std::int64_t{64} << stage, out = inner * 4, stride = i == 0 && stage > 0 ? 2 : 1;
      std::string y = n.conv(name + ".conv1", x, in, inner, 1, 1, 1, "Relu");
      y = n.conv(name + ".conv2", y, inner, inner, 3, stride, 1, "Relu");
      y = n.conv(name + ".conv3", y, inner, out, 1, 1, 1, "");
      if (in != out) x = n.conv(name + ".downsample", x, in, out, 1, stride, 1, "");
      x = n.w.node("Add", {y, x}, name + ".add");
      x = n.pair(n.w.node("Relu", {x}, name + ".relu"));
      in = out;
    }
  return n.classify(x, in);
}

Graph mobilenet_v2(bool quantized) {
  struct Stage {
    std::int64_t expansion, channels;
    int blocks;
    std::int64_t stride;
  };
  constexpr Stage stages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                              {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  Network n(quantized);
  std::string x = n.conv("features.0", n.pair(n.w.input("input", {-1, 3, 224, 224})), 3, 32, 3, 2, 1, "Clip");
  std::int64_t in = 32;
  int block = 0;
  for (const Stage& stage : stages)
    for (int i = 0; i < stage.blocks; ++i) {
      const std::string name = "block" + std::to_string(block++);
      const std::int64_t stride = i == 0 ? stage.stride : 1, inner = in * stage.expansion;
      std::string y = x;
      if (stage.expansion != 1) y = n.conv(name + ".expand", y, in, inner, 1, 1, 1, "Clip");
      y = n.conv(name + ".depthwise", y, inner, inner, 3, stride, inner, "Clip");
      y = n.conv(name + ".project", y, inner, stage.channels, 1, 1, 1, "");
      x = stride == 1 && in == stage.channels ? n.pair(n.w.node("Add", {x, y}, name + ".add")) : y;
      in = stage.channels;
    }
  return n.classify(n.conv("last", x, in, 1280, 1, 1, 1, "Clip"), 1280);
}

void expect_same_layers(const Graph& file, const Graph& built, std::size_t first) {
  ASSERT_GE(file.ops.size(), built.ops.size() + first);
  for (std::size_t i = 0; i < built.ops.size(); ++i) {
    const graph::Op &a = file.ops[i + first], &b = built.ops[i];
    SCOPED_TRACE(graph::describe(file, i + first));
    EXPECT_EQ(a.kind, b.kind);
    EXPECT_EQ(a.activation, b.activation);
    EXPECT_EQ(file.tensors[static_cast<std::size_t>(a.outputs[0])].shape,
              built.tensors[static_cast<std::size_t>(b.outputs[0])].shape);
    EXPECT_EQ(graph::macs_of(file, a), graph::macs_of(built, b));
    EXPECT_EQ(a.pad_top, b.pad_top);
    EXPECT_EQ(a.stride_h, b.stride_h);
    if (a.inputs.size() > 1 && a.inputs[1] >= 0 && file.tensors[static_cast<std::size_t>(a.inputs[1])].constant) {
      EXPECT_EQ(file.tensors[static_cast<std::size_t>(a.inputs[1])].shape,
                built.tensors[static_cast<std::size_t>(b.inputs[1])].shape);
    }
  }
}

// A float input and output: one operator before the zoo's, one behind them.
void expect_quantized_twin(const Graph& file, const Graph& built) {
  ASSERT_EQ(file.ops.size(), built.ops.size() + 2);
  EXPECT_EQ(file.ops.front().kind, OpKind::quantize);
  EXPECT_EQ(file.ops.back().kind, OpKind::dequantize);
  expect_same_layers(file, built, 1);
  EXPECT_EQ(graph::macs_of(file), graph::macs_of(built));
  EXPECT_EQ(graph::weight_bytes_of(file), graph::weight_bytes_of(built));
  for (std::size_t i = 1; i + 1 < file.ops.size(); ++i)
    EXPECT_EQ(compiler::why_not_npu(file, file.ops[i], compiler::Target{}), "") << graph::describe(file, i);
}

TEST(OnnxNetworks, AQuantizedResnet50IsTheZoos) { expect_quantized_twin(resnet50(true), zoo::build("resnet50")); }

TEST(OnnxNetworks, AQuantizedMobilenetV2IsTheZoos) {
  expect_quantized_twin(mobilenet_v2(true), zoo::build("mobilenet_v2"));
}

TEST(OnnxNetworks, FloatNetworksHaveTheSameLayers) {
  const Graph file = mobilenet_v2(false), built = zoo::build("mobilenet_v2");
  ASSERT_EQ(file.ops.size(), built.ops.size());
  expect_same_layers(file, built, 0);
  EXPECT_EQ(graph::macs_of(file), graph::macs_of(built));
  EXPECT_EQ(file.tensors[static_cast<std::size_t>(file.ops[0].outputs[0])].type, graph::DataType::float32);
}

TEST(OnnxNetworks, InputsAreChannelsLastWithoutATranspose) {
  const Graph file = mobilenet_v2(true);
  EXPECT_EQ(file.tensors[static_cast<std::size_t>(file.inputs[0])].shape, (graph::Shape{1, 224, 224, 3}));
}

}  // namespace
}  // namespace takt::onnx
