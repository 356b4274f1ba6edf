#include "sim/compiler/tile.h"

#include <algorithm>

#include "models/units/quantity.h"
#include "sim/compiler/tiles.h"
#include "sim/compiler/work.h"

namespace takt::compiler {
namespace {

using units::ceil_div;

// More streamed data than this in a tile delays the pipeline's start.
constexpr std::uint64_t stream_tile_bytes = 128 << 10;
constexpr std::uint64_t most_stream_stripes = 16;
constexpr std::uint64_t most_blocks = 8;

std::uint64_t round_up(std::uint64_t value, std::uint64_t step) { return ceil_div(value, step) * step; }

bool same_rows(const Geometry& a, const Geometry& b) { return a.rows() == b.rows() && a.width == b.width; }

// Output channels can be produced block by block, each with its own constants.
bool has_blocks(const Network& network, const Layer& layer) {
  const bool apart = std::none_of(layer.constants.begin(), layer.constants.end(),
                                  [](const Constant& c) { return c.share == Constant::Share::whole; });
  return apart && layer.matrix.present && layer.matrix.taps.size() == 1 && !layer.second.present &&
         layer.constant_bytes > 0 && layer.output.value.channels == layer.channels() &&
         same_rows(network.storage(layer.output.value.storage).geometry, layer.output.view);
}

// Rows of another shape than the storage's are scattered over its planes, of which layers to come may add some: with
// any of them, all are loaded.
std::uint64_t load_bytes(const Network& network, const Operand& input, Range rows) {
  const Storage& storage = network.storage(input.value.storage);
  const bool in_planes = storage.planes.size() > 1 || input.value.channels < storage.geometry.channels;
  if (in_planes && !same_rows(storage.geometry, input.view)) return input.view.bytes();
  return bytes_of(ranges_of(storage, input, rows));
}

// Weights of four bits, an odd number of them for an output channel.
bool halves_bytes(const MatrixWork& m) {
  return (m.precision == TAKT_W4A8 || m.precision == TAKT_W4A16) && m.in_channels * m.taps[0] % 2 != 0;
}

std::uint64_t block_unit(const Layer& layer, const Target& target) {
  const MatrixWork& m = layer.matrix;
  const std::uint64_t unit = m.groups == 1
                                 ? target.tile_columns
                                 : packed_groups(m.groups, m.in_channels, m.out_channels, target) * m.out_channels;
  return halves_bytes(m) && unit % 2 != 0 ? 2 * unit : unit;  // no two blocks share a byte
}

class Tiler {
 public:
  Tiler(const Network& network, std::size_t index, const Target& target, const Options& options)
      : network_(network),
        layer_(network.layers[index]),
        at_(static_cast<std::int32_t>(index)),
        target_(target),
        options_(options) {}

  std::vector<Tiling> run(std::uint32_t squeeze) {
    std::vector<Tiling> result;
    const std::uint64_t fine = row_granularity(layer_, target_);
    std::uint64_t rows = preferred_rows();
    for (;;) {
      result.push_back(make(rows, 2, squeeze));
      if (rows == 1 || !shrinks()) break;
      rows = rows > fine ? round_up(rows / 2, fine) : rows / 2;
    }
    if (shrinks()) result.push_back(make(rows, 1, squeeze));
    return result;
  }

 private:
  bool resident(const Operand& operand) const { return network_.storage(operand.value.storage).resident_at(at_); }

  std::uint64_t cores() const { return network_.cores; }

  bool streams() const {
    return !resident(layer_.output) ||
           std::any_of(layer_.inputs.begin(), layer_.inputs.end(), [&](const Operand& o) { return !resident(o); });
  }

  // Fewer rows take less space.
  bool shrinks() const { return streams() || layer_.second.present; }

  std::uint64_t streamed_bytes() const {
    const Storage& output = network_.storage(layer_.output.value.storage);
    std::uint64_t bytes = output.stored() ? layer_.output.view.bytes() : 0;
    for (const Operand& input : layer_.inputs)
      if (!resident(input) && input.map.kind == RowMap::Kind::rows) bytes = std::max(bytes, input.view.bytes());
    return bytes;
  }

  std::uint64_t cycles() const {
    const LayerWork work = work_of(layer_, target_);
    return std::max(work.tensor_cycles, work.vector_cycles);
  }

  std::uint64_t preferred_rows() const {
    const Geometry& domain = layer_.domain();
    const std::uint64_t most = std::max<std::uint64_t>(1, options_.max_stripes);
    std::uint64_t stripes =
        std::clamp<std::uint64_t>(cycles() / std::max<std::uint64_t>(1, options_.least_tile_cycles), 1, most);
    stripes = std::max(stripes, std::min(streamed_bytes() / stream_tile_bytes, most_stream_stripes));
    if (layer_.division == Division::rows) stripes = round_up(std::max<std::uint64_t>(stripes, cores()), cores());
    stripes = ceil_div(stripes, domain.images);
    return std::min(domain.height, round_up(ceil_div(domain.height, stripes), row_granularity(layer_, target_)));
  }

