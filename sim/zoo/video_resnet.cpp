// Video ResNets, 18 layers, 16 frames of 112x112, 400 classes: Tran et al., "A Closer Look at Spatiotemporal
// Convolutions for Action Recognition", CVPR 2018. R3D convolves over frames, rows and columns everywhere; MC3 in the
// stem and the first stage only; R(2+1)D splits each such convolution into one over rows and columns and one over
// frames, with as many channels between them as keep the parameters. Names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

enum class Kind { full, spatial, split };

struct Family {
  const char* name;
  Kind stages[4];
};

constexpr Family r3d = {"r3d_18", {Kind::full, Kind::full, Kind::full, Kind::full}};
constexpr Family mc3 = {"mc3_18", {Kind::full, Kind::spatial, Kind::spatial, Kind::spatial}};
constexpr Family r2plus1d = {"r2plus1d_18", {Kind::split, Kind::split, Kind::split, Kind::split}};

constexpr auto relu = Activation::relu;

TensorId conv(Builder& b, const std::string& name, TensorId x, Kind kind, std::int64_t out, std::int64_t between,
              std::int32_t stride, Activation activation) {
  if (kind == Kind::full) return b.conv3d(name, x, {out, 3, 3, stride, stride, activation});
  if (kind == Kind::spatial) return b.conv3d(name, x, {out, 1, 3, 1, stride, activation});
  x = b.conv3d(name + ".0", x, {between, 1, 3, 1, stride, relu});
  return b.conv3d(name + ".3", x, {out, 3, 1, stride, 1, activation});
}

TensorId block(Builder& b, const std::string& name, TensorId x, Kind kind, std::int64_t out, std::int32_t stride) {
  const std::int64_t in = b.channels(x);
  const std::int64_t between = in * out * 27 / (in * 9 + 3 * out);
  TensorId y = conv(b, name + ".conv1", x, kind, out, between, stride, relu);
  y = conv(b, name + ".conv2", y, kind, out, between, 1, Activation::none);
  const std::int32_t frame_stride = kind == Kind::spatial ? 1 : stride;
  if (stride != 1 || in != out) x = b.conv3d(name + ".downsample", x, {out, 1, 1, frame_stride, stride});
  return b.add(name + ".add", y, x, relu);
}

graph::Graph video_resnet(const Family& family) {
  Builder b(family.name);
  TensorId x = b.input("input", {1, 16, 112, 112, 3});
  if (family.stages[0] == Kind::split)
    x = b.conv3d("stem.3", b.conv3d("stem.0", x, {45, 1, 7, 1, 2, relu}), {64, 3, 1, 1, 1, relu});
  else
    x = b.conv3d("stem.0", x, {64, 3, 7, 1, 2, relu});
  for (int stage = 0; stage < 4; ++stage)
    for (int i = 0; i < 2; ++i)
      x = block(b, "layer" + std::to_string(stage + 1) + "." + std::to_string(i), x, family.stages[stage],
                std::int64_t{64} << stage, i == 0 && stage > 0 ? 2 : 1);
  return b.finish(b.fully_connected("fc", b.global_mean("avgpool", x), 400));
}

}  // namespace

graph::Graph r3d_18() { return video_resnet(r3d); }
graph::Graph mc3_18() { return video_resnet(mc3); }
graph::Graph r2plus1d_18() { return video_resnet(r2plus1d); }

}  // namespace takt::zoo
