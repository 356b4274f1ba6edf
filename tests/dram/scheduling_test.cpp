// Who goes first: row hits, age, QoS, caps, watermarks, page policies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/dram/channel_bench.h"
#include "tests/dram/configs.h"

namespace takt::dram::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Cycle rcd = 10, rcd_write = 6, rp = 8, ras = 20, rtp = 7, ccd = 4, ccd_same = 6;

// Hits of one row, a burst every ccd_same clocks, behind which a request for another row of the bank waits.
std::vector<Done> hits_before_a_miss(const Config& c, unsigned hits, std::uint8_t qos_of_miss = 0) {
  ChannelBench bench(c);
  bench.read(0, 1, 0);
  bench.read(0, 2, 1, qos_of_miss);
  for (unsigned i = 0; i < hits; ++i) bench.read(0, 1, 2);
  return bench.finish();
}

TEST(Scheduling, row_hits_overtake_an_older_request_for_another_row) {
  const std::vector<Done> done = hits_before_a_miss(round_numbers(), 8);
  const Cycle last_hit = rcd + 8 * ccd_same;
  EXPECT_EQ(done.back().last, last_hit);
  EXPECT_EQ(done[1].last, last_hit + rtp + rp + rcd);
}

TEST(Scheduling, no_more_of_them_than_the_cap) {
  Config c = round_numbers();
  c.policy.row_hit_cap = 3;
  const std::vector<Done> done = hits_before_a_miss(c, 8);
  const Cycle third = rcd + 3 * ccd_same;  // 28, after tRAS
  EXPECT_EQ(done[4].last, third);
  EXPECT_EQ(done[1].last, third + rtp + rp + rcd);
  EXPECT_GT(done[5].last, done[1].last);
}

TEST(Scheduling, none_once_the_older_one_has_waited_too_long) {
  Config c = round_numbers();
  c.policy.starvation_ps = 30000;
  const std::vector<Done> done = hits_before_a_miss(c, 8);
  // Hits go at 16, 22, 28; the next, at 34, would come 33 clocks after the miss arrived.
  EXPECT_EQ(done[4].last, rcd + 3 * ccd_same);
  EXPECT_EQ(done[1].last, rcd + 3 * ccd_same + rtp + rp + rcd);
}

TEST(Scheduling, none_of_a_weaker_qos) {
  const std::vector<Done> done = hits_before_a_miss(round_numbers(), 8, 1);
  EXPECT_EQ(done[0].last, rcd);
  EXPECT_EQ(done[1].last, ras + rp + rcd);
}

TEST(Scheduling, older_requests_go_first) {
  ChannelBench bench(round_numbers());
  for (unsigned bank : {3u, 1u, 2u, 0u}) bench.read(bank, 1, 5);
  const std::vector<Done>& done = bench.finish();
  EXPECT_EQ(done[0].last, 5 + rcd);
  for (unsigned i = 1; i < 4; ++i) EXPECT_EQ(done[i].last, done[i - 1].last + ccd);
}

TEST(Scheduling, stronger_requests_go_first) {
  ChannelBench bench(round_numbers());
  const std::uint8_t qos[] = {0, 7, 3, 5};
  for (unsigned bank = 0; bank < 4; ++bank) bench.read(bank, 1, 5, qos[bank]);
  const std::vector<Done>& done = bench.finish();
  EXPECT_EQ(done[1].last, 5 + rcd);
  EXPECT_EQ(done[3].last, 5 + rcd + ccd);
  EXPECT_EQ(done[2].last, 5 + rcd + 2 * ccd);
  EXPECT_EQ(done[0].last, 5 + rcd + 3 * ccd);
}

// A saturating weak reader holds the queue; a strong request waits for one place, the column in hand and its own row.
TEST(Scheduling, a_strong_read_overtakes_a_full_queue_of_weak_row_hits) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 0, 0, 20000);
  const std::uint32_t strong = bench.push(0, 99, 0, false, 5000, 7);
  const Done done = bench.finish()[strong];
  EXPECT_LE(done.last, 5000 + ccd + ras + rp + rcd + ccd);
}

// Writes are posted and served in batches: from write_high waiting ones down to write_low while reads wait.
TEST(Scheduling, writes_wait_for_the_high_watermark_and_stop_at_the_low_one) {
  Config c = round_numbers();
  c.policy.write_high_bursts = 10;
  c.policy.write_low_bursts = 4;
  ChannelBench bench(c);
  bench.read(0, 1, 0, 0, 128);
  for (Cycle i = 0; i < 12; ++i) bench.push(4 + i % 4, 1, static_cast<std::uint32_t>(i / 4), true, 100 + 10 * i);
  bench.finish();
  std::vector<Cycle> writes;
  Cycle last_read = 0;
  for (const auto& e : bench.log.entries()) {
    if (e.text.substr(0, 2) == "WR") writes.push_back(e.at);
    if (e.text.substr(0, 2) == "RD") last_read = e.at;
  }
  ASSERT_THAT(writes, SizeIs(12));
  EXPECT_GE(writes.front(), 190u);  // the tenth arrives
  // What has a row open for it when the batch ends is written all the same; the rest waits for the reads.
  unsigned before = 0;
  for (Cycle at : writes) before += at < last_read;
  EXPECT_GE(before, 10u - 4);
  EXPECT_LE(before, 10u);
  EXPECT_GT(writes.back(), last_read);
}

