// Times in picoseconds become whole command clocks.
#include "models/dram/timing.h"

#include <gtest/gtest.h>

#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

TEST(DramTiming, rounds_up_to_whole_clocks) {
  Config config = round_numbers();  // 1 ns
  config.rcd_ps = 10001 + 500;
  EXPECT_EQ(make_timing(config).rcd.value, 11000u);
}

TEST(DramTiming, a_hundredth_of_a_clock_is_not_another_clock) {
  const Timing timing = make_timing(lpddr5x());  // 937.5 ps; tRRD 3.75 ns is 4 of them, tFAW 15 ns 16
  EXPECT_EQ(timing.rrd.value, 3750u);
  EXPECT_EQ(timing.faw.value, 15000u);
  EXPECT_EQ(timing.rcd.value, 18750u);  // 18 ns is 19.2 clocks: 20
}

// The clocks of LPDDR5X-8533.
TEST(DramTiming, lpddr5x_8533_has_the_published_clocks) {
  const Timing timing = make_timing(lpddr5x());
  const auto clocks = [](std::uint64_t n) { return units::mul_div_ceil(n, 1000000000000ull, 1066666667); };
  EXPECT_EQ(timing.rcd.value, clocks(20));
  EXPECT_EQ(timing.rp.value, clocks(20));
  EXPECT_EQ(timing.ras.value, clocks(45));
  EXPECT_EQ(timing.rl.value, clocks(23));
  EXPECT_EQ(timing.wl.value, clocks(12));
  EXPECT_EQ(timing.rrd.value, clocks(4));
  EXPECT_EQ(timing.faw.value, clocks(16));
  EXPECT_EQ(timing.read_to_pre.value, clocks(8));
}

TEST(DramTiming, a_burst_is_never_shorter_than_the_pins_allow) {
  Config config = lpddr5x();
  EXPECT_GE(make_timing(config).column.value * 8533ull * 16, 32ull * 8 * 1000000);
  config.ccd_s_cycles = 1;
  EXPECT_EQ(make_timing(config).column.value, make_timing(config).burst.value);
}

TEST(DramTiming, without_bank_groups_columns_keep_tCCD_L) {
  Config config = lpddr5x();
  config.bank_groups = 1;
  EXPECT_EQ(make_timing(config).column.value, make_timing(config).ccd_l.value);
}

}  // namespace
}  // namespace takt::dram::testing
