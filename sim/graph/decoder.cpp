#include "sim/graph/decoder.h"

#include "sim/graph/error.h"

namespace takt::graph {
namespace {

using Count = std::uint64_t;

bool has_latent(const Decoder& d) { return d.kv_latent != 0; }

Count latent_attention(const Decoder& d) {
  const Count query = Count{d.heads} * (d.nope_dim + d.rope_dim);
  const Count queries =
      d.q_latent == 0 ? d.hidden * query : Count{d.hidden} * d.q_latent + d.q_latent + d.q_latent * query;
  const Count down = Count{d.hidden} * (d.kv_latent + d.rope_dim) + d.kv_latent;  // and its norm
  const Count up = Count{d.kv_latent} * d.heads * (d.nope_dim + d.value_dim);
  return queries + down + up + Count{d.heads} * d.value_dim * d.hidden;
}

Count attention(const Decoder& d) {
  if (has_latent(d)) return latent_attention(d);
  const Count queries = Count{d.heads} * d.head_dim;
  const Count keys = Count{d.kv_heads} * d.head_dim;
  const Count bias = d.qkv_bias ? queries + 2 * keys : 0;
  return Count{d.hidden} * (queries + 2 * keys) + bias + queries * d.hidden;
}

Count gated(const Decoder& d, Count inner) { return 3 * Count{d.hidden} * inner; }

Count router(const Decoder& d) { return Count{d.hidden} * d.experts + (d.router_bias ? d.experts : 0); }

Count feed_forward(const Decoder& d, Count experts) {
  return gated(d, d.expert_ffn) * (experts + d.shared_experts) + router(d);
}

// Layers, and the norm behind them.
Count body(const Decoder& d, Count experts) {
  const Count dense = d.experts == 0 ? d.layers : d.dense_layers;
  const Count norms = 2 * Count{d.hidden};
  return d.layers * (attention(d) + norms) + dense * gated(d, d.ffn) + (d.layers - dense) * feed_forward(d, experts) +
         d.hidden;
}

Count embedding(const Decoder& d) { return Count{d.vocabulary} * d.hidden; }

void require(bool holds, const char* member, std::uint64_t value, const char* expected) {
  if (!holds)
    throw GraphError(std::string("found ") + member + " = " + std::to_string(value) + ", expected " + expected);
}

void require_size(const char* member, std::uint64_t value, std::uint64_t most) {
  if (value == 0 || value > most) {
    throw GraphError(std::string("found ") + member + " = " + std::to_string(value) + ", expected 1 to " +
                     std::to_string(most));
  }
}

void validate_experts(const Decoder& d) {
  require_size("experts", d.experts, 4096);
  require_size("expert_ffn", d.expert_ffn, 1u << 20);
  require(d.experts_per_token >= 1 && d.experts_per_token <= d.experts, "experts_per_token", d.experts_per_token,
          "1 to the number of experts");
  require(d.shared_experts <= 64, "shared_experts", d.shared_experts, "0 to 64");
  require(d.dense_layers <= d.layers, "dense_layers", d.dense_layers, "at most the number of layers");
}

void validate_latent(const Decoder& d) {
  require_size("kv_latent", d.kv_latent, 1u << 16);
  require_size("rope_dim", d.rope_dim, 4096);
  require_size("nope_dim", d.nope_dim, 4096);
  require_size("value_dim", d.value_dim, 4096);
  require(d.q_latent <= 1u << 16, "q_latent", d.q_latent, "at most 65536");
}

}  // namespace

std::uint64_t parameters_of(const Decoder& d) {
  return body(d, d.experts) + embedding(d) * (d.tied_embeddings ? 1 : 2);
}

std::uint64_t active_parameters_of(const Decoder& d) { return body(d, d.experts_per_token) + embedding(d); }

std::uint64_t kv_elements_of(const Decoder& d) {
  if (has_latent(d)) return Count{d.layers} * (d.kv_latent + d.rope_dim);
  return Count{d.layers} * 2 * d.kv_heads * d.head_dim;
}

void validate(const Decoder& d) {
  require_size("layers", d.layers, 4096);
  require_size("hidden", d.hidden, 1u << 20);
  require_size("heads", d.heads, 4096);
  require_size("vocabulary", d.vocabulary, 1u << 24);
  if (d.experts == 0 || d.dense_layers != 0) require_size("ffn", d.ffn, 1u << 20);
  if (d.experts != 0) validate_experts(d);
  if (has_latent(d)) return validate_latent(d);
  require_size("head_dim", d.head_dim, 4096);
  require_size("kv_heads", d.kv_heads, 4096);
  require(d.heads % d.kv_heads == 0, "kv_heads", d.kv_heads, "a divisor of the number of heads");
}

}  // namespace takt::graph
