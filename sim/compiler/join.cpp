#include "sim/compiler/join.h"

#include <algorithm>
#include <utility>

#include "sim/compiler/lower.h"

namespace takt::compiler {
namespace {

class Joiner {
 public:
  Joiner(Network& network, const Target& target) : network_(network), target_(target) {}

  void run() {
    std::vector<Layer> kept;
    for (std::size_t i = 0; i < network_.layers.size(); ++i)
      if (network_.layers[i].joins_channels && place_parts(i)) network_.layers[i].output.value.storage = no_storage;
    for (Layer& layer : network_.layers)
      if (layer.output.value.storage != no_storage) kept.push_back(std::move(layer));
    network_.layers = std::move(kept);
  }

 private:
  // Tiles of its producers write rows of the part and nothing else.
  bool written_by_rows(StorageId id) const {
    const Geometry& g = network_.storage(id).geometry;
    for (const Layer& layer : network_.layers) {
      const Geometry& view = layer.output.view;
      if (layer.output.value.storage == id && (view.rows() != g.rows() || view.width != g.width)) return false;
    }
    return true;
  }

  bool may_stand_in(const Layer& join, const Operand& part, std::uint64_t channel) const {
    const Storage& storage = network_.storage(part.value.storage);
    const Storage& whole = network_.storage(join.output.value.storage);
    const auto same = [&](const Operand& other) { return other.value.storage == part.value.storage; };
    return channel % target_.granule == 0 && !storage.input && !storage.output && part.value.channel == 0 &&
           part.value.channels == storage.geometry.channels && storage.geometry.rows() == whole.geometry.rows() &&
           storage.geometry.width == whole.geometry.width &&
           storage.geometry.element_bytes == whole.geometry.element_bytes &&
           std::count_if(join.inputs.begin(), join.inputs.end(), same) == 1 && written_by_rows(part.value.storage);
  }

  // Of the parts that are left: one of them grows, or none.
  static Growth growth_of(const Layer& join) {
    Growth all;
    for (const Operand& part : join.inputs) {
      all.present |= part.channels.present;
      all.extra += part.channels.present ? part.channels.extra : static_cast<std::int64_t>(part.view.channels);
    }
    return all.present ? all : Growth{};
  }

  void redirect(StorageId from, StorageId to, std::uint64_t channel) {
    const auto move = [&](Operand& operand) {
      if (operand.value.storage != from) return;
      operand.value.storage = to;
      operand.value.channel += channel;
    };
    for (Layer& layer : network_.layers) {
      for (Operand& input : layer.inputs) move(input);
      move(layer.output);
    }
  }

  // True when nothing is left to move.
  bool place_parts(std::size_t index) {
    Layer& join = network_.layers[index];
    const Value whole = join.output.value;
    std::vector<std::uint64_t> channel(1, 0);
    for (const Operand& part : join.inputs) channel.push_back(channel.back() + part.view.channels);
    std::size_t first = join.inputs.size(), last = 0;  // the run of parts to be moved
    std::vector<bool> stays(join.inputs.size());
    for (std::size_t k = 0; k < join.inputs.size(); ++k) {
      stays[k] = may_stand_in(join, join.inputs[k], channel[k]);
      if (stays[k]) continue;
      first = std::min(first, k);
      last = k + 1;
    }
    for (std::size_t k = 0; k < join.inputs.size(); ++k)
      if (k < first || k >= last) redirect(join.inputs[k].value.storage, whole.storage, whole.channel + channel[k]);
    if (first >= last) return true;
    for (Source& source : join.stages.front().operands) {  // one for each input
      const bool here = source.index >= first && source.index < last;
      source = here ? Source{Source::Kind::input, source.index - first} : Source{Source::Kind::placed, 0};
    }
    join.inputs = {join.inputs.begin() + static_cast<std::ptrdiff_t>(first),
                   join.inputs.begin() + static_cast<std::ptrdiff_t>(last)};
    join.output.value.channel = whole.channel + channel[first];
    join.output.value.channels = join.output.view.channels = channel[last] - channel[first];
    join.vector.padded_channels = padded_channels(join.output.view.channels, target_);
    join.vector.move = padded_row_bytes(join.output.view, target_);
    join.vector.channels = growth_of(join);
    return false;
  }

  Network& network_;
  const Target& target_;
};

}  // namespace

void join(Network& network, const Target& target) { Joiner(network, target).run(); }

}  // namespace takt::compiler
