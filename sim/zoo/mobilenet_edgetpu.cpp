// MobileNetEdgeTPU 1.0, 224x224, the image classifier of MLPerf Mobile v0.7 to v3.1: layers as in its published file
// (mlcommons/mobile_models, v0_7/tflite/mobilenet_edgetpu_224_1.0_uint8.tflite). The first stages fuse expansion and
// depthwise convolution into one full convolution.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  bool fused;
  std::int32_t kernel, stride;  // stride of the first block
  std::int64_t channels;
  int blocks;  // the first expands by 8 and has no residual, the others expand by 4 and have one
};

constexpr Stage stages[] = {
    {true, 3, 2, 32, 4},  {true, 3, 2, 48, 4},   {false, 3, 2, 96, 4},
    {false, 3, 1, 96, 4}, {false, 5, 2, 160, 4}, {false, 3, 1, 192, 1},
};

Conv same(std::int64_t out, std::int32_t kernel, std::int32_t stride, Activation activation) {
  return {out, kernel, stride, activation, 1, 1, Border::same};
}

TensorId block(Builder& b, const std::string& name, TensorId x, const Stage& stage, bool first) {
  const std::int64_t inner = b.channels(x) * (first ? 8 : 4);
  const std::int32_t stride = first ? stage.stride : 1;
  TensorId y;
  if (stage.fused) {
    y = b.conv(name + ".expand", x, same(inner, stage.kernel, stride, Activation::relu));
  } else {
    y = b.conv(name + ".expand", x, same(inner, 1, 1, Activation::relu));
    y = b.depthwise(name + ".depthwise", y, same(0, stage.kernel, stride, Activation::relu));
  }
  y = b.conv(name + ".project", y, same(stage.channels, 1, 1, Activation::none));
  return first ? y : b.add(name + ".add", x, y);
}

}  // namespace

graph::Graph mobilenet_edgetpu() {
  Builder b("mobilenet_edgetpu");
  TensorId x = b.conv("stem", b.input(224, 224, 3), same(32, 3, 2, Activation::relu));
  x = b.conv("stem.project", x, same(16, 1, 1, Activation::none));
  int index = 0;
  for (const Stage& stage : stages)
    for (int i = 0; i < stage.blocks; ++i) x = block(b, "block" + std::to_string(index++), x, stage, i == 0);
  x = b.conv("head", x, same(1280, 1, 1, Activation::relu));
  x = b.average_pool("avgpool", x, {7, 1});
  x = b.squeeze("squeeze", b.conv("logits", x, same(1001, 1, 1, Activation::none)));
  x = b.reshape("reshape", x, {1, 1001});
  return b.finish(b.unary(graph::OpKind::softmax, "softmax", x));
}

}  // namespace takt::zoo
