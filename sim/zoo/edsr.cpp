// EDSR, 32 features, 5 residual blocks, 960x540 to 1920x1080: Lim et al., "Enhanced Deep Residual Networks for Single
// Image Super-Resolution", CVPR Workshops 2017, in the form of MLPerf Mobile v3.0 (edsr_f32b5): no batch normalisation,
// no residual scaling, one pixel shuffle by 2 at the end, output clipped.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {

graph::Graph edsr() {
  constexpr std::int64_t features = 32;
  constexpr int blocks = 5;
  constexpr std::int32_t scale = 2;
  Builder b("edsr");
  const TensorId head = b.conv("head", b.input(540, 960, 3), {features, 3});
  TensorId x = head;
  for (int i = 0; i < blocks; ++i) {
    const std::string name = "body." + std::to_string(i);
    TensorId y = b.conv(name + ".conv1", x, {features, 3, 1, Activation::relu});
    y = b.conv(name + ".conv2", y, {features, 3});
    x = b.add(name + ".add", y, x);
  }
  x = b.add("body.add", b.conv("body.conv", x, {features, 3}), head);
  x = b.conv("tail", x, {3 * scale * scale, 3});
  x = b.unary(graph::OpKind::relu, "clip.relu", b.minimum("clip.minimum", x));
  return b.finish(b.depth_to_space("shuffle", x, scale));
}

}  // namespace takt::zoo
