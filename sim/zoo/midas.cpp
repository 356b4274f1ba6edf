// MiDaS v2.1 small, 256x256: Ranftl et al., "Towards Robust Monocular Depth Estimation", TPAMI 2022, as isl-org/MiDaS
// defines it (midas_net_custom.py): EfficientNet-Lite3 features at four scales, fused from coarse to fine.
// EfficientNet-Lite3 is B3 (1.2 wide, 1.4 deep, stem, head and the outer stages' depth unscaled) without excitation and
// with ReLU6.
#include <cmath>
#include <vector>

#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr double width = 1.2, depth = 1.4;

struct Stage {
  std::int64_t expansion;
  std::int32_t kernel, stride;
  double channels;
  int blocks;
  bool outer;   // keeps its depth
  bool tapped;  // its output feeds the decoder
};

constexpr Stage stages[] = {
    {1, 3, 1, 16, 1, true, false},  {6, 3, 2, 24, 2, false, true},  {6, 5, 2, 40, 2, false, true},
    {6, 3, 2, 80, 3, false, false}, {6, 5, 1, 112, 3, false, true}, {6, 5, 2, 192, 4, false, false},
    {6, 3, 1, 320, 1, true, true},
};

std::vector<TensorId> lite3_features(Builder& b, TensorId x) {
  std::vector<TensorId> taps;
  x = b.conv("stem", x, {32, 3, 2, Activation::relu6, 1, 1, Border::same});
  int block = 0;
  for (const Stage& stage : stages) {
    const int blocks = stage.outer ? stage.blocks : static_cast<int>(std::ceil(stage.blocks * depth));
    for (int i = 0; i < blocks; ++i)
      x = inverted_residual(b, "block" + std::to_string(block++), x,
                            {b.channels(x) * stage.expansion,
                             make_divisible(stage.channels * width),
                             stage.kernel,
                             i == 0 ? stage.stride : 1,
                             Function::relu6,
                             {},
                             Border::same});
    if (stage.tapped) taps.push_back(x);
  }
  return taps;
}

TensorId residual_unit(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t channels = b.channels(x);
  TensorId y = b.conv(name + ".conv1", apply(b, name, x, Function::relu), {channels, 3, 1, Activation::relu});
  return b.add(name + ".add", b.conv(name + ".conv2", y, {channels, 3}), x);
}

// Adds the finer scale, where there is one, and doubles rows and columns.
TensorId fuse(Builder& b, const std::string& name, TensorId x, TensorId finer, std::int64_t out) {
  if (finer != graph::no_tensor) x = b.add(name + ".add", x, residual_unit(b, name + ".resConfUnit1", finer));
  x = residual_unit(b, name + ".resConfUnit2", x);
  x = b.resize_bilinear(name + ".resize", x, 2 * b.shape(x)[1], 2 * b.shape(x)[2]);
  return b.conv(name + ".out_conv", x, {out});
}

}  // namespace

graph::Graph midas_v2_small() {
  Builder b("midas_v2_small");
  std::vector<TensorId> levels = lite3_features(b, b.input(256, 256, 3));
  for (std::size_t i = 0; i < levels.size(); ++i) {
    Conv reduce{std::int64_t{64} << i, 3};
    reduce.bias = false;
    levels[i] = b.conv("layer" + std::to_string(i + 1) + "_rn", levels[i], reduce);
  }
  TensorId x = fuse(b, "refinenet4", levels[3], graph::no_tensor, 256);
  x = fuse(b, "refinenet3", x, levels[2], 128);
  x = fuse(b, "refinenet2", x, levels[1], 64);
  x = fuse(b, "refinenet1", x, levels[0], 64);
  x = b.conv("output_conv.0", x, {32, 3});
  x = b.resize_bilinear("output_conv.1", x, 256, 256);
  x = b.conv("output_conv.2", x, {32, 3, 1, Activation::relu});
  return b.finish(b.conv("output_conv.4", x, {1, 1, 1, Activation::relu}));
}

}  // namespace takt::zoo
