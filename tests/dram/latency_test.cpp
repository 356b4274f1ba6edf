// What one request costs when nothing is in its way, and what stands in its way costs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dram/channel_bench.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using ::testing::ElementsAre;

// Clocks of round_numbers().
constexpr Cycle rcd = 10, rcd_write = 6, rp = 8, rp_ab = 12, ras = 20, rl = 9, wl = 4, burst = 4, rtp = 7, wr = 11,
                xp = 8, xsr = 150, rfc = 100;

TEST(Latency, of_a_closed_row_is_an_activate) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100);
  EXPECT_EQ(bench.finish()[0].last, 100 + rcd);
  EXPECT_THAT(bench.log.at("ACT 0"), ElementsAre(100));
}

TEST(Latency, of_an_open_row_is_nothing) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100);
  bench.read(0, 1, 200);
  EXPECT_EQ(bench.finish()[1].last, 200);
}

TEST(Latency, of_another_row_is_a_precharge_and_an_activate) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100);
  bench.read(0, 2, 200);
  EXPECT_EQ(bench.finish()[1].last, 200 + rp + rcd);
  EXPECT_THAT(bench.log.at("PRE 0"), ElementsAre(200));
}

TEST(Latency, of_another_row_waits_until_the_row_may_close) {
  ChannelBench read(round_numbers());
  read.read(0, 1, 100);
  read.read(0, 2, 101);
  read.finish();
  EXPECT_THAT(read.log.at("PRE 0"), ElementsAre(100 + ras));  // tRAS 20 is later than tRCD + tRTP = 17

  ChannelBench late(round_numbers());
  late.read(0, 1, 100);
  late.read(0, 1, 200);
  late.read(0, 2, 201);
  late.finish();
  EXPECT_THAT(late.log.at("PRE 0"), ElementsAre(200 + rtp));

  ChannelBench written(round_numbers());
  written.write(0, 1, 100);
  written.read(0, 2, 107);
  EXPECT_EQ(written.finish()[1].last, 100 + rcd_write + wl + burst + wr + rp + rcd);
}

TEST(Latency, of_a_write_is_its_entry_into_the_queue) {
  Config c = round_numbers();
  c.policy.write_queue_bursts = 4;
  c.policy.write_high_bursts = 4;
  c.policy.write_low_bursts = 0;
  ChannelBench bench(c);
  bench.write(0, 1, 100);
  bench.push(0, 1, 1, true, 100, 0, 5);
  const std::vector<Done>& done = bench.finish();
  EXPECT_EQ(done[0].last, 100);
  // There are places for three of the five; the others take those of the first two columns.
  EXPECT_EQ(done[1].first, 100);
  EXPECT_EQ(done[1].last, 100 + rcd_write + 4);
}

TEST(Latency, of_a_run_is_a_burst_every_column_time_after_the_first) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100, 0, 32);
  const Done done = bench.finish()[0];
  EXPECT_EQ(done.first, 100 + rcd);
  EXPECT_EQ(done.last, 100 + rcd + 31 * 4);  // tRRD 3 is shorter than tCCD_S 4
}

TEST(Latency, of_a_run_in_one_bank_group_is_tccd_l) {
  Config c = round_numbers();
  c.address_map = "row-rank-bank-group-column";
  ChannelBench bench(c);
  bench.read(0, 1, 100, 0, 32);
  EXPECT_EQ(bench.finish()[0].last, 100 + rcd + 31 * 6);
}

TEST(Latency, of_two_activate_commands_is_that_of_one_for_a_lone_request) {
  Config c = round_numbers();
  c.activate_commands = 2;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  EXPECT_EQ(bench.finish()[0].last, 100 + rcd);
}

TEST(Latency, after_power_down_has_its_exit_and_a_closed_row) {
  Config c = round_numbers();
  c.power_down_after_ps = 50000;
  ChannelBench bench(c);
  bench.read(0, 1, 40);
  bench.read(0, 1, 1000);
  EXPECT_EQ(bench.finish()[1].last, 1000 + xp + rcd);
  const Cycle asleep = 40 + rcd + rl + burst + 50;
  EXPECT_THAT(bench.log.at("PREA 0"), ElementsAre(asleep));
}

TEST(Latency, before_power_down_is_that_of_the_open_row) {
  Config c = round_numbers();
  c.power_down_after_ps = 50000;
  ChannelBench bench(c);
  bench.read(0, 1, 40);
  bench.read(0, 1, 40 + rcd + rl + burst + 50);
  EXPECT_EQ(bench.finish()[1].last, 40 + rcd + rl + burst + 50);
}

TEST(Latency, after_self_refresh_has_its_exit) {
  Config c = round_numbers();
  c.power_down_after_ps = 50000;
  c.self_refresh_after_ps = 500000;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(0, 1, 10000);
  EXPECT_EQ(bench.finish()[1].last, 10000 + xsr + rcd);
}

TEST(Latency, has_the_write_clock_s_synchronisation_after_a_pause) {
  Config c = round_numbers();
  c.wck_sync_cycles = 3;
  c.wck_expire_cycles = 20;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(0, 1, 100 + rcd + 20);
  bench.read(0, 1, 100 + rcd + 20 + 21);
  EXPECT_EQ(bench.finish()[1].last, 100 + rcd + 20);
  EXPECT_EQ(bench.finish()[2].last, 100 + rcd + 20 + 21 + 3);
}

TEST(Latency, has_the_refresh_that_it_meets) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  ChannelBench closed(c);
  closed.read(0, 1, 1001);
  EXPECT_EQ(closed.finish()[0].last, 1000 + rfc + rcd);

  ChannelBench open(c);
  open.read(0, 1, 900);
  open.read(0, 1, 1001);
  EXPECT_EQ(open.finish()[1].last, 1000 + rp_ab + rfc + rcd);
}

TEST(Latency, has_a_per_bank_refresh_in_that_bank_only) {
  Config c = round_numbers();
  c.refresh = Refresh::per_bank;
  c.refi_ps = 8000000;  // a bank every 1000 clocks, beginning with bank 0
  ChannelBench bench(c);
  bench.read(0, 1, 1001);
  bench.read(1, 1, 1001);
  EXPECT_EQ(bench.finish()[0].last, 1000 + 60 + rcd);
  EXPECT_EQ(bench.finish()[1].last, 1000 + 7 + rcd);  // pbr_to_act
}

// A refresh waits for requests, up to refresh_postpone of them; then it goes first.
TEST(Latency, is_kept_from_refreshes_that_may_be_postponed) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  c.policy.refresh_postpone = 1;
  ChannelBench bench(c);
  bench.read(0, 1, 0, 0, 2048);  // 8192 clocks of data, in rows of 128 bursts
  bench.finish();
  const std::vector<Cycle> refreshes = bench.log.at("REFA 0");
  ASSERT_GE(refreshes.size(), 7u);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_GE(refreshes[i], (i + 2) * 1000);
    EXPECT_LT(refreshes[i], (i + 2) * 1000 + 60);
  }
}

TEST(Latency, of_the_other_rank_has_the_bus_gap) {
  ChannelBench bench(round_numbers_two_ranks());
  bench.read(0, 1, 100);
  bench.read(8, 1, 100);
  const std::vector<Done>& done = bench.finish();
  EXPECT_EQ(done[0].last, 100 + rcd);
  EXPECT_EQ(done[1].last, 100 + rcd + burst + 3);
}

}  // namespace
}  // namespace takt::dram::testing
