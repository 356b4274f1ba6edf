#include "sim/compiler/divide.h"

#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/tile.h"
#include "sim/compiler/work.h"

namespace takt::compiler {
namespace {

using units::ceil_div;

// What one core has made reaches another this many cycles later: a write, its response, a semaphore and a read, each
// some 150 ns through NoC and DRAM at 1.2 GHz. Estimated.
constexpr std::uint64_t exchange_cycles = 500;
constexpr int most_rounds = 4;

bool follows_parameter(const Layer& layer) {
  const bool work = layer.matrix.out.present || layer.matrix.in.present || layer.second.out.present ||
                    layer.second.in.present || layer.vector.channels.present;
  return work || std::any_of(layer.inputs.begin(), layer.inputs.end(),
                             [](const Operand& input) { return input.growing || input.channels.present; });
}

class Divider {
 public:
  Divider(Network& network, const Target& target)
      : network_(network), target_(target), makers_(network.storages.size()), readers_(network.storages.size()) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      const Layer& layer = network.layers[i];
      facts_.push_back(facts_of(layer));
      makers_[index_of(layer.output.value)].push_back(i);
      for (const Operand& input : layer.inputs) {
        std::vector<std::size_t>& readers = readers_[index_of(input.value)];
        if (readers.empty() || readers.back() != i) readers.push_back(i);
      }
    }
  }

  // From all alike, layer by layer what is best beside what the others do, until nothing gets better.
  void run() {
    std::vector<Division> best;
    std::uint64_t least = ~std::uint64_t{0};
    for (const Division all : {Division::none, Division::rows, Division::channels}) {
      for (std::size_t i = 0; i < facts_.size(); ++i) network_.layers[i].division = may(i, all) ? all : Division::none;
      for (Storage& storage : network_.storages) storage.exchanged = false;
      for (std::size_t i = 0; i < facts_.size(); ++i) mark(i);
      bool changed = true;
      for (int round = 0; round < most_rounds && changed; ++round) {
        changed = false;
        for (std::size_t i = 0; i < facts_.size(); ++i) changed |= improve(i);
      }
      std::uint64_t cycles = 0;
      for (std::size_t i = 0; i < facts_.size(); ++i) cycles += cycles_of(i);
      if (cycles >= least) continue;
      least = cycles;
      best.clear();
      for (const Layer& layer : network_.layers) best.push_back(layer.division);
    }
    for (Storage& storage : network_.storages) storage.exchanged = false;
    for (std::size_t i = 0; i < best.size(); ++i) {
      network_.layers[i].division = best[i];
      mark(i);
    }
  }

 private:
  struct Facts {
    LayerWork work;
    std::uint64_t blocks = 1, stripes = 1;  // that it may be cut into without waste
  };

  static std::size_t index_of(const Value& value) { return static_cast<std::size_t>(value.storage); }
  Storage& output_of(std::size_t layer) { return network_.storage(network_.layers[layer].output.value.storage); }

  Facts facts_of(const Layer& layer) const {
    Facts facts;
    facts.work = work_of(layer, target_);
    if (follows_parameter(layer) || layer.reduce) return facts;
    facts.blocks = most_blocks_of(network_, layer, target_);
    facts.stripes = layer.domain().images * ceil_div(layer.domain().height, row_granularity(layer, target_));
    return facts;
  }

  bool may(std::size_t layer, Division division) const {
    const Facts& facts = facts_[layer];
    return division == Division::none || (division == Division::rows ? facts.stripes : facts.blocks) > 1;
  }

  void mark(std::size_t layer) {
    Storage& storage = output_of(layer);
    const std::vector<std::size_t>& makers = makers_[index_of(network_.layers[layer].output.value)];
    storage.exchanged = std::any_of(makers.begin(), makers.end(), [&](std::size_t maker) {
      return network_.layers[maker].division != Division::none;
    });
  }

