// Token buckets at initiator ports. With rate R and burst B, always wanted, the bytes granted up to and including piece
// n leave no earlier than B + R x t covers them: expected times are ceil((bytes - B) / R).
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

constexpr std::uint64_t second = units::picoseconds_per_second;

Config regulated(std::uint64_t bytes_per_s, std::uint64_t burst, unsigned initiators = 1) {
  Config c = config(initiators);
  c.initiators[0].limit_bytes_per_s = bytes_per_s;
  c.initiators[0].burst_bytes = burst;
  return c;
}

// When a piece was granted: it reaches the target 16 ns later.
Time granted(const ScriptedTarget::Piece& piece) { return piece.arrival - nanoseconds(16); }

// When `bytes` in all, this piece included, have passed a bucket that was full at 0 and has been wanted since.
Time passed(std::uint64_t bytes, std::uint64_t rate, std::uint64_t burst) {
  return bytes <= burst ? Time(0) : Time(units::mul_div_ceil(bytes - burst, second, rate));
}

class NocRegulator : public ::testing::TestWithParam<Answers> {};

TEST_P(NocRegulator, pieces_leave_at_the_exact_time_their_bytes_are_there_and_never_drift) {
  constexpr std::uint64_t rate = 3000000007;  // no whole number of picoseconds a byte
  Bench bench("noc", regulated(rate, 4096), GetParam());
  bench.initiators[0].send(false, 0, 4096 * 2000);
  run(units::milliseconds(3));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 2000u);
  for (std::size_t n = 0; n < pieces.size(); ++n) {
    EXPECT_EQ(pieces[n].bytes(), 4096u);
    ASSERT_EQ(granted(pieces[n]).value, passed((n + 1) * 4096, rate, 4096).value) << n;
  }
}

