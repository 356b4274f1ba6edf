// MobileNetV1, width 1.0, 224x224: Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile
// Vision Applications", arXiv 1704.04861, table 1, with 1001 classes and ReLU6 as TensorFlow's published files have
// them.
#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Separable {
  std::int64_t channels;
  std::int32_t stride;
};

constexpr Separable layers[] = {
    {64, 1},  {128, 2}, {128, 1}, {256, 2}, {256, 1},  {512, 2},  {512, 1},
    {512, 1}, {512, 1}, {512, 1}, {512, 1}, {1024, 2}, {1024, 1},
};

constexpr auto relu6 = Activation::relu6;

}  // namespace

graph::Graph mobilenet_v1() {
  Builder b("mobilenet_v1");
  TensorId x = b.conv("conv0", b.input(224, 224, 3), {32, 3, 2, relu6, 1, 1, Border::same});
  int index = 1;
  for (const Separable& layer : layers) {
    const std::string name = "conv" + std::to_string(index++);
    x = b.depthwise(name + ".depthwise", x, {0, 3, layer.stride, relu6, 1, 1, Border::same});
    x = b.conv(name + ".pointwise", x, {layer.channels, 1, 1, relu6});
  }
  x = b.fully_connected("logits", b.global_mean("avgpool", x), 1001);
  return b.finish(b.unary(graph::OpKind::softmax, "softmax", x));
}

}  // namespace takt::zoo
