// ConvNeXt, 224x224: Liu et al., "A ConvNet for the 2020s", CVPR 2022, with the gain per channel that scales each
// block's branch. Names follow torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Family {
  const char* name;
  std::int64_t width;  // of the first stage; each later one has twice as many channels
  int blocks[4];
};

constexpr Family tiny = {"convnext_tiny", 96, {3, 3, 9, 3}};
constexpr Family base = {"convnext_base", 128, {3, 3, 27, 3}};

TensorId block(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t channels = b.channels(x);
  TensorId y = b.layer_norm(name + ".2", b.depthwise(name + ".0", x, {0, 7}));
  y = b.unary(graph::OpKind::gelu, name + ".4", b.linear(name + ".3", y, 4 * channels));
  y = b.linear(name + ".5", y, channels);
  y = b.mul(name + ".layer_scale", y, b.constant(name + ".gain", {channels}));
  return b.add(name + ".add", x, y);
}

graph::Graph convnext(const Family& family) {
  Builder b(family.name);
  TensorId x = b.conv("features.0.0", b.input(224, 224, 3), {family.width, 4, 4, Activation::none, 1, 1, Border::none});
  x = b.layer_norm("features.0.1", x);
  for (int stage = 0; stage < 4; ++stage) {
    if (stage > 0) {
      const std::string name = "features." + std::to_string(2 * stage);
      x = b.layer_norm(name + ".0", x);
      x = b.conv(name + ".1", x, {2 * b.channels(x), 2, 2, Activation::none, 1, 1, Border::none});
    }
    for (int i = 0; i < family.blocks[stage]; ++i)
      x = block(b, "features." + std::to_string(2 * stage + 1) + "." + std::to_string(i), x);
  }
  x = b.layer_norm("classifier.0", b.global_mean("avgpool", x));
  return b.finish(b.fully_connected("classifier.2", x, 1000));
}

}  // namespace

graph::Graph convnext_tiny() { return convnext(tiny); }
graph::Graph convnext_base() { return convnext(base); }

}  // namespace takt::zoo
