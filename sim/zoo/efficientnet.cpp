// EfficientNet: Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019,
// table 1, with the squeeze-and-excitation ratio 1/4 of the block's input channels; B4 is B0 made 1.4 times as wide and
// 1.8 times as deep, at 380x380. EfficientNetV2-S: Tan and Le, ICML 2021, table 4, at 384x384. Layer names follow
// torchvision's.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  bool fused;  // expansion and depthwise convolution as one full convolution, no excitation
  std::int64_t expansion;
  std::int32_t kernel, stride;  // stride of the first block
  std::int64_t channels;
  int blocks;
};

constexpr Stage v1_stages[] = {
    {false, 1, 3, 1, 16, 1},  {false, 6, 3, 2, 24, 2},  {false, 6, 5, 2, 40, 2},  {false, 6, 3, 2, 80, 3},
    {false, 6, 5, 1, 112, 3}, {false, 6, 5, 2, 192, 4}, {false, 6, 3, 1, 320, 1},
};

constexpr Stage v2_s_stages[] = {
    {true, 1, 3, 1, 24, 2},   {true, 4, 3, 2, 48, 4},   {true, 4, 3, 2, 64, 4},
    {false, 4, 3, 2, 128, 6}, {false, 6, 3, 1, 160, 9}, {false, 6, 3, 2, 256, 15},
};

struct Family {
  const char* name;
  std::int64_t size;
  const Stage* stages;
  std::size_t count;
  double width, depth;
  std::int64_t stem, last;  // channels before scaling; last 0: four times those of the last stage
};

constexpr Family b0 = {"efficientnet_b0", 224, v1_stages, std::size(v1_stages), 1.0, 1.0, 32, 0};
constexpr Family b4 = {"efficientnet_b4", 380, v1_stages, std::size(v1_stages), 1.4, 1.8, 32, 0};
constexpr Family v2_s = {"efficientnet_v2_s", 384, v2_s_stages, std::size(v2_s_stages), 1.0, 1.0, 24, 1280};

constexpr auto silu = Function::silu;

TensorId fused_block(Builder& b, const std::string& name, TensorId x, std::int64_t expanded, std::int64_t channels,
                     std::int32_t kernel, std::int32_t stride) {
  const std::int64_t in = b.channels(x);
  TensorId y = conv(b, name + ".fused", x, {expanded == in ? channels : expanded, kernel, stride}, silu);
  if (expanded != in) y = b.conv(name + ".project", y, {channels});
  return stride == 1 && in == channels ? b.add(name + ".add", x, y) : y;
}

TensorId block(Builder& b, const std::string& name, TensorId x, const Stage& stage, std::int64_t channels,
               std::int32_t stride) {
  const std::int64_t in = b.channels(x), expanded = in * stage.expansion;
  if (stage.fused) return fused_block(b, name, x, expanded, channels, stage.kernel, stride);
  const Excite excite{std::max<std::int64_t>(1, in / 4), silu, Function::sigmoid};
  return inverted_residual(b, name, x, {expanded, channels, stage.kernel, stride, silu, excite});
}

graph::Graph efficientnet(const Family& family) {
  Builder b(family.name);
  const auto wide = [&](std::int64_t channels) { return make_divisible(static_cast<double>(channels) * family.width); };
  TensorId x = conv(b, "features.0", b.input(family.size, family.size, 3), {wide(family.stem), 3, 2}, silu);
  for (std::size_t s = 0; s < family.count; ++s) {
    const Stage& stage = family.stages[s];
    const int blocks = static_cast<int>(std::ceil(stage.blocks * family.depth));
    for (int i = 0; i < blocks; ++i)
      x = block(b, "features." + std::to_string(s + 1) + "." + std::to_string(i), x, stage, wide(stage.channels),
                i == 0 ? stage.stride : 1);
  }
  const std::int64_t last = family.last != 0 ? family.last : 4 * b.channels(x);
  x = conv(b, "features." + std::to_string(family.count + 1), x, {last}, silu);
  return b.finish(b.fully_connected("classifier.1", b.global_mean("avgpool", x), 1000));
}

}  // namespace

graph::Graph efficientnet_b0() { return efficientnet(b0); }
graph::Graph efficientnet_b4() { return efficientnet(b4); }
graph::Graph efficientnet_v2_s() { return efficientnet(v2_s); }

}  // namespace takt::zoo
