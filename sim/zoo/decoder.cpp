#include "sim/zoo/decoder.h"

#include <algorithm>

#include "sim/zoo/experts.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

using graph::Decoder;
using graph::OpKind;

class StepBuilder {
 public:
  StepBuilder(const Decoder& d, const TokenStep& step)
      : d_(d),
        step_(step),
        b_(d.name),
        latent_(d.kv_latent != 0),
        kv_heads_(latent_ ? 1 : d.kv_heads),
        rows_(step.tokens * (d.heads / kv_heads_)),
        rope_dim_(latent_ ? d.rope_dim : d.head_dim) {}

  graph::Graph build() {
    TensorId x = b_.input("embeddings", {1, step_.tokens, d_.hidden});
    cosine_ = b_.input("cosine", {1, 1, step_.tokens, rope_dim_});
    sine_ = b_.input("sine", {1, 1, step_.tokens, rope_dim_});
    for (std::uint32_t i = 0; i < d_.layers; ++i) x = layer("layers." + std::to_string(i), x, i);
    if (step_.tokens > 1 && !step_.all_logits) x = b_.slice("last", x, {0, step_.tokens - 1, 0}, {1, 1, d_.hidden});
    std::vector<TensorId> outputs = {b_.linear("lm_head", b_.rms_norm("norm", x), d_.vocabulary, false)};
    outputs.insert(outputs.end(), caches_.begin(), caches_.end());
    return b_.finish(outputs);
  }

 private:
  TensorId layer(const std::string& name, TensorId x, std::uint32_t index) {
    const TensorId y = b_.rms_norm(name + ".input_layernorm", x);
    x = b_.add(name + ".add_1", x,
               latent_ ? latent_attention(name + ".self_attn", y) : attention(name + ".self_attn", y));
    const TensorId z = b_.rms_norm(name + ".post_attention_layernorm", x);
    const bool dense = d_.experts == 0 || index < d_.dense_layers;
    return b_.add(
        name + ".add_2", x,
        dense ? gated_feed_forward(b_, name + ".mlp", z, d_.ffn) : mixture_of_experts(b_, name + ".mlp", z, d_));
  }

  // Two halves of each head, turned by the position's angle. The sign of the second half is the sine's.
  TensorId rotated(const std::string& name, TensorId x) {
    const std::int64_t half = rope_dim_ / 2;
    const TensorId low = b_.slice_channels(name + ".low", x, 0, half);
    const TensorId high = b_.slice_channels(name + ".high", x, half, half);
    const TensorId turned = b_.concat(name + ".turned", {high, low});
    return b_.add(name + ".rotated", b_.mul(name + ".cosine", x, cosine_), b_.mul(name + ".sine", turned, sine_));
  }

  TensorId project(const std::string& name, TensorId x, std::int64_t heads) {
    return split_heads(b_, name, b_.linear(name, x, heads * d_.head_dim, d_.qkv_bias), heads);
  }

  // Queries of the heads that share keys are rows of one product.
  TensorId attention(const std::string& name, TensorId x) {
    TensorId query = rotated(name + ".q", project(name + ".q_proj", x, d_.heads));
    query = b_.reshape(name + ".grouped", query, {1, kv_heads_, rows_, d_.head_dim});
    const TensorId key = rotated(name + ".k", project(name + ".k_proj", x, kv_heads_));
    const TensorId value = project(name + ".v_proj", x, kv_heads_);
    caches_.insert(caches_.end(), {key, value});
    const TensorId keys = behind(name + ".keys", key, name + ".past_keys", d_.head_dim);
    const TensorId scores = b_.matmul(name + ".scores", query, keys, true);
    const TensorId values = behind(name + ".values", value, name + ".past_values", d_.head_dim);
    const TensorId y =
        b_.reshape(name + ".heads", weighted(name, scores, values), {1, d_.heads, step_.tokens, d_.head_dim});
    return b_.linear(name + ".o_proj", join_heads(b_, name, y), d_.hidden, false);
  }

  // The step's own rows and, behind them, those that are cached, which grow.
  TensorId behind(const std::string& name, TensorId own, const std::string& cached, std::int64_t channels) {
    if (step_.past == 0) return own;
    const TensorId past = b_.packed_input(cached, {1, kv_heads_, step_.past, channels});
    return b_.concat(name, {own, past}, 2);
  }

  // Values weighted by the softmax of the scores. A token attends to those of its step up to itself.
  TensorId weighted(const std::string& name, TensorId scores, TensorId values) {
    const TensorId weights = b_.causal_softmax(name + ".softmax", scores, step_.tokens > 1 ? step_.tokens : 0);
    return b_.matmul(name + ".weighted", weights, values);
  }

  TensorId grouped(const std::string& name, TensorId x) {
    return b_.reshape(name + ".grouped", x, {1, 1, rows_, b_.channels(x)});
  }

