// The tiles of a placed layer, in the order in which they are made, and the cores that make them.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/ir.h"

namespace takt::compiler {

struct Tile {
  std::uint64_t image = 0, first = 0, last = 0;  // domain rows
  std::uint32_t block = 0;
  std::uint64_t channel = 0, channels = 0;  // of the layer's output
};

// Throws graph::GraphError for a layer of more tiles than a list takes commands.
std::vector<Tile> tiles_of(const Layer& layer);

// Whether a core makes anything of a layer: of an undivided one, where its output stays in the core's scratchpad.
bool takes_part(const Network& network, std::size_t layer, std::uint32_t core);

// Of a layer that it takes part in.
Range own_blocks(const Network& network, const Layer& layer, const Tiling& tiling, std::uint32_t core);
inline Range own_blocks(const Network& network, const Layer& layer, std::uint32_t core) {
  return own_blocks(network, layer, layer.tiling, core);
}

// None where it takes no part.
std::vector<Tile> own_tiles(const Network& network, std::size_t layer, std::uint32_t core);

// What a tile makes: channels of the layer's output, and its rows (over all its images).
Operand output_of(const Layer& layer, const Tile& tile);
Range output_rows(const Layer& layer, const Tile& tile);

}  // namespace takt::compiler
