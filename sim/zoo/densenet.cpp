// DenseNet-121 and -201, 224x224: Huang et al., "Densely Connected Convolutional Networks", CVPR 2017, table 1,
// growth 32. Normalisation comes before the convolution here: one that follows another convolution is folded into it,
// one that follows a concatenation stays a gain and an offset per channel. Names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Family {
  const char* name;
  int blocks[4];
};

constexpr Family densenet121_family = {"densenet121", {6, 12, 24, 16}};
constexpr Family densenet201_family = {"densenet201", {6, 12, 48, 32}};
constexpr std::int64_t growth = 32, bottleneck = 4 * growth;

constexpr auto relu = Activation::relu;

TensorId normalise(Builder& b, const std::string& name, TensorId x) {
  x = b.mul(name + ".mul", x, b.constant(name + ".gain", {b.channels(x)}));
  return b.add(name + ".add", x, b.constant(name + ".offset", {b.channels(x)}), relu);
}

Conv plain(std::int64_t out, std::int32_t kernel) {
  return {out, kernel, 1, Activation::none, 1, 1, Border::symmetric, false};
}

TensorId dense_layer(Builder& b, const std::string& name, TensorId x) {
  TensorId y = b.conv(name + ".conv1", normalise(b, name + ".norm1", x), {bottleneck, 1, 1, relu});
  y = b.conv(name + ".conv2", y, plain(growth, 3));
  return b.concat(name + ".concat", {x, y});
}

graph::Graph densenet(const Family& family) {
  Builder b(family.name);
  TensorId x = b.conv("conv0", b.input(224, 224, 3), {2 * growth, 7, 2, relu});
  x = b.max_pool("pool0", x, {3, 2, 1});
  for (int block = 0; block < 4; ++block) {
    const std::string index = std::to_string(block + 1);
    for (int i = 0; i < family.blocks[block]; ++i)
      x = dense_layer(b, "denseblock" + index + ".denselayer" + std::to_string(i + 1), x);
    if (block == 3) break;
    const std::string name = "transition" + index;
    x = b.conv(name + ".conv", normalise(b, name + ".norm", x), plain(b.channels(x) / 2, 1));
    x = b.average_pool(name + ".pool", x, {2, 2});
  }
  x = normalise(b, "norm5", x);
  return b.finish(b.fully_connected("classifier", b.global_mean("avgpool", x), 1000));
}

}  // namespace

graph::Graph densenet121() { return densenet(densenet121_family); }
graph::Graph densenet201() { return densenet(densenet201_family); }

}  // namespace takt::zoo