  bool improve(std::size_t layer) {
    Division& division = network_.layers[layer].division;
    const Division before = division;
    Division best = before;
    std::uint64_t least = cycles_around(layer);
    for (const Division other : {Division::none, Division::rows, Division::channels}) {
      if (other == before || !may(layer, other)) continue;
      division = other;
      mark(layer);
      const std::uint64_t cycles = cycles_around(layer);
      if (cycles >= least) continue;
      least = cycles;
      best = other;
    }
    division = best;
    mark(layer);
    return best != before;
  }

  // Of the layer and of those whose cost its division changes.
  std::uint64_t cycles_around(std::size_t layer) const {
    const std::size_t output = index_of(network_.layers[layer].output.value);
    std::uint64_t cycles = 0;
    for (const std::size_t maker : makers_[output]) cycles += cycles_of(maker);
    for (const std::size_t reader : readers_[output]) cycles += cycles_of(reader);
    return cycles;
  }

  // Whether a core's part of the layer needs all of an input.
  bool needs_all(const Layer& layer, const Operand& input) const {
    const bool images = input.map.kind == RowMap::Kind::image && layer.domain().images % target_.cores == 0;
    return layer.division != Division::rows || !(input.map.kind == RowMap::Kind::rows || images);
  }

  // All cores together.
  std::uint64_t share_needed(const Layer& layer, const Operand& input, std::uint64_t bytes) const {
    return needs_all(layer, input) ? bytes * target_.cores : bytes;
  }

  // Bytes of an exchanged input that cores need and have not made, all together.
  std::uint64_t missing_of(const Layer& layer, const Operand& input) const {
    const std::uint64_t bytes = input.view.bytes(), cores = target_.cores;
    if (needs_all(layer, input)) return bytes * (cores - 1);
    const auto by_rows = [&](std::size_t maker) { return network_.layers[maker].division != Division::channels; };
    const std::vector<std::size_t>& makers = makers_[index_of(input.value)];
    if (!std::all_of(makers.begin(), makers.end(), by_rows)) return bytes - bytes / cores;
    if (input.map.kind != RowMap::Kind::rows) return 0;
    const auto window = static_cast<std::uint64_t>(std::max<std::int64_t>(0, input.map.high - input.map.low));
    return std::min(bytes, window * (cores - 1) * input.view.row_bytes());  // at the edges between cores
  }

  std::uint64_t cycles_of(std::size_t index) const {
    const Layer& layer = network_.layers[index];
    const Facts& facts = facts_[index];
    const std::uint64_t cores = target_.cores;
    const bool divided = layer.division != Division::none;
    const std::uint64_t pieces = layer.division == Division::rows       ? facts.stripes
                                 : layer.division == Division::channels ? facts.blocks
                                                                        : 1;
    const auto share = [&](std::uint64_t cycles) {
      return units::mul_div_ceil(cycles, ceil_div(pieces, cores), pieces);
    };
    std::uint64_t bytes = layer.constant_bytes * (layer.division == Division::channels ? 1 : cores);
    bool waits = false;
    for (const Operand& input : layer.inputs) {
      const Storage& storage = network_.storage(input.value.storage);
      if (storage.input) {
        bytes += share_needed(layer, input, input.view.bytes());
      } else if (storage.exchanged) {
        const std::uint64_t missing = missing_of(layer, input);
        waits |= missing != 0;
        bytes +=
            missing + missing / std::max<std::uint64_t>(1, needs_all(layer, input) ? cores - 1 : 1);  // stored, too
      }
    }
    const std::uint64_t tensor = divided ? share(facts.work.tensor_cycles) : facts.work.tensor_cycles;
    const std::uint64_t vector = divided ? share(facts.work.vector_cycles) : facts.work.vector_cycles;
    return std::max({tensor, vector, ceil_div(bytes, target_.dma_bytes_per_cycle)}) + (waits ? exchange_cycles : 0);
  }

  Network& network_;
  const Target& target_;
  std::vector<Facts> facts_;                                // by layer
  std::vector<std::vector<std::size_t>> makers_, readers_;  // layers, by storage
};

}  // namespace

void divide(Network& network, const Target& target) {
  network.cores = target.cores;
  if (target.cores > 1) Divider(network, target).run();
}

}  // namespace takt::compiler