  Tiling make(std::uint64_t rows, std::uint32_t slots, std::uint32_t squeeze) const {
    Tiling tiling;
    tiling.stripe_rows = rows;
    const Geometry& domain = layer_.domain();
    const std::uint64_t stripes = ceil_div(domain.height, rows) * domain.images;
    cut_blocks(tiling, stripes, squeeze);
    const bool one_tile = stripes == 1 && tiling.blocks == 1;
    tiling.stream_slots = one_tile ? 1 : slots;
    for (const Operand& input : layer_.inputs)
      tiling.input_slot_bytes.push_back(resident(input) ? 0 : widest_load(input, rows));
    tiling.input_slot_offset.assign(layer_.inputs.size(), 0);
    if (!resident(layer_.output)) tiling.output_slot_bytes = tile_output_bytes(tiling);
    if (layer_.second.present) tiling.between_slot_bytes = rows * layer_.between.row_bytes();
    return tiling;
  }

  void cut_blocks(Tiling& tiling, std::uint64_t stripes, std::uint32_t squeeze) const {
    const std::uint64_t channels = layer_.channels();
    tiling.block_channels = channels;
    if (!has_blocks(network_, layer_)) return;
    const std::uint64_t unit = block_unit(layer_, target_);
    std::uint64_t blocks = 1;
    if (squeeze > 0) {
      blocks = std::uint64_t{1} << std::min(squeeze + 1, 40u);
    } else if (stripes == 1) {  // rows cannot be cut: overlap loading, products and stores by channels
      blocks = std::clamp<std::uint64_t>(std::max(cycles() / std::max<std::uint64_t>(1, options_.least_tile_cycles),
                                                  layer_.constant_bytes / stream_tile_bytes),
                                         1, most_blocks);
    }
    if (layer_.division == Division::channels) blocks = round_up(blocks, cores());
    tiling.block_channels = std::min(channels, round_up(ceil_div(channels, blocks), unit));
    tiling.blocks = static_cast<std::uint32_t>(ceil_div(channels, tiling.block_channels));
    if (squeeze == 0 || tiling.blocks <= 2) return;
    tiling.constants_whole = false;
    tiling.constant_slots = 2;
    for (std::uint64_t c = 0; c < channels; c += tiling.block_channels)
      tiling.constant_slot_bytes = std::max(
          tiling.constant_slot_bytes, constants_of(layer_, c, std::min(channels, c + tiling.block_channels)).bytes());
  }

  // Bytes that no tile of so many rows exceeds: rows [a, b) need at most ceil((b - 1 - a) * num / den) rows and the
  // window.
  std::uint64_t widest_load(const Operand& input, std::uint64_t rows) const {
    const RowMap& map = input.map;
    std::uint64_t needed = input.view.height;
    if (layer_.reduce && &input == &layer_.inputs[0]) {
      needed = rows;
    } else if (map.kind == RowMap::Kind::all) {
      needed = input.view.rows();
    } else if (map.kind == RowMap::Kind::rows) {
      const std::uint64_t span =
          ceil_div((rows - 1) * static_cast<std::uint64_t>(map.num), static_cast<std::uint64_t>(map.den));
      needed = std::min(needed, span + static_cast<std::uint64_t>(map.high - map.low) + 1);
    }
    return load_bytes(network_, input, {0, needed});
  }

  std::uint64_t tile_output_bytes(const Tiling& tiling) const {
    const Geometry& view = layer_.output.view;
    if (layer_.reduce) return view.bytes();
    const std::uint64_t row = view.row_bytes();
    return tiling.stripe_rows * (tiling.blocks == 1 ? row : row / view.channels * tiling.block_channels);
  }

