// MobileBERT, 384 tokens, question answering: Sun et al., "MobileBERT: a Compact Task-Agnostic BERT for
// Resource-Limited Devices", ACL 2020, table 1, as huggingface/transformers defines it. Its norms are a gain and an
// offset per channel.
#include "sim/zoo/networks.h"
#include "sim/zoo/transformer.h"

namespace takt::zoo {
namespace {

constexpr std::int64_t tokens = 384, vocabulary = 30522, embedded = 128, width = 512, narrow = 128, heads = 4;
constexpr int layers = 24, feed_forwards = 4;

TensorId norm(Builder& b, const std::string& name, TensorId x) {
  x = b.mul(name + ".mul", x, b.constant(name + ".gain", {b.channels(x)}));
  return b.add(name + ".add", x, b.constant(name + ".offset", {b.channels(x)}));
}

// A product of x, added to `residual`, and a norm.
TensorId dense(Builder& b, const std::string& name, TensorId x, TensorId residual) {
  return norm(b, name + ".norm", b.add(name + ".residual", b.linear(name, x, b.channels(residual)), residual));
}

TensorId bottleneck(Builder& b, const std::string& name, TensorId x) {
  return norm(b, name + ".norm", b.linear(name, x, narrow));
}

// Each token's embedding between its neighbours'.
TensorId embeddings(Builder& b) {
  TensorId x = b.embed("word_embeddings", b.indices("input_ids", {1, tokens}), vocabulary, embedded);
  const graph::Shape all_but_one = {1, tokens - 1, embedded};
  const TensorId next = b.slice("next", x, {0, 1, 0}, all_but_one);
  const TensorId previous = b.slice("previous", x, {0, 0, 0}, all_but_one);
  x = b.concat("trigram", {b.pad("next.pad", next, {0, 0, 0}, {0, 1, 0}), x,
                           b.pad("previous.pad", previous, {0, 1, 0}, {0, 0, 0})});
  x = b.linear("embedding_transformation", x, width);
  x = b.add("positions.add", x, b.constant("position_embeddings", {1, tokens, width}));
  const TensorId types = b.embed("token_type_embeddings", b.indices("token_type_ids", {1, tokens}), 2, width);
  return norm(b, "embeddings.norm", b.add("token_types.add", x, types));
}

TensorId self_attention(Builder& b, const std::string& name, TensorId shared, TensorId x, TensorId mask) {
  const auto project = [&](const std::string& part, TensorId from) {
    return split_heads(b, name + part, b.linear(name + part, from, narrow), heads);
  };
  const TensorId queries = project(".query", shared), keys = project(".key", shared), values = project(".value", x);
  return join_heads(b, name, attend(b, name, queries, keys, values, {mask}));
}

TensorId layer(Builder& b, const std::string& name, TensorId x, TensorId mask) {
  const TensorId input = bottleneck(b, name + ".bottleneck.input", x);
  const TensorId shared = bottleneck(b, name + ".bottleneck.attention", x);
  TensorId y = self_attention(b, name + ".attention", shared, x, mask);
  y = dense(b, name + ".attention.output", y, input);
  for (int i = 0; i < feed_forwards; ++i) {
    const std::string ffn = name + ".ffn." + std::to_string(i);
    const TensorId inner = b.unary(graph::OpKind::relu, ffn + ".relu", b.linear(ffn + ".intermediate", y, width));
    y = dense(b, ffn + ".output", inner, y);
  }
  return dense(b, name + ".output.bottleneck", y, x);
}

}  // namespace

graph::Graph mobilebert() {
  Builder b("mobilebert");
  TensorId x = embeddings(b);
  const TensorId mask = b.input("attention_mask", {1, 1, 1, tokens});
  for (int i = 0; i < layers; ++i) x = layer(b, "layer." + std::to_string(i), x, mask);
  return b.finish(b.linear("qa_outputs", x, 2));
}

}  // namespace takt::zoo
