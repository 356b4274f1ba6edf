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
    if (!by_rows || use == Use::whole) use = Use::whole;
    else use = Use::streamable;
  }
  return use;
}

}  // namespace

void assume_resident(Network& network, std::uint64_t scratchpad_bytes) {
  for (Storage& storage : network.storages) {
    const bool fits = !storage.input && storage.geometry.bytes() <= scratchpad_bytes;
    storage.resident_until = fits ? storage.last : storage.first - 1;
  }
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
  storage.resident_until = until == no_layer ? storage.first - 1 : until;
  return true;
}

}  // namespace takt::compiler
