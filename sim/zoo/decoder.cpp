#include "sim/zoo/decoder.h"

#include "sim/graph/error.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

using graph::Decoder;
using graph::OpKind;

class StepBuilder {
 public:
  StepBuilder(const Decoder& d, const TokenStep& step)
      : d_(d), step_(step), b_(d.name), kv_heads_(d.kv_heads), rows_(step.tokens * (d.heads / d.kv_heads)) {}

  graph::Graph build() {
    TensorId x = b_.input("embeddings", {1, step_.tokens, d_.hidden});
    cosine_ = b_.input("cosine", {1, 1, step_.tokens, d_.head_dim});
    sine_ = b_.input("sine", {1, 1, step_.tokens, d_.head_dim});
    if (step_.tokens > 1) mask_ = b_.input("mask", {1, 1, rows_, step_.tokens});
    for (std::uint32_t i = 0; i < d_.layers; ++i) x = layer("layers." + std::to_string(i), x);
    if (step_.tokens > 1) x = b_.slice("last", x, {0, step_.tokens - 1, 0}, {1, 1, d_.hidden});
    std::vector<TensorId> outputs = {b_.linear("lm_head", b_.rms_norm("norm", x), d_.vocabulary, false)};
    outputs.insert(outputs.end(), caches_.begin(), caches_.end());
    return b_.finish(outputs);
  }

 private:
  TensorId layer(const std::string& name, TensorId x) {
    x = b_.add(name + ".add_1", x, attention(name + ".self_attn", b_.rms_norm(name + ".input_layernorm", x)));
    return b_.add(name + ".add_2", x, feed_forward(name + ".mlp", b_.rms_norm(name + ".post_attention_layernorm", x)));
  }

  // Two halves of each head, turned by the position's angle. The sign of the second half is the sine's.
  TensorId rotated(const std::string& name, TensorId x) {
    const std::int64_t half = d_.head_dim / 2;
    const TensorId low = b_.slice_channels(name + ".low", x, 0, half);
    const TensorId high = b_.slice_channels(name + ".high", x, half, half);
    const TensorId turned = b_.concat(name + ".turned", {high, low});
    return b_.add(name + ".rotated", b_.mul(name + ".cosine", x, cosine_), b_.mul(name + ".sine", turned, sine_));
  }

  TensorId project(const std::string& name, TensorId x, std::int64_t heads) {
    return split_heads(b_, name, b_.linear(name, x, heads * d_.head_dim, d_.qkv_bias), heads);
  }

  TensorId cache(const std::string& name) { return b_.packed_input(name, {kv_heads_, step_.past, d_.head_dim}); }

  // Queries of the heads that share keys are rows of one product.
  TensorId attention(const std::string& name, TensorId x) {
    TensorId query = rotated(name + ".q", project(name + ".q_proj", x, d_.heads));
    query = b_.reshape(name + ".grouped", query, {1, kv_heads_, rows_, d_.head_dim});
    const TensorId key = rotated(name + ".k", project(name + ".k_proj", x, kv_heads_));
    const TensorId value = project(name + ".v_proj", x, kv_heads_);
    caches_.insert(caches_.end(), {key, value});
    TensorId own = b_.matmul(name + ".own_scores", query, key, true);
    if (step_.tokens > 1) own = b_.add(name + ".masked", own, mask_);
    TensorId y = step_.past == 0 ? weighted(name + ".own", b_.unary(OpKind::softmax, name + ".softmax", own), value)
                                 : with_past(name, query, own, value);
    y = b_.reshape(name + ".heads", y, {1, d_.heads, step_.tokens, d_.head_dim});
    return b_.linear(name + ".o_proj", join_heads(b_, name, y), d_.hidden, false);
  }

  TensorId weighted(const std::string& name, TensorId weights, TensorId values) {
    return b_.matmul(name + ".weighted", weights, values);
  }

  TensorId with_past(const std::string& name, TensorId query, TensorId own, TensorId value) {
    const TensorId past = b_.matmul(name + ".past_scores", query, cache(name + ".past_keys"), true);
    const TensorId weights = b_.unary(OpKind::softmax, name + ".softmax", b_.concat(name + ".scores", {past, own}));
    const TensorId of_past = b_.slice_channels(name + ".past_weights", weights, 0, step_.past);
    const TensorId of_own = b_.slice_channels(name + ".own_weights", weights, step_.past, step_.tokens);
    return b_.add(name + ".both", weighted(name + ".past", of_past, cache(name + ".past_values")),
                  weighted(name + ".own", of_own, value));
  }

  TensorId feed_forward(const std::string& name, TensorId x) {
    const TensorId gate = b_.linear(name + ".gate_proj", x, d_.ffn, false);
    const TensorId open = b_.mul(name + ".silu", gate, b_.unary(OpKind::logistic, name + ".sigmoid", gate));
    const TensorId inner = b_.mul(name + ".gated", open, b_.linear(name + ".up_proj", x, d_.ffn, false));
    return b_.linear(name + ".down_proj", inner, d_.hidden, false);
  }

  const Decoder& d_;
  const TokenStep step_;
  Builder b_;
  const std::int64_t kv_heads_;
  const std::int64_t rows_;  // queries that meet the same keys
  TensorId cosine_ = graph::no_tensor, sine_ = graph::no_tensor, mask_ = graph::no_tensor;
  std::vector<TensorId> caches_;
};

Decoder published(const char* name, std::uint32_t layers, std::uint32_t hidden, std::uint32_t heads,
                  std::uint32_t kv_heads, std::uint32_t head_dim, std::uint32_t ffn, std::uint32_t vocabulary,
                  bool tied, bool qkv_bias = false) {
  Decoder d;
  d.name = d.architecture = name;
  d.layers = layers;
  d.hidden = hidden;
  d.heads = heads;
  d.kv_heads = kv_heads;
  d.head_dim = head_dim;
  d.ffn = ffn;
  d.vocabulary = vocabulary;
  d.tied_embeddings = tied;
  d.qkv_bias = qkv_bias;
  return d;
}

}  // namespace

graph::Graph decoder_step(const graph::Decoder& decoder, const TokenStep& step) {
  graph::validate(decoder);
  if (decoder.experts != 0) throw graph::GraphError("found " + decoder.name + ", a mixture of experts; not built yet");
  if (decoder.kv_latent != 0)
    throw graph::GraphError("found " + decoder.name + " with latent attention; not built yet");
  return StepBuilder(decoder, step).build();
}

const std::vector<graph::Decoder>& decoders() {
  static const std::vector<graph::Decoder> all = {
      published("llama-2-7b", 32, 4096, 32, 32, 128, 11008, 32000, false),
      published("llama-3-8b", 32, 4096, 32, 8, 128, 14336, 128256, false),
      published("llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, true),
      published("llama-3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, true),
      published("mistral-7b", 32, 4096, 32, 8, 128, 14336, 32768, false),
      published("phi-3.5-mini", 32, 3072, 32, 32, 96, 8192, 32064, false),
      published("qwen2.5-7b", 28, 3584, 28, 4, 128, 18944, 152064, false, true),
  };
  return all;
}

}  // namespace takt::zoo
