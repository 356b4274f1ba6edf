// EfficientNet-B0, 224x224: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks",
// ICML 2019, table 1, with the squeeze-and-excitation ratio 1/4 of the block's input channels. Layer names follow
// torchvision's.
#include <algorithm>

#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  std::int64_t expansion;
  std::int32_t kernel, stride;  // stride of the first block
  std::int64_t channels;
  int blocks;
};

constexpr Stage stages[] = {
    {1, 3, 1, 16, 1},  {6, 3, 2, 24, 2},  {6, 5, 2, 40, 2},  {6, 3, 2, 80, 3},
    {6, 5, 1, 112, 3}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1},
};

TensorId silu(Builder& b, const std::string& name, TensorId x) {
  return b.mul(name + ".silu", x, b.unary(graph::OpKind::logistic, name + ".sigmoid", x));
}

TensorId excite(Builder& b, const std::string& name, TensorId x, std::int64_t squeezed) {
  TensorId y = b.global_mean(name + ".avgpool", x, true);
  y = silu(b, name + ".fc1", b.conv(name + ".fc1", y, {squeezed}));
  y = b.unary(graph::OpKind::logistic, name + ".sigmoid", b.conv(name + ".fc2", y, {b.channels(x)}));
  return b.mul(name + ".scale", x, y);
}

TensorId block(Builder& b, const std::string& name, TensorId x, const Stage& stage, std::int32_t stride) {
  const std::int64_t in = b.channels(x);
  TensorId y = x;
  if (stage.expansion != 1) y = silu(b, name + ".expand", b.conv(name + ".expand", y, {in * stage.expansion}));
  y = silu(b, name + ".depthwise", b.depthwise(name + ".depthwise", y, {0, stage.kernel, stride}));
  y = excite(b, name + ".se", y, std::max<std::int64_t>(1, in / 4));
  y = b.conv(name + ".project", y, {stage.channels});
  return stride == 1 && in == stage.channels ? b.add(name + ".add", x, y) : y;
}

}  // namespace

graph::Graph efficientnet_b0() {
  Builder b("efficientnet_b0");
  TensorId x = silu(b, "features.0", b.conv("features.0", b.input(224, 224, 3), {32, 3, 2}));
  int index = 1;
  for (const Stage& stage : stages) {
    for (int i = 0; i < stage.blocks; ++i)
      x = block(b, "features." + std::to_string(index) + "." + std::to_string(i), x, stage, i == 0 ? stage.stride : 1);
    ++index;
  }
  x = silu(b, "features.8", b.conv("features.8", x, {1280}));
  return b.finish(b.fully_connected("classifier.1", b.global_mean("avgpool", x), 1000));
}

}  // namespace takt::zoo
