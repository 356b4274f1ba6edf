#include "sim/functional/synthesize.h"

#include <cmath>
#include <cstring>
#include <memory>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/reals.h"
#include "sim/graph/nibbles.h"
#include "sim/graph/operands.h"

namespace takt::functional {

using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Tensor;
using graph::TensorId;

namespace {

bool keeps_quantization(OpKind kind) {
  switch (kind) {
    case OpKind::max_pool:
    case OpKind::average_pool:
    case OpKind::concat:
    case OpKind::split:
    case OpKind::slice:
    case OpKind::pad:
    case OpKind::reshape:
    case OpKind::squeeze:
    case OpKind::transpose:
    case OpKind::depth_to_space:
    case OpKind::space_to_depth:
    case OpKind::resize_bilinear:
    case OpKind::resize_nearest:
      return true;
    default:
      return false;
  }
}

bool has_weights(OpKind kind) {
  return kind == OpKind::conv2d || kind == OpKind::depthwise_conv2d || kind == OpKind::conv3d ||
         kind == OpKind::transpose_conv2d || kind == OpKind::fully_connected;
}

bool is_norm(OpKind kind) { return kind == OpKind::layer_norm || kind == OpKind::group_norm; }

// Has a scale that TensorFlow Lite prescribes, as tanh of 16 bits has; its elements are 1 at most.
bool makes_fractions(OpKind kind) { return kind == OpKind::softmax || kind == OpKind::logistic; }

// The least number whose square is not below n.
std::uint64_t root_of(std::uint64_t n) {
  std::uint64_t root = 0;
  while (root * root < n) ++root;
  return root;
}

class Synthesizer {
 public:
  Synthesizer(graph::Graph& graph, std::uint64_t seed) : graph_(graph), random_(seed), class_(graph.tensors.size()) {
    std::iota(class_.begin(), class_.end(), std::size_t{0});
  }

  void run() {
    for (const Op& op : graph_.ops) {
      if (keeps_quantization(op.kind)) unite(op);
      if (op.kind == OpKind::gather && tensor(op.inputs[0]).type == tensor(op.outputs[0]).type)
        join(op.inputs[0], op.outputs[0]);
    }
    choose();
    for (const Op& op : graph_.ops) fill_constants(op);
  }

 private:
  Tensor& tensor(TensorId id) { return graph_.tensors[static_cast<std::size_t>(id)]; }

  // Tensors that share a scale lead to one of them.
  std::size_t root(std::size_t t) {
    while (class_[t] != t) t = class_[t] = class_[class_[t]];
    return t;
  }

  void join(TensorId id, TensorId to) {
    class_[root(static_cast<std::size_t>(id))] = root(static_cast<std::size_t>(to));
  }

  void unite(const Op& op) {
    for (std::size_t i = 0; i < op.inputs.size(); ++i)
      if (graph::has_input(op, i) && !graph::is_shape_operand(op, i)) join(op.inputs[i], op.outputs[0]);
    for (const TensorId id : op.outputs) join(id, op.outputs[0]);
  }

  Tensor& chosen(TensorId id) { return graph_.tensors[root(static_cast<std::size_t>(id))]; }

  // Uniform from low to high; not through a distribution of the library, whose sequence is its own.
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
  }
  float factor() { return static_cast<float>(between(50, 200)) / 100.0f; }

  // Numbers of 16 bits are as fine as their range is wider than that of 8, and lie about 0.
  static bool is_wide(const Tensor& tensor) { return tensor.type == DataType::int16; }
  static std::int64_t refinement(const Tensor& tensor) { return is_wide(tensor) ? 256 : 1; }
  static float step_of_fractions(const Tensor& tensor) { return is_wide(tensor) ? 1.0f / 32768 : 1.0f / 256; }

  // One scale a class; where an operator with a scale of its own writes one of its tensors, that one.
  void choose() {
    for (std::size_t t = 0; t < class_.size(); ++t) {
      if (root(t) != t) continue;
      Tensor& chosen = graph_.tensors[t];
      chosen.scale = {0.05f * factor() / static_cast<float>(refinement(chosen))};
      chosen.zero_point = {between(-100, 100)};
      if (chosen.type == DataType::uint8) chosen.zero_point[0] += 128;
      if (is_wide(chosen)) chosen.zero_point[0] = 0;
    }
    std::vector<bool> fixed(class_.size(), false);
    for (const Op& op : graph_.ops)
      if (makes_fractions(op.kind) || (op.kind == OpKind::tanh && is_wide(tensor(op.outputs[0])))) {
        Tensor& fractions = chosen(op.outputs[0]);
        fractions.scale = {step_of_fractions(fractions)};
        fractions.zero_point = {fractions.type == DataType::int8 ? -128 : 0};
        fixed[root(static_cast<std::size_t>(op.outputs[0]))] = true;
      }
    for (const Op& op : graph_.ops)
      if (op.kind == OpKind::batch_matmul && !fixed[root(static_cast<std::size_t>(op.outputs[0]))])
        chosen(op.outputs[0]).scale = {scale_of_products(op) * factor()};
    for (std::size_t t = 0; t < class_.size(); ++t) {
      graph_.tensors[t].scale = graph_.tensors[root(t)].scale;
      graph_.tensors[t].zero_point = graph_.tensors[root(t)].zero_point;
    }
    for (Tensor& tensor : graph_.tensors)
      if (is_real(tensor.type)) tensor.scale.clear(), tensor.zero_point.clear();
  }

