#include "models/npu/scratchpad.h"

#include <gtest/gtest.h>

namespace takt::npu {
namespace {

using units::Cycles;

TEST(Scratchpad, ALoneCommandTakesItsOwnTime) {
  Scratchpad pad(1000, 0);
  pad.start(0, Cycles(10), 100, 100 * 900);
  EXPECT_EQ(pad.end(0), Cycles(110));
}

TEST(Scratchpad, TwoThatFitDoNotDisturbEachOther) {
  Scratchpad pad(1000, 0);
  pad.start(0, Cycles(0), 100, 100 * 500);
  pad.start(1, Cycles(0), 200, 200 * 500);
  EXPECT_EQ(pad.end(0), Cycles(100));
  EXPECT_EQ(pad.end(1), Cycles(200));
}

TEST(Scratchpad, TwoThatDoNotFitShareEquallyUntilOneEnds) {
  Scratchpad pad(1000, 0);
  pad.start(0, Cycles(0), 100, 100 * 1000);
  pad.start(1, Cycles(0), 200, 200 * 1000);
  EXPECT_EQ(pad.end(0), Cycles(200));  // half rate
  pad.stop(0, Cycles(200));
  EXPECT_EQ(pad.end(1), Cycles(300));  // 100 of 200 done by then, the rest at full rate
}

TEST(Scratchpad, ASmallDemandIsMetInFull) {
  Scratchpad pad(1000, 0);
  pad.start(0, Cycles(0), 100, 100 * 200);
  pad.start(1, Cycles(0), 100, 100 * 1000);
  EXPECT_EQ(pad.end(0), Cycles(100));
  EXPECT_EQ(pad.end(1), Cycles(125));  // 800 of 1000
}

TEST(Scratchpad, TheDmaGoesFirst) {
  Scratchpad pad(1000, 250);
  pad.start(0, Cycles(0), 100, 100 * 1000);
  pad.set_dma_lists(1, Cycles(0));
  EXPECT_EQ(pad.end(0), Cycles(134));  // 750 of 1000, rounded up
  pad.set_dma_lists(0, Cycles(0));
  EXPECT_EQ(pad.end(0), Cycles(100));
}

TEST(Scratchpad, TheEnginesKeepHalfWhateverTheDmaAsks) {
  Scratchpad pad(1000, 4000);
  pad.set_dma_lists(2, Cycles(0));
  pad.start(0, Cycles(0), 100, 100 * 1000);
  EXPECT_EQ(pad.end(0), Cycles(200));
}

}  // namespace
}  // namespace takt::npu
