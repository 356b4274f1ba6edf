// MNASNet, width 0.5, 224x224: Tan et al., "MnasNet: Platform-Aware Neural Architecture Search for Mobile", CVPR 2019,
// figure 7, in torchvision's form (MNASNet-B1: no excitation).
#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr double width = 0.5;

struct Stage {
  std::int64_t expansion;
  std::int32_t kernel, stride;  // stride of the first block
  double channels;              // at width 1
  int blocks;
};

constexpr Stage stages[] = {
    {3, 3, 2, 24, 3}, {3, 5, 2, 40, 3}, {6, 5, 2, 80, 3}, {6, 3, 1, 96, 2}, {6, 5, 2, 192, 4}, {6, 3, 1, 320, 1},
};

}  // namespace

graph::Graph mnasnet0_5() {
  Builder b("mnasnet0_5");
  TensorId x = b.conv("layers.0", b.input(224, 224, 3), {make_divisible(32 * width), 3, 2, Activation::relu});
  x = b.depthwise("layers.3", x, {0, 3, 1, Activation::relu});
  x = b.conv("layers.6", x, {make_divisible(16 * width)});
  int index = 8;
  for (const Stage& stage : stages) {
    for (int i = 0; i < stage.blocks; ++i)
      x = inverted_residual(b, "layers." + std::to_string(index) + "." + std::to_string(i), x,
                            {b.channels(x) * stage.expansion, make_divisible(stage.channels * width), stage.kernel,
                             i == 0 ? stage.stride : 1, Function::relu});
    ++index;
  }
  x = b.conv("layers.14", x, {1280, 1, 1, Activation::relu});
  return b.finish(b.fully_connected("classifier.1", b.global_mean("avgpool", x), 1000));
}

}  // namespace takt::zoo
