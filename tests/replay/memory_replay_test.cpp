// When accesses are handed over and answered, from arithmetic on a memory of round numbers.
#include "sim/replay/memory_replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "tests/replay/traces.h"

namespace takt::replay::testing {
namespace {

using ::testing::HasSubstr;

// k reads of 64 bytes, one behind another, `gap` ns apart.
std::string reads(unsigned k, unsigned gap) {
  std::string text;
  for (unsigned i = 0; i < k; ++i) {
    char line[64];
    std::snprintf(line, sizeof line, "%u: (64) read 0x%x\n", i * gap, i * 64);
    text += line;
  }
  return text;
}

std::string fault_of(const std::string& text, const std::string& format, const dram::Config& config,
                     const ReplayOptions& options = {}) {
  try {
    play(text, format, config, options);
  } catch (const traces::MemoryTraceError& error) {
    return error.what();
  }
  return "no error";
}

TEST(MemoryReplay, accesses_with_times_arrive_at_them) {
  const Played played = play(reads(8, 100), "stl", round_memory());
  EXPECT_EQ(played.outcome.accesses, 8u);
  EXPECT_EQ(played.outcome.end, units::nanoseconds(700) + row_hit);
  EXPECT_EQ(played.figures.statistics.total.read_latency.max(), row_miss);
  EXPECT_EQ(played.figures.statistics.total.read_latency.mean(), (row_miss + row_hit * 7) / 8);
  EXPECT_EQ(played.outcome.late, 0u);
}

TEST(MemoryReplay, as_fast_as_accepted_a_stream_has_one_burst_behind_another) {
  ReplayOptions options;
  options.as_fast_as_accepted = true;
  // Four rows in four banks: each is open before its turn comes.
  const Played played = play(reads(64, 1000), "stl", round_memory(), options);
  EXPECT_EQ(played.outcome.end, units::nanoseconds(2 + 10 + 7) + units::nanoseconds(16) * 64);
}

TEST(MemoryReplay, traces_without_times_go_as_fast_as_accepted) {
  std::string text;
  for (unsigned i = 0; i < 64; ++i) text += "LD " + std::to_string(i * 64) + "\n";
  EXPECT_EQ(play(text, "ramulator2-loadstore", round_memory()).outcome.end, units::nanoseconds(2 + 10 + 7 + 16 * 64));
}

TEST(MemoryReplay, one_outstanding_access_waits_for_the_one_before) {
  ReplayOptions options;
  options.as_fast_as_accepted = true;
  options.outstanding = 1;
  EXPECT_EQ(play(reads(16, 0), "stl", round_memory(), options).outcome.end, row_miss + row_hit * 15);
}

TEST(MemoryReplay, two_outstanding_accesses_overlap_all_but_the_data) {
  ReplayOptions options;
  options.as_fast_as_accepted = true;
  options.outstanding = 2;
  // A read's successor but one arrives with its end, and has 25 ns until the data of the one between are over 16 ns
  // later: the bus never waits.
  const Played played = play(reads(16, 0), "stl", round_memory(), options);
  EXPECT_EQ(played.outcome.end, row_miss + units::nanoseconds(16) * 15);
}

TEST(MemoryReplay, a_delay_counts_from_the_end_of_the_access_before) {
  const Played played = play("0: (64) read 0x0\n50: (64) read 0x40\n7: (64) read 0x80\n", "rstl", round_memory());
  EXPECT_EQ(played.outcome.end, row_miss + units::nanoseconds(50) + row_hit + units::nanoseconds(7) + row_hit);
}

TEST(MemoryReplay, instructions_take_their_time) {
  ReplayOptions options;
  options.instructions_per_second = 4000000000;  // 4 each ns
  const Played played = play("400 0\n1200 64\n", "ramulator2-simpleo3", round_memory(), options);
  EXPECT_EQ(played.outcome.first, units::nanoseconds(100));
  EXPECT_EQ(played.outcome.end, units::nanoseconds(400) + row_hit);
}

TEST(MemoryReplay, a_core_that_waits_goes_on_from_there) {
  ReplayOptions options;
  options.instructions_per_second = 4000000000;
  options.outstanding = 1;
  const Played played = play("0 0\n4 64\n400 128\n", "ramulator2-simpleo3", round_memory(), options);
  EXPECT_EQ(played.outcome.end, row_miss + row_hit + units::nanoseconds(100 - 25) + row_hit);
  EXPECT_EQ(played.outcome.late, 1u);
  EXPECT_EQ(played.outcome.latest, row_miss - units::nanoseconds(1));
}

TEST(MemoryReplay, instructions_without_a_rate_are_refused) {
  EXPECT_THAT(fault_of("400 0\n", "ramulator2-simpleo3", round_memory()), HasSubstr("--clock-hz"));
}

TEST(MemoryReplay, an_overloaded_memory_hands_over_late) {
  // 10,000 reads at once: 4,096 in flight, the rest waits for room.
  const Played played = play(reads(10000, 0), "stl", round_memory());
  EXPECT_EQ(played.outcome.late, 10000u - default_outstanding);
  EXPECT_GT(played.outcome.latest, units::nanoseconds(16) * (10000 - default_outstanding - 1));
}

TEST(MemoryReplay, address_vectors_go_where_they_say) {
  const Played played = play("R 0,0,3,5,7\nW 0,0,1,9,15\nR 0,0,3,5,8\n", "ramulator2-readwrite", round_memory());
  const std::vector<dram::Counts>& banks = played.figures.channels[0].banks;
  EXPECT_EQ(banks[3].reads, 2u);
  EXPECT_EQ(banks[3].activations, 1u);
  EXPECT_EQ(banks[1].writes, 1u);
}

TEST(MemoryReplay, address_vectors_reach_every_channel_rank_and_group) {
  dram::Config config = preset("lpddr5x-8533");
  config.ranks = 2;
  const auto trace = trace_of("R 2,1,3,2,100,63\n", "ramulator2-readwrite", config.burst_bytes);
  EXPECT_EQ(play(*trace, config).figures.channels[2].banks[(1 * 4 + 2) * 4 + 3].reads, 1u);
}

TEST(MemoryReplay, vectors_outside_the_memory_are_refused_with_their_line) {
  EXPECT_THAT(fault_of("R 0,0,3,5,7\nR 0,0,4,5,7\n", "ramulator2-readwrite", round_memory()),
              AllOf(HasSubstr(":2"), HasSubstr("bank 4"), HasSubstr("0 .. 3")));
  EXPECT_THAT(fault_of("R 0,0,0,3,5,7,1\n", "ramulator2-readwrite", round_memory()),
              AllOf(HasSubstr(":1"), HasSubstr("channel, rank, bank, row, column")));
  dram::Config protected_memory = round_memory();
  protected_memory.ecc = dram::Ecc::inline_row;
  EXPECT_THAT(fault_of("R 0,0,3,5,7\n", "ramulator2-readwrite", protected_memory), HasSubstr("inline ECC"));
}

TEST(MemoryReplay, addresses_outside_the_memory_are_refused_with_their_line) {
  // 64 MiB: the last byte is at 0x3ffffff.
  EXPECT_EQ(fault_of("0: (64) read 0x3ffffc0\n", "stl", round_memory()), "no error");
  EXPECT_THAT(fault_of("0: (64) read 0x0\n\n1: (64) read 0x3ffffc1\n", "stl", round_memory()),
              AllOf(HasSubstr(":3"), HasSubstr("0x3ffffc1"), HasSubstr("0x4000000"), HasSubstr("67108864")));
}

TEST(MemoryReplay, times_of_more_than_106_days_are_refused) {
  EXPECT_THAT(fault_of("9300000000000000: (64) read 0x0\n", "stl", round_memory()),
              AllOf(HasSubstr(":1"), HasSubstr("106 days")));
}

TEST(MemoryReplay, a_limit_ends_it_early) {
  ReplayOptions options;
  options.limit = 3;
  const Played played = play(reads(8, 100), "stl", round_memory(), options);
  EXPECT_EQ(played.outcome.accesses, 3u);
  EXPECT_EQ(played.outcome.end, units::nanoseconds(200) + row_hit);
}

TEST(MemoryReplay, an_access_of_many_rows_is_handed_over_in_pieces) {
  MadeTrace trace(1, [](std::uint64_t, traces::MemoryAccess& access) {
    access.rows = 10000;
    access.stride = 4096;
  });
  const Played played = play(trace, round_memory());
  EXPECT_EQ(played.outcome.accesses, 1u);
  EXPECT_EQ(played.outcome.requests, 3u) << "10,000 rows by 4,096";
  EXPECT_EQ(played.figures.statistics.total.bytes_read, 10000u * 64);
}

TEST(MemoryReplay, initiators_keep_what_is_theirs) {
  MadeTrace trace(100, [](std::uint64_t n, traces::MemoryAccess& access) {
    access.time = units::nanoseconds(100 * n);
    access.address = n * 64;
    access.initiator = n % 4 == 0 ? 3 : 1;
    access.write = n % 4 == 0;
  });
  const dram::Statistics statistics = play(trace, round_memory()).figures.statistics;
  EXPECT_EQ(statistics.initiators[1].bytes_read, 75u * 64);
  EXPECT_EQ(statistics.initiators[1].bytes_written, 0u);
  EXPECT_EQ(statistics.initiators[3].bytes_written, 25u * 64);
}

TEST(MemoryReplay, memory_does_not_grow_with_the_trace) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "freed memory is kept in quarantine";
#endif
  const auto resident_kib = [] {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  };
  const MadeTrace::Make make = [](std::uint64_t n, traces::MemoryAccess& access) {
    access.time = units::nanoseconds(n);  // 16 times what the memory can
    access.address = n * 4096 % (64u << 20);
  };
  MadeTrace small(20000, make), large(400000, make);
  play(small, round_memory());
  const long before = resident_kib();
  play(large, round_memory());
  EXPECT_LT(resident_kib() - before, 1024);
}

}  // namespace
}  // namespace takt::replay::testing
