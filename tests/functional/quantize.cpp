#include "tests/functional/quantize.h"

#include <cmath>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

namespace takt::functional::test {

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

class Quantizer {
 public:
  Quantizer(graph::Graph& graph, std::uint64_t seed) : graph_(graph), random_(seed), class_(graph.tensors.size()) {
    std::iota(class_.begin(), class_.end(), std::size_t{0});
  }

  void run() {
    for (const Op& op : graph_.ops)
      if (keeps_quantization(op.kind)) unite(op);
    choose();
    for (const Op& op : graph_.ops) fill_constants(op);
  }

 private:
  Tensor& tensor(TensorId id) { return graph_.tensors[static_cast<std::size_t>(id)]; }

  std::size_t root(std::size_t t) const { return class_[t] == t ? t : root(class_[t]); }

  void unite(const Op& op) {
    const std::size_t to = root(static_cast<std::size_t>(op.inputs[0]));
    for (const TensorId id : op.inputs) class_[root(static_cast<std::size_t>(id))] = to;
    for (const TensorId id : op.outputs) class_[root(static_cast<std::size_t>(id))] = to;
  }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }
  float factor() { return static_cast<float>(between(50, 200)) / 100.0f; }

  // One scale a class; where something of it comes out of an operator with a scale of its own, that one.
  void choose() {
    for (std::size_t t = 0; t < class_.size(); ++t) {
      if (root(t) != t) continue;
      tensor(static_cast<TensorId>(t)).scale = {0.05f * factor()};
      tensor(static_cast<TensorId>(t)).zero_point = {between(-100, 100)};
    }
    for (const Op& op : graph_.ops) {
      if (op.kind != OpKind::softmax && op.kind != OpKind::logistic) continue;
      Tensor& chosen = graph_.tensors[root(static_cast<std::size_t>(op.outputs[0]))];
      chosen.scale = {1.0f / 256};
      chosen.zero_point = {-128};
    }
    for (std::size_t t = 0; t < class_.size(); ++t) {
      graph_.tensors[t].scale = graph_.tensors[root(t)].scale;
      graph_.tensors[t].zero_point = graph_.tensors[root(t)].zero_point;
    }
  }

  // Sums of `terms` products that fill the output's range.
  void fill_constants(const Op& op) {
    if (op.inputs.size() < 2 || !tensor(op.inputs[1]).constant) return;
    Tensor& weights = tensor(op.inputs[1]);
    const bool depthwise = op.kind == OpKind::depthwise_conv2d;
    const std::int64_t channels = depthwise ? weights.shape.back() : weights.shape[0];
    const double terms = static_cast<double>(weights.elements()) / static_cast<double>(channels);
    const float scale =
        tensor(op.outputs[0]).scale[0] / (tensor(op.inputs[0]).scale[0] * 60 * static_cast<float>(std::sqrt(terms)));
    weights.scale.clear();
    const bool per_channel = op.kind != OpKind::fully_connected;
    for (std::int64_t c = 0; c < (per_channel ? channels : 1); ++c) weights.scale.push_back(scale * factor());
    weights.zero_point.clear();
    fill(weights, -127, 127);
    if (op.inputs.size() > 2) fill(tensor(op.inputs[2]), -2000, 2000);
  }

  void fill(Tensor& constant, std::int64_t low, std::int64_t high) {
    std::vector<std::uint8_t> bytes(constant.bytes());
    const std::size_t size = bytes.size() / constant.elements();
    for (std::size_t i = 0; i < bytes.size(); i += size) {
      const std::int64_t value = between(low, high);
      std::memcpy(bytes.data() + i, &value, size);
    }
    constant.contents = std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes));
  }

  graph::Graph& graph_;
  std::mt19937_64 random_;
  std::vector<std::size_t> class_;
};

}  // namespace

void quantize(graph::Graph& graph, std::uint64_t seed) { Quantizer(graph, seed).run(); }

std::map<TensorId, reference::Array> random_inputs(const graph::Graph& graph, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<TensorId, reference::Array> inputs;
  for (const TensorId id : graph.inputs) {
    const Tensor& tensor = graph.tensors[static_cast<std::size_t>(id)];
    reference::Array array{tensor.type, tensor.shape, std::vector<std::uint8_t>(tensor.bytes())};
    for (std::uint8_t& byte : array.bytes) byte = static_cast<std::uint8_t>(random() >> 20);
    inputs[id] = std::move(array);
  }
  return inputs;
}

}  // namespace takt::functional::test
