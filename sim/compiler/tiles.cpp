#include "sim/compiler/tiles.h"

#include <algorithm>

#include "models/units/quantity.h"
#include "sim/graph/error.h"

namespace takt::compiler {
namespace {

constexpr std::uint64_t most_tiles = 1u << 18;  // of a layer: each is a command of a list at least

// The share of `core` among `cores` of `count` things.
Range share_of(std::uint64_t count, std::uint32_t core, std::uint32_t cores) {
  return {count * core / cores, count * (core + 1) / cores};
}

}  // namespace

std::vector<Tile> tiles_of(const Layer& layer) {
  std::vector<Tile> tiles;
  const Geometry& domain = layer.domain();
  const std::uint64_t all = layer.channels(), rows = layer.tiling.stripe_rows;
  if (const std::uint64_t a_block = domain.images * units::ceil_div(domain.height, rows);
      a_block > most_tiles / layer.tiling.blocks)
    throw graph::GraphError("layer '" + layer.name + "' (" + layer.op + ") takes more than " +
                            std::to_string(most_tiles) + " tiles");
  for (std::uint32_t block = 0; block < layer.tiling.blocks; ++block)
    for (std::uint64_t image = 0; image < domain.images; ++image)
      for (std::uint64_t first = 0; first < domain.height; first += rows) {
        const std::uint64_t channel = block * layer.tiling.block_channels;
        tiles.push_back({image, first, std::min(domain.height, first + rows), block, channel,
                         std::min(layer.tiling.block_channels, all - channel)});
      }
  return tiles;
}

bool takes_part(const Network& network, std::size_t index, std::uint32_t core) {
  const Layer& layer = network.layers[index];
  return core == 0 || layer.division != Division::none ||
         network.storage(layer.output.value.storage).resident_at(static_cast<std::int32_t>(index));
}

Range own_blocks(const Network& network, const Layer& layer, const Tiling& tiling, std::uint32_t core) {
  const std::uint64_t blocks = tiling.blocks;
  return layer.division == Division::channels ? share_of(blocks, core, network.cores) : Range{0, blocks};
}

std::vector<Tile> own_tiles(const Network& network, std::size_t index, std::uint32_t core) {
  if (!takes_part(network, index, core)) return {};
  const Layer& layer = network.layers[index];
  const std::vector<Tile> tiles = tiles_of(layer);
  if (layer.division == Division::none) return tiles;
  const std::uint64_t stripes = tiles.size() / layer.tiling.blocks;
  const Range blocks = own_blocks(network, layer, core);
  const Range rows = layer.division == Division::rows ? share_of(stripes, core, network.cores) : Range{0, stripes};
  std::vector<Tile> own;
  for (std::uint64_t block = blocks.begin; block < blocks.end; ++block)
    for (std::uint64_t row = rows.begin; row < rows.end; ++row) own.push_back(tiles[block * stripes + row]);
  return own;
}

Operand output_of(const Layer& layer, const Tile& tile) {
  Operand operand = layer.output;
  if (layer.tiling.blocks == 1) return operand;
  operand.value.channel += tile.channel;
  operand.value.channels = tile.channels;
  return operand;
}

Range output_rows(const Layer& layer, const Tile& tile) {
  const Geometry& view = layer.output.view;
  return layer.reduce ? Range{0, view.rows()}
                      : Range{tile.image * view.height + tile.first, tile.image * view.height + tile.last};
}

}  // namespace takt::compiler
