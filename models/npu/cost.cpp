#include "models/npu/cost.h"

#include <algorithm>

#include "models/units/quantity.h"

namespace takt::npu {
namespace {

using units::ceil_div;

struct Precision {
  std::uint32_t array_cycles;
  std::uint32_t activation_bits;
  std::uint32_t weight_bits;
  bool short_tile;  // fp16 tiles hold fewer rows
};

Precision precision_of(std::uint8_t precision, const Tensor& tensor) {
  switch (precision) {
    case TAKT_W8A16:
      return {tensor.cycles_w8a16, 16, 8, false};
    case TAKT_W4A16:
      return {tensor.cycles_w8a16, 16, 4, false};
    case TAKT_FP16:
      return {tensor.cycles_fp16, 16, 16, true};
    case TAKT_W4A8:
      return {tensor.cycles_w8a8, 8, 4, false};
    default:
      return {tensor.cycles_w8a8, 8, 8, false};
  }
}

// Row tiles of a pixel block; a plain product (width 1) lays its rows along the whole tile.
std::uint64_t row_tiles(const takt_matrix_body& body, const Tensor& tensor, std::uint32_t rows_per_tile) {
  if (body.out_width == 1) return ceil_div(body.out_height, rows_per_tile);
  const std::uint32_t width = std::max(1u, rows_per_tile / tensor.tile_height);
  return ceil_div(body.out_height, tensor.tile_height) * ceil_div(body.out_width, width);
}

// Tiles along the reduction: few input channels are packed together with their taps.
std::uint64_t k_tiles(const takt_matrix_body& body, const Tensor& tensor, std::uint64_t packed_groups) {
  const std::uint64_t in = std::uint64_t{body.in_channels} * packed_groups;
  if (in < tensor.tile_k) return ceil_div(body.taps * in, tensor.tile_k);
  return body.taps * ceil_div(in, tensor.tile_k);
}

}  // namespace

Cost matrix_cost(const takt_matrix_body& body, const Tensor& tensor) {
  const Precision p = precision_of(body.precision, tensor);
  const std::uint32_t rows_per_tile = p.short_tile ? tensor.tile_rows_fp16 : tensor.tile_rows;

  // Grouped convolutions: as many groups as fit a tile are placed along its diagonal.
  const std::uint64_t groups = std::max(1u, body.groups);
  const std::uint32_t widest = std::max({body.in_channels, body.out_channels, 1u});
  const std::uint64_t packed = std::clamp<std::uint64_t>(tensor.tile_k / widest, 1, groups);
  const std::uint64_t passes = ceil_div(groups, packed);

  const std::uint64_t mn_tiles =
      row_tiles(body, tensor, rows_per_tile) * ceil_div(body.out_channels * packed, tensor.tile_columns) * passes;
  const std::uint64_t tiles = mn_tiles * k_tiles(body, tensor, packed);
  const std::uint64_t tile_bytes = (std::uint64_t{rows_per_tile} * tensor.tile_k * p.activation_bits +
                                    std::uint64_t{tensor.tile_k} * tensor.tile_columns * p.weight_bits) /
                                   8;
  const std::uint64_t feed =
      tensor.feed_bytes_per_cycle == 0 ? 0 : ceil_div(tile_bytes, std::uint64_t{tensor.feed_bytes_per_cycle});
  const std::uint64_t cycles_per_tile = std::max<std::uint64_t>(p.array_cycles, feed);
  const std::uint64_t output_bytes = p.activation_bits / 8;
  const std::uint64_t drain = mn_tiles * tensor.drain_cycles * output_bytes * rows_per_tile / tensor.tile_rows;

  Cost cost;
  cost.cycles = tiles * cycles_per_tile + drain;
  const std::uint64_t outputs = std::uint64_t{body.out_height} * body.out_width * body.out_channels * groups;
  cost.scratchpad_bytes = tiles * tile_bytes + outputs * output_bytes;
  const std::uint64_t per_output = std::uint64_t{body.taps} * body.in_channels;
  const std::uint64_t all = outputs * per_output;
  cost.recomputed_macs = std::uint64_t{body.recomputed_rows} * body.out_width * body.out_channels * groups * per_output;
  cost.useful_macs = all - cost.recomputed_macs;
  cost.padding_macs = tiles * rows_per_tile * tensor.tile_k * tensor.tile_columns - all;
  return cost;
}

Cost vector_cost(const takt_vector_body& body, const Vector& vector) {
  Cost cost;
  const std::uint64_t cycles = ceil_div(body.pass_bytes, vector.pass_bytes_per_cycle) +
                               ceil_div(body.tap_bytes, vector.tap_bytes_per_cycle) +
                               ceil_div(body.move_bytes, vector.move_bytes_per_cycle);
  cost.cycles = body.element_bytes > 1 ? ceil_div(cycles * vector.wide_permille, 1000) : cycles;
  cost.scratchpad_bytes = body.pass_bytes + body.tap_bytes + 2 * body.move_bytes;
  cost.useful_macs = body.macs;
  return cost;
}

std::uint64_t overhead_cycles(const takt_command& command, const Config& config, const Vector& vector) {
  if (command.overhead == TAKT_OVERHEAD_NONE) return 0;
  const std::uint64_t cycles =
      command.overhead == TAKT_OVERHEAD_REGULAR ? config.regular_overhead_cycles : config.irregular_overhead_cycles;
  const bool wide = command.opcode == TAKT_OP_MATRIX
                        ? command.body.matrix.precision == TAKT_W8A16 || command.body.matrix.precision == TAKT_W4A16
                        : command.opcode == TAKT_OP_VECTOR && command.body.vector.element_bytes == 2;
  return wide ? ceil_div(cycles * vector.wide_permille, 1000) : cycles;
}

}  // namespace takt::npu