  // Each head of x, [1, tokens, channels], times a matrix of its own: a 1x1 convolution in groups, tokens as pixels.
  TensorId per_head(const std::string& name, TensorId x, std::int64_t out) {
    Conv conv;
    conv.out = d_.heads * out;
    conv.groups = static_cast<std::int32_t>(d_.heads);
    conv.bias = false;
    x = b_.reshape(name + ".pixels", x, {1, step_.tokens, 1, b_.channels(x)});
    return b_.reshape(name + ".flat", b_.conv(name, x, conv), {1, step_.tokens, conv.out});
  }

  // What latent attention multiplies: a part in the space of the latents, a part turned by the position.
  struct Parts {
    TensorId latent, rope;
  };

  // Of all heads, as rows. Columns of a projection that go separate ways are products of their own.
  Parts latent_queries(const std::string& name, TensorId x) {
    if (d_.q_latent != 0)
      x = b_.rms_norm(name + ".q_a_layernorm", b_.linear(name + ".q_a_proj", x, d_.q_latent, false));
    const TensorId nope = b_.linear(name + ".q_nope", x, std::int64_t{d_.heads} * d_.nope_dim, false);
    const TensorId absorbed = per_head(name + ".q_absorbed", nope, d_.kv_latent);
    const TensorId rope = b_.linear(name + ".q_rope", x, d_.heads * rope_dim_, false);
    return {grouped(name + ".q_absorbed", split_heads(b_, name + ".q_absorbed", absorbed, d_.heads)),
            grouped(name + ".q_rope", rotated(name + ".q_rope", split_heads(b_, name + ".q_rope", rope, d_.heads)))};
  }

  // One a token, for all heads. The latent is the value as well.
  Parts latent_keys(const std::string& name, TensorId x) {
    const TensorId latent =
        b_.rms_norm(name + ".kv_a_layernorm", b_.linear(name + ".kv_a_proj", x, d_.kv_latent, false));
    const TensorId rope = b_.linear(name + ".k_rope", x, rope_dim_, false);
    return {b_.reshape(name + ".latent", latent, {1, 1, step_.tokens, d_.kv_latent}),
            rotated(name + ".k_rope", split_heads(b_, name + ".k_rope", rope, 1))};
  }

  // Absorbed: latents do not become keys and values of each head; queries become latents, and so are the results before
  // they become values. Prompts without a past are treated alike; of 128 tokens that is 2 % more multiplications. The
  // cached latents are keys and values at once, and lie in memory once.
  TensorId latent_attention(const std::string& name, TensorId x) {
    const Parts queries = latent_queries(name, x), keys = latent_keys(name, x);
    caches_.insert(caches_.end(), {keys.latent, keys.rope});
    const Parts all = {behind(name + ".latents", keys.latent, name + ".past_latent", d_.kv_latent),
                       behind(name + ".ropes", keys.rope, name + ".past_rope", rope_dim_)};
    const TensorId scores = b_.add(name + ".scores", b_.matmul(name + ".rope_scores", queries.rope, all.rope, true),
                                   b_.matmul(name + ".latent_scores", queries.latent, all.latent, true));
    TensorId y = weighted(name, scores, all.latent);
    y = join_heads(b_, name, b_.reshape(name + ".heads", y, {1, d_.heads, step_.tokens, d_.kv_latent}));
    return b_.linear(name + ".o_proj", per_head(name + ".values", y, d_.value_dim), d_.hidden, false);
  }

