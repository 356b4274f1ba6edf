// Steps of decoder language models as networks: Touvron et al., "Llama 2", 2023: RMS norm, rotary positions, gated
// feed-forward, grouped queries. DeepSeek-AI, "DeepSeek-V2", 2024, section 2.1: latent attention.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/decoder.h"
#include "sim/graph/graph.h"

namespace takt::zoo {

struct TokenStep {
  std::int64_t tokens = 1;   // that go in
  std::int64_t past = 1023;  // whose keys and values are cached, and come in from memory
  bool all_logits = false;   // out go every token's logits, to verify what was proposed; else the last one's
};

// One step through all layers. In come the tokens' embeddings (a row of the table each, which the processor looks up),
// the rotary factors and each layer's cache; out go the last token's logits and the tokens' own keys and values. Caches
// lie as the engines want them; tokens attend to their own rows and, behind them, to the cached ones. How many are
// cached is the network's parameter "past": `past` is its limit. Of latent attention the cache is a latent and a
// rotated key a token. Of a mixture of experts the network holds the experts that the tokens meet (experts.h).
graph::Graph decoder_step(const graph::Decoder& decoder, const TokenStep& step);

// Models of the zoo, by their published configurations. Each gives two networks: NAME, a step of one token with 1023
// before it, and NAME-prefill, 128 tokens with none before them.
const std::vector<graph::Decoder>& decoders();

// Null where none has the name.
const graph::Decoder* find_decoder(const std::string& name);

}  // namespace takt::zoo
