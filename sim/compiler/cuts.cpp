#include "sim/compiler/cuts.h"

#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/work.h"

namespace takt::compiler {

void choose_cuts(Network& network, const Target& target, const Options& options) {
  std::uint64_t since = 0;
  for (std::size_t i = 0; i + 1 < network.layers.size(); ++i) {
    Layer& layer = network.layers[i];
    const LayerWork work = work_of(layer, target);
    const std::uint64_t loading = units::ceil_div(layer.constant_bytes, target.dma_bytes_per_cycle);
    since += std::max({work.tensor_cycles, work.vector_cycles, loading}) +
             overhead_cycles(layer.overhead, layer.output.view.element_bytes > 1, target);
    layer.cut_after = since >= options.min_cut_cycles;
    if (layer.cut_after) since = 0;
  }
}

void Cuts::loaded_ahead(std::size_t layer, std::uint32_t from, std::uint32_t to) {
  if (from < to) ahead_.push_back({layer, from, to});
}

void Cuts::boundary(std::size_t index, ListWriter& writer) {
  if (!network_.layers[index].cut_after) return;
  takt_cut cut{};
  cut.layer = static_cast<std::uint32_t>(index) + 1;
  cut.refetch_first = writer.positions()[TAKT_ENGINE_DMA_IN];
  for (const Ahead& ahead : ahead_) {
    if (ahead.layer <= index) continue;
    cut.refetch_first = std::min(cut.refetch_first, ahead.from);
    cut.refetch_count = std::max(cut.refetch_count, ahead.to - cut.refetch_first);
  }
  add(cut, static_cast<std::int32_t>(index), static_cast<std::int32_t>(index) + 1, writer);
}

void Cuts::inside(const Group& group, Range loads, ListWriter& writer) {
  takt_cut cut{};
  cut.layer = static_cast<std::uint32_t>(group.first);
  cut.refetch_first = static_cast<std::uint32_t>(loads.begin);
  cut.refetch_count = static_cast<std::uint32_t>(loads.bytes());
  add(cut, group.first, group.last, writer);
}

void Cuts::add(takt_cut cut, std::int32_t before, std::int32_t behind, ListWriter& writer) {
  const Counts at = writer.positions();
  std::copy(at.begin(), at.end(), std::begin(cut.position));
  add_live_ranges(before, behind, cut);
  part_.cuts.push_back(cut);
  last_cut_[TAKT_ENGINE_DMA_IN] = last_cut_[TAKT_ENGINE_DMA_OUT] = 0;
  writer.also_wait(TAKT_ENGINE_DMA_IN, last_cut_);
  last_cut_ = writer.retirements();
}

// What stands in the scratchpad on both sides of the boundary, adjacent ranges as one.
void Cuts::add_live_ranges(std::int32_t before, std::int32_t behind, takt_cut& cut) {
  std::vector<Range> live;
  for (const Storage& storage : network_.storages)
    if (storage.first != no_layer && storage.resident_at(before) && storage.resident_at(behind))
      live.push_back({storage.scratchpad, storage.scratchpad + storage.held_bytes()});
  std::sort(live.begin(), live.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
  cut.live_first = static_cast<std::uint32_t>(part_.live_ranges.size());
  for (const Range& range : live) {
    takt_live_range* last = cut.live_count > 0 ? &part_.live_ranges.back() : nullptr;
    if (last != nullptr && last->offset + std::uint64_t{last->bytes} == range.begin) {
      last->bytes += static_cast<std::uint32_t>(range.bytes());
    } else {
      part_.live_ranges.push_back({static_cast<std::uint32_t>(range.begin), static_cast<std::uint32_t>(range.bytes())});
      ++cut.live_count;
    }
    cut.live_bytes += static_cast<std::uint32_t>(range.bytes());
  }
}

void Cuts::finish() {
  std::uint32_t most = 0;
  for (const takt_cut& cut : part_.cuts) most = std::max(most, cut.live_bytes);
  part_.save_bytes = part_.cuts.empty() ? 0 : static_cast<std::uint32_t>(sizeof(takt_save_header)) + most;
}

}  // namespace takt::compiler
