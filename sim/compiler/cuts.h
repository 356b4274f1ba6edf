// Preemption points: where they are, what is alive there, which constants have been loaded ahead of them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/ir.h"
#include "sim/compiler/list_writer.h"
#include "sim/compiler/program.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// Marks the layers after which a cut stands, by estimated distance (Options::min_cut_cycles).
void choose_cuts(Network& network, const Target& target, const Options& options);

class Cuts {
 public:
  Cuts(const Network& network, CorePart& part) : network_(network), part_(part) {}

  // DMA-in commands [from, to) load constants of `layer` before its turn.
  void loaded_ahead(std::size_t layer, std::uint32_t from, std::uint32_t to);

  // Layer `index` has been emitted. Behind a cut, the DMA-in list waits for the engines to pass the cut before: it runs
  // at most one cut ahead of them, which bounds how long a preemption waits.
  void boundary(std::size_t index, ListWriter& writer);

  // Behind a stripe of a group; DMA-in commands [from, to) load the group's constants.
  void inside(const Group& group, Range loads, ListWriter& writer);

  // Fills in what needs all cuts.
  void finish();

 private:
  struct Ahead {
    std::size_t layer;
    std::uint32_t from, to;
  };

  void add(takt_cut cut, std::int32_t before, std::int32_t behind, ListWriter& writer);
  void add_live_ranges(std::int32_t before, std::int32_t behind, takt_cut& cut);

  const Network& network_;
  CorePart& part_;
  std::vector<Ahead> ahead_;
  Counts last_cut_{};
};

}  // namespace takt::compiler
