// Single requests against hand arithmetic, on a channel in round numbers (configs.h): controller 2, tRCD 10, tRP 20,
// tRAS 30, RL 7, WL 3, tRTP 6, tWR 12, tWTR 9, burst 16 ns.
#include "models/dram/channel.h"

#include <gtest/gtest.h>

#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using units::microseconds;
using units::nanoseconds;
using units::Time;

constexpr std::uint64_t row_stride = 4 * 1024;  // next row of the same bank: 4 banks of 1 KiB rows

struct Probe {
  explicit Probe(const Config& config) : channel(config) {}
  Commit at(Time arrival, std::uint64_t local, std::uint64_t bytes = 64, bool write = false) {
    return channel.commit({local, bytes, write, false}, arrival, counts);
  }
  Channel channel;
  Counts counts;
};

TEST(DramChannel, a_read_of_a_closed_row_takes_controller_activate_and_read_latency) {
  Probe probe(round_numbers());
  const Commit commit = probe.at(nanoseconds(100), 0);
  EXPECT_EQ(commit.first_beat.value, nanoseconds(100 + 2 + 10 + 7).value);
  EXPECT_EQ(commit.last_beat.value, nanoseconds(100 + 2 + 10 + 7 + 16).value);
  EXPECT_EQ(probe.counts.misses, 1u);
  EXPECT_EQ(probe.counts.activations, 1u);
}

TEST(DramChannel, a_write_of_a_closed_row_takes_controller_activate_and_write_latency) {
  Probe probe(round_numbers());
  const Commit commit = probe.at(nanoseconds(100), 0, 64, true);
  EXPECT_EQ(commit.first_beat.value, nanoseconds(100 + 2 + 10 + 3).value);
  EXPECT_EQ(commit.last_beat.value, nanoseconds(100 + 2 + 10 + 3 + 16).value);
}

TEST(DramChannel, a_row_conflict_costs_precharge_and_activate_more_than_a_hit) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 0);
  const Commit hit = probe.at(nanoseconds(1000), 64);
  const Commit conflict = probe.at(nanoseconds(2000), row_stride);
  EXPECT_EQ(hit.first_beat.value, nanoseconds(1000 + 2 + 7).value);
  EXPECT_EQ(conflict.first_beat.value, nanoseconds(2000 + 2 + 20 + 10 + 7).value);
  EXPECT_EQ(probe.counts.conflicts, 1u);
}

TEST(DramChannel, another_bank_opens_without_precharge) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 0);
  const Commit miss = probe.at(nanoseconds(1000), 1024);
  EXPECT_EQ(miss.first_beat.value, nanoseconds(1000 + 2 + 10 + 7).value);
  EXPECT_EQ(probe.counts.misses, 2u);
}

TEST(DramChannel, a_conflict_right_after_an_activate_waits_for_the_row_to_be_restored) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 0);  // ACT at 2, column at 12
  const Commit conflict = probe.at(nanoseconds(1), row_stride);
  EXPECT_EQ(conflict.first_beat.value, nanoseconds(2 + 30 + 20 + 10 + 7).value);  // tRAS later PRE
}

TEST(DramChannel, a_conflict_after_a_write_waits_for_write_recovery) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 0, 64, true);  // column at 12, data ends at 12 + 3 + 16 = 31
  const Commit conflict = probe.at(nanoseconds(1), row_stride);
  EXPECT_EQ(conflict.first_beat.value, nanoseconds(31 + 12 + 20 + 10 + 7).value);
}

TEST(DramChannel, a_read_after_a_write_waits_for_the_turnaround) {
  Probe probe(round_numbers());
  const Commit write = probe.at(nanoseconds(0), 0, 64, true);
  const Commit read = probe.at(nanoseconds(1), 64);
  EXPECT_EQ(read.first_beat.value, (write.last_beat + nanoseconds(9 + 7)).value);  // tWTR of the same group, RL
  EXPECT_EQ(probe.counts.turnarounds, 1u);
}

