// ResNet, 224x224: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, table 1, with torchvision's
// choice of the stride on the 3x3 convolution of a bottleneck ("ResNet v1.5"). Wide ResNet: Zagoruyko and Komodakis,
// BMVC 2016; twice the channels inside the bottleneck. ResNeXt: Xie et al., CVPR 2017; 32 groups of 4 or 8 channels in
// the first stage. Layer names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Family {
  const char* name;
  bool bottleneck;
  int blocks[4];
  std::int64_t width;  // channels inside the bottleneck, as a multiple of the stage's
  std::int32_t groups;
};

constexpr Family resnet18_family = {"resnet18", false, {2, 2, 2, 2}, 1, 1};
constexpr Family resnet50_family = {"resnet50", true, {3, 4, 6, 3}, 1, 1};
constexpr Family resnet101_family = {"resnet101", true, {3, 4, 23, 3}, 1, 1};
constexpr Family resnet152_family = {"resnet152", true, {3, 8, 36, 3}, 1, 1};
constexpr Family resnext50_32x4d_family = {"resnext50_32x4d", true, {3, 4, 6, 3}, 2, 32};
constexpr Family resnext101_32x8d_family = {"resnext101_32x8d", true, {3, 4, 23, 3}, 4, 32};
constexpr Family wide_resnet50_2_family = {"wide_resnet50_2", true, {3, 4, 6, 3}, 2, 1};

constexpr auto relu = Activation::relu;

TensorId block(Builder& b, const Family& family, const std::string& name, TensorId x, std::int64_t channels,
               std::int32_t stride, std::int32_t dilation) {
  const std::int64_t out = family.bottleneck ? channels * 4 : channels;
  TensorId y;
  if (family.bottleneck) {
    const std::int64_t inner = channels * family.width;
    y = b.conv(name + ".conv1", x, {inner, 1, 1, relu});
    y = b.conv(name + ".conv2", y, {inner, 3, stride, relu, dilation, family.groups});
    y = b.conv(name + ".conv3", y, {out});
  } else {
    y = b.conv(name + ".conv1", x, {out, 3, stride, relu});
    y = b.conv(name + ".conv2", y, {out, 3});
  }
  const bool project = stride != 1 || b.channels(x) != out;
  const TensorId shortcut = project ? b.conv(name + ".downsample", x, {out, 1, stride}) : x;
  return b.add(name + ".add", y, shortcut, relu);
}

// The last `dilated` stages keep their stride of 1 and dilate the blocks after it instead.
TensorId features(Builder& b, const Family& family, TensorId x, int dilated) {
  x = b.conv("conv1", x, {64, 7, 2, relu});
  x = b.max_pool("maxpool", x, {3, 2, 1});
  std::int32_t dilation = 1;
  for (int stage = 0; stage < 4; ++stage) {
    const bool dilates = stage >= 4 - dilated;
    const std::int32_t before = dilation;
    if (dilates) dilation *= 2;
    for (int i = 0; i < family.blocks[stage]; ++i) {
      const std::string name = "layer" + std::to_string(stage + 1) + "." + std::to_string(i);
      const std::int32_t stride = i == 0 && stage > 0 && !dilates ? 2 : 1;
      x = block(b, family, name, x, std::int64_t{64} << stage, stride, i == 0 ? before : dilation);
    }
  }
  return x;
}

graph::Graph resnet(const Family& family) {
  Builder b(family.name);
  const TensorId x = features(b, family, b.input(224, 224, 3), 0);
  return b.finish(b.fully_connected("fc", b.global_mean("avgpool", x), 1000));
}

}  // namespace

graph::Graph resnet18() { return resnet(resnet18_family); }
graph::Graph resnet50() { return resnet(resnet50_family); }
graph::Graph resnet101() { return resnet(resnet101_family); }
graph::Graph resnet152() { return resnet(resnet152_family); }
graph::Graph resnext50_32x4d() { return resnet(resnext50_32x4d_family); }
graph::Graph resnext101_32x8d() { return resnet(resnext101_32x8d_family); }
graph::Graph wide_resnet50_2() { return resnet(wide_resnet50_2_family); }

// FCN, 21 classes, 520x520: Long et al., "Fully Convolutional Networks for Semantic Segmentation", CVPR 2015, as
// torchvision defines it; without the auxiliary head, which only training needs.
graph::Graph fcn_resnet50() {
  Builder b("fcn_resnet50");
  TensorId x = features(b, resnet50_family, b.input(520, 520, 3), 2);
  x = b.conv("classifier.0", x, {b.channels(x) / 4, 3, 1, relu});
  x = b.conv("classifier.4", x, {21});
  return b.finish(b.resize_bilinear("resize", x, 520, 520));
}

}  // namespace takt::zoo