  // Sums of products of random numbers fill the output's range; those with shares of 1 stay what they are shares of.
  float scale_of_products(const Op& op) {
    const Tensor &a = chosen(op.inputs[0]), &b = chosen(op.inputs[1]);
    if (a.scale[0] == step_of_fractions(a)) return b.scale[0];
    const graph::Shape& shape = tensor(op.inputs[0]).shape;
    const std::int64_t terms = shape[shape.size() - (op.transpose_a ? 2 : 1)];
    const auto spread = static_cast<float>(60 * refinement(a));
    return a.scale[0] * b.scale[0] * spread * static_cast<float>(root_of(static_cast<std::uint64_t>(terms)));
  }

  void fill_constants(const Op& op) {
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      if (!graph::has_input(op, i) || graph::is_shape_operand(op, i)) continue;
      Tensor& constant = tensor(op.inputs[i]);
      if (!constant.constant || constant.contents != nullptr) continue;
      if (is_real(constant.type))
        fill_reals(constant, i == 1 && has_weights(op.kind) ? largest_weight(op, constant)
                             : is_norm(op.kind)             ? 1
                                                            : 0.5);
      else if (has_weights(op.kind) && i == 1)
        fill_weights(op, constant);
      else if (is_norm(op.kind))
        fill_gains(op, constant);
      else if (op.kind == OpKind::gather && constant.type != tensor(op.outputs[0]).type)
        fill_table(op, constant);
      else
        fill(constant, (has_weights(op.kind) ? 2000 : 100) * refinement(tensor(op.outputs[0])));
    }
  }

  static std::int64_t channels_of(const Op& op, const Tensor& weights) {
    return op.kind == OpKind::depthwise_conv2d ? weights.shape.back() : weights.shape[0];
  }

  // Products of a sum.
  static std::uint64_t terms_of(const Op& op, const Tensor& weights) {
    const std::uint64_t terms = weights.elements() / static_cast<std::uint64_t>(channels_of(op, weights));
    return op.kind == OpKind::transpose_conv2d ? terms / static_cast<std::uint64_t>(op.stride_h * op.stride_w) : terms;
  }

  // With it sums keep the variance of inputs half of which are 0.
  static double largest_weight(const Op& op, const Tensor& weights) {
    return std::sqrt(6.0 / static_cast<double>(terms_of(op, weights)));
  }

  void fill_reals(Tensor& constant, double most) {
    std::vector<std::uint8_t> bytes(constant.bytes());
    for (std::uint64_t i = 0; i < constant.elements(); ++i) {
      const auto value = static_cast<float>(most * static_cast<double>(between(-1024, 1024)) / 1024);
      if (constant.type == DataType::float16)
        put_element(bytes.data(), i, Half(value));
      else
        put_element(bytes.data(), i, value);
    }
    constant.contents = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  }

  // Sums of products of random numbers grow with the root of their count: such sums fill the output's range.
  void fill_weights(const Op& op, Tensor& weights) {
    const std::int64_t channels = channels_of(op, weights);
    const std::uint64_t terms = terms_of(op, weights);
    const std::int64_t most = weights.type == DataType::int4 ? 7 : 127;
    const float spread = static_cast<float>(60 * most) / 127;
    const float scale =
        tensor(op.outputs[0]).scale[0] / (tensor(op.inputs[0]).scale[0] * spread * static_cast<float>(root_of(terms)));
    weights.scale.clear();
    const std::int64_t scales = op.kind == OpKind::fully_connected ? 1 : channels;
    for (std::int64_t c = 0; c < scales; ++c) weights.scale.push_back(scale * factor());
    weights.zero_point.clear();
    fill(weights, most);
  }

  // What has a mean of 0 and a variance of 1 becomes a part of the output's range.
  void fill_gains(const Op& op, Tensor& gains) {
    const Tensor& out = tensor(op.outputs[0]);
    gains.scale = {out.scale[0] * 0.4f * factor() * static_cast<float>(refinement(out))};
    gains.zero_point = {0};
    fill(gains, 100);
  }

  // Of narrower numbers than its rows become, which fill as much of the range.
  void fill_table(const Op& op, Tensor& table) {
    const Tensor& rows = tensor(op.outputs[0]);
    const bool four_bits = table.type == DataType::int4;
    table.scale = {rows.scale[0] * static_cast<float>(refinement(rows)) * (four_bits ? 16.0f : 1.0f)};
    table.zero_point = {0};
    fill(table, four_bits ? 7 : 100);
  }

  void fill(Tensor& constant, std::int64_t most) {
    std::vector<std::uint8_t> bytes(constant.bytes());
    for (std::uint64_t i = 0; constant.type == DataType::int4 && i < constant.elements(); ++i)
      graph::put_nibble(bytes.data(), i, between(-most, most));
    const std::size_t size = bytes.size() / constant.elements();
    for (std::size_t i = 0; size != 0 && i < bytes.size(); i += size) {
      const std::int64_t value = between(-most, most);
      std::memcpy(bytes.data() + i, &value, size);
    }
    constant.contents = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  }

  graph::Graph& graph_;
  std::mt19937_64 random_;  // its sequence is the standard's
  std::vector<std::size_t> class_;
};

}  // namespace

void synthesize(graph::Graph& graph, std::uint64_t seed) { Synthesizer(graph, seed).run(); }

}  // namespace takt::functional