TEST(DramChannel, a_write_after_a_read_leaves_the_bus_idle_for_the_gap) {
  Probe probe(round_numbers());
  const Commit read = probe.at(nanoseconds(0), 0);
  const Commit write = probe.at(nanoseconds(1), 64, 64, true);
  EXPECT_EQ(write.first_beat.value, (read.last_beat + nanoseconds(1)).value);  // rtw_gap_cycles = 1
}

TEST(DramChannel, a_stream_moves_a_burst_every_burst_time) {
  Probe probe(round_numbers());
  const Commit commit = probe.at(nanoseconds(0), 0, 1024);
  EXPECT_EQ(commit.last_beat.value, (commit.first_beat + nanoseconds(16 * 16)).value);
}

TEST(DramChannel, a_stream_into_the_next_row_hides_its_activate) {
  Probe probe(round_numbers());
  const Commit commit = probe.at(nanoseconds(0), 0, 4096);
  EXPECT_EQ(commit.last_beat.value, (commit.first_beat + nanoseconds(64 * 16)).value);
  EXPECT_EQ(probe.counts.activations, 4u);
}

TEST(DramChannel, parts_of_a_burst_are_whole_bursts_at_the_pins) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 60, 8);  // touches two bursts
  EXPECT_EQ(probe.counts.reads, 2u);
}

TEST(DramChannel, the_fifth_activate_waits_for_tFAW) {
  Config config = round_numbers();
  config.banks_per_group = 8;
  config.faw_ps = ns(100);
  Probe probe(config);
  Commit last;
  for (unsigned bank = 0; bank < 5; ++bank) last = probe.at(nanoseconds(0), bank * 1024);
  EXPECT_EQ(last.first_beat.value, nanoseconds(2 + 100 + 10 + 7).value);
}

TEST(DramChannel, columns_of_one_bank_group_keep_tCCD_L) {
  Config config = round_numbers();
  config.bank_groups = 2;
  config.ccd_l_cycles = 40;
  Probe probe(config);
  // Bursts rotate through the groups: 0 and 2 are in group 0. ACT to ACT of the other group: tRRD 4.
  const Commit first = probe.at(nanoseconds(0), 0);
  const Commit same_group = probe.at(nanoseconds(0), 128);
  EXPECT_EQ(same_group.first_beat.value, (first.first_beat + nanoseconds(40)).value);
}

TEST(DramChannel, a_request_that_falls_due_with_a_refresh_waits_for_it) {
  Config config = round_numbers();
  config.refi_ps = ns(10000);
  Probe probe(config);
  const Commit commit = probe.at(nanoseconds(10000 - 2), 0);
  EXPECT_EQ(commit.first_beat.value, nanoseconds(10000 + 100 + 10 + 7).value);
}

TEST(DramChannel, a_refresh_closes_open_rows_first) {
  Config config = round_numbers();
  config.refi_ps = ns(10000);
  Probe probe(config);
  probe.at(nanoseconds(5000), 0);
  const Commit commit = probe.at(nanoseconds(10000 - 2), 64);
  EXPECT_EQ(commit.first_beat.value, nanoseconds(10000 + 20 + 100 + 10 + 7).value);
  EXPECT_EQ(probe.counts.misses, 2u);
}

TEST(DramChannel, a_stream_stops_for_a_refresh_and_goes_on_behind_it) {
  Config config = round_numbers();
  config.refi_ps = ns(10000);
  Probe probe(config);
  probe.at(nanoseconds(9000), 0);  // opens the row
  // Columns at 9952, 9968, 9984 go before 10000; tRTP after the last one comes before it too.
  const Commit commit = probe.at(nanoseconds(9950), 64, 4 * 64);
  EXPECT_EQ(commit.first_beat.value, nanoseconds(9952 + 7).value);
  EXPECT_EQ(commit.last_beat.value, nanoseconds(10000 + 20 + 100 + 10 + 7 + 16).value);
}

