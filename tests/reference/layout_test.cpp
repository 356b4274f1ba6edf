// Operators that move elements, and resizes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/reference/networks.h"

namespace takt::reference {
namespace {

using graph::DataType;
using graph::OpKind;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::int16;
using testing::int8;
using testing::Network;
using testing::plain;
using testing::uint8;
using testing::Values;

TEST(Layout, ConcatJoinsRows) {
  Network n(OpKind::concat);
  n.op.axis = 1;
  n.input({2, 1}, int8(1), {1, 2}).input({2, 2}, int8(1), {3, 4, 5, 6}).output({2, 3}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1, 3, 4, 2, 5, 6));
}

TEST(Layout, ConcatOfUint8ChangesScales) {
  Network n(OpKind::concat);
  n.input({2}, uint8(0.5, 10), {13, 7}).input({1}, uint8(1, 0), {9}).output({3}, uint8(1, 0));
  EXPECT_THAT(n.run(), ElementsAre(2, 0, 9));  // 1.5 -> 2, -1.5 -> -2 -> 0
}

TEST(Layout, ConcatOfInt8KeepsToOneScale) {
  Network n(OpKind::concat);
  n.input({1}, int8(0.5), {1}).input({1}, int8(1), {1}).output({2}, int8(1));
  EXPECT_THROW(n.run(), std::runtime_error);
}

TEST(Layout, SplitTakesItsExtents) {
  Network n(OpKind::split);
  n.op.axis = 1;
  n.op.size = {1, 2};
  n.input({2, 3}, int8(1), {1, 2, 3, 4, 5, 6}).output({2, 1}, int8(1)).output({2, 2}, int8(1));
  EXPECT_THAT(n.run(0), ElementsAre(1, 4));
  EXPECT_THAT(n.run(1), ElementsAre(2, 3, 5, 6));
}

TEST(Layout, SliceTakesStepsAndGoesBackwards) {
  Network n(OpKind::slice);
  n.op.begin = {1, 3};
  n.op.size = {1, 2};
  n.op.step = {1, -2};
  n.op.axes = {0};
  n.input({2, 4}, int16(1), {1, 2, 3, 4, 500, 600, 700, 800}).output({2}, int16(1));
  EXPECT_THAT(n.run(), ElementsAre(800, 600));
}

TEST(Layout, PaddingIsTheZeroPoint) {
  Network n(OpKind::pad);
  n.op.begin = {0, 1};
  n.op.end = {1, 0};
  n.input({1, 2}, uint8(1, 9), {1, 2}).output({2, 3}, uint8(1, 9));
  EXPECT_THAT(n.run(), ElementsAre(9, 1, 2, 9, 9, 9));
}

TEST(Layout, PaddingMayBeAConstant) {
  Network n(OpKind::pad);
  n.op.begin = {1};
  n.op.end = {0};
  n.input({1}, int8(1, 9), {1}).constant({1, 2}, plain(DataType::int32), {1, 0}).constant({}, int8(1, 9), {-7});
  n.output({2}, int8(1, 9));
  EXPECT_THAT(n.run(), ElementsAre(-7, 1));
}

TEST(Layout, ReshapeAndSqueezeKeepTheOrder) {
  for (const OpKind kind : {OpKind::reshape, OpKind::squeeze}) {
    Network n(kind);
    n.input({1, 3, 1}, int8(1), {1, 2, 3}).output({3}, int8(1));
    EXPECT_THAT(n.run(), ElementsAre(1, 2, 3));
  }
}

TEST(Layout, TransposePermutes) {
  Network n(OpKind::transpose);
  n.op.axes = {2, 0, 1};
  n.input({1, 2, 3}, int8(1), {1, 2, 3, 4, 5, 6}).output({3, 1, 2}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1, 4, 2, 5, 3, 6));
}

TEST(Layout, DepthBecomesABlockRowByRow) {
  Network n(OpKind::depth_to_space);
  n.op.block = 2;
  n.input({1, 1, 2, 4}, int8(1), {1, 2, 3, 4, 5, 6, 7, 8}).output({1, 2, 4, 1}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1, 2, 5, 6, 3, 4, 7, 8));
}

TEST(Layout, SpaceBecomesDepthInTheSameOrder) {
  Network n(OpKind::space_to_depth);
  n.op.block = 2;
  n.input({1, 2, 4, 1}, int8(1), {1, 2, 5, 6, 3, 4, 7, 8}).output({1, 1, 2, 4}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

Values resized(OpKind kind, const testing::Type& type, const Values& row, std::int64_t to, bool corners, bool centers) {
  Network n(kind);
  n.op.align_corners = corners;
  n.op.half_pixel_centers = centers;
  n.input({1, 1, static_cast<std::int64_t>(row.size()), 1}, type, row).output({1, 1, to, 1}, type);
  return n.run();
}

TEST(Resize, BilinearOfInt8RoundsTiesAwayFromZero) {
  const auto run = [](bool corners, bool centers) {
    return resized(OpKind::resize_bilinear, int8(1), {0, -3}, 4, corners, centers);
  };
  EXPECT_THAT(run(false, false), ElementsAre(0, -2, -3, -3));  // at 0, 0.5 (-1.5), 1, 1.5
  EXPECT_THAT(run(false, true), ElementsAre(0, -1, -2, -3));   // at -0.25, 0.25 (-0.75), 0.75 (-2.25), 1.25
  EXPECT_THAT(run(true, false), ElementsAre(0, -1, -2, -3));   // at 0, 1/3, 2/3, 1
}

TEST(Resize, BilinearOfUint8RoundsTiesUp) {
  const auto run = [](bool corners, bool centers) {
    return resized(OpKind::resize_bilinear, uint8(1, 0), {0, 3}, 4, corners, centers);
  };
  EXPECT_THAT(run(false, false), ElementsAre(0, 2, 3, 3));
  EXPECT_THAT(run(false, true), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(run(true, false), ElementsAre(0, 1, 2, 3));
}

TEST(Resize, BilinearWeighsFourNeighbours) {
  for (const auto& type : {int8(1), uint8(1, 0)}) {
    Network n(OpKind::resize_bilinear);
    n.op.align_corners = true;
    n.input({1, 2, 2, 2}, type, {0, 100, 40, 60, 80, 20, 120, 0}).output({1, 3, 3, 2}, type);
    const Values expected = {0, 100, 20, 80, 40, 60, 40, 60, 60, 45, 80, 30, 80, 20, 100, 10, 120, 0};
    EXPECT_THAT(n.run(), ElementsAreArray(expected));
  }
}

TEST(Resize, NearestFollowsItsTwoSettings) {
  const auto run = [](const Values& row, std::int64_t to, bool corners, bool centers) {
    return resized(OpKind::resize_nearest, int8(1), row, to, corners, centers);
  };
  EXPECT_THAT(run({1, 2}, 4, false, false), ElementsAre(1, 1, 2, 2));
  EXPECT_THAT(run({1, 2, 3}, 2, false, false), ElementsAre(1, 2));          // 0, 1.5
  EXPECT_THAT(run({1, 2, 3, 4}, 2, false, true), ElementsAre(2, 4));        // 1, 3
  EXPECT_THAT(run({1, 2, 3}, 5, true, false), ElementsAre(1, 2, 2, 3, 3));  // 0, 0.5, 1, 1.5, 2
}

}  // namespace
}  // namespace takt::reference
