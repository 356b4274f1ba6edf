// What a channel does when nobody asks for anything, and how long it is in which state.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dram/channel_bench.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Cycle rcd = 10, rp_ab = 12, rl = 9, burst = 4, ras = 20, xsr = 150;

void expect_states(const Controller& controller, Cycle now, const StateCycles& expected) {
  const StateCycles s = controller.states(now);
  EXPECT_EQ(s.active, expected.active) << "at " << now;
  EXPECT_EQ(s.precharged, expected.precharged) << "at " << now;
  EXPECT_EQ(s.power_down, expected.power_down) << "at " << now;
  EXPECT_EQ(s.self_refresh, expected.self_refresh) << "at " << now;
  EXPECT_EQ(s.write_clock, expected.write_clock) << "at " << now;
}

TEST(Idle, time_before_the_first_request_is_that_of_closed_rows) {
  ChannelBench bench(round_numbers());
  bench.controller.advance(500);
  expect_states(bench.controller, 500, {0, 500, 0, 0, 0});
  expect_states(bench.controller, 700, {0, 700, 0, 0, 0});
}

TEST(Idle, time_with_an_open_row_is_active) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100);
  bench.read(1, 1, 300);
  bench.finish();
  expect_states(bench.controller, 1000, {900, 100, 0, 0, 0});
}

TEST(Idle, time_is_counted_while_requests_wait) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100, 0, 1000);
  bench.controller.advance(1000);
  EXPECT_TRUE(bench.controller.busy());
  expect_states(bench.controller, 1000, {900, 100, 0, 0, 0});
}

// A closed page policy closes the row tRAS after its ACT; the other row closes with the other bank's.
TEST(Idle, time_ends_to_be_active_with_the_last_row) {
  Config c = round_numbers();
  c.policy.page = PagePolicy::closed;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(1, 1, 115);
  bench.finish();
  expect_states(bench.controller, 1000, {15 + ras, 1000 - 15 - ras, 0, 0, 0});
}

TEST(Idle, time_passes_through_power_down_and_self_refresh) {
  Config c = round_numbers();
  c.power_down_after_ps = 50000;
  c.self_refresh_after_ps = 500000;
  ChannelBench bench(c);
  bench.read(0, 1, 40);
  bench.read(0, 1, 10000);
  bench.finish();
  const Cycle end = 40 + rcd + rl + burst;
  const Cycle light = end + 50, deep = end + 500;
  const Cycle opened = 10000 + xsr;
  const Cycle end2 = opened + rcd + rl + burst;
  const auto at = [&](Cycle now) { return now; };
  expect_states(bench.controller, end2 + 10,
                {light - 40 + end2 + 10 - opened, 40 + xsr, deep - light, at(10000) - deep, 0});
  expect_states(bench.controller, end2 + 50 + 7,
                {light - 40 + end2 + 50 - opened, 40 + xsr, deep - light + 7, at(10000) - deep, 0});
  EXPECT_EQ(bench.controller.idle(), 40 + 10000 - end);
}

TEST(Idle, the_write_clock_toggles_until_it_expires) {
  Config c = round_numbers();
  c.wck_sync_cycles = 3;
  c.wck_expire_cycles = 20;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(0, 1, 1000);
  bench.finish();
  // From the first request to 20 clocks after its column, then from the next one.
  EXPECT_EQ(bench.controller.states(900).write_clock, rcd + 20);
  EXPECT_EQ(bench.controller.states(1001).write_clock, rcd + 20 + 1);
  EXPECT_EQ(bench.controller.states(2000).write_clock, rcd + 20 + 3 + 20);
}

TEST(Idle, refreshes_come_when_they_are_due) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  ChannelBench bench(c);
  bench.controller.report_idle(5500);
  EXPECT_THAT(bench.log.at("REFA 0"), ElementsAre(1000, 2000, 3000, 4000, 5000));
  EXPECT_EQ(bench.controller.refreshes(5500), 5u);
  EXPECT_EQ(bench.controller.refreshes(7001), 7u);
}

// A hundred seconds cost nothing where nobody watches, and lose no refresh.
TEST(Idle, refreshes_of_a_long_time_are_counted) {
  for (const Refresh kind : {Refresh::all_bank, Refresh::per_bank}) {
    Config c = round_numbers_two_ranks();
    c.refresh = kind;
    c.refi_ps = 1600000;
    ChannelBench bench(c);
    bench.controller.observe(nullptr);
    const Cycle end = 100000000077;
    bench.read(0, 1, end);
    const Cycle interval = kind == Refresh::all_bank ? 1600 : 1600 / 8;
    bench.finish();
    EXPECT_EQ(bench.controller.refreshes(end), 2 * (end / interval));
  }
}

TEST(Idle, per_bank_refreshes_take_the_banks_in_turn) {
  Config c = round_numbers();
  c.refresh = Refresh::per_bank;
  c.refi_ps = 8000000;
  ChannelBench bench(c);
  bench.controller.report_idle(9500);
  for (unsigned bank = 0; bank < 8; ++bank) {
    EXPECT_THAT(bench.log.at("REF " + std::to_string(bank)).front(), 1000 * (bank + 1));
  }
  EXPECT_THAT(bench.log.at("REF 0"), ElementsAre(1000, 9000));
}

TEST(Idle, per_bank_refreshes_avoid_banks_that_are_wanted) {
  Config c = round_numbers();
  c.refresh = Refresh::per_bank;
  c.refi_ps = 8000000;
  c.policy.refresh_postpone = 0;
  c.address_map = "row-bank-group-column";
  ChannelBench bench(c);
  for (unsigned i = 0; i < 400; ++i) bench.read(0, 1, 0);  // bank 0 is busy until 2400
  bench.finish();
  EXPECT_THAT(bench.log.at("REF 1"), ElementsAre(1000));
  EXPECT_THAT(bench.log.at("REF 2"), ElementsAre(2000));
  EXPECT_THAT(bench.log.at("REF 0"), IsEmpty());
}

TEST(Idle, a_refresh_in_power_down_leaves_rows_closed) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  c.power_down_after_ps = 50000;
  ChannelBench bench(c);
  bench.read(0, 1, 40);
  bench.finish();
  bench.controller.report_idle(3500);
  EXPECT_THAT(bench.log.at("PREA 0"), SizeIs(1));
  EXPECT_THAT(bench.log.at("REFA 0"), ElementsAre(1000, 2000, 3000));
}

TEST(Idle, self_refresh_needs_no_refreshes_and_the_interval_begins_anew) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  c.self_refresh_after_ps = 1500000;
  ChannelBench bench(c);
  bench.read(0, 1, 40);
  bench.read(0, 1, 10000);
  bench.finish();
  bench.controller.report_idle(12000);
  EXPECT_THAT(bench.log.at("REFA 0"), ElementsAre(1000 + rp_ab, 10000 + xsr + 1000 + rp_ab));
}

}  // namespace
}  // namespace takt::dram::testing
