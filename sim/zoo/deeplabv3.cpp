// DeepLabV3+ on MobileNetV2, 512x512, 32 classes (ADE20K), output stride 16: Chen et al., "Encoder-Decoder with Atrous
// Separable Convolution for Semantic Image Segmentation", ECCV 2018, in the form of MLPerf Mobile v0.7
// (mlcommons/mobile_models, v0_7/tflite/deeplabv3_mnv2_ade20k_uint8.tflite).
#include "sim/zoo/builder.h"
#include "sim/zoo/networks.h"

namespace takt::zoo {
namespace {

struct Stage {
  std::int64_t expansion, channels;
  int blocks;
  std::int32_t stride;  // of the first block
};

// MobileNetV2's table; the sixth stage keeps its stride of 1 and the blocks after it dilate by 2 instead.
constexpr Stage stages[] = {
    {1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2}, {6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 1}, {6, 320, 1, 1},
};
constexpr int first_dilated_block = 14;
constexpr int decoder_block = 3;  // its expansion, at a quarter of the input's size, feeds the decoder

constexpr auto relu = Activation::relu;
constexpr auto relu6 = Activation::relu6;

Conv same(std::int64_t out, std::int32_t kernel, std::int32_t stride, Activation activation,
          std::int32_t dilation = 1) {
  return {out, kernel, stride, activation, dilation, 1, Border::same};
}

struct Backbone {
  TensorId features, skip;
};

Backbone backbone(Builder& b, TensorId x) {
  Backbone result{x, x};
  x = b.conv("stem", x, same(32, 3, 2, relu6));
  int index = 0;
  for (const Stage& stage : stages)
    for (int i = 0; i < stage.blocks; ++i, ++index) {
      const std::string name = "block" + std::to_string(index);
      const std::int32_t stride = i == 0 ? stage.stride : 1;
      TensorId y = x;
      if (stage.expansion != 1) y = b.conv(name + ".expand", y, same(b.channels(x) * stage.expansion, 1, 1, relu6));
      if (index == decoder_block) result.skip = y;
      y = b.depthwise(name + ".depthwise", y, same(0, 3, stride, relu6, index < first_dilated_block ? 1 : 2));
      y = b.conv(name + ".project", y, same(stage.channels, 1, 1, Activation::none));
      x = stride == 1 && b.channels(x) == stage.channels ? b.add(name + ".add", x, y) : y;
    }
  result.features = x;
  return result;
}

TensorId separable(Builder& b, const std::string& name, TensorId x) {
  return b.conv(name + ".pointwise", b.depthwise(name + ".depthwise", x, same(0, 3, 1, relu)), same(256, 1, 1, relu));
}

}  // namespace

graph::Graph deeplabv3_plus_mobilenet_v2() {
  Builder b("deeplabv3_plus_mobilenet_v2");
  const Backbone net = backbone(b, b.input(512, 512, 3));
  TensorId pooled = b.average_pool("image_pooling.pool", net.features, {32, 1});
  pooled = b.conv("image_pooling.conv", pooled, same(256, 1, 1, relu));
  pooled = b.resize_bilinear("image_pooling.resize", pooled, 32, 32);
  TensorId x = b.concat("aspp.concat", {pooled, b.conv("aspp0", net.features, same(256, 1, 1, relu))});
  x = b.resize_bilinear("decoder.resize", b.conv("aspp.project", x, same(256, 1, 1, relu)), 128, 128);
  x = b.concat("decoder.concat", {x, b.conv("decoder.skip", net.skip, same(48, 1, 1, relu))});
  x = separable(b, "decoder.conv1", separable(b, "decoder.conv0", x));
  x = b.conv("logits", x, same(32, 1, 1, Activation::none));
  return b.finish(b.arg_max("argmax", b.resize_bilinear("resize", x, 512, 512)));
}

}  // namespace takt::zoo