  const Network& network_;
  const Layer& layer_;
  const std::int32_t at_;
  const Target& target_;
  const Options& options_;
};

}  // namespace

std::uint64_t most_blocks_of(const Network& network, const Layer& layer, const Target& target) {
  return has_blocks(network, layer) ? ceil_div(layer.channels(), block_unit(layer, target)) : 1;
}

std::uint64_t row_granularity(const Layer& layer, const Target& target) {
  if (!layer.matrix.present) return layer.domain().height >= 2 * target.tile_height ? target.tile_height : 1;
  if (layer.matrix.out_width > 1) return target.tile_height;
  return layer.matrix.precision == TAKT_FP16 ? target.tile_rows_fp16 : target.tile_rows;
}

Tiling tiling_in(const Network& network, const Group& group, std::int32_t index) {
  const Layer& layer = network.layers[static_cast<std::size_t>(index)];
  const auto resident = [&](const Operand& operand) {
    return network.storage(operand.value.storage).resident_at(index);
  };
  Tiling tiling;
  tiling.block_channels = layer.channels();
  tiling.constants_at = group.first;
  tiling.input_slot_bytes.assign(layer.inputs.size(), 0);
  tiling.input_slot_offset.assign(layer.inputs.size(), 0);
  for (const GroupTile& tile : group.tiles) {
    if (tile.layer != index) continue;
    tiling.stripe_rows = std::max(tiling.stripe_rows, tile.rows.bytes());
    for (std::size_t k = 0; k < layer.inputs.size(); ++k) {
      const Operand& input = layer.inputs[k];
      if (resident(input)) continue;
      const Range rows = rows_needed(input, 0, tile.rows.begin, tile.rows.end);
      tiling.input_slot_bytes[k] = std::max(tiling.input_slot_bytes[k], load_bytes(network, input, rows));
    }
  }
  if (!resident(layer.output)) tiling.output_slot_bytes = tiling.stripe_rows * layer.output.view.row_bytes();
  return tiling;
}

Range tile_rows(const Layer& layer, const Operand& input, std::uint64_t image, std::uint64_t first,
                std::uint64_t last) {
  if (layer.reduce && &input == &layer.inputs[0]) {
    const std::uint64_t base = image * input.view.height;
    return {base + first, base + last};
  }
  return rows_needed(input, image, first, last);
}

std::uint32_t input_slots(const Layer& layer, std::size_t input, const Tiling& tiling) {
  const bool walked = layer.reduce && input == 0;
  const bool changes = walked || layer.inputs[input].map.kind != RowMap::Kind::all;
  return changes ? tiling.stream_slots : 1;
}

std::uint32_t output_slots(const Layer& layer, const Tiling& tiling) { return layer.reduce ? 1 : tiling.stream_slots; }

std::uint32_t initial_squeeze(const Network& network, const Layer& layer, const Target& target) {
  const std::uint64_t share = std::uint64_t{target.scratchpad_bytes} * 3 / 8;
  const std::uint32_t most = most_squeezed(network, layer, target);
  const std::uint64_t own = layer.constant_bytes / (layer.division == Division::channels ? network.cores : 1);
  std::uint32_t squeeze = 0;
  while (squeeze < most && (own >> squeeze) > share) ++squeeze;
  return squeeze;
}

std::uint32_t most_squeezed(const Network& network, const Layer& layer, const Target& target) {
  if (!has_blocks(network, layer)) return 0;
  const std::uint64_t units = ceil_div(layer.channels(), block_unit(layer, target));
  std::uint32_t squeeze = 0;
  while ((std::uint64_t{1} << (squeeze + 1)) < units) ++squeeze;
  return squeeze;
}

std::vector<Tiling> tilings(const Network& network, std::size_t index, const Target& target, const Options& options,
                            std::uint32_t squeeze) {
  return Tiler(network, index, target, options).run(squeeze);
}

std::uint64_t constant_space(const Network& network, const Layer& layer, const Tiling& tiling) {
  if (!tiling.constants_whole) return tiling.constant_slots * tiling.constant_slot_bytes;
  if (layer.division != Division::channels) return layer.constant_bytes;
  std::uint64_t most = 0;
  for (std::uint32_t core = 0; core < network.cores; ++core)
    most = std::max(most, constants_of_blocks(layer, tiling, own_blocks(network, layer, tiling, core)).bytes());
  return most;
}

Range constants_of_blocks(const Layer& layer, const Tiling& tiling, Range blocks) {
  if (blocks.begin >= blocks.end) return {};
  return constants_of(layer, blocks.begin * tiling.block_channels,
                      std::min(blocks.end * tiling.block_channels, layer.channels()));
}

void lay_out_planes(Storage& storage) {
  std::sort(storage.planes.begin(), storage.planes.end(),
            [](const Plane& a, const Plane& b) { return a.channel < b.channel; });
  std::uint64_t offset = 0;
  for (Plane& plane : storage.planes) {
    plane.offset = offset;
    offset += storage.geometry.rows() * storage.geometry.width * plane.channels * storage.geometry.element_bytes;
  }
}

void add_planes(Network& network, const Layer& layer) {
  Storage& storage = network.storage(layer.output.value.storage);
  const Value& value = layer.output.value;
  const std::uint64_t end = value.channel + value.channels;
  const std::uint64_t step = layer.tiling.blocks == 1 ? value.channels : layer.tiling.block_channels;
  for (std::uint64_t c = value.channel; c < end; c += step) storage.planes.push_back({c, std::min(step, end - c), 0});
  lay_out_planes(storage);
}

}  // namespace takt::compiler
