// GoogLeNet (Inception v1), 224x224: Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, table 1, as
// torchvision defines it: batch normalisation, no auxiliary classifiers, and a 3x3 window where the paper has 5x5.
// Names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Inception {
  const char* name;
  std::int64_t one, reduce3, three, reduce5, five, pool;  // output channels
};

constexpr Inception stage3[] = {{"inception3a", 64, 96, 128, 16, 32, 32}, {"inception3b", 128, 128, 192, 32, 96, 64}};
constexpr Inception stage4[] = {{"inception4a", 192, 96, 208, 16, 48, 64},
                                {"inception4b", 160, 112, 224, 24, 64, 64},
                                {"inception4c", 128, 128, 256, 24, 64, 64},
                                {"inception4d", 112, 144, 288, 32, 64, 64},
                                {"inception4e", 256, 160, 320, 32, 128, 128}};
constexpr Inception stage5[] = {{"inception5a", 256, 160, 320, 32, 128, 128},
                                {"inception5b", 384, 192, 384, 48, 128, 128}};

constexpr auto relu = Activation::relu;

TensorId inception(Builder& b, TensorId x, const Inception& row) {
  const std::string name = row.name;
  const TensorId one = b.conv(name + ".branch1", x, {row.one, 1, 1, relu});
  const TensorId three =
      b.conv(name + ".branch2.1", b.conv(name + ".branch2.0", x, {row.reduce3, 1, 1, relu}), {row.three, 3, 1, relu});
  const TensorId five =
      b.conv(name + ".branch3.1", b.conv(name + ".branch3.0", x, {row.reduce5, 1, 1, relu}), {row.five, 3, 1, relu});
  const TensorId pooled = b.max_pool(name + ".branch4.0", x, {3, 1, 1, true});
  return b.concat(name + ".concat", {one, three, five, b.conv(name + ".branch4.1", pooled, {row.pool, 1, 1, relu})});
}

}  // namespace

graph::Graph googlenet() {
  Builder b("googlenet");
  TensorId x = b.conv("conv1", b.input(224, 224, 3), {64, 7, 2, relu});
  x = b.max_pool("maxpool1", x, {3, 2, 0, true});
  x = b.conv("conv2", x, {64, 1, 1, relu});
  x = b.conv("conv3", x, {192, 3, 1, relu});
  x = b.max_pool("maxpool2", x, {3, 2, 0, true});
  for (const Inception& row : stage3) x = inception(b, x, row);
  x = b.max_pool("maxpool3", x, {3, 2, 0, true});
  for (const Inception& row : stage4) x = inception(b, x, row);
  x = b.max_pool("maxpool4", x, {2, 2, 0, true});
  for (const Inception& row : stage5) x = inception(b, x, row);
  return b.finish(b.fully_connected("fc", b.global_mean("avgpool", x), 1000));
}

}  // namespace takt::zoo