TEST(DramChannel, a_long_idle_time_changes_nothing_but_the_phase_of_refresh) {
  Config config = round_numbers();
  config.refi_ps = ns(10000);
  Probe early(config);
  Probe late(config);
  early.at(nanoseconds(100), 0);
  late.at(nanoseconds(100), 0);
  const Time much_later = nanoseconds(10000ull * 1000000);
  const Commit a = early.at(nanoseconds(20000 + 30), 64);
  const Commit b = late.at(much_later + nanoseconds(20000 + 30), 64);
  EXPECT_EQ((a.first_beat + much_later).value, b.first_beat.value);
  EXPECT_EQ(a.first_beat.value, nanoseconds(20000 + 100 + 10 + 7).value);  // all closed since the refresh at 10000
}

TEST(DramChannel, after_power_down_the_exit_is_paid_and_rows_are_closed) {
  Config config = round_numbers();
  config.xp_ps = ns(8);
  config.power_down_after_ps = ns(500);
  Probe probe(config);
  const Commit first = probe.at(nanoseconds(400), 0);
  EXPECT_EQ(first.first_beat.value, nanoseconds(400 + 2 + 10 + 7).value);  // not yet asleep
  const Commit hit = probe.at(first.last_beat + nanoseconds(498), 64);     // command at +500
  EXPECT_EQ(hit.first_beat.value, (first.last_beat + nanoseconds(500 + 7)).value);
  const Commit woken = probe.at(hit.last_beat + nanoseconds(600), 128);
  EXPECT_EQ(woken.first_beat.value, (hit.last_beat + nanoseconds(600 + 2 + 8 + 10 + 7)).value);
}

TEST(DramChannel, states_add_up_to_the_time_that_passed) {
  Config config = round_numbers();
  config.refi_ps = ns(10000);
  config.power_down_after_ps = ns(1000);
  Probe probe(config);
  const Commit commit = probe.at(nanoseconds(9000), 0, 64);  // asleep since 1000; data ends at 9035
  ASSERT_EQ(commit.last_beat.value, nanoseconds(9035).value);
  const StateTimes before = probe.channel.state_times(nanoseconds(9500));
  EXPECT_EQ(before.precharged.value, nanoseconds(1000).value);
  EXPECT_EQ(before.power_down.value, nanoseconds(8002 - 1000 + 1000).value - nanoseconds(0).value);
  EXPECT_EQ(before.active.value, nanoseconds(9500 - 9002).value);
  const StateTimes after = probe.channel.state_times(nanoseconds(20000));
  // Rows are open until the refresh at 10000 closes them; power-down follows 1000 ns after the last data.
  EXPECT_EQ(after.active.value, nanoseconds(10000 - 9002).value);
  EXPECT_EQ(after.precharged.value, nanoseconds(1000 + 35).value);
  EXPECT_EQ((after.active + after.precharged + after.power_down).value, nanoseconds(20000).value);
}

TEST(DramChannel, the_next_request_is_taken_early_enough_to_hide_its_row_conflict) {
  Probe probe(round_numbers());
  const Commit stream = probe.at(nanoseconds(0), 0, 1024);
  // A conflict in another bank that arrives at next_accept continues without a gap.
  Probe conflicting(round_numbers());
  conflicting.at(nanoseconds(0), row_stride + 1024);  // opens a wrong row in bank 1
  const Commit first = conflicting.at(nanoseconds(100), 0, 1024);
  const Commit next = conflicting.at(first.next_accept, 1024, 64);
  EXPECT_EQ(next.first_beat.value, first.last_beat.value);
  EXPECT_EQ(stream.next_accept.value, (stream.last_beat - nanoseconds(7 + 20 + 10 + 2)).value);
}

TEST(DramChannel, a_small_request_overtakes_one_that_waits_for_its_bank) {
  Probe probe(round_numbers());
  probe.at(nanoseconds(0), 0);
  const Commit blocked = probe.at(nanoseconds(1), row_stride);  // waits for tRAS
  const Commit other = probe.at(nanoseconds(2), 1024);          // another bank
  EXPECT_LT(other.last_beat.value, blocked.first_beat.value);
}

}  // namespace
}  // namespace takt::dram::testing