  const Decoder& d_;
  const TokenStep step_;
  Builder b_;
  const bool latent_;  // attention
  const std::int64_t kv_heads_;
  const std::int64_t rows_;      // queries that meet the same keys
  const std::int64_t rope_dim_;  // channels of a head that are turned
  TensorId cosine_ = graph::no_tensor, sine_ = graph::no_tensor;
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

// Sizes that DeepSeek-V2, its lite form, V3 and what follows V3 share; the others are set behind.
Decoder of_deepseek(const char* name, std::uint32_t layers, std::uint32_t hidden, std::uint32_t heads,
                    std::uint32_t ffn, std::uint32_t vocabulary) {
  Decoder d = published(name, layers, hidden, heads, heads, 0, ffn, vocabulary, false);
  d.kv_latent = 512;
  d.rope_dim = 64;
  d.nope_dim = d.value_dim = 128;
  return d;
}

// config.json of deepseek-ai/DeepSeek-V2-Lite; DeepSeek-AI, "DeepSeek-V2", 2024, appendix B (both recalled).
Decoder deepseek_v2_lite() {
  Decoder d = of_deepseek("deepseek-v2-lite", 27, 2048, 16, 10944, 102400);
  d.dense_layers = 1;
  d.experts = 64;
  d.experts_per_token = 6;
  d.shared_experts = 2;
  d.expert_ffn = 1408;
  return d;
}

// config.json of allenai/OLMoE-1B-7B-0924; Muennighoff et al., "OLMoE", 2024, table 1. Its norms of queries and keys
// are left out.
Decoder olmoe_1b_7b() {
  Decoder d = published("olmoe-1b-7b", 16, 2048, 16, 16, 128, 1024, 50304, false);
  d.experts = 64;
  d.experts_per_token = 8;
  d.expert_ffn = 1024;
  return d;
}

// config.json of jamesdborin/tiny-mixtral: Mixtral's shape with two layers, which stacks of software are tried with.
Decoder tiny_mixtral() {
  Decoder d = published("tiny-mixtral", 2, 1024, 32, 8, 32, 3584, 32000, false);
  d.experts = 8;
  d.experts_per_token = 2;
  d.expert_ffn = 3584;
  return d;
}

// Of V3's kind: queries from a latent too, eight experts and one shared.
Decoder of_deepseek_v3(const char* name, std::uint32_t heads, std::uint32_t vocabulary, std::uint32_t dense_layers,
                       std::uint32_t experts) {
  Decoder d = of_deepseek(name, 61, 7168, heads, 18432, vocabulary);
  d.q_latent = 1536;
  d.dense_layers = dense_layers;
  d.experts = experts;
  d.experts_per_token = 8;
  d.shared_experts = 1;
  d.expert_ffn = 2048;
  d.router_bias = true;
  return d;
}

// What differs between the step and the one before it grows with the cache.
void mark_growth(graph::Graph& graph, const graph::Graph& before, std::int64_t past) {
  graph.parameter = graph::Parameter{"past", past};
  for (std::size_t t = 0; t < graph.tensors.size(); ++t) {
    const graph::Shape &shape = graph.tensors[t].shape, &shorter = before.tensors[t].shape;
    const auto differs = std::mismatch(shape.begin(), shape.end(), shorter.begin()).first;
    if (differs != shape.end()) graph.tensors[t].growing = static_cast<std::int32_t>(differs - shape.begin());
  }
}

// Behind the logits come the new rows of each cache.
void number_caches(graph::Graph& graph) {
  std::int32_t caches = 0;
  for (const TensorId id : graph.inputs) {
    graph::Tensor& tensor = graph.tensors[static_cast<std::size_t>(id)];
    if (!tensor.packed) continue;
    tensor.cache = caches++;
    graph.tensors[static_cast<std::size_t>(graph.outputs[static_cast<std::size_t>(caches)])].cache = tensor.cache;
  }
}

// Places for experts, layer by layer: "layers.3.mlp.experts.5.gate_proj" is of place 5 of the layer.
void number_experts(graph::Graph& graph) {
  const std::string part = ".experts.";
  std::string latest;
  std::int32_t number = -1;
  for (graph::Op& op : graph.ops) {
    const std::size_t at = op.name.find(part);
    if (at == std::string::npos) continue;
    const std::string expert = op.name.substr(0, op.name.find('.', at + part.size()));
    if (expert != latest) ++number;
    latest = expert;
    op.expert = number;
  }
}

}  // namespace

graph::Graph decoder_step(const graph::Decoder& decoder, const TokenStep& step) {
  graph::validate(decoder);
  graph::Graph graph = StepBuilder(decoder, step).build();
  if (step.past > 1)
    mark_growth(graph, StepBuilder(decoder, {step.tokens, step.past - 1, step.all_logits}).build(), step.past);
  number_caches(graph);
  number_experts(graph);
  return graph;
}

const std::vector<graph::Decoder>& decoders() {
  static const std::vector<graph::Decoder> all = {
      deepseek_v2_lite(),
      of_deepseek_v3("deepseek-v3", 128, 129280, 3, 256),  // DeepSeek-AI, "DeepSeek-V3", 2024, section 4.2 (recalled)
      of_deepseek_v3("kimi-k2", 64, 163840, 1, 384),       // config.json of moonshotai/Kimi-K2-Instruct
      published("llama-2-7b", 32, 4096, 32, 32, 128, 11008, 32000, false),
      published("llama-3-8b", 32, 4096, 32, 8, 128, 14336, 128256, false),
      published("llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, true),
      published("llama-3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, true),
      published("mistral-7b", 32, 4096, 32, 8, 128, 14336, 32768, false),
      olmoe_1b_7b(),
      published("phi-3.5-mini", 32, 3072, 32, 32, 96, 8192, 32064, false),
      published("qwen2.5-7b", 28, 3584, 28, 4, 128, 18944, 152064, false, true),
      published("stories110m", 12, 768, 12, 12, 64, 2048, 32000, true),  // stories110M of karpathy/tinyllamas
      published("stories15m", 6, 288, 6, 6, 48, 768, 32000, true),       // stories15M of the same, params.json
      tiny_mixtral(),
  };
  return all;
}

const graph::Decoder* find_decoder(const std::string& name) {
  const auto& all = decoders();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Decoder& d) { return d.name == name; });
  return found == all.end() ? nullptr : &*found;
}

}  // namespace takt::zoo
