#include "sim/compiler/exchange.h"

#include <boost/icl/interval_set.hpp>

#include "sim/compiler/tile.h"
#include "sim/compiler/tiles.h"

namespace takt::compiler {
namespace {

using Set = boost::icl::interval_set<std::uint64_t>;

void add(Set& set, const std::vector<Range>& ranges) {
  for (const Range& range : ranges) set += Set::interval_type(range.begin, range.end);
}

std::vector<Range> ranges_in(const Set& set) {
  std::vector<Range> ranges;
  for (const auto& interval : set) ranges.push_back({interval.lower(), interval.upper()});
  return ranges;
}

// What a core needs of an input for its tiles of a layer.
Set needed(const Network& network, std::size_t index, std::size_t k, std::uint32_t core) {
  const Layer& layer = network.layers[index];
  const Operand& operand = layer.inputs[k];
  const Storage& storage = network.storage(operand.value.storage);
  Set set;
  if (layer.division == Division::none) {
    if (takes_part(network, index, core)) add(set, ranges_of(storage, operand, {0, operand.view.rows()}));
    return set;
  }
  for (const Tile& tile : own_tiles(network, index, core))
    add(set, ranges_of(storage, operand, tile_rows(layer, operand, tile.image, tile.first, tile.last)));
  return set;
}

}  // namespace

// By core, then storage.
struct Exchange::Sets {
  std::vector<std::vector<Set>> there;   // made or taken
  std::vector<std::vector<Set>> wanted;  // made, and missing elsewhere
};

Exchange::Exchange(const Network& network) : network_(network), sets_(std::make_unique<Sets>()) {
  const std::vector<Set> none(network.storages.size());
  sets_->there.assign(network.cores, none);
  sets_->wanted.assign(network.cores, none);
  std::vector<std::vector<Set>> missing(network.cores, none);
  const auto exchanged = [&](const Value& value, std::size_t layer) {
    const Storage& storage = network.storage(value.storage);
    return storage.exchanged && storage.resident_at(static_cast<std::int32_t>(layer));
  };
  for (std::uint32_t core = 0; core < network.cores; ++core) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const Layer& layer = network.layers[i];
      const Value& value = layer.output.value;
      if (!exchanged(value, i)) continue;
      for (const Tile& tile : own_tiles(network, i, core))
        add(sets_->there[core][static_cast<std::size_t>(value.storage)],
            ranges_of(network.storage(value.storage), output_of(layer, tile), output_rows(layer, tile)));
    }
    for (std::size_t i = 0; i < network.layers.size(); ++i)
      for (std::size_t k = 0; k < network.layers[i].inputs.size(); ++k)
        if (const Value& value = network.layers[i].inputs[k].value; exchanged(value, i))
          missing[core][static_cast<std::size_t>(value.storage)] += needed(network, i, k, core);
    for (std::size_t s = 0; s < network.storages.size(); ++s) missing[core][s] -= sets_->there[core][s];
  }
  for (std::uint32_t core = 0; core < network.cores; ++core)
    for (std::uint32_t other = 0; other < network.cores; ++other)
      for (std::size_t s = 0; s < network.storages.size() && other != core; ++s)
        sets_->wanted[core][s] += missing[other][s] & sets_->there[core][s];
}

Exchange::~Exchange() = default;

std::vector<Range> Exchange::wanted(std::uint32_t core, StorageId storage, const std::vector<Range>& made) const {
  Set set;
  add(set, made);
  return ranges_in(set & sets_->wanted[core][static_cast<std::size_t>(storage)]);
}

std::vector<Range> Exchange::take_missing(std::uint32_t core, std::size_t layer, std::size_t input) {
  const StorageId id = network_.layers[layer].inputs[input].value.storage;
  if (!network_.storage(id).exchanged) return {};
  Set& there = sets_->there[core][static_cast<std::size_t>(id)];
  const Set missing = needed(network_, layer, input, core) - there;
  there += missing;
  return ranges_in(missing);
}

}  // namespace takt::compiler
