// Pass 6: how a layer may be cut into stripes of rows and blocks of output channels, and what each way needs.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/compiler/ir.h"
#include "sim/compiler/target.h"

namespace takt::compiler {

// How far the constants of a layer have been squeezed: 0 keeps them whole, n holds 2^-n of them in a ring of two
// blocks. most_squeezed() says where blocks cannot get smaller.
std::uint32_t initial_squeeze(const Network& network, const Layer& layer, const Target& target);
std::uint32_t most_squeezed(const Network& network, const Layer& layer, const Target& target);

// Ways to tile layer `index`, the preferred first, each with less scratchpad than the one before. Needs the planes and
// the residency of its operands.
std::vector<Tiling> tilings(const Network& network, std::size_t index, const Target& target, const Options& options,
                            std::uint32_t squeeze);

// Blocks of output channels that a layer can be made in, each of at least a tile's; 1: it cannot.
std::uint64_t most_blocks_of(const Network& network, const Layer& layer, const Target& target);

// Rows of a tile that waste none of the engine's.
std::uint64_t row_granularity(const Layer& layer, const Target& target);

// The tiling of a layer in a group: whole constants, buffers for its largest tile. Needs planes and residency.
Tiling tiling_in(const Network& network, const Group& group, std::int32_t index);

// Rows of an input (over all its images) that a tile needs: domain rows [first, last) of an image.
Range tile_rows(const Layer& layer, const Operand& input, std::uint64_t image, std::uint64_t first, std::uint64_t last);

// Buffers of a streamed operand: one where every tile reads the same.
std::uint32_t input_slots(const Layer& layer, std::size_t input, const Tiling& tiling);
std::uint32_t output_slots(const Layer& layer, const Tiling& tiling);

// Scratchpad that a layer's constants occupy on a core while they are used.
std::uint64_t constant_space(const Network& network, const Layer& layer, const Tiling& tiling);

// Of blocks of output channels.
Range constants_of_blocks(const Layer& layer, const Tiling& tiling, Range blocks);

// Adds the planes that the layer's tiling writes to its output's storage.
void add_planes(Network& network, const Layer& layer);

// Offsets of the planes, once all are known or to measure those known so far.
void lay_out_planes(Storage& storage);

}  // namespace takt::compiler
