#include "sim/compiler/spill.h"

#include <algorithm>

namespace takt::compiler {
namespace {

// The last layer before `layer` that writes or reads the storage.
std::int32_t last_use_before(const Network& network, StorageId id, std::int32_t layer) {
  for (std::int32_t i = layer - 1; i >= 0; --i) {
    const Layer& candidate = network.layers[static_cast<std::size_t>(i)];
    if (candidate.output.value.storage == id) return i;
    for (const Operand& input : candidate.inputs)
      if (input.value.storage == id) return i;
  }
  return no_layer;
}

enum class Use { none, streamable, whole };

Use use_at(const Network& network, StorageId id, std::int32_t index) {
  const Layer& layer = network.layers[static_cast<std::size_t>(index)];
  Use use = Use::none;
  if (layer.output.value.storage == id) use = layer.reduce ? Use::whole : Use::streamable;
  for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
    const Operand& input = layer.inputs[k];
    if (input.value.storage != id) continue;
    const bool by_rows = input.map.kind == RowMap::Kind::rows || (layer.reduce && k == 0);
    if (!by_rows || use == Use::whole)
      use = Use::whole;
    else
      use = Use::streamable;
  }
  return use;
}

// Rows that a streamed operand needs at once, twice, as far as can be told before tiling.
constexpr std::uint64_t stream_rows = 2 * 8;
constexpr std::uint64_t between_rows = 2 * 64;  // of attention's scores: two tiles that fill the engine
constexpr std::uint64_t constant_share = 8;     // of the scratchpad: what constants may demand of activations

class Pressure {
 public:
  Pressure(Network& network, std::uint64_t scratchpad_bytes) : network_(network), capacity_(scratchpad_bytes) {}

  void relieve() {
    for (;;) {
      measure();
      if (std::all_of(missing_.begin(), missing_.end(), [](std::uint64_t bytes) { return bytes == 0; })) return;
      Choice best;
      for (std::size_t i = 0; i < network_.storages.size(); ++i) consider(static_cast<StorageId>(i), best);
      if (best.storage == no_storage) return;
      network_.storage(best.storage).resident_until = best.until;
    }
  }

 private:
  struct Choice {
    StorageId storage = no_storage;
    std::int32_t until = no_layer;
    std::uint64_t freed = 0, traffic = 1;
  };

  std::uint64_t stream_bytes(const Operand& operand, std::int32_t layer) const {
    if (network_.storage(operand.value.storage).resident_at(layer)) return 0;
    const std::uint64_t bytes = operand.view.bytes();
    return operand.map.kind == RowMap::Kind::rows ? std::min(bytes, stream_rows * operand.view.row_bytes()) : bytes;
  }

  void measure() {
    missing_.assign(network_.layers.size(), 0);
    for (const Storage& storage : network_.storages)
      for (std::int32_t i = storage.first; i >= 0 && i <= storage.resident_until; ++i)
        missing_[static_cast<std::size_t>(i)] += storage.geometry.bytes();
    for (std::size_t i = 0; i < missing_.size(); ++i) {
      const Layer& layer = network_.layers[i];
      std::uint64_t needed = missing_[i] + std::min(layer.constant_bytes, capacity_ / constant_share);
      needed += stream_bytes(layer.output, static_cast<std::int32_t>(i));
      if (layer.second.present) needed += between_rows * layer.between.row_bytes();
      for (const Operand& input : layer.inputs) needed += stream_bytes(input, static_cast<std::int32_t>(i));
      missing_[i] = needed > capacity_ ? needed - capacity_ : 0;
    }
  }

  void consider(StorageId id, Choice& best) const {
    const Storage& storage = network_.storage(id);
    std::int32_t at = storage.first;
    if (at == no_layer || storage.input) return;
    while (at <= storage.resident_until && !helps(id, at)) ++at;
    if (at > storage.resident_until) return;
    const std::int32_t use = last_use_before(network_, id, at);
    Choice choice{id, use == no_layer ? storage.first - 1 : use, 0, 0};
    for (std::int32_t i = choice.until + 1; i <= storage.resident_until; ++i)
      if (helps(id, i)) choice.freed += std::min(storage.geometry.bytes(), missing_[static_cast<std::size_t>(i)]);
    std::uint64_t moves = storage.stored() ? 0 : 1;
    for (std::int32_t i = choice.until + 1; i <= storage.last; ++i)
      if (use_at(network_, id, i) != Use::none && i > storage.first) ++moves;
    choice.traffic = std::max<std::uint64_t>(1, moves * storage.geometry.bytes());
    const auto worth = [](const Choice& a, const Choice& b) {
      return static_cast<unsigned __int128>(a.freed) * b.traffic;
    };
    if (worth(choice, best) > worth(best, choice)) best = choice;
  }

  bool helps(StorageId id, std::int32_t layer) const {
    return missing_[static_cast<std::size_t>(layer)] > 0 && use_at(network_, id, layer) != Use::whole;
  }

  Network& network_;
  const std::uint64_t capacity_;
  std::vector<std::uint64_t> missing_;  // bytes by layer
};

}  // namespace

void assume_resident(Network& network, std::uint64_t scratchpad_bytes) {
  for (Storage& storage : network.storages) {
    const bool fits =
        !storage.input && !(storage.exchanged && storage.output) && storage.geometry.bytes() <= scratchpad_bytes;
    storage.resident_until = fits ? storage.last : storage.first - 1;
  }
}

void relieve_pressure(Network& network, std::uint64_t scratchpad_bytes) {
  Pressure(network, scratchpad_bytes).relieve();
}

bool spill_at(Network& network, std::int32_t layer) {
  StorageId victim = no_storage;
  std::uint64_t best = 0;
  for (std::size_t i = 0; i < network.storages.size(); ++i) {
    const Storage& storage = network.storages[i];
    if (!storage.resident_at(layer)) continue;
    const Use use = use_at(network, static_cast<StorageId>(i), layer);
    if (use == Use::whole) continue;  // this layer would load all of it again
    // A bystander frees all its bytes at once and loses nothing until its next use.
    const std::uint64_t score = storage.geometry.bytes() * (use == Use::none ? 2 : 1);
    if (score <= best) continue;
    best = score;
    victim = static_cast<StorageId>(i);
  }
  if (victim == no_storage) return false;
  Storage& storage = network.storage(victim);
  const std::int32_t until = last_use_before(network, victim, layer);
  storage.resident_until = until == no_layer ? storage.first - 1 : network.end_of(until);
  return true;
}

}  // namespace takt::compiler
