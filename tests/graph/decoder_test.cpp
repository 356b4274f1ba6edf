// Language models by their hyper-parameters, against the parameter counts that their publishers state.
#include "sim/graph/decoder.h"

#include <gtest/gtest.h>

#include "sim/graph/error.h"

namespace takt::graph {
namespace {

Decoder dense(std::uint32_t layers, std::uint32_t hidden, std::uint32_t heads, std::uint32_t kv_heads,
              std::uint32_t head_dim, std::uint32_t ffn, std::uint32_t vocabulary) {
  Decoder d;
  d.layers = layers;
  d.hidden = hidden;
  d.heads = heads;
  d.kv_heads = kv_heads;
  d.head_dim = head_dim;
  d.ffn = ffn;
  d.vocabulary = vocabulary;
  return d;
}

Decoder latent(std::uint32_t layers, std::uint32_t hidden, std::uint32_t heads, std::uint32_t q_latent,
               std::uint32_t vocabulary) {
  Decoder d = dense(layers, hidden, heads, heads, 0, 0, vocabulary);
  d.q_latent = q_latent;
  d.kv_latent = 512;
  d.rope_dim = 64;
  d.nope_dim = d.value_dim = 128;
  return d;
}

// Parameter counts of the weights' files as the model pages state them (safetensors metadata); hyper-parameters from
// the published configurations.
TEST(Decoder, HasAsManyParametersAsPublished) {
  EXPECT_EQ(parameters_of(dense(32, 4096, 32, 32, 128, 11008, 32000)), 6738415616u);  // Llama-2-7B
  EXPECT_EQ(parameters_of(dense(32, 4096, 32, 8, 128, 14336, 128256)), 8030261248u);  // Llama-3-8B
  EXPECT_EQ(parameters_of(dense(32, 4096, 32, 8, 128, 14336, 32768)), 7248023552u);   // Mistral-7B v0.3
  EXPECT_EQ(parameters_of(dense(32, 3072, 32, 32, 96, 8192, 32064)), 3821079552u);    // Phi-3.5-mini
  Decoder llama = dense(16, 2048, 32, 8, 64, 8192, 128256);
  llama.tied_embeddings = true;
  EXPECT_EQ(parameters_of(llama), 1235814400u);  // Llama-3.2-1B
  llama = dense(28, 3072, 24, 8, 128, 8192, 128256);
  llama.tied_embeddings = true;
  EXPECT_EQ(parameters_of(llama), 3212749824u);  // Llama-3.2-3B
  Decoder qwen = dense(28, 3584, 28, 4, 128, 18944, 152064);
  qwen.qkv_bias = true;
  EXPECT_EQ(parameters_of(qwen), 7615616512u);  // Qwen2.5-7B
}

TEST(Decoder, WithExpertsAndALatentHasAsManyParametersAsPublished) {
  Decoder lite = latent(27, 2048, 16, 0, 102400);
  lite.ffn = 10944;
  lite.dense_layers = 1;
  lite.experts = 64;
  lite.experts_per_token = 6;
  lite.expert_ffn = 1408;
  lite.shared_experts = 2;
  EXPECT_EQ(parameters_of(lite), 15706484224u);  // DeepSeek-V2-Lite
  EXPECT_NEAR(static_cast<double>(active_parameters_of(lite)), 2.4e9,
              0.1e9);  // "2.4 B", not said whether with the head
  EXPECT_EQ(kv_elements_of(lite), 27u * (512 + 64));

  Decoder large = latent(61, 7168, 128, 1536, 129280);
  large.ffn = 18432;
  large.dense_layers = 3;
  large.experts = 256;
  large.experts_per_token = 8;
  large.expert_ffn = 2048;
  large.shared_experts = 1;
  large.router_bias = true;
  EXPECT_EQ(parameters_of(large), 671026419200u);  // DeepSeek-V3 without its multi-token prediction layer
  EXPECT_NEAR(static_cast<double>(active_parameters_of(large)), 37e9, 0.6e9);  // as published

  Decoder kimi = latent(61, 7168, 64, 1536, 163840);
  kimi.ffn = 18432;
  kimi.dense_layers = 1;
  kimi.experts = 384;
  kimi.experts_per_token = 8;
  kimi.expert_ffn = 2048;
  kimi.shared_experts = 1;
  kimi.router_bias = true;
  EXPECT_NEAR(static_cast<double>(parameters_of(kimi)), 1.03e12, 0.01e12);    // Kimi K2: "1 T"
  EXPECT_NEAR(static_cast<double>(active_parameters_of(kimi)), 32e9, 0.9e9);  // "32 B"
}

TEST(Decoder, KeepsKeysAndValuesOfAllLayers) {
  EXPECT_EQ(kv_elements_of(dense(32, 4096, 32, 8, 128, 14336, 128256)), 32u * 2 * 8 * 128);
}

TEST(Decoder, ThatCannotBeIsRefused) {
  const Decoder good = dense(32, 4096, 32, 8, 128, 14336, 128256);
  EXPECT_NO_THROW(validate(good));
  for (std::uint32_t Decoder::*member : {&Decoder::layers, &Decoder::hidden, &Decoder::heads, &Decoder::kv_heads,
                                         &Decoder::head_dim, &Decoder::ffn, &Decoder::vocabulary}) {
    for (const std::uint32_t value : {0u, 0xffffffffu}) {
      Decoder bad = good;
      bad.*member = value;
      EXPECT_THROW(validate(bad), GraphError);
    }
  }
  Decoder bad = good;
  bad.kv_heads = 7;
  EXPECT_THROW(validate(bad), GraphError);
  bad = good;
  bad.experts = 8;
  bad.expert_ffn = 1024;
  bad.experts_per_token = 9;
  EXPECT_THROW(validate(bad), GraphError);
}

}  // namespace
}  // namespace takt::graph
