#include "sim/zoo/experts.h"

#include <algorithm>

namespace takt::zoo {
namespace {

using graph::Decoder;
using graph::OpKind;

// A number for each row of work, [1, k x tokens, 1]. DeepSeek-V3 and its kin score by a sigmoid, and add a bias for the
// choice; DeepSeek-V2 by a softmax.
TensorId gates(Builder& b, const std::string& name, TensorId x, const Decoder& d) {
  const std::int64_t tokens = b.shape(x)[1];
  TensorId scores = b.linear(name, x, d.experts, false);
  scores = b.unary(d.router_bias ? OpKind::logistic : OpKind::softmax, name + ".scores", scores);
  if (d.router_bias) scores = b.add(name + ".biased", scores, b.constant(name + ".bias", {d.experts}));
  const TensorId chosen = b.slice_channels(name + ".chosen", scores, 0, d.experts_per_token);
  return b.reshape(name + ".gates", chosen, {1, tokens * d.experts_per_token, 1});
}

TensorId rows_of(Builder& b, const std::string& name, TensorId x, std::int64_t begin, std::int64_t count) {
  const graph::Shape& s = b.shape(x);
  return s[1] == count ? x : b.slice(name, x, {0, begin, 0}, {1, count, s[2]});
}

// Of each token the sum of its k rows, which lie a step's tokens apart.
TensorId sum_of_choices(Builder& b, const std::string& name, const std::vector<TensorId>& parts, std::int64_t tokens) {
  const bool whole = b.shape(parts[0])[1] == tokens;  // each part has a row of each token
  const TensorId all = whole ? graph::no_tensor : b.concat(name + ".rows", parts, 1);
  const std::int64_t choices = whole ? static_cast<std::int64_t>(parts.size()) : b.shape(all)[1] / tokens;
  TensorId sum = graph::no_tensor;
  for (std::int64_t i = 0; i < choices; ++i) {
    const std::string number = std::to_string(i);
    const TensorId part =
        whole ? parts[static_cast<std::size_t>(i)] : rows_of(b, name + ".choice" + number, all, i * tokens, tokens);
    sum = i == 0 ? part : b.add(name + ".sum" + number, sum, part);
  }
  return sum;
}

}  // namespace

TensorId gated_feed_forward(Builder& b, const std::string& name, TensorId x, std::int64_t inner) {
  const std::int64_t out = b.channels(x);
  const TensorId gate = b.linear(name + ".gate_proj", x, inner, false);
  const TensorId open = b.mul(name + ".silu", gate, b.unary(OpKind::logistic, name + ".sigmoid", gate));
  const TensorId gated = b.mul(name + ".gated", open, b.linear(name + ".up_proj", x, inner, false));
  return b.linear(name + ".down_proj", gated, out, false);
}

std::int64_t experts_met(const Decoder& d, std::int64_t tokens) {
  return std::min<std::int64_t>(d.experts, d.experts_per_token * tokens);
}

TensorId mixture_of_experts(Builder& b, const std::string& name, TensorId x, const Decoder& d) {
  const std::int64_t tokens = b.shape(x)[1], work = d.experts_per_token * tokens, met = experts_met(d, tokens);
  const TensorId gate = gates(b, name + ".gate", x, d);
  std::vector<TensorId> parts;
  for (std::int64_t i = 0, begin = 0; i < met; ++i) {
    const std::string expert = name + ".experts." + std::to_string(i);
    const std::int64_t count = work / met + (i < work % met ? 1 : 0);
    const TensorId in = rows_of(b, expert + ".tokens", x, std::min(begin % tokens, tokens - count), count);
    const TensorId out = gated_feed_forward(b, expert, in, d.expert_ffn);
    parts.push_back(b.mul(expert + ".weighted", out, rows_of(b, expert + ".gate", gate, begin, count)));
    begin += count;
  }
  const TensorId sum = sum_of_choices(b, name, parts, tokens);
  if (d.shared_experts == 0) return sum;
  const std::int64_t shared = std::int64_t{d.shared_experts} * d.expert_ffn;
  return b.add(name + ".all", sum, gated_feed_forward(b, name + ".shared_experts", x, shared));
}

}  // namespace takt::zoo
