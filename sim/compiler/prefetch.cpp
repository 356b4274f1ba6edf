#include "sim/compiler/prefetch.h"

#include <algorithm>
#include <optional>

#include "sim/compiler/tile.h"

namespace takt::compiler {
namespace {

class Prefetcher {
 public:
  Prefetcher(Network& network, const Options& options, Gaps& gaps)
      : network_(network), options_(options), gaps_(gaps) {}

  void run() {
    std::int32_t before = 0;  // where the constants of the layer before are loaded: the list's order is the layers'
    for (std::int32_t i = 1; i < static_cast<std::int32_t>(network_.layers.size()); ++i) {
      if (layer(i).constant_bytes == 0) continue;
      if (layer(i).tiling.constants_whole && network_.group_of(i) == nullptr && layer(i).expert < 0)
        move_ahead(i, std::max(before, earliest(i)));
      before = layer(i).tiling.constants_at;
    }
  }

 private:
  Layer& layer(std::int32_t index) { return network_.layers[static_cast<std::size_t>(index)]; }

  // The first layer behind the cut that lies prefetch_cuts cuts before the layer's own.
  std::int32_t earliest(std::int32_t index) {
    std::uint32_t crossed = 0;
    std::int32_t at = index;
    while (at > 0 && network_.group_of(at - 1) == nullptr &&
           (crossed += layer(at - 1).cut_after ? 1 : 0) <= options_.prefetch_cuts)
      --at;
    return at;
  }

  // The list holds other loads during this layer: streams, or constants of its own.
  bool loads(std::int32_t index) {
    const Layer& l = layer(index);
    const bool streams = std::any_of(l.inputs.begin(), l.inputs.end(), [&](const Operand& input) {
      return !network_.storage(input.value.storage).resident_at(index);
    });
    return streams || !l.tiling.constants_whole || (l.constant_bytes > 0 && l.tiling.constants_at == index);
  }

  // What crosses each of the cuts between `at` and the layer would still be contiguous.
  bool contiguous(std::int32_t index, std::int32_t at) {
    for (std::int32_t cut = at; cut < index; ++cut) {
      if (!layer(cut).cut_after) continue;
      std::int32_t first = cut + 1;
      while (first < index && layer(first).constant_bytes == 0) ++first;
      if (first == index) continue;
      const std::int32_t begun = layer(first).tiling.constants_at;
      if (begun > cut) return false;  // a layer in between is not loaded ahead of this cut
      if (begun == at) continue;
      for (std::int32_t i = begun; i <= at; ++i)
        if (loads(i)) return false;
    }
    return true;
  }

  void move_ahead(std::int32_t index, std::int32_t from) {
    Tiling& tiling = layer(index).tiling;
    const std::uint64_t bytes = constant_space(network_, layer(index), tiling);
    for (std::int32_t at = from; at < tiling.constants_at; ++at) {
      if (loads(at) || !contiguous(index, at)) continue;
      gaps_.remove(tiling.constant_offset, tiling.constants_at);
      const std::optional<std::uint64_t> place = gaps_.place(bytes, at, index);
      if (place) {
        tiling.constant_offset = *place;
        tiling.constants_at = at;
        return;
      }
      gaps_.restore(tiling.constant_offset, bytes, tiling.constants_at, index);
    }
  }

  Network& network_;
  const Options& options_;
  Gaps& gaps_;
};

}  // namespace

void extend_prefetch(Network& network, const Options& options, Gaps& gaps) {
  if (options.prefetch_cuts > 0) Prefetcher(network, options, gaps).run();
}

}  // namespace takt::compiler
