// Steps of language models as networks: weights and multiply-accumulates follow from the hyper-parameters.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "sim/graph/precision.h"
#include "sim/zoo/decoder.h"
#include "sim/zoo/zoo.h"

namespace takt::zoo {
namespace {

using graph::Decoder;

// Products with weights: all that a token meets but norms and biases.
std::uint64_t weights_of_products(const Decoder& d) {
  const std::uint64_t norms = (2ull * d.layers + 1) * d.hidden;
  const std::uint64_t biases = d.qkv_bias ? d.layers * (d.heads + 2ull * d.kv_heads) * d.head_dim : 0;
  return active_parameters_of(d) - norms - biases;
}

// The head is a product of the last token alone. Queries meet every key, masked or not.
std::uint64_t macs_of_step(const Decoder& d, std::uint64_t tokens, std::uint64_t past) {
  const std::uint64_t head = std::uint64_t{d.vocabulary} * d.hidden;
  const std::uint64_t attention = 2ull * d.layers * d.heads * d.head_dim * tokens * (past + tokens);
  return (weights_of_products(d) - head) * tokens + head + attention;
}

TEST(DecoderNetwork, HasTheWeightsAndTheMacsOfItsHyperParameters) {
  for (const Decoder& d : decoders()) {
    if (d.kv_latent != 0) continue;
    for (const auto& [name, tokens, past] :
         {std::tuple(d.name, 1u, 1023u), std::tuple(d.name + "-prefill", 128u, 0u)}) {
      const graph::Graph network = build(name);
      EXPECT_EQ(macs_of(network), macs_of_step(d, tokens, past)) << name;
      const std::uint64_t biases = d.qkv_bias ? d.layers * (d.heads + 2ull * d.kv_heads) * d.head_dim : 0;
      const std::uint64_t met = std::min(d.experts, d.experts_per_token * tokens) - d.experts_per_token;
      const std::uint64_t more = met * 3 * d.hidden * d.expert_ffn * d.layers;  // experts than one token meets
      EXPECT_EQ(weight_bytes_of(network), active_parameters_of(d) + more + 3 * biases) << name;  // int8, biases int32
    }
  }
}

std::uint64_t cached_bytes(const graph::Graph& network) {
  std::uint64_t cached = 0;
  for (const graph::TensorId id : network.inputs) {
    const graph::Tensor& tensor = network.tensors[static_cast<std::size_t>(id)];
    if (tensor.packed) cached += tensor.bytes();
  }
  return cached;
}

TEST(DecoderNetwork, TakesTheCachesOfAllLayersAndLeavesTheTokensOwn) {
  for (const Decoder& d : decoders()) {
    const graph::Graph network = decoder_step(d, {2, 100});
    EXPECT_EQ(cached_bytes(network), 100 * kv_elements_of(d)) << d.name;
    std::uint64_t own = 0;
    for (std::size_t i = 1; i < network.outputs.size(); ++i)
      own += network.tensors[static_cast<std::size_t>(network.outputs[i])].elements();
    EXPECT_EQ(own, 2 * kv_elements_of(d)) << d.name;
  }
}

// Sizes: config.json of deepseek-ai/DeepSeek-V2-Lite and DeepSeek-V3, moonshotai/Kimi-K2-Instruct. Parameters, all and
// active: the same model pages (V2-Lite and Kimi K2 leave open whether embedding and head are among the active).
struct Mixture {
  const char* name;
  std::uint64_t layers, dense_layers, hidden, ffn, heads, q_latent, experts, chosen, shared, expert_ffn, vocabulary;
  double parameters, active, within;  // of both, as a share
};

constexpr Mixture mixtures[] = {
    {"deepseek-v2-lite", 27, 1, 2048, 10944, 16, 0, 64, 6, 2, 1408, 102400, 15.7e9, 2.4e9, 0.03},
    {"deepseek-v3", 61, 3, 7168, 18432, 128, 1536, 256, 8, 1, 2048, 129280, 671e9, 37e9, 0.015},
    {"kimi-k2", 61, 1, 7168, 18432, 64, 1536, 384, 8, 1, 2048, 163840, 1.0e12, 32e9, 0.03},
};
constexpr std::uint64_t latent = 512, rope = 64, nope = 128, value = 128;

std::uint64_t attention_weights(const Mixture& m) {
  const std::uint64_t query = m.heads * (nope + rope);
  const std::uint64_t queries = m.q_latent == 0 ? m.hidden * query : (m.hidden + query) * m.q_latent;
  return queries + m.hidden * (latent + rope) + m.heads * (nope + value) * latent + m.heads * value * m.hidden;
}

std::uint64_t weights_of_body(const Mixture& m, std::uint64_t experts) {
  const std::uint64_t expert = 3 * m.hidden * m.expert_ffn;
  return m.layers * attention_weights(m) + m.dense_layers * 3 * m.hidden * m.ffn +
         (m.layers - m.dense_layers) * (m.hidden * m.experts + (experts + m.shared) * expert);
}

// Scores against latent and rotated key, a sum of latents.
std::uint64_t macs_of_step(const Mixture& m, std::uint64_t tokens, std::uint64_t past) {
  const std::uint64_t attention = m.layers * m.heads * (latent + rope + latent) * tokens * (past + tokens);
  return weights_of_body(m, m.chosen) * tokens + m.vocabulary * m.hidden + attention;
}

// Norms, and the bias of the choice that models with a latent of queries have.
std::uint64_t small_constants(const Mixture& m) {
  const std::uint64_t bias = m.q_latent == 0 ? 0 : (m.layers - m.dense_layers) * m.experts;
  return m.layers * (2 * m.hidden + latent + m.q_latent) + m.hidden + bias;
}

const Decoder& decoder_named(const std::string& name) {
  const auto& all = decoders();
  return *std::find_if(all.begin(), all.end(), [&](const Decoder& d) { return d.name == name; });
}

TEST(DecoderNetwork, OfExpertsAndALatentHasTheWeightsAndTheMacsOfItsPublishedSizes) {
  EXPECT_EQ(macs_of_step(mixtures[0], 1, 1023), 2932604928u);  // by hand
  for (const Mixture& m : mixtures) {
    for (const auto& [name, tokens, past] :
         {std::tuple(std::string(m.name), 1u, 1023u), std::tuple(m.name + std::string("-prefill"), 128u, 0u)}) {
      const graph::Graph network = build(name);
      EXPECT_EQ(macs_of(network), macs_of_step(m, tokens, past)) << name;
      const std::uint64_t met = std::min<std::uint64_t>(m.experts, m.chosen * tokens);
      EXPECT_EQ(weight_bytes_of(network), weights_of_body(m, met) + m.vocabulary * m.hidden + small_constants(m))
          << name;
    }
  }
}

TEST(DecoderNetwork, OfExpertsHasAsManyParametersAllAndActiveAsPublished) {
  for (const Mixture& m : mixtures) {
    const Decoder& d = decoder_named(m.name);
    EXPECT_NEAR(static_cast<double>(parameters_of(d)), m.parameters, m.within * m.parameters) << m.name;
    EXPECT_NEAR(static_cast<double>(active_parameters_of(d)), m.active, m.within * m.active) << m.name;
    EXPECT_EQ(weight_bytes_of(build(m.name)), active_parameters_of(d)) << m.name;
  }
}

// Muennighoff et al., "OLMoE", arXiv 2409.02060: 6.9 billion parameters, 1.3 of them active, which counts the table of
// embeddings, of which a token meets one row; of a mixture as Jiang et al., "Mixtral of Experts", 2024, has it, two of
// eight.
TEST(DecoderNetwork, OfExpertsWithoutALatentHasAsManyParametersAsPublished) {
  const Decoder& olmoe = decoder_named("olmoe-1b-7b");
  EXPECT_NEAR(static_cast<double>(parameters_of(olmoe)), 6.9e9, 0.05e9);
  const std::uint64_t embeddings = std::uint64_t{olmoe.vocabulary} * olmoe.hidden;
  EXPECT_NEAR(static_cast<double>(active_parameters_of(olmoe) + embeddings), 1.3e9, 0.05e9);
  const Decoder& tiny = decoder_named("tiny-mixtral");
  EXPECT_EQ(parameters_of(tiny) - active_parameters_of(tiny), 2u * 6 * 3 * 1024 * 3584 + 32000u * 1024);
}

// DeepSeek-V3: Zhao et al., "Insights into DeepSeek-V3", ISCA 2025, table 1: 70.272 KB a token of two bytes an element
// (recalled).
TEST(DecoderNetwork, CachesOneLatentAToken) {
  for (const auto& [name, bytes] :
       {std::pair("deepseek-v2-lite", 27 * 576 * 2), {"deepseek-v3", 70272}, {"kimi-k2", 70272}}) {
    graph::Graph network = build(name);
    graph::set_precision(network, graph::Precision::w4a16);
    EXPECT_EQ(cached_bytes(network), 1023u * static_cast<unsigned>(bytes)) << name;
  }
}

// 3 tokens choose 2 of 8 experts each: 6 experts of a row; 5 tokens: 8 experts, two of them with 2 rows.
TEST(DecoderNetwork, SpreadsTheTokensOverTheExpertsEvenly) {
  Decoder d = decoder_named("deepseek-v2-lite");
  d.layers = 2;
  d.experts = 8;
  d.experts_per_token = 2;
  for (const auto& [tokens, expected] : {std::pair<std::int64_t, std::vector<std::int64_t>>{1, {1, 1}},
                                         {3, {1, 1, 1, 1, 1, 1}},
                                         {5, {2, 2, 1, 1, 1, 1, 1, 1}}}) {
    const graph::Graph network = decoder_step(d, {tokens, 0});
    std::vector<std::int64_t> rows;
    for (const graph::Op& op : network.ops) {
      if (op.name.find(".mlp.experts.") != std::string::npos && op.name.find(".down_proj") != std::string::npos)
        rows.push_back(network.tensors[static_cast<std::size_t>(op.outputs[0])].shape[1]);
    }
    EXPECT_EQ(rows, expected) << tokens;
  }
}

}  // namespace
}  // namespace takt::zoo
