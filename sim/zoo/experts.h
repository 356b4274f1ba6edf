// Feed-forward blocks of language models: Shazeer, "GLU Variants Improve Transformer", 2020; mixtures of experts as Dai
// et al., "DeepSeekMoE", 2024, has them: a router, shared experts that all tokens meet, routed experts that few do.
#pragma once

#include <cstdint>
#include <string>

#include "sim/graph/decoder.h"
#include "sim/zoo/builder.h"

namespace takt::zoo {

// SiLU of one product times another, and a third back to the width of x. No biases.
TensorId gated_feed_forward(Builder& b, const std::string& name, TensorId x, std::int64_t inner);

// Experts of one layer that a step of so many tokens meets. Every token chooses its k experts evenly: k x tokens rows
// of work are spread over min(experts, k x tokens) experts, and no two differ by more than a row. One token meets k.
// Independent choices would leave a few untouched: of 128 tokens 2 % of DeepSeek-V3's experts, 7 % of Kimi K2's.
std::int64_t experts_met(const graph::Decoder& decoder, std::int64_t tokens);

// The experts met stand for the chosen ones: which they are does not matter to time, so the network holds the weights
// of those alone, and takes the first scores and adjacent tokens instead of the best scores and the tokens that chose.
// The choice itself (k largest of the scores) is no operator and costs nothing; experts' weights may be fetched before
// it.
TensorId mixture_of_experts(Builder& b, const std::string& name, TensorId x, const graph::Decoder& decoder);

}  // namespace takt::zoo
