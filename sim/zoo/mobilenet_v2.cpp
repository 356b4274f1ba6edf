// MobileNetV2, width 1.0, 224x224: Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", CVPR 2018,
// table 2. Layer names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  std::int64_t expansion, channels;
  int blocks;
  std::int32_t stride;  // of the first block
};

constexpr Stage stages[] = {
    {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1},
};

TensorId inverted_residual(Builder& b, const std::string& name, TensorId x, const Stage& stage, std::int32_t stride) {
  TensorId y = x;
  int part = 0;
  const auto next = [&] { return name + ".conv." + std::to_string(part++); };
  if (stage.expansion != 1) y = b.conv(next(), y, {b.channels(x) * stage.expansion, 1, 1, Activation::relu6});
  y = b.depthwise(next(), y, {0, 3, stride, Activation::relu6});
  y = b.conv(next(), y, {stage.channels});
  const bool residual = stride == 1 && b.channels(x) == stage.channels;
  return residual ? b.add(name + ".add", x, y) : y;
}

}  // namespace

graph::Graph mobilenet_v2() {
  Builder b("mobilenet_v2");
  int feature = 0;
  const auto next = [&] { return "features." + std::to_string(feature++); };
  TensorId x = b.conv(next(), b.input(224, 224, 3), {32, 3, 2, Activation::relu6});
  for (const Stage& stage : stages)
    for (int i = 0; i < stage.blocks; ++i) x = inverted_residual(b, next(), x, stage, i == 0 ? stage.stride : 1);
  x = b.conv(next(), x, {1280, 1, 1, Activation::relu6});
  return b.finish(b.fully_connected("classifier.1", b.global_mean("avgpool", x), 1000));
}

}  // namespace takt::zoo
