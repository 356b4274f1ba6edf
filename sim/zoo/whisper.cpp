// Whisper, tiny, base and small: Radford et al., "Robust Speech Recognition via Large-Scale Weak Supervision", ICML
// 2023, as openai/whisper and huggingface/transformers define it; cut in two as Qualcomm AI Hub deploys it. The encoder
// hears 30 s and leaves the keys and values that each decoder layer attends to. The decoder step takes one token, the
// caches of the 199 before it, and leaves the logits and the token's own keys and values.
#include <vector>

#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t mel_bands = 80, frames = 3000, heard = frames / 2, vocabulary = 51865, longest = 448,
                       cached = 199;

struct Size {
  const char *encoder, *decoder;
  int layers;  // of each half
  std::int64_t width, heads;
};

constexpr Size tiny = {"whisper_tiny_encoder", "whisper_tiny_decoder", 4, 384, 6};
constexpr Size base = {"whisper_base_encoder", "whisper_base_decoder", 6, 512, 8};
constexpr Size small = {"whisper_small_encoder", "whisper_small_decoder", 12, 768, 12};

TensorId heads_of(Builder& b, const Size& size, const std::string& name, TensorId x, bool bias) {
  return split_heads(b, name, b.linear(name, x, size.width, bias), size.heads);
}

TensorId convolved(Builder& b, const Size& size, const std::string& name, TensorId x, std::int32_t stride) {
  const Conv window{size.width, 1, stride, Activation::none, 1, 1, Border::symmetric, true, 3};
  return b.unary(graph::OpKind::gelu, name + ".gelu", b.conv(name, x, window));
}

graph::Graph encoder(const Size& size) {
  Builder b(size.encoder);
  TensorId x = b.input("mel", {1, 1, frames, mel_bands});
  x = convolved(b, size, "conv2", convolved(b, size, "conv1", x, 1), 2);
  x = b.reshape("audio", x, {1, heard, size.width});
  x = b.add("positions.add", x, b.constant("positions", {1, heard, size.width}));
  Attention attention{size.heads, size.width, size.width};
  attention.key_bias = false;
  for (int i = 0; i < size.layers; ++i) x = encoder_layer(b, "blocks." + std::to_string(i), x, attention);
  x = b.layer_norm("ln_post", x);
  std::vector<TensorId> caches;
  for (int i = 0; i < size.layers; ++i) {
    const std::string name = "decoder." + std::to_string(i) + ".cross_attn";
    caches.push_back(heads_of(b, size, name + ".key", x, false));
    caches.push_back(heads_of(b, size, name + ".value", x, true));
  }
  return b.finish(caches);
}

struct Step {
  TensorId x;
  std::vector<TensorId> caches;  // the token's keys and values
};

void decoder_layer(Builder& b, const Size& size, const std::string& name, Step& step) {
  const auto cache = [&](const std::string& what, std::int64_t tokens) {
    return b.input(name + what, {1, size.heads, tokens, size.width / size.heads});
  };
  const auto out = [&](const std::string& part, TensorId y) {
    return b.add(part + ".add", step.x, b.linear(part + ".out", join_heads(b, part, y), size.width));
  };
  const std::string self = name + ".attn", cross = name + ".cross_attn";
  TensorId y = b.layer_norm(name + ".attn_ln", step.x);
  const TensorId query = heads_of(b, size, self + ".query", y, true);
  const TensorId key = heads_of(b, size, self + ".key", y, false);
  const TensorId value = heads_of(b, size, self + ".value", y, true);
  step.caches.insert(step.caches.end(), {key, value});
  const TensorId keys = b.concat(self + ".keys", {cache(".past_keys", cached), key}, 2);
  const TensorId values = b.concat(self + ".values", {cache(".past_values", cached), value}, 2);
  step.x = out(self, attend(b, self, query, keys, values));
  y = heads_of(b, size, cross + ".query", b.layer_norm(name + ".cross_attn_ln", step.x), true);
  step.x = out(cross, attend(b, cross, y, cache(".audio_keys", heard), cache(".audio_values", heard)));
  y = mlp(b, name + ".mlp", b.layer_norm(name + ".mlp_ln", step.x), 4 * size.width);
  step.x = b.add(name + ".mlp.add", step.x, y);
}

// The logits are a product with the table of embeddings, which the processor and the NPU hold apart.
graph::Graph decoder(const Size& size) {
  Builder b(size.decoder);
  const TensorId token = b.embed("token_embedding", b.indices("token", {1, 1}), vocabulary, size.width);
  const TensorId position = b.embed("positional_embedding", b.indices("position", {1, 1}), longest, size.width);
  Step step{b.add("embedding.add", token, position), {}};
  for (int i = 0; i < size.layers; ++i) decoder_layer(b, size, "blocks." + std::to_string(i), step);
  std::vector<TensorId> outputs = {b.linear("logits", b.layer_norm("ln", step.x), vocabulary, false)};
  outputs.insert(outputs.end(), step.caches.begin(), step.caches.end());
  return b.finish(outputs);
}

}  // namespace

graph::Graph whisper_tiny_encoder() { return encoder(tiny); }
graph::Graph whisper_tiny_decoder() { return decoder(tiny); }
graph::Graph whisper_base_encoder() { return encoder(base); }
graph::Graph whisper_base_decoder() { return decoder(base); }
graph::Graph whisper_small_encoder() { return encoder(small); }
graph::Graph whisper_small_decoder() { return decoder(small); }

}  // namespace takt::zoo
