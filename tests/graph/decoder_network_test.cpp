// Steps of language models as networks: weights and multiply-accumulates follow from the hyper-parameters.
#include <gtest/gtest.h>

#include "sim/graph/error.h"
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
    for (const auto& [name, tokens, past] :
         {std::tuple(d.name, 1u, 1023u), std::tuple(d.name + "-prefill", 128u, 0u)}) {
      const graph::Graph network = build(name);
      EXPECT_EQ(macs_of(network), macs_of_step(d, tokens, past)) << name;
      const std::uint64_t biases = d.qkv_bias ? d.layers * (d.heads + 2ull * d.kv_heads) * d.head_dim : 0;
      EXPECT_EQ(weight_bytes_of(network), active_parameters_of(d) + 3 * biases) << name;  // int8, biases int32
    }
  }
}

TEST(DecoderNetwork, TakesTheCachesOfAllLayersAndLeavesTheTokensOwn) {
  const Decoder d = decoders().front();
  const graph::Graph network = decoder_step(d, {2, 100});
  std::uint64_t cached = 0, own = 0;
  for (const graph::TensorId id : network.inputs) {
    const graph::Tensor& tensor = network.tensors[static_cast<std::size_t>(id)];
    if (tensor.name.find("past_") != std::string::npos) cached += tensor.elements();
  }
  for (std::size_t i = 1; i < network.outputs.size(); ++i)
    own += network.tensors[static_cast<std::size_t>(network.outputs[i])].elements();
  EXPECT_EQ(cached, 100 * kv_elements_of(d));
  EXPECT_EQ(own, 2 * kv_elements_of(d));
}

TEST(DecoderNetwork, WhatIsNotBuiltYetIsRefused) {
  Decoder d = decoders().front();
  d.experts = 8;
  d.experts_per_token = 2;
  d.expert_ffn = 1024;
  EXPECT_THROW(decoder_step(d, {}), graph::GraphError);
  d = decoders().front();
  d.kv_latent = 512;
  d.rope_dim = 64;
  d.nope_dim = d.value_dim = 128;
  EXPECT_THROW(decoder_step(d, {}), graph::GraphError);
}

}  // namespace
}  // namespace takt::zoo
