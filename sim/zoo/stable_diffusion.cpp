// Stable Diffusion, 512x512: Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022,
// as huggingface/diffusers defines it (UNet2DConditionModel, AutoencoderKL's decoder) and openai/CLIP its text encoder.
// One step of the UNet is for one image and one prompt: guidance runs it twice. Names follow diffusers'.
#include <vector>

#include "sim/zoo/blocks.h"
#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t latent = 64, latent_channels = 4, prompt_tokens = 77;
constexpr std::int32_t norm_groups = 32;

constexpr auto silu = Function::silu;

TensorId normalised(Builder& b, const std::string& name, TensorId x) {
  return apply(b, name, b.group_norm(name, x, norm_groups), silu);
}

// Two convolutions and a residual; `time`, where there is one, is added between them.
TensorId residual_block(Builder& b, const std::string& name, TensorId x, std::int64_t out, TensorId time) {
  TensorId y = b.conv(name + ".conv1", normalised(b, name + ".norm1", x), {out, 3});
  if (time != graph::no_tensor) {
    const TensorId shift = b.linear(name + ".time_emb_proj", time, out);
    y = b.add(name + ".time.add", y, b.reshape(name + ".time", shift, {1, 1, 1, out}));
  }
  y = b.conv(name + ".conv2", normalised(b, name + ".norm2", y), {out, 3});
  if (b.channels(x) != out) x = b.conv(name + ".conv_shortcut", x, {out});
  return b.add(name + ".add", x, y);
}

TensorId upsample(Builder& b, const std::string& name, TensorId x) {
  x = b.resize_nearest(name + ".resize", x, 2 * b.shape(x)[1], 2 * b.shape(x)[2]);
  return b.conv(name + ".conv", x, {b.channels(x), 3});
}

// UNet ----------------------------------------------------------------------------------------------------------------

struct Unet {
  const char* name;
  std::int64_t prompt_width;
  std::int64_t heads[4];  // of each resolution
};

constexpr Unet v1_5 = {"stable_diffusion_v1_5_unet", 768, {8, 8, 8, 8}};
constexpr Unet v2_1 = {"stable_diffusion_v2_1_unet", 1024, {5, 10, 20, 20}};
constexpr std::int64_t unet_channels[] = {320, 640, 1280, 1280};
constexpr int unet_blocks = 2;  // of each resolution on the way down; one more on the way up

// A product gated by the GELU of another, then a product.
TensorId gated_feed_forward(Builder& b, const std::string& name, TensorId x) {
  const std::int64_t width = b.channels(x);
  const TensorId gate = b.unary(graph::OpKind::gelu, name + ".gelu", b.linear(name + ".net.0.gate", x, 4 * width));
  const TensorId y = b.mul(name + ".mul", b.linear(name + ".net.0.proj", x, 4 * width), gate);
  return b.linear(name + ".net.2", y, width);
}

// Attention among the pixels, to the prompt, and a feed-forward block.
TensorId transformer(Builder& b, const std::string& name, TensorId x, TensorId prompt, std::int64_t heads) {
  const graph::Shape s = b.shape(x);
  const std::int64_t width = s[3];
  const Attention shape{heads, width, width, false, false};
  TensorId y = b.conv(name + ".proj_in", b.group_norm(name + ".norm", x, norm_groups), {width});
  y = b.reshape(name + ".pixels", y, {1, s[1] * s[2], width});
  const TensorId own = b.layer_norm(name + ".norm1", y);
  y = b.add(name + ".add1", y, attention(b, name + ".attn1", own, own, shape));
  y = b.add(name + ".add2", y, attention(b, name + ".attn2", b.layer_norm(name + ".norm2", y), prompt, shape));
  y = b.add(name + ".add3", y, gated_feed_forward(b, name + ".ff", b.layer_norm(name + ".norm3", y)));
  y = b.conv(name + ".proj_out", b.reshape(name + ".image", y, s), {width});
  return b.add(name + ".add", x, y);
}

