// ShuffleNet V2, width 0.5, 224x224: Ma et al., "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture
// Design", ECCV 2018, table 5. Names follow torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  std::int64_t channels;
  int blocks;
};

constexpr Stage stages[] = {{48, 4}, {96, 8}, {192, 4}};

constexpr auto relu = Activation::relu;

TensorId right_branch(Builder& b, const std::string& name, TensorId x, std::int64_t channels, std::int32_t stride) {
  x = b.conv(name + ".branch2.0", x, {channels, 1, 1, relu});
  x = b.depthwise(name + ".branch2.3", x, {0, 3, stride});
  return b.conv(name + ".branch2.5", x, {channels, 1, 1, relu});
}

// Interleaves the channels of the two halves.
TensorId shuffle(Builder& b, const std::string& name, TensorId x) {
  const graph::Shape s = b.shape(x);
  x = b.reshape(name + ".shuffle.groups", x, {s[0], s[1], s[2], 2, s[3] / 2});
  x = b.transpose(name + ".shuffle", x, {0, 1, 2, 4, 3});
  return b.reshape(name + ".shuffle.channels", x, s);
}

TensorId block(Builder& b, const std::string& name, TensorId x, std::int64_t channels, bool first) {
  const std::int64_t half = channels / 2;
  TensorId left, right;
  if (first) {
    left = b.conv(name + ".branch1.2", b.depthwise(name + ".branch1.0", x, {0, 3, 2}), {half, 1, 1, relu});
    right = right_branch(b, name, x, half, 2);
  } else {
    left = b.slice_channels(name + ".left", x, 0, half);
    right = right_branch(b, name, b.slice_channels(name + ".right", x, half, half), half, 1);
  }
  return shuffle(b, name, b.concat(name + ".concat", {left, right}));
}

}  // namespace

graph::Graph shufflenet_v2_x0_5() {
  Builder b("shufflenet_v2_x0_5");
  TensorId x = b.conv("conv1", b.input(224, 224, 3), {24, 3, 2, relu});
  x = b.max_pool("maxpool", x, {3, 2, 1});
  int index = 2;
  for (const Stage& stage : stages) {
    for (int i = 0; i < stage.blocks; ++i)
      x = block(b, "stage" + std::to_string(index) + "." + std::to_string(i), x, stage.channels, i == 0);
    ++index;
  }
  x = b.conv("conv5", x, {1024, 1, 1, relu});
  return b.finish(b.fully_connected("fc", b.global_mean("mean", x), 1000));
}

}  // namespace takt::zoo
