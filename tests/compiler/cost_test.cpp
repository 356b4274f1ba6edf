// Expected values: the layer model's formulas, worked by hand. Tiles = ceil(H/8) ceil(W/8) Kt ceil(Cout/32), each 64 x
// 32 x 32 MACs; an int8 tile takes max(4, 3072 / 512) = 6 cycles; draining takes 8 cycles per output tile and output
// byte.
#include "sim/compiler/cost.h"

#include <gtest/gtest.h>

namespace takt::compiler {
namespace {

takt_matrix_body conv(std::uint32_t height, std::uint32_t width, std::uint32_t in, std::uint32_t out,
                      std::uint32_t taps) {
  takt_matrix_body body{};
  body.out_height = height;
  body.out_width = width;
  body.in_channels = in;
  body.out_channels = out;
  body.taps = taps;
  body.groups = 1;
  return body;
}

constexpr std::uint64_t macs_per_tile = 64 * 32 * 32;

TEST(Cost, AConvolutionCountsTilesOfPixelsChannelsAndTaps) {
  const MatrixCost cost = matrix_cost(conv(56, 56, 64, 64, 9), {});
  const std::uint64_t outputs = 7 * 7 * 2, tiles = outputs * 9 * 2;
  EXPECT_EQ(cost.cycles, tiles * 6 + outputs * 8);
  EXPECT_EQ(cost.issued_macs, tiles * macs_per_tile);
  EXPECT_EQ(cost.useful_macs, 56u * 56 * 64 * 64 * 9);
}

TEST(Cost, FewInputChannelsArePackedWithTheirTaps) {
  const MatrixCost cost = matrix_cost(conv(112, 112, 3, 32, 9), {});  // 27 of 32 rows of one weight tile
  EXPECT_EQ(cost.issued_macs, 14u * 14 * macs_per_tile);
}

TEST(Cost, PartialTilesAreIssuedWhole) {
  const MatrixCost cost = matrix_cost(conv(7, 9, 33, 33, 1), {});
  EXPECT_EQ(cost.issued_macs, 1u * 2 * 2 * 2 * macs_per_tile);
}

TEST(Cost, APlainProductFillsTilesWithRows) {
  EXPECT_EQ(matrix_cost(conv(1, 1, 1280, 1000, 1), {}).issued_macs, 1u * 40 * 32 * macs_per_tile);
  EXPECT_EQ(matrix_cost(conv(65, 1, 32, 32, 1), {}).issued_macs, 2 * macs_per_tile);
}

TEST(Cost, GroupsShareTilesAlongTheDiagonal) {
  takt_matrix_body body = conv(8, 8, 4, 4, 9);
  body.groups = 32;  // 8 groups of 4 channels to a tile: 4 products of 9 taps
  EXPECT_EQ(matrix_cost(body, {}).issued_macs, 4u * 9 * macs_per_tile);
  EXPECT_EQ(matrix_cost(body, {}).useful_macs, 8u * 8 * 4 * 4 * 9 * 32);
  body = conv(8, 8, 64, 64, 1);
  body.groups = 2;
  EXPECT_EQ(matrix_cost(body, {}).issued_macs, 2u * 2 * 2 * macs_per_tile);
}

TEST(Cost, WideOperandsTakeLonger) {
  takt_matrix_body body = conv(8, 8, 32, 32, 1);
  body.precision = TAKT_W8A16;  // 64 x 32 x 2 + 32 x 32 bytes = 5120: 10 cycles at 512; 16 of drain
  EXPECT_EQ(matrix_cost(body, {}).cycles, 10u + 16);
  body.precision = TAKT_FP16;  // two tiles of 32 rows, 4096 bytes each: 8 cycles; drain of half a tile and two bytes
  EXPECT_EQ(matrix_cost(body, {}).cycles, 2 * (8u + 8));
  EXPECT_EQ(matrix_cost(body, {}).issued_macs, 2u * 32 * 32 * 32);
}

TEST(Cost, RecomputedRowsAreIssuedAndNotUseful) {
  takt_matrix_body body = conv(16, 8, 32, 32, 1);
  body.recomputed_rows = 4;
  EXPECT_EQ(matrix_cost(body, {}).useful_macs, 12u * 8 * 32 * 32);
  EXPECT_EQ(matrix_cost(body, {}).issued_macs, 2 * macs_per_tile);
}

TEST(Cost, VectorWorkAddsItsClasses) {
  takt_vector_body body{};
  body.pass_bytes = 5120;
  body.tap_bytes = 4320;
  body.move_bytes = 301;
  body.element_bytes = 1;
  EXPECT_EQ(vector_cycles(body, {}), 10u + 10 + 11);
  body.element_bytes = 2;
  EXPECT_EQ(vector_cycles(body, {}), 75u);  // 31 x 2.4 = 74.4
}

TEST(Cost, OverheadIsTheStacks) {
  Target target;
  target.regular_overhead_cycles = 1440;
  target.irregular_overhead_cycles = 4800;
  EXPECT_EQ(overhead_cycles(TAKT_OVERHEAD_NONE, false, target), 0u);
  EXPECT_EQ(overhead_cycles(TAKT_OVERHEAD_REGULAR, false, target), 1440u);
  EXPECT_EQ(overhead_cycles(TAKT_OVERHEAD_IRREGULAR, true, target), 11520u);
}

}  // namespace
}  // namespace takt::compiler