TEST_P(NocRegulator, a_burst_passes_at_the_speed_of_the_link_then_the_rate_holds) {
  Bench bench("noc", regulated(1000000000, 3 * 4096), GetParam());
  run(nanoseconds(500000));
  bench.initiators[0].send(true, 0, 4096 * 6);
  run(nanoseconds(100000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 6u);
  // 64 B/ns: 64 ns apart. The bucket, full at 500 us, has 12288 + 1 x t bytes.
  const std::uint64_t expected[] = {0, 64, 128, 4096, 8192, 12288};
  for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(granted(pieces[n]).value, nanoseconds(500000 + expected[n]).value) << n;
}

TEST_P(NocRegulator, a_small_burst_makes_small_pieces) {
  Bench bench("noc", regulated(1000000000, 100), GetParam());
  bench.initiators[0].send(false, 0, 640);
  run(nanoseconds(10000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 10u);
  for (std::size_t n = 0; n < 10; ++n) {
    EXPECT_EQ(pieces[n].bytes(), 64u);
    EXPECT_EQ(granted(pieces[n]).value, passed((n + 1) * 64, 1000000000, 100).value) << n;
  }
}

TEST_P(NocRegulator, a_throttled_port_sleeps) {
  Bench bench("noc", regulated(1000000, 4096), GetParam());  // 1 MB/s: a piece every 4.096 ms
  bench.initiators[0].send(false, 0, 4096 * 10);
  run(units::milliseconds(1));
  const sc_dt::uint64 before = sc_core::sc_delta_count();
  run(units::milliseconds(3));
  EXPECT_EQ(sc_core::sc_delta_count(), before);
}

TEST_P(NocRegulator, the_time_it_holds_a_port_is_counted_to_the_picosecond) {
  Bench bench("noc", regulated(1000000000, 4096, 2), GetParam());
  bench.initiators[0].send(false, 0, 4096 * 3);
  bench.initiators[1].send(false, 1u << 26, 64);
  run(nanoseconds(5000));
  bench.noc.account();
  // Pieces at 0, 4096 and 8192 ns; the link lets the next one go 64 ns after each.
  EXPECT_EQ(bench.noc.statistics(0).throttled.value, nanoseconds(4096 - 64 + 5000 - 4096 - 64).value);
  run(nanoseconds(50000));
  bench.noc.account();
  EXPECT_EQ(bench.noc.statistics(0).throttled.value, nanoseconds(2 * (4096 - 64)).value);
  EXPECT_EQ(bench.noc.statistics(1).throttled.value, 0u);
}

TEST_P(NocRegulator, whoever_is_held_does_not_make_others_grants_small) {
  Bench bench("noc", regulated(1000000, 4096, 2), GetParam());
  bench.initiators[0].send(false, 0, 65536);
  run(nanoseconds(1000));
  bench.initiators[1].send(false, 1u << 26, 65536);
  run(nanoseconds(10000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 5u);
  for (std::size_t n = 1; n < 5; ++n) EXPECT_EQ(pieces[n].bytes(), 16384u);
}

TEST_P(NocRegulator, a_stretch_that_no_target_takes_is_refused_at_once) {
  Bench bench("noc", regulated(1000000, 64), GetParam());
  bench.initiators[0].send(false, 5ull << 30, 4096);
  bench.initiators[0].send(false, 0, 0);
  run(nanoseconds(1000));
  ASSERT_EQ(bench.initiators[0].answers.size(), 2u);
  EXPECT_EQ(bench.initiators[0].answers[0].status, tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_EQ(bench.initiators[0].answers[1].status, tlm::TLM_BURST_ERROR_RESPONSE);
}

Regulation limit(std::uint64_t bytes_per_s, std::uint64_t burst) { return {true, bytes_per_s, burst, false, 0}; }

TEST_P(NocRegulator, a_change_of_rate_counts_for_the_next_grant_from_the_level_at_that_time) {
  Bench bench("noc", regulated(1000000000, 4096), GetParam());
  bench.initiators[0].send(false, 0, 4096 * 8);
  run(nanoseconds(5000));  // pieces at 0 and 4096 ns; 904 bytes are there
  bench.noc.regulate(0, limit(4000000000, 4096));
  run(nanoseconds(1822));  // the third at 5000 + 3192 / 4 = 5798, the fourth at 6822
  bench.noc.regulate(0, limit(500000000, 4096));
  run(nanoseconds(100000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_EQ(pieces.size(), 8u);
  const std::uint64_t expected[] = {0, 4096, 5798, 6822, 6822 + 8192, 6822 + 2 * 8192};
  for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(granted(pieces[n]).value, nanoseconds(expected[n]).value) << n;
}

TEST_P(NocRegulator, switching_it_off_frees_a_held_port_and_on_starts_with_a_full_bucket) {
  Bench bench("noc", regulated(1000000, 4096), GetParam());
  bench.initiators[0].send(false, 0, 4096 + 4 * 16384);
  run(nanoseconds(1000));
  EXPECT_EQ(bench.targets[0].pieces.size(), 1u);
  bench.noc.regulate(0, {});
  run(nanoseconds(10000));
  const auto& pieces = bench.targets[0].pieces;
  EXPECT_EQ(granted(pieces.at(1)).value, nanoseconds(1000).value);
  EXPECT_EQ(pieces.back().bytes(), 4096u);  // up to multiples of 16384
  EXPECT_EQ(bench.noc.statistics(0).bytes_read, 4096u + 4 * 16384);
  EXPECT_EQ(bench.noc.statistics(0).throttled.value, nanoseconds(1000 - 64).value);
  bench.noc.regulate(0, limit(1000000000, 8192));
  bench.initiators[0].send(false, 0, 3 * 4096);
  const std::size_t before = pieces.size();
  run(nanoseconds(20000));
  ASSERT_EQ(pieces.size(), before + 3);
  EXPECT_EQ(granted(pieces[before]).value, nanoseconds(11000).value);
  EXPECT_EQ(granted(pieces[before + 1]).value, nanoseconds(11000 + 64).value);
  EXPECT_EQ(granted(pieces[before + 2]).value, nanoseconds(11000 + 4096).value);
}

TEST_P(NocRegulator, rate_zero_lets_nothing_pass_behind_the_burst) {
  Bench bench("noc", config(1), GetParam());
  bench.noc.regulate(0, limit(0, 4096));
  run(nanoseconds(1));
  bench.initiators[0].send(false, 0, 8192);
  run(units::milliseconds(10));
  EXPECT_EQ(bench.targets[0].pieces.size(), 1u);
  bench.noc.regulate(0, limit(0, 4096));  // as before: it stays empty
  run(units::milliseconds(1));
  EXPECT_EQ(bench.targets[0].pieces.size(), 1u);
  bench.noc.regulate(0, limit(4096000000, 4096));
  run(nanoseconds(10000));
  ASSERT_EQ(bench.targets[0].pieces.size(), 2u);
  EXPECT_EQ(granted(bench.targets[0].pieces[1]).value, (nanoseconds(1 + 1000) + units::milliseconds(11)).value);
}

TEST_P(NocRegulator, its_qos_replaces_that_of_port_and_stretch) {
  Config c = config(2);
  c.initiators[0].qos = 5;
  Bench bench("noc", c, GetParam());
  bench.initiators[1].qos = 2;
  Regulation regulation;
  regulation.qos_override = true;
  regulation.qos = 1;
  bench.noc.regulate(0, regulation);
  run(nanoseconds(1));
  bench.initiators[0].send(false, 0, 8192);
  bench.initiators[1].send(false, 1u << 26, 8192);
  run(nanoseconds(5000));
  const auto& pieces = bench.targets[0].pieces;
  ASSERT_GE(pieces.size(), 3u);
  EXPECT_EQ(pieces[0].initiator, 1);
  EXPECT_EQ(pieces[1].initiator, 1);
  EXPECT_EQ(pieces[2].initiator, 0);
  EXPECT_EQ(pieces[2].qos, 1);
}

TEST_P(NocRegulator, rows_that_fit_the_burst_pass_whole) {
  Bench bench("noc", regulated(1000000000, 1000), GetParam());
  tlm::tlm_generic_payload& payload = bench.initiators[0].pool.acquire();
  base::set_request(payload, false, 0, 200, nullptr);
  base::stretch_of(payload).rows = 10;
  base::stretch_of(payload).stride = 4096;
  bench.initiators[0].send(payload);
  run(nanoseconds(10000));
  const auto& pieces = bench.targets[0].pieces;
  // Of at most 512 bytes, the largest power of two below the burst: two rows each.
  ASSERT_EQ(pieces.size(), 5u);
  for (std::size_t n = 0; n < 5; ++n) {
    EXPECT_EQ(pieces[n].bytes(), 400u);
    const Time earliest(passed((n + 1) * 400, 1000000000, 1000));
    EXPECT_EQ(granted(pieces[n]).value, units::max(earliest, Time(n * 6250)).value) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Noc, NocRegulator, every_answer, answers_name);

struct Envelope {
  std::uint64_t rate, burst;
};

// What passes is never above the envelope, in no interval, whatever is asked and whoever else asks.
TEST(RegulatorProperty, no_interval_carries_more_than_burst_and_rate_allow) {
  constexpr Envelope envelopes[] = {{123456789, 64}, {999999937, 4096}, {3000000007, 39999}, {20000000000, 1000}};
  std::deque<Bench> benches;
  for (const Envelope& e : envelopes)
    benches.emplace_back(sc_core::sc_gen_unique_name("noc"), regulated(e.rate, e.burst, 2));
  const bool holds = rc::check([&] {
    const auto which = *rc::gen::inRange<std::size_t>(0, benches.size());
    const auto [rate, burst] = envelopes[which];
    Bench& bench = benches[which];
    bench.targets[0].pieces.clear();
    for (int i = 0; i < 20; ++i) {
      const auto initiator = *rc::gen::inRange<std::size_t>(0, 2);
      bench.initiators[initiator].send(*rc::gen::arbitrary<bool>(), *rc::gen::inRange<std::uint64_t>(0, 1u << 24),
                                       *rc::gen::inRange<std::uint64_t>(1, 40000));
      run(Time(*rc::gen::inRange<std::uint64_t>(1, 20000000)));
    }
    std::vector<ScriptedTarget::Piece> own;
    for (const auto& piece : bench.targets[0].pieces) {
      if (piece.initiator == 0) own.push_back(piece);
    }
    for (std::size_t a = 0; a < own.size(); ++a) {
      std::uint64_t bytes = 0;
      for (std::size_t b = a; b < own.size(); ++b) {
        bytes += own[b].bytes();
        const Time interval = own[b].arrival - own[a].arrival + Time(1);
        RC_ASSERT(bytes <= burst + units::mul_div(interval.value, rate, second));
      }
    }
  });
  EXPECT_TRUE(holds);
}

// The level of a bucket is that of its definition, in whole byte-picoseconds, whatever is changed when.
TEST(RegulatorProperty, ready_is_the_first_picosecond_at_which_the_bucket_holds_the_bytes) {
  const bool holds = rc::check([] {
    Regulator regulator;
    std::uint64_t rate = *rc::gen::inRange<std::uint64_t>(1, 1000000000000);
    std::uint64_t burst = *rc::gen::inRange<std::uint64_t>(64, 1u << 30);
    Time now(*rc::gen::inRange<std::uint64_t>(0, second));
    regulator.set(limit(rate, burst), now);
    using Wide = unsigned __int128;
    // Over the brim for less than a picosecond is not lost: time is whole.
    const auto capped = [&](Wide l) { return l >= Wide{burst} * second + rate ? Wide{burst} * second : l; };
    Wide level = Wide{burst} * second;
    for (int i = 0; i < 30; ++i) {
      const Time step(*rc::gen::inRange<std::uint64_t>(0, second / 1000));
      now += step;
      level = capped(level + Wide{step.value} * rate);
      if (*rc::gen::inRange(0, 4) == 0) {
        rate = *rc::gen::inRange<std::uint64_t>(1, 1000000000000);
        burst = *rc::gen::inRange<std::uint64_t>(64, 1u << 30);
        regulator.set(limit(rate, burst), now);
        level = capped(level);
      }
      const std::uint64_t bytes = regulator.largest_piece(std::uint64_t{1} << *rc::gen::inRange(0, 20));
      RC_ASSERT(bytes <= burst);
      const Time ready = units::max(regulator.ready(bytes), now);
      const Wide wait = (ready - now).value;
      RC_ASSERT(level + wait * rate >= Wide{bytes} * second);
      RC_ASSERT(wait == 0 || level + (wait - 1) * rate < Wide{bytes} * second);
      level = capped(level + wait * rate) - Wide{bytes} * second;
      now = ready;
      regulator.take(bytes, now);
    }
  });
  EXPECT_TRUE(holds);
}

TEST(NocConfig, refuses_a_burst_below_a_line) {
  EXPECT_EQ(check(regulated(1000, 63)), "initiator i0: burst_bytes is 63, expected at least 64");
}

}  // namespace
}  // namespace takt::noc::testing
