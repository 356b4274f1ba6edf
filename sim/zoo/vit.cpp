// Vision transformer, base, patches of 16x16, 224x224: Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021.
// Names follow torchvision's.
#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {

graph::Graph vit_b_16() {
  constexpr std::int64_t width = 768, heads = 12, patches = 14 * 14;
  constexpr int layers = 12;
  Builder b("vit_b_16");
  TensorId x = b.conv("conv_proj", b.input(224, 224, 3), {width, 16, 16, Activation::none, 1, 1, Border::none});
  x = b.reshape("patches", x, {1, patches, width});
  x = b.concat("tokens", {b.constant("class_token", {1, 1, width}), x}, 1);
  x = b.add("encoder.add", x, b.constant("encoder.pos_embedding", {1, patches + 1, width}));
  for (int i = 0; i < layers; ++i)
    x = encoder_layer(b, "encoder.layers.encoder_layer_" + std::to_string(i), x, {heads, width, width});
  x = b.slice("class", b.layer_norm("encoder.ln", x), {0, 0, 0}, {1, 1, width});
  return b.finish(b.fully_connected("heads.head", x, 1000));
}

}  // namespace takt::zoo
