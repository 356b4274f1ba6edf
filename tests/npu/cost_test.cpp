#include <gtest/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

const Tensor tensor = small_config().tensor;
const Vector vec = small_config().vector;

Cost matrix_of(std::uint32_t h, std::uint32_t w, std::uint32_t out, std::uint32_t in, std::uint32_t taps) {
  return matrix_cost(matrix(h, w, out, in, taps).body.matrix, tensor);
}

TEST(Cost, AFullTilePairTakesItsArrayCyclesAndOneDrain) {
  const Cost c = matrix_of(8, 8, 32, 32, 1);
  EXPECT_EQ(c.cycles, 4u + 8u);
  EXPECT_EQ(c.useful_macs, 64u * 32 * 32);
  EXPECT_EQ(c.padding_macs, 0u);
}

TEST(Cost, TheFeedBoundsATilePairWhereItIsSlowerThanTheArray) {
  Tensor slow = tensor;
  slow.feed_bytes_per_cycle = 512;  // (64 x 32 + 32 x 32) bytes / 512 = 6 cycles, more than the array's 4
  EXPECT_EQ(matrix_cost(matrix(8, 8, 32, 32, 1).body.matrix, slow).cycles, 6u + 8u);
}

TEST(Cost, TilesAreWholeInEveryDirection) {
  // 9 x 9 pixels: 2 x 2 blocks of 8 x 8; 33 channels out: 2 tiles; 3 x 3 taps of 40 channels: 9 x 2 tiles.
  const Cost c = matrix_of(9, 9, 33, 40, 9);
  EXPECT_EQ(c.cycles, 4u * 2 * 18 * 4 + 4u * 2 * 8);
  EXPECT_EQ(c.useful_macs, 81u * 33 * 9 * 40);
  EXPECT_EQ(c.useful_macs + c.padding_macs, std::uint64_t{4} * 2 * 18 * 64 * 32 * 32);
}

TEST(Cost, FewInputChannelsArePackedWithTheirTaps) {
  // 3 x 3 taps of 3 channels = 27 products: one tile of 32.
  EXPECT_EQ(matrix_of(8, 8, 32, 3, 9).cycles, 4u + 8u);
}

TEST(Cost, AProductOfOneRowWastesTheOtherSixtyThree) {
  const Cost c = matrix_of(1, 1, 32, 32, 1);
  EXPECT_EQ(c.useful_macs, 32u * 32);
  EXPECT_EQ(c.padding_macs, 63u * 32 * 32);
}

TEST(Cost, APlainProductLaysItsRowsAlongTheTile) {
  EXPECT_EQ(matrix_of(64, 1, 32, 32, 1).cycles, matrix_of(8, 8, 32, 32, 1).cycles);
  EXPECT_EQ(matrix_of(65, 1, 32, 32, 1).cycles, 2 * matrix_of(64, 1, 32, 32, 1).cycles);
}

TEST(Cost, GroupsArePackedAlongTheDiagonalOfATile) {
  takt_matrix_body body = matrix(8, 8, 8, 8, 9).body.matrix;  // 32 groups of 8 to 8 channels
  body.groups = 32;
  const Cost c = matrix_cost(body, tensor);
  EXPECT_EQ(c.cycles, 8u * (9 * 4 + 8));  // 4 groups a tile: 8 passes of 9 taps
  EXPECT_EQ(c.useful_macs, std::uint64_t{64} * 8 * 32 * 9 * 8);
}

TEST(Cost, RecomputedRowsAreIssuedButNotUseful) {
  takt_matrix_body body = matrix(8, 8, 32, 32, 1).body.matrix;
  body.recomputed_rows = 2;
  const Cost c = matrix_cost(body, tensor);
  EXPECT_EQ(c.recomputed_macs, 2u * 8 * 32 * 32);
  EXPECT_EQ(c.useful_macs, 6u * 8 * 32 * 32);
}

TEST(Cost, SixteenBitActivationsTakeTheirOwnRate) {
  takt_matrix_body body = matrix(8, 8, 32, 32, 1).body.matrix;
  body.precision = TAKT_W8A16;
  EXPECT_EQ(matrix_cost(body, tensor).cycles, 8u + 16u);  // drain counts output bytes
  body.precision = TAKT_FP16;                             // 8 x 4 pixels a tile
  EXPECT_EQ(matrix_cost(body, tensor).cycles, 2 * 8u + 2 * 8 * 2 * 32 / 64u);
}

TEST(Cost, VectorClassesAddUp) {
  takt_vector_body body = vector_pass(5120).body.vector;
  body.tap_bytes = 2560;
  body.move_bytes = 320;
  EXPECT_EQ(vector_cost(body, vec).cycles, 10u + 10u + 10u);
  body.element_bytes = 2;
  EXPECT_EQ(vector_cost(body, vec).cycles, 60u);  // wide_permille = 2000
}

TEST(Cost, OverheadIsChargedByClassAndScaledForWideElements) {
  const Config config = small_config();
  takt_command c = matrix(8, 8, 32, 32, 1);
  EXPECT_EQ(overhead_cycles(c, config, config.vector), 0u);
  c.overhead = TAKT_OVERHEAD_REGULAR;
  EXPECT_EQ(overhead_cycles(c, config, config.vector), 100u);
  c.overhead = TAKT_OVERHEAD_IRREGULAR;
  EXPECT_EQ(overhead_cycles(c, config, config.vector), 400u);
  c.body.matrix.precision = TAKT_W8A16;
  EXPECT_EQ(overhead_cycles(c, config, config.vector), 800u);
}

}  // namespace
}  // namespace takt::npu::test
