// Blocks of transformers: Vaswani et al., "Attention Is All You Need", NIPS 2017. Activations are [batch, tokens,
// channels]; inside an attention [batch, heads, tokens, channels of a head].
#pragma once

#include <cstdint>
#include <string>

#include "sim/zoo/builder.h"

namespace takt::zoo {

struct Attention {
  std::int64_t heads = 1;
  std::int64_t width = 0;  // channels of the queries, all heads
  std::int64_t out = 0;
  bool input_bias = true;  // of queries and values
  bool key_bias = true;
};

TensorId split_heads(Builder& b, const std::string& name, TensorId x, std::int64_t heads);
TensorId join_heads(Builder& b, const std::string& name, TensorId x);

// Softmax of queries times keys, times values. The factor before the softmax is part of the queries' quantized scale.
// `masks` are added to the scores.
TensorId attend(Builder& b, const std::string& name, TensorId queries, TensorId keys, TensorId values,
                const std::vector<TensorId>& masks = {});

// Projections, attention of x to `context`, projection.
TensorId attention(Builder& b, const std::string& name, TensorId x, TensorId context, const Attention& attention,
                   const std::vector<TensorId>& masks = {});

// Two products with GELU between them.
TensorId mlp(Builder& b, const std::string& name, TensorId x, std::int64_t inner);

// x + attention(norm(x)), then + mlp(norm(x)), with four times the channels inside: the encoder layer that most
// networks have. Both biases everywhere unless `attention` says otherwise.
TensorId encoder_layer(Builder& b, const std::string& name, TensorId x, const Attention& attention);

}  // namespace takt::zoo
