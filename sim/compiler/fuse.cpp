#include "sim/compiler/fuse.h"

#include <algorithm>
#include <utility>

#include "sim/compiler/lower.h"

namespace takt::compiler {
namespace {

bool covers_storage(const Network& network, const Value& value) {
  return value.channel == 0 && value.channels == network.storage(value.storage).geometry.channels;
}

bool may_host(const Layer& host, const Layer& guest) {
  if (host.joins_channels) return false;
  if (host.reduce) return guest.requantize && guest.inputs.size() == 1;
  return host.vector.kind != TAKT_VECTOR_SOFTMAX || !host.vector.present;
}

// The guest's operand, as the host's tiles see it. False where rows of the two do not correspond.
bool adopt_view(const Layer& host, const Layer& guest, Operand& operand) {
  if (operand.map.kind == RowMap::Kind::all) return true;
  const Geometry& rows = host.output.view;
  if (operand.view.rows() == rows.rows()) {
    operand.view.images = rows.images;
    operand.view.height = rows.height;
    return true;
  }
  if (operand.view.bytes() / operand.view.element_bytes != guest.output.view.bytes() / guest.output.view.element_bytes)
    return false;
  const std::uint32_t element_bytes = operand.view.element_bytes;
  operand.view = rows;
  operand.view.element_bytes = element_bytes;
  return true;
}

// Bytes of an element that the product leaves the vector engine if the guest is fused.
std::uint32_t left_bytes(const Layer& host, const Layer& guest, const Operand& through) {
  if (!host.matrix.present) return 0;
  if (host.vector.present) return host.left_bytes;
  return guest.requantize ? 0 : through.view.element_bytes;
}

class Fuser {
 public:
  Fuser(Network& network, const graph::Graph& graph)
      : network_(network), graph_(graph), gone_(network.layers.size(), false) {}

  void run() {
    producer_.assign(network_.storages.size(), no_layer);
    users_.assign(network_.storages.size(), 0);
    for (const Layer& layer : network_.layers)
      for (const Operand& input : layer.inputs) ++users_[index(input)];
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      producer_[index(network_.layers[i].output)] = static_cast<std::int32_t>(i);
      if (network_.layers[i].elementwise) try_fuse(i);
    }
    std::vector<Layer> kept;
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      if (!gone_[i]) kept.push_back(std::move(network_.layers[i]));
    network_.layers = std::move(kept);
  }

 private:
  static std::size_t index(const Operand& operand) { return static_cast<std::size_t>(operand.value.storage); }

  // The operand whose producer ran last; the others must be there when it runs.
  std::size_t last_operand(const Layer& guest) const {
    std::size_t best = 0;
    for (std::size_t k = 1; k < guest.inputs.size(); ++k)
      if (producer_[index(guest.inputs[k])] > producer_[index(guest.inputs[best])]) best = k;
    return best;
  }

  bool fits(const Layer& guest, std::size_t through) const {
    const Operand& operand = guest.inputs[through];
    const Storage& storage = network_.storages[index(operand)];
    if (producer_[index(operand)] == no_layer || users_[index(operand)] != 1 || storage.output) return false;
    if (operand.map.kind != RowMap::Kind::rows || !covers_storage(network_, operand.value)) return false;
    const Geometry &in = operand.view, &out = guest.output.view;
    return in.bytes() / in.element_bytes == out.bytes() / out.element_bytes;
  }

