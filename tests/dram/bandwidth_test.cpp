// What a channel moves when it is asked for more than it can: against bounds computed here.
#include <gtest/gtest.h>

#include "models/units/random.h"
#include "sim/config/load.h"
#include "tests/dram/channel_bench.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using units::Random;

Config one_channel(const std::string& preset) {
  Config c = config::load_memory(preset);
  c.capacity_bytes /= c.channels;
  c.channels = 1;
  return c;
}

double peak(const Config& c) { return static_cast<double>(peak_bytes_per_second(c)); }

// Bytes per second of reads as fast as accepted: whole runs, or bursts anywhere.
double saturated(const Config& c, std::uint64_t bursts, bool anywhere) {
  Controller channel(c, Fidelity::fast);
  Random random(1);
  const std::uint64_t space = c.capacity_bytes / c.burst_bytes;
  const std::uint32_t count = anywhere ? 1 : 4096;
  for (std::uint64_t n = 0; n < bursts; n += count) {
    Run run;
    run.burst = anywhere ? random.below(space) : n % space;
    run.count = count;
    if (channel.backlog() > 64) channel.advance(no_cycle - 1, 8);
    channel.done().clear();
    channel.push(run);
  }
  channel.drain();
  return static_cast<double>(bursts * c.burst_bytes) * static_cast<double>(c.clock_hz) /
         static_cast<double>(channel.data_end());
}

// All-bank refreshes take their time, and from the last column before to the first one after: RD to PRE, PRE to REF,
// ACT to RD, the ACTs of the banks in turn. A refresh of one bank at a time loses no more.
TEST(Bandwidth, of_a_sequential_stream_is_the_peak_less_refreshes) {
  for (const auto& preset : config::list_memories()) {
    SCOPED_TRACE(preset.name);
    const Config c = one_channel(preset.name);
    const std::uint64_t precharge = c.rp_ab_ps != 0 ? c.rp_ab_ps : c.rp_ps;
    const std::uint64_t clocks = 16 * (1000000000000ull / c.clock_hz);
    const std::uint64_t longest = c.rfc_ab_ps + c.rtp_ps + precharge + c.rcd_ps + 4 * c.rrd_ps + clocks;
    const double best =
        c.refresh == Refresh::all_bank ? 1 - static_cast<double>(c.rfc_ab_ps) / static_cast<double>(c.refi_ps) : 1;
    const double worst = 1 - static_cast<double>(longest) / static_cast<double>(c.refi_ps);
    const double found = saturated(c, 1 << 18, false) / peak(c);
    EXPECT_LE(found, best);
    EXPECT_GE(found, worst);
  }
}

// Random bursts: each needs an ACT, four in tFAW, one in tRC and bank, and its place on the bus. A queue of 32 keeps
// all banks busy where tFAW is the bound by a margin; where tRC is as tight, it waits for banks.
TEST(Bandwidth, of_random_bursts_is_bounded_by_activates) {
  for (const auto& preset : config::list_memories()) {
    SCOPED_TRACE(preset.name);
    const Config c = one_channel(preset.name);
    const double burst = c.burst_bytes;
    const double by_faw = 4 * burst * c.ranks / (static_cast<double>(c.faw_ps) * 1e-12);
    const double banks = c.ranks * c.bank_groups * c.banks_per_group;
    const double by_rc = banks * burst / (static_cast<double>(c.ras_ps + c.rp_ps) * 1e-12);
    const double refresh =
        c.refresh == Refresh::all_bank ? 1 - static_cast<double>(c.rfc_ab_ps) / static_cast<double>(c.refi_ps) : 1;
    const double bound = std::min(peak(c), std::min(by_faw, by_rc)) * refresh;
    const double found = saturated(c, 1 << 16, true);
    EXPECT_LE(found, bound);
    EXPECT_GE(found, bound * (by_rc > 1.25 * by_faw && by_faw < peak(c) ? 0.9 : 0.7));
  }
}

TEST(Bandwidth, of_one_bank_is_a_row_cycle_for_each_row) {
  ChannelBench bench(round_numbers());
  for (unsigned i = 0; i < 100; ++i) bench.read(0, 1 + i, 0);
  EXPECT_EQ(bench.finish().back().last, 10 + 99 * (20 + 8));  // tRCD, then tRAS + tRP each
}

TEST(Bandwidth, of_activates_is_four_in_a_window) {
  Config c = round_numbers();
  c.faw_ps = 40000;
  ChannelBench bench(c);
  for (unsigned i = 0; i < 400; ++i) bench.read(i % 8, 1 + i / 8, 0);
  const Cycle last = bench.finish().back().last;
  // 99 windows between the first and the last four ACTs, the last of which come within three tRRD.
  EXPECT_GE(last, 10 + 99 * 40u);
  EXPECT_LE(last, 10 + 99 * 40u + 40);
}

// Reads and writes of open rows, both without end: 32 writes, the turn, 32 reads, the turn.
TEST(Bandwidth, of_reads_and_writes_has_two_turnarounds_a_batch) {
  ChannelBench bench(round_numbers());
  constexpr Cycle batches = 40;
  bench.read(0, 1, 0, 0, 128);
  bench.write(4, 1, 0, 1, 128);
  for (unsigned i = 1; i < batches * 32 / 128; ++i) {
    bench.read(0, 1, 0, 0, 128);
    bench.write(4, 1, 0, 1, 128);
  }
  bench.finish();
  constexpr Cycle write_to_read = 4 + 4 + 5;      // WL, data, tWTR_S
  constexpr Cycle read_to_write = 9 + 4 + 2 - 4;  // RL, data, gap, less WL
  constexpr Cycle batch = 31 * 4 + write_to_read + 31 * 4 + read_to_write;
  const double found = static_cast<double>(bench.controller.data_end());
  EXPECT_NEAR(found, static_cast<double>(batches * batch), 0.03 * static_cast<double>(batches * batch));
  EXPECT_NEAR(static_cast<double>(bench.controller.turnarounds()), 2.0 * batches, 3);
}

TEST(Bandwidth, of_two_ranks_in_turn_has_a_gap_on_the_bus) {
  Config c = round_numbers_two_ranks();
  c.refi_ps = 1000000000;
  ChannelBench bench(c);
  bench.read(0, 1, 0);
  bench.read(8, 1, 0);
  for (unsigned i = 0; i < 100; ++i) bench.read(i % 2 == 0 ? 0 : 8, 1, 1000 + 20 * i);  // one at a time: no choice
  EXPECT_EQ(bench.finish().back().last, 1000 + 20 * 99u);

  ChannelBench waiting(c);
  waiting.read(0, 1, 0);
  waiting.read(8, 1, 0);
  waiting.read(0, 1, 1000);
  waiting.read(8, 1, 1000);
  EXPECT_EQ(waiting.finish().back().last, 1000 + 4 + 3u);
}

}  // namespace
}  // namespace takt::dram::testing