graph::Graph unet(const Unet& net) {
  Builder b(net.name);
  TensorId x = b.input("latent", {1, latent, latent, latent_channels});
  const TensorId prompt = b.input("prompt", {1, prompt_tokens, net.prompt_width});
  TensorId time = b.input("time", {1, unet_channels[0]});
  time = apply(b, "time.act", b.linear("time.linear_1", time, unet_channels[2]), silu);
  time = apply(b, "time.out", b.linear("time.linear_2", time, unet_channels[2]), silu);
  x = b.conv("conv_in", x, {unet_channels[0], 3});
  std::vector<TensorId> skips = {x};
  for (int level = 0; level < 4; ++level) {
    const std::string name = "down_blocks." + std::to_string(level);
    for (int i = 0; i < unet_blocks; ++i) {
      const std::string index = std::to_string(i);
      x = residual_block(b, name + ".resnets." + index, x, unet_channels[level], time);
      if (level < 3) x = transformer(b, name + ".attentions." + index, x, prompt, net.heads[level]);
      skips.push_back(x);
    }
    if (level == 3) break;
    skips.push_back(x = b.conv(name + ".downsample", x, {unet_channels[level], 3, 2}));
  }
  x = residual_block(b, "mid_block.resnets.0", x, unet_channels[3], time);
  x = transformer(b, "mid_block.attentions.0", x, prompt, net.heads[3]);
  x = residual_block(b, "mid_block.resnets.1", x, unet_channels[3], time);
  for (int level = 3; level >= 0; --level) {
    const std::string name = "up_blocks." + std::to_string(3 - level);
    for (int i = 0; i <= unet_blocks; ++i) {
      const std::string index = std::to_string(i);
      x = b.concat(name + ".concat." + index, {x, skips.back()});
      skips.pop_back();
      x = residual_block(b, name + ".resnets." + index, x, unet_channels[level], time);
      if (level < 3) x = transformer(b, name + ".attentions." + index, x, prompt, net.heads[level]);
    }
    if (level > 0) x = upsample(b, name + ".upsample", x);
  }
  return b.finish(b.conv("conv_out", normalised(b, "conv_norm_out", x), {latent_channels, 3}));
}

// Attention of one head among the pixels.
TensorId pixel_attention(Builder& b, const std::string& name, TensorId x) {
  const graph::Shape s = b.shape(x);
  TensorId y = b.reshape(name + ".pixels", b.group_norm(name + ".group_norm", x, norm_groups), {1, s[1] * s[2], s[3]});
  y = attention(b, name, y, y, {1, s[3], s[3]});
  return b.add(name + ".add", x, b.reshape(name + ".image", y, s));
}

}  // namespace

graph::Graph stable_diffusion_v1_5_unet() { return unet(v1_5); }
graph::Graph stable_diffusion_v2_1_unet() { return unet(v2_1); }

// The text encoder of CLIP ViT-L/14; its GELU is x times the sigmoid of 1.702 x, a quantized scale.
graph::Graph stable_diffusion_v1_5_text_encoder() {
  constexpr std::int64_t vocabulary = 49408, width = 768, heads = 12;
  constexpr int layers = 12;
  Builder b("stable_diffusion_v1_5_text_encoder");
  TensorId x = b.embed("token_embedding", b.indices("tokens", {1, prompt_tokens}), vocabulary, width);
  x = b.add("positions.add", x, b.constant("position_embedding", {1, prompt_tokens, width}));
  const TensorId causal = b.constant("causal_mask", {1, 1, prompt_tokens, prompt_tokens});
  for (int i = 0; i < layers; ++i) {
    const std::string name = "layers." + std::to_string(i);
    TensorId y = b.layer_norm(name + ".layer_norm1", x);
    x = b.add(name + ".add1", x, attention(b, name + ".self_attn", y, y, {heads, width, width}, {causal}));
    y = b.linear(name + ".mlp.fc1", b.layer_norm(name + ".layer_norm2", x), 4 * width);
    x = b.add(name + ".add2", x, b.linear(name + ".mlp.fc2", apply(b, name + ".mlp", y, silu), width));
  }
  return b.finish(b.layer_norm("final_layer_norm", x));
}

// The decoder alone: the encoder's half is not needed to make images from text.
graph::Graph stable_diffusion_v1_5_vae() {
  constexpr std::int64_t channels[] = {512, 512, 256, 128};
  Builder b("stable_diffusion_v1_5_vae");
  TensorId x = b.conv("post_quant_conv", b.input(latent, latent, latent_channels), {latent_channels});
  x = b.conv("conv_in", x, {channels[0], 3});
  x = residual_block(b, "mid_block.resnets.0", x, channels[0], graph::no_tensor);
  x = pixel_attention(b, "mid_block.attentions.0", x);
  x = residual_block(b, "mid_block.resnets.1", x, channels[0], graph::no_tensor);
  for (int level = 0; level < 4; ++level) {
    const std::string name = "up_blocks." + std::to_string(level);
    for (int i = 0; i < 3; ++i)
      x = residual_block(b, name + ".resnets." + std::to_string(i), x, channels[level], graph::no_tensor);
    if (level < 3) x = upsample(b, name + ".upsample", x);
  }
  return b.finish(b.conv("conv_out", normalised(b, "conv_norm_out", x), {3, 3}));
}

}  // namespace takt::zoo