  void try_fuse(std::size_t i) {
    Layer guest = network_.layers[i];
    const std::size_t through = last_operand(guest);
    if (!fits(guest, through)) return;
    const std::int32_t at = producer_[index(guest.inputs[through])];
    Layer& host = network_.layers[static_cast<std::size_t>(at)];
    const std::uint64_t host_rows = host.domain().rows();
    const std::uint64_t pass = guest.vector.pass * guest.domain().rows();
    if (!may_host(host, guest) || pass % host_rows != 0) return;
    const std::uint32_t left = left_bytes(host, guest, guest.inputs[through]);
    if (left > guest.output.view.element_bytes) return;  // would not fit where the output is to stand
    forward(guest, through, host);
    for (Operand& operand : guest.inputs)
      if (producer_[index(operand)] >= at || !adopt_view(host, guest, operand)) return;
    merge(host, guest, pass / host_rows);
    host.left_bytes = left;
    keep_tiles_shape(network_, host);
    producer_[index(host.output)] = at;
    gone_[i] = true;
  }

  // The guest's operand `through` is what the host has made, or copies; its other operands come behind the host's.
  static void forward(Layer& guest, std::size_t through, const Layer& host) {
    const Source made = {host.stages.empty() ? Source::Kind::input : Source::Kind::previous, 0};
    guest.inputs.erase(guest.inputs.begin() + static_cast<std::ptrdiff_t>(through));
    for (Stage& stage : guest.stages)
      for (Source& source : stage.operands) {
        if (source.kind == Source::Kind::constant) source.index += host.constants.size();
        if (source.kind != Source::Kind::input) continue;
        if (source.index == through)
          source = made;
        else
          source.index += host.inputs.size() - (source.index > through ? 1 : 0);
      }
  }

  // A constant of the guest with elements for each of the host's output channels is divided as they are.
  Constant adopted(const Layer& host, const Layer& guest, Constant constant) const {
    const auto tensor = [&](graph::TensorId id) -> const graph::Tensor& {
      return graph_.tensors[static_cast<std::size_t>(id)];
    };
    const graph::Shape& shape = tensor(constant.tensor).shape;
    const graph::Shape& out = tensor(graph_.ops[guest.stages.back().op].outputs[0]).shape;
    const auto counts_channels = [&](const graph::Shape& s) {
      return !s.empty() && static_cast<std::uint64_t>(s.back()) == host.channels();
    };
    if (!host.matrix.present || constant.share != Constant::Share::whole || !counts_channels(shape) ||
        !counts_channels(out))
      return constant;
    constant.share = Constant::Share::by_channel;
    constant.outer = tensor(constant.tensor).elements() / host.channels();
    return constant;
  }

  void merge(Layer& host, const Layer& guest, std::uint64_t pass) const {
    for (const Constant& constant : guest.constants) host.constants.push_back(adopted(host, guest, constant));
    host.stages.insert(host.stages.end(), guest.stages.begin(), guest.stages.end());
    if (guest.requantize && host.matrix.present && !host.vector.present) host.tensor_stages = host.stages.size();
    for (Operand operand : guest.inputs) {
      operand.by_vector = host.matrix.present;
      host.inputs.push_back(operand);
    }
    host.constant_bytes += guest.constant_bytes;
    host.expert = std::max(host.expert, guest.expert);
    host.op += "+" + guest.op;
    host.output.value = guest.output.value;
    host.output.view.element_bytes = guest.output.view.element_bytes;
    const bool has_output_stage = host.matrix.present || host.vector.kind != TAKT_VECTOR_LAYOUT;
    if (guest.requantize && has_output_stage) return;
    VectorWork& v = host.vector;
    if (!v.present) {
      v = guest.vector;
      v.pass = 0;
    }
    if (!(v.channels == guest.vector.channels)) v.channels = {};  // all of it, always
    v.reads_constants |= guest.constant_bytes != 0;
    v.pass += pass;
    v.element_bytes = std::max(v.element_bytes, guest.vector.element_bytes);
  }

  Network& network_;
  const graph::Graph& graph_;
  std::vector<bool> gone_;
  std::vector<std::int32_t> producer_;  // layer, by storage
  std::vector<int> users_;              // operands, by storage
};

}  // namespace

void fuse(Network& network, const graph::Graph& graph) { Fuser(network, graph).run(); }

}  // namespace takt::compiler
