#include "sim/compiler/gaps.h"

#include <gtest/gtest.h>

namespace takt::compiler {
namespace {

TEST(Gaps, ItemsOfTheSameLayersLieSideBySideAligned) {
  Gaps gaps(1000, 128);
  EXPECT_EQ(gaps.place(100, 0, 1), 0u);
  EXPECT_EQ(gaps.place(100, 1, 2), 128u);
  EXPECT_EQ(gaps.top(), 228u);
}

TEST(Gaps, ItemsOfDifferentLayersShareBytes) {
  Gaps gaps(1000, 128);
  EXPECT_EQ(gaps.place(900, 0, 1), 0u);
  EXPECT_EQ(gaps.place(900, 2, 3), 0u);
  EXPECT_FALSE(gaps.place(200, 1, 2).has_value());
}

TEST(Gaps, TheLowestGapThatFitsIsTaken) {
  Gaps gaps(10000, 1);
  gaps.place(100, 0, 0);
  gaps.place(50, 0, 9);
  gaps.place(100, 0, 0);
  EXPECT_EQ(gaps.place(80, 1, 1), 0u);     // before the long one
  EXPECT_EQ(gaps.place(120, 1, 1), 150u);  // too large for the rest of that gap
}

TEST(Gaps, AnItemMayFillTheCapacityAndNotExceedIt) {
  Gaps gaps(256, 128);
  EXPECT_FALSE(gaps.place(257, 0, 0).has_value());
  EXPECT_EQ(gaps.place(256, 0, 0), 0u);
  EXPECT_FALSE(gaps.place(1, 0, 0).has_value());
  EXPECT_EQ(gaps.place(0, 0, 0), 0u);
}

TEST(Gaps, WhatIsRemovedOrUndoneIsFreeAgain) {
  Gaps gaps(256, 128);
  gaps.place(128, 0, 3);
  const std::size_t mark = gaps.mark();
  gaps.place(128, 0, 3);
  gaps.undo_to(mark);
  EXPECT_EQ(gaps.used_at(2), 128u);
  gaps.remove(0, 0);
  EXPECT_EQ(gaps.place(256, 0, 3), 0u);
}

}  // namespace
}  // namespace takt::compiler
