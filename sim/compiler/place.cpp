#include "sim/compiler/place.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "sim/compiler/depth_first.h"
#include "sim/compiler/gaps.h"
#include "sim/compiler/prefetch.h"
#include "sim/compiler/program.h"
#include "sim/compiler/spill.h"
#include "sim/compiler/tile.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

constexpr std::uint64_t scratchpad_alignment = 128;  // one vector
constexpr std::uint64_t dram_alignment = 256;
constexpr std::uint64_t least_stripe_share = 4;  // prefetching may shrink stripes to a quarter, no further
constexpr std::uint64_t worth_squeezing = 16;    // constants of at least 1/16 of the scratchpad

std::uint64_t aligned(std::uint64_t value, std::uint64_t step) { return (value + step - 1) / step * step; }

class Placer {
 public:
  Placer(Network& network, const Target& target, const Options& options, PassObserver* observer)
      : network_(network),
        target_(target),
        options_(options),
        observer_(observer),
        gaps_(target.scratchpad_bytes, scratchpad_alignment) {
    for (const Layer& layer : network_.layers) squeeze_.push_back(initial_squeeze(network_, layer, target_));
  }

  std::uint64_t run() {
    assume_resident(network_, target_.scratchpad_bytes);
    relieve_pressure(network_, target_.scratchpad_bytes);
    tell(observer_, "residency", network_);
    choose_groups(network_, target_, options_);
    tell(observer_, "groups", network_);
    for (;;) {
      const std::int32_t stuck = try_all();
      if (stuck == no_layer) break;
      relieve(stuck);
    }
    tell(observer_, "scratchpad", network_);
    extend_prefetch(network_, options_, gaps_);
    tell(observer_, "prefetch", network_);
    return gaps_.top();
  }

 private:
  Layer& layer(std::int32_t index) { return network_.layers[static_cast<std::size_t>(index)]; }

  // Places everything; the layer at which it does not fit, or no_layer.
  std::int32_t try_all() {
    gaps_ = Gaps(target_.scratchpad_bytes, scratchpad_alignment);
    for (Storage& storage : network_.storages) {
      storage.planes.clear();
      if (storage.input) storage.planes = {{0, storage.geometry.channels, 0}};
    }
    const std::int32_t stuck = place_activations();
    if (stuck != no_layer) return stuck;
    prefetched_ = 0;
    for (std::int32_t i = 0; i < static_cast<std::int32_t>(network_.layers.size()); ++i) {
      const Group* group = network_.group_of(i);
      if (group != nullptr ? !place_in_group(*group, i) : !place_layer(i)) return i;
      add_planes(network_, layer(i));
    }
    return no_layer;
  }

