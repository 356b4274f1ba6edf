#include "sim/compiler/cost.h"

#include <algorithm>

#include "models/units/quantity.h"

namespace takt::compiler {
namespace {

using units::ceil_div;

struct Precision {
  std::uint64_t array_cycles, rows, activation_bits, weight_bits;
};

Precision precision_of(std::uint8_t precision, const Target& t) {
  switch (precision) {
    case TAKT_W8A16:
      return {t.cycles_w8a16, t.tile_rows, 16, 8};
    case TAKT_W4A16:
      return {t.cycles_w8a16, t.tile_rows, 16, 4};
    case TAKT_FP16:
      return {t.cycles_fp16, t.tile_rows_fp16, 16, 16};
    case TAKT_W4A8:
      return {t.cycles_w8a8, t.tile_rows, 8, 4};
    default:
      return {t.cycles_w8a8, t.tile_rows, 8, 8};
  }
}

}  // namespace

std::uint64_t packed_groups(std::uint64_t groups, std::uint64_t in_channels, std::uint64_t out_channels,
                            const Target& target) {
  const std::uint64_t widest = std::max<std::uint64_t>({in_channels, out_channels, 1});
  return std::clamp<std::uint64_t>(target.tile_k / widest, 1, groups);
}

MatrixCost matrix_cost(const takt_matrix_body& body, const Target& t) {
  const Precision p = precision_of(body.precision, t);
  const std::uint64_t groups = std::max(1u, body.groups);
  const std::uint64_t packed = packed_groups(groups, body.in_channels, body.out_channels, t);
  const std::uint64_t in = body.in_channels * packed;
  const std::uint64_t k_tiles = in < t.tile_k ? ceil_div(body.taps * in, t.tile_k) : body.taps * ceil_div(in, t.tile_k);
  const std::uint64_t tile_width = std::max<std::uint64_t>(1, p.rows / t.tile_height);
  const std::uint64_t row_tiles = body.out_width == 1
                                      ? ceil_div(body.out_height, p.rows)
                                      : ceil_div(body.out_height, t.tile_height) * ceil_div(body.out_width, tile_width);
  const std::uint64_t mn_tiles =
      row_tiles * ceil_div(body.out_channels * packed, t.tile_columns) * ceil_div(groups, packed);
  const std::uint64_t tile_bytes =
      (p.rows * t.tile_k * p.activation_bits + std::uint64_t{t.tile_k} * t.tile_columns * p.weight_bits) / 8;
  const std::uint64_t per_tile = std::max(p.array_cycles, ceil_div(tile_bytes, t.feed_bytes_per_cycle));
  const std::uint64_t per_output = std::uint64_t{body.taps} * body.in_channels * body.out_channels * groups;
  MatrixCost cost;
  cost.cycles =
      mn_tiles * k_tiles * per_tile + mn_tiles * t.drain_cycles * (p.activation_bits / 8) * p.rows / t.tile_rows;
  cost.useful_macs = std::uint64_t{body.out_height - body.recomputed_rows} * body.out_width * per_output;
  cost.issued_macs = mn_tiles * k_tiles * p.rows * t.tile_k * t.tile_columns;
  return cost;
}

std::uint64_t vector_cycles(const takt_vector_body& body, const Target& t) {
  const std::uint64_t cycles = ceil_div(body.pass_bytes, t.pass_bytes_per_cycle) +
                               ceil_div(body.tap_bytes, t.tap_bytes_per_cycle) +
                               ceil_div(body.move_bytes, t.move_bytes_per_cycle);
  return body.element_bytes > 1 ? ceil_div(cycles * t.wide_permille, 1000) : cycles;
}

std::uint64_t overhead_cycles(std::uint8_t overhead, bool wide, const Target& t) {
  const std::uint64_t cycles = overhead == TAKT_OVERHEAD_NONE      ? 0
                               : overhead == TAKT_OVERHEAD_REGULAR ? t.regular_overhead_cycles
                                                                   : t.irregular_overhead_cycles;
  return wide ? ceil_div(cycles * t.wide_permille, 1000) : cycles;
}

}  // namespace takt::compiler
