#include "sim/zoo/transformer.h"

namespace takt::zoo {

using graph::OpKind;

TensorId split_heads(Builder& b, const std::string& name, TensorId x, std::int64_t heads) {
  const graph::Shape s = b.shape(x);
  x = b.reshape(name + ".split", x, {s[0], s[1], heads, s[2] / heads});
  return b.transpose(name + ".heads", x, {0, 2, 1, 3});
}

TensorId join_heads(Builder& b, const std::string& name, TensorId x) {
  const graph::Shape s = b.shape(x);
  x = b.transpose(name + ".tokens", x, {0, 2, 1, 3});
  return b.reshape(name + ".join", x, {s[0], s[2], s[1] * s[3]});
}

TensorId attend(Builder& b, const std::string& name, TensorId queries, TensorId keys, TensorId values,
                const std::vector<TensorId>& masks) {
  TensorId scores = b.matmul(name + ".scores", queries, keys, true);
  for (std::size_t i = 0; i < masks.size(); ++i) scores = b.add(name + ".mask" + std::to_string(i), scores, masks[i]);
  return b.matmul(name + ".weighted", b.unary(OpKind::softmax, name + ".softmax", scores), values);
}

TensorId attention(Builder& b, const std::string& name, TensorId x, TensorId context, const Attention& a,
                   const std::vector<TensorId>& masks) {
  const auto project = [&](const std::string& part, TensorId from, bool bias) {
    return split_heads(b, name + part, b.linear(name + part, from, a.width, bias), a.heads);
  };
  const TensorId queries = project(".query", x, a.input_bias);
  const TensorId keys = project(".key", context, a.key_bias);
  const TensorId values = project(".value", context, a.input_bias);
  return b.linear(name + ".out", join_heads(b, name, attend(b, name, queries, keys, values, masks)), a.out);
}

TensorId mlp(Builder& b, const std::string& name, TensorId x, std::int64_t inner) {
  const std::int64_t out = b.channels(x);
  x = b.unary(OpKind::gelu, name + ".gelu", b.linear(name + ".0", x, inner));
  return b.linear(name + ".3", x, out);
}

TensorId encoder_layer(Builder& b, const std::string& name, TensorId x, const Attention& a) {
  const TensorId y = b.layer_norm(name + ".ln_1", x);
  x = b.add(name + ".add_1", x, attention(b, name + ".self_attention", y, y, a));
  return b.add(name + ".add_2", x, mlp(b, name + ".mlp", b.layer_norm(name + ".ln_2", x), 4 * b.channels(x)));
}

}  // namespace takt::zoo