  // The largest first: small ones find gaps beside them.
  std::int32_t place_activations() {
    std::vector<std::size_t> order(network_.storages.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return network_.storages[a].held_bytes() > network_.storages[b].held_bytes();
    });
    for (const std::size_t i : order) {
      Storage& storage = network_.storages[i];
      if (storage.first == no_layer || !storage.resident_at(storage.first)) continue;
      const auto at = gaps_.place(storage.held_bytes(), storage.first, storage.resident_until);
      if (!at) return fullest(storage.first, storage.resident_until);
      storage.scratchpad = *at;
    }
    return no_layer;
  }

  std::int32_t fullest(std::int32_t from, std::int32_t to) const {
    std::int32_t best = from;
    for (std::int32_t i = from; i <= to; ++i)
      if (gaps_.used_at(i) > gaps_.used_at(best)) best = i;
    return best;
  }

  bool place_layer(std::int32_t index) {
    const std::vector<Tiling> ways = tilings(network_, static_cast<std::size_t>(index), target_, options_,
                                             squeeze_[static_cast<std::size_t>(index)]);
    const std::int32_t next = index + 1;
    const bool ahead = options_.prefetch_cuts > 0 && next < static_cast<std::int32_t>(network_.layers.size()) &&
                       layer(next).constant_bytes > 0 && network_.group_of(next) == nullptr &&
                       !(layer(next).expert >= 0 && layer(index).cut_after);
    for (const bool with_next : {true, false}) {
      if (with_next && !ahead) continue;
      for (const Tiling& way : ways) {
        if (with_next && way.stripe_rows * least_stripe_share < ways.front().stripe_rows) break;
        if (place_way(index, way, with_next)) return true;
      }
    }
    return false;
  }

  // All that a group's layers have is there while the group runs.
  bool place_in_group(const Group& group, std::int32_t index) {
    Tiling way = tiling_in(network_, group, index);
    Layer& here = layer(index);
    if (!take(here.constant_bytes, group.first, group.last, way.constant_offset)) return false;
    for (std::size_t k = 0; k < here.inputs.size(); ++k)
      if (!take(way.input_slot_bytes[k] * input_slots(here, k, way), group.first, group.last, way.input_slot_offset[k]))
        return false;
    if (!take(way.output_slot_bytes * output_slots(here, way), group.first, group.last, way.output_slot_offset))
      return false;
    here.tiling = std::move(way);
    return true;
  }

  bool place_way(std::int32_t index, Tiling way, bool with_next) {
    const std::size_t mark = gaps_.mark();
    Layer& here = layer(index);
    way.constants_at = index;
    if (prefetched_ == index && index > 0) {
      way.constants_at = index - 1;
      way.constant_offset = here.tiling.constant_offset;
    } else if (!take(constant_space(network_, here, way), index, index, way.constant_offset)) {
      return gaps_.undo_to(mark), false;
    }
    for (std::size_t k = 0; k < here.inputs.size(); ++k)
      if (!take(way.input_slot_bytes[k] * input_slots(here, k, way), index, index, way.input_slot_offset[k]))
        return gaps_.undo_to(mark), false;
    if (!take(way.output_slot_bytes * output_slots(here, way), index, index, way.output_slot_offset))
      return gaps_.undo_to(mark), false;
    if (!take(way.between_slot_bytes * way.stream_slots, index, index, way.between_offset))
      return gaps_.undo_to(mark), false;
    if (with_next && !place_ahead(index + 1)) return gaps_.undo_to(mark), false;
    here.tiling = std::move(way);
    return true;
  }

  bool take(std::uint64_t bytes, std::int32_t from, std::int32_t to, std::uint64_t& offset) {
    const std::optional<std::uint64_t> at = gaps_.place(bytes, from, to);
    if (at) offset = *at;
    return at.has_value();
  }

  // The constants of the next layer beside all that this one has.
  bool place_ahead(std::int32_t next) {
    Layer& there = layer(next);
    const Tiling way =
        tilings(network_, static_cast<std::size_t>(next), target_, options_, squeeze_[static_cast<std::size_t>(next)])
            .front();
    if (!take(constant_space(network_, there, way), next - 1, next, there.tiling.constant_offset)) return false;
    prefetched_ = next;
    return true;
  }

  // A layer that does not fit: smaller blocks of constants where constants are large, else an activation gives way.
  void relieve(std::int32_t index) {
    if (network_.group_of(index) != nullptr) return shrink_group(network_, index, target_, options_);
    const std::size_t i = static_cast<std::size_t>(index);
    const bool large = layer(index).constant_bytes >> squeeze_[i] >= target_.scratchpad_bytes / worth_squeezing;
    const bool can_squeeze = squeeze_[i] < most_squeezed(network_, layer(index), target_);
    if (large && can_squeeze) {
      ++squeeze_[i];
    } else if (!spill_at(network_, index)) {
      if (!can_squeeze)
        throw graph::GraphError("layer '" + layer(index).name + "' (" + layer(index).op +
                                ") does not fit into a scratchpad of " + std::to_string(target_.scratchpad_bytes) +
                                " bytes");
      ++squeeze_[i];
    }
  }

  Network& network_;
  const Target& target_;
  const Options& options_;
  PassObserver* const observer_;
  Gaps gaps_;
  std::vector<std::uint32_t> squeeze_;
  std::int32_t prefetched_ = 0;  // the layer whose constants have been placed ahead
};

