// DistilBERT base, 128 tokens, classification of a sentence: Sanh et al., "DistilBERT, a distilled version of BERT",
// 2019, as huggingface/transformers defines it. Norms come behind the sums.
#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {

graph::Graph distilbert() {
  constexpr std::int64_t tokens = 128, vocabulary = 30522, positions = 512, width = 768, heads = 12, inner = 3072;
  constexpr int layers = 6;
  Builder b("distilbert");
  TensorId x = b.embed("word_embeddings", b.indices("input_ids", {1, tokens}), vocabulary, width);
  const TensorId table = b.constant("position_embeddings", {1, positions, width});
  x = b.add("positions.add", x, b.slice("positions", table, {0, 0, 0}, {1, tokens, width}));
  x = b.layer_norm("embeddings.norm", x);
  const TensorId mask = b.input("attention_mask", {1, 1, 1, tokens});
  for (int i = 0; i < layers; ++i) {
    const std::string name = "transformer.layer." + std::to_string(i);
    const TensorId y = attention(b, name + ".attention", x, x, {heads, width, width}, {mask});
    x = b.layer_norm(name + ".sa_layer_norm", b.add(name + ".sa_add", x, y));
    x = b.layer_norm(name + ".output_layer_norm", b.add(name + ".output_add", x, mlp(b, name + ".ffn", x, inner)));
  }
  x = b.slice("first", x, {0, 0, 0}, {1, 1, width});
  x = b.unary(graph::OpKind::relu, "pre_classifier.relu", b.linear("pre_classifier", x, width));
  return b.finish(b.linear("classifier", x, 2));
}

}  // namespace takt::zoo
