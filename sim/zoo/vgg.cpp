// VGG-19, 224x224: Simonyan and Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR
// 2015, table 1, configuration E. The first fully connected layer, over 7x7 positions, is a convolution of that size.
// Layer names are torchvision's.
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  std::int64_t channels;
  int convolutions;
};

constexpr Stage stages[] = {{64, 2}, {128, 2}, {256, 4}, {512, 4}, {512, 4}};

constexpr auto relu = Activation::relu;

}  // namespace

graph::Graph vgg19() {
  Builder b("vgg19");
  TensorId x = b.input(224, 224, 3);
  int index = 0;  // in torchvision's "features", where a convolution and its activation are two
  for (const Stage& stage : stages) {
    for (int i = 0; i < stage.convolutions; ++i, index += 2)
      x = b.conv("features." + std::to_string(index), x, {stage.channels, 3, 1, relu});
    x = b.max_pool("features." + std::to_string(index++), x, {2, 2});
  }
  x = b.conv("classifier.0", x, {4096, 7, 1, relu, 1, 1, Border::none});
  x = b.conv("classifier.3", x, {4096, 1, 1, relu});
  return b.finish(b.fully_connected("classifier.6", x, 1000));
}

}  // namespace takt::zoo