// Activations that need DRAM: each where no other one lives at the same time; on several cores, whose times are their
// own, each where no other one ever lives.
std::uint64_t place_buffers(Network& network) {
  Gaps gaps(std::uint64_t{1} << 48, dram_alignment);
  for (Storage& storage : network.storages) {
    if (storage.first == no_layer || storage.input || storage.output) continue;
    if (!storage.stored() && !storage.exchanged) continue;
    const bool shared = network.cores > 1;
    storage.home_offset = *gaps.place(storage.geometry.bytes(), shared ? 0 : storage.first,
                                      shared ? static_cast<std::int32_t>(network.layers.size()) - 1 : storage.last);
  }
  return gaps.top();
}

std::uint64_t place_edge(Network& network, const std::vector<StorageId>& ids) {
  std::uint64_t offset = 0;
  for (const StorageId id : ids) {
    if (network.in_pages(network.storage(id))) continue;
    network.storage(id).home_offset = offset;
    offset = aligned(offset + network.storage(id).geometry.bytes(), dram_alignment);
  }
  return offset;
}

// Of a page each cache has a part: the rows of its tokens that go to one head, then those of the next.
void place_caches(Network& network, std::uint64_t page_tokens, std::uint64_t row_tokens) {
  network.page_tokens = page_tokens;
  network.row_tokens = row_tokens == 0 ? page_tokens : row_tokens;
  if (page_tokens == 0) return;
  std::map<std::int32_t, std::uint64_t> parts;  // by cache
  std::set<std::uint64_t> lengths;
  for (const StorageId id : network.outputs) {
    Storage& storage = network.storage(id);
    if (!network.in_pages(storage)) continue;
    parts[storage.cache] = storage.cache_heads * page_tokens * storage.cache_row;
    lengths.insert(storage.cache_row);
  }
  network.row_bytes.assign(lengths.begin(), lengths.end());
  for (auto& [cache, bytes] : parts) network.page_bytes += std::exchange(bytes, network.page_bytes);
  for (const std::vector<StorageId>* ids : {&network.inputs, &network.outputs})
    for (const StorageId id : *ids) {
      Storage& storage = network.storage(id);
      if (!network.in_pages(storage)) continue;
      storage.home_offset = parts.at(storage.cache);
      const auto length = std::distance(lengths.begin(), lengths.find(storage.cache_row));
      storage.row_table = static_cast<std::uint16_t>(row_tables + length);
    }
}

// An expert's layers lie one behind the other, in all experts alike.
void place_experts(Network& network) {
  std::map<std::int32_t, std::vector<Layer*>> experts;
  for (Layer& layer : network.layers)
    if (layer.expert >= 0) experts[layer.expert].push_back(&layer);
  network.experts = experts.size();
  for (const auto& [expert, layers] : experts) {
    std::vector<std::uint64_t> parts;
    std::uint64_t offset = 0;
    for (Layer* layer : layers) {
      layer->constant_offset = offset;
      parts.push_back(layer->constant_bytes);
      offset = aligned(offset + layer->constant_bytes, scratchpad_alignment);
    }
    if (network.expert_parts.empty()) network.expert_parts = parts;
    if (parts != network.expert_parts)
      throw graph::GraphError("layer '" + layers.front()->name + "' is of an expert that is not like the others");
  }
}

void place_constants(Network& network) {
  place_experts(network);
  std::uint64_t offset = 0;
  for (Layer& layer : network.layers) {
    if (layer.expert >= 0) continue;
    layer.constant_offset = offset;
    offset = aligned(offset + layer.constant_bytes, scratchpad_alignment);
  }
  network.constant_bytes = offset;
}

}  // namespace

Placement place(Network& network, const Target& target, const Options& options, PassObserver* observer) {
  find_lifetimes(network);
  Placement result;
  result.scratchpad_bytes = Placer(network, target, options, observer).run();
  result.buffer_bytes = place_buffers(network);
  place_caches(network, options.page_tokens, options.row_tokens);
  result.input_bytes = place_edge(network, network.inputs);
  result.output_bytes = place_edge(network, network.outputs);
  place_constants(network);
  tell(observer, "memory", network);
  return result;
}

}  // namespace takt::compiler