TEST(Scheduling, writes_are_served_at_once_when_no_read_waits) {
  ChannelBench bench(round_numbers());
  bench.write(0, 1, 50);
  bench.controller.advance(1000);
  EXPECT_THAT(bench.log.at("WR 0"), ElementsAre(50 + rcd_write));
}

TEST(Scheduling, unless_the_policy_waits_for_more_of_them) {
  Config c = round_numbers();
  c.policy.write_idle_bursts = 3;
  ChannelBench bench(c);
  bench.write(0, 1, 50);
  bench.write(1, 1, 60);
  bench.controller.advance(1000);
  EXPECT_THAT(bench.log.entries(), IsEmpty());
  bench.write(2, 1, 1000);
  bench.controller.advance(2000);
  EXPECT_THAT(bench.log.at("WR 0"), ElementsAre(1000 + rcd_write));

  c.policy.write_idle_bursts = 0;
  ChannelBench never(c);
  never.write(0, 1, 50);
  never.controller.advance(100000);
  EXPECT_THAT(never.log.entries(), IsEmpty());
  never.finish();
  EXPECT_THAT(never.log.at("WR 0"), SizeIs(1));
}

// Writes keep coming and fill the queue again after each column: reads must get their turn.
TEST(Scheduling, a_saturating_writer_does_not_keep_reads_waiting) {
  for (std::uint8_t qos : {0, 7}) {
    ChannelBench bench(round_numbers());
    for (unsigned i = 0; i < 20; ++i) bench.write(0, 2 + i, 0, 1, 1024);
    const std::uint32_t read = bench.read(0, 1, 1000, qos);
    // A queue of 32 writes, each of them in need of a row of its own, and the turnaround.
    const Cycle conflict = ras + rp + rcd + 30;
    EXPECT_LE(bench.finish()[read].last, 1000 + 32 * conflict) << "QoS " << int{qos};
  }
}

TEST(Scheduling, a_saturating_reader_does_not_keep_writes_waiting) {
  ChannelBench bench(round_numbers());
  for (unsigned i = 0; i < 20; ++i) bench.read(0, 2 + i, 0, 0, 1024);
  const std::uint32_t write = bench.write(0, 1, 1000, 1, 64);  // answered when the last one has a place
  EXPECT_LE(bench.finish()[write].last, 1000u + 4096);
}

TEST(Scheduling, the_closed_page_policy_leaves_no_conflict) {
  Config c = round_numbers();
  c.policy.page = PagePolicy::closed;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(0, 2, 200);
  EXPECT_EQ(bench.finish()[1].last, 200 + rcd);
  EXPECT_THAT(bench.log.at("PRE 0").front(), 100 + ras);
  EXPECT_EQ(bench.controller.banks()[0].conflicts, 0u);
}

TEST(Scheduling, the_closed_page_policy_keeps_a_row_for_waiting_hits) {
  Config c = round_numbers();
  c.policy.page = PagePolicy::closed;
  ChannelBench bench(c);
  bench.read(0, 1, 100);
  bench.read(0, 1, 105);
  EXPECT_EQ(bench.finish()[1].last, 100 + rcd + ccd_same);
  EXPECT_EQ(bench.controller.banks()[0].activations, 1u);
}

TEST(Scheduling, the_adaptive_page_policy_closes_a_row_after_its_timeout) {
  Config c = round_numbers();
  c.policy.page = PagePolicy::adaptive;
  c.policy.page_timeout_ps = 100000;
  ChannelBench soon(c);
  soon.read(0, 1, 100);
  soon.read(0, 1, 100 + rcd + 100);
  EXPECT_EQ(soon.finish()[1].last, 100 + rcd + 100);

  ChannelBench late(c);
  late.read(0, 1, 100);
  late.read(0, 2, 300);
  EXPECT_EQ(late.finish()[1].last, 300 + rcd);
  EXPECT_THAT(late.log.at("PRE 0").front(), 100 + rcd + 100);
}

TEST(Scheduling, the_open_page_policy_counts_conflicts) {
  ChannelBench bench(round_numbers());
  bench.read(0, 1, 100);
  bench.read(0, 2, 200);
  bench.read(0, 2, 300);
  bench.finish();
  const Counts& c = bench.controller.banks()[0];
  EXPECT_EQ(c.activations, 2u);
  EXPECT_EQ(c.conflicts, 1u);
  EXPECT_EQ(c.reads, 3u);
}

// One PRE for each open bank before a refresh, where the policy says so.
TEST(Scheduling, a_refresh_closes_rows_by_one_command_or_by_many) {
  Config c = round_numbers();
  c.refi_ps = 1000000;
  for (const bool all : {true, false}) {
    c.policy.precharge_all = all;
    ChannelBench bench(c);
    for (unsigned bank = 0; bank < 3; ++bank) bench.read(bank, 1, 900);
    bench.read(0, 1, 1001);
    bench.finish();
    EXPECT_THAT(bench.log.at("PREA 0"), SizeIs(all ? 1 : 0));
    EXPECT_THAT(bench.log.at("REFA 0"), ElementsAre(all ? 1000 + 12 : 1000 + 2 * 2 + rp));
  }
}

}  // namespace
}  // namespace takt::dram::testing
