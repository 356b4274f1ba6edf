// Super-resolution networks small enough for video, 128x128 by 3, as quic/aimet-model-zoo defines them
// (aimet_zoo_torch/common/super_resolution/models.py) and Qualcomm AI Hub measures them:
//   QuickSRNet medium: Berger et al., CVPR Workshops 2023.
//   SESR-M5: Bhardwaj et al., "Collapsible Linear Blocks for Super-Efficient Super Resolution", MLSys 2022, with its
//   linear blocks not collapsed: AI Hub's 338 K parameters are those of this form.
//   XLSR: Ayazoglu, "Extremely Lightweight Quantization Robust Real-Time Single-Image Super Resolution", CVPR Workshops
//   2021.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr std::int32_t scale = 3;
constexpr std::int64_t shuffled = 3 * scale * scale;

constexpr auto relu = Activation::relu;

TensorId clip(Builder& b, TensorId x) {
  return b.unary(graph::OpKind::relu, "clip.relu", b.minimum("clip.minimum", x));
}

// A convolution that training sees as two: many channels, then few.
TensorId linear_block(Builder& b, const std::string& name, TensorId x, std::int64_t out, std::int32_t kernel) {
  Conv expand{256, kernel};
  expand.bias = false;
  return b.conv(name + ".squeeze", b.conv(name + ".expand", x, expand), {out});
}

}  // namespace

graph::Graph quicksrnet_medium() {
  constexpr std::int64_t features = 32;
  constexpr int layers = 6;
  Builder b("quicksrnet_medium");
  TensorId x = b.input(128, 128, 3);
  for (int i = 0; i < layers; ++i) x = b.conv("cnn." + std::to_string(i), x, {features, 3, 1, relu});
  x = clip(b, b.conv("conv_last", x, {shuffled, 3}));
  return b.finish(b.depth_to_space("shuffle", x, scale));
}

graph::Graph sesr_m5() {
  constexpr std::int64_t features = 16;
  constexpr int blocks = 5;
  Builder b("sesr_m5");
  const TensorId image = b.input(128, 128, 3);
  const TensorId anchor = b.conv("anchor", image, {shuffled});
  const TensorId first =
      b.unary(graph::OpKind::relu, "conv_first.relu", linear_block(b, "conv_first", image, features, 5));
  TensorId x = first;
  for (int i = 0; i < blocks; ++i) {
    const std::string name = "residual_block." + std::to_string(i);
    x = b.add(name + ".add", linear_block(b, name, x, features, 3), x, relu);
  }
  x = linear_block(b, "conv_last", b.add("add_residual", x, first), shuffled, 5);
  return b.finish(b.depth_to_space("shuffle", b.add("add_upsampled_input", x, anchor), scale));
}

graph::Graph xlsr() {
  constexpr std::int64_t features = 32;
  constexpr int blocks = 3;
  Builder b("xlsr");
  const TensorId image = b.input(128, 128, 3);
  const TensorId residual = b.conv("residual", image, {features / 2, 3});
  TensorId x = b.conv("cnn.2", b.conv("cnn.0", image, {features, 3, 1, relu}), {features});
  for (int i = 0; i < blocks; ++i) {
    const std::string name = "cnn." + std::to_string(i + 3);
    x = b.conv(name + ".2", b.conv(name + ".0", x, {features, 3, 1, relu, 1, 4}), {features});
  }
  x = b.conv("tail.0", b.concat("concat_residual", {x, residual}), {features, 1, 1, relu});
  x = b.conv("tail.2", x, {shuffled, 3});
  return b.finish(clip(b, b.depth_to_space("shuffle", x, scale)));
}

}  // namespace takt::zoo
