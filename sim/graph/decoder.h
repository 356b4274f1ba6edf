// A decoder language model by its hyper-parameters: what a GGUF header or a Hugging Face config.json says of it.
#pragma once

#include <cstdint>
#include <string>

namespace takt::graph {

// Rotary positions, RMS norm, gated feed-forward: Llama and its kin. Zero stands for "has none".
struct Decoder {
  std::string name;
  std::string architecture;  // as the file calls it: "llama", "deepseek_v3"
  std::uint32_t layers = 0;
  std::uint32_t hidden = 0;
  std::uint32_t heads = 0;
  std::uint32_t kv_heads = 0;  // grouped-query attention where fewer than heads
  std::uint32_t head_dim = 0;
  std::uint32_t ffn = 0;  // of dense layers
  std::uint32_t vocabulary = 0;
  std::uint32_t context = 0;     // tokens
  bool tied_embeddings = false;  // the output head is the embedding
  bool qkv_bias = false;

  // Mixture of experts in all layers behind the first `dense_layers`.
  std::uint32_t experts = 0;
  std::uint32_t experts_per_token = 0;
  std::uint32_t expert_ffn = 0;
  std::uint32_t shared_experts = 0;  // always on
  std::uint32_t dense_layers = 0;
  bool router_bias = false;  // one number an expert, added for the choice alone (DeepSeek-V3)

  // Multi-head latent attention (DeepSeek-V2, section 2.1): keys and values of all heads from a latent of kv_latent.
  std::uint32_t kv_latent = 0;
  std::uint32_t q_latent = 0;
  std::uint32_t rope_dim = 0;  // of each query and of the one shared key, beside `nope_dim`
  std::uint32_t nope_dim = 0;
  std::uint32_t value_dim = 0;
};

// All weights, embedding and norms included.
std::uint64_t parameters_of(const Decoder& decoder);

// Weights that one token meets: chosen and shared experts alone, and no embedding (one row of it is read).
std::uint64_t active_parameters_of(const Decoder& decoder);

// Elements that the cache of keys and values holds of one token, all layers.
std::uint64_t kv_elements_of(const Decoder& decoder);

// Throws GraphError, naming the member, where a model cannot be: a size that is zero or absurd, heads that do not
// divide.
void validate(const Decoder& decoder);

}  // namespace takt::graph
