// Real-ESRGAN x4plus, 128x128 to 512x512: Wang et al., ICCV Workshops 2021; the generator of ESRGAN (Wang et al., ECCV
// Workshops 2018): 23 blocks of three densely connected units. The factor 0.2 before each residual addition is part of
// that addition's quantized scales.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t features = 64, growth = 32;
constexpr int blocks = 23;

TensorId leaky(Builder& b, const std::string& name, TensorId x, std::int64_t out) {
  return b.unary(graph::OpKind::leaky_relu, name + ".lrelu", b.conv(name, x, {out, 3}));
}

// Each concatenation begins with the one before it, so that one buffer can hold them all.
TensorId dense_unit(Builder& b, const std::string& name, TensorId x) {
  TensorId all = x;
  for (int i = 1; i <= 4; ++i) {
    const std::string index = std::to_string(i);
    all = b.concat(name + ".concat" + index, {all, leaky(b, name + ".conv" + index, all, growth)});
  }
  return b.add(name + ".add", b.conv(name + ".conv5", all, {features, 3}), x);
}

TensorId upsample(Builder& b, const std::string& name, TensorId x) {
  return leaky(b, name, b.resize_nearest(name + ".resize", x, 2 * b.shape(x)[1], 2 * b.shape(x)[2]), features);
}

}  // namespace

graph::Graph real_esrgan_x4plus() {
  Builder b("real_esrgan_x4plus");
  const TensorId first = b.conv("conv_first", b.input(128, 128, 3), {features, 3});
  TensorId x = first;
  for (int i = 0; i < blocks; ++i) {
    const std::string name = "body." + std::to_string(i);
    TensorId y = x;
    for (int unit = 1; unit <= 3; ++unit) y = dense_unit(b, name + ".rdb" + std::to_string(unit), y);
    x = b.add(name + ".add", y, x);
  }
  x = b.add("body.add", b.conv("conv_body", x, {features, 3}), first);
  x = upsample(b, "conv_up2", upsample(b, "conv_up1", x));
  return b.finish(b.conv("conv_last", leaky(b, "conv_hr", x, features), {3, 3}));
}

}  // namespace takt::zoo
