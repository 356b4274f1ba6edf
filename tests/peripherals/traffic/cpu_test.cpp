// CPU cores against a memory of known latency.
#include <gtest/gtest.h>

#include <cmath>

#include "models/units/random.h"
#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

TrafficConfig config() {
  TrafficConfig c;
  c.name = "cores";
  c.kind = "cpu";
  c.seed = 5;
  c.cpu.misses_per_ms = 1000;
  c.cpu.outstanding = 4;
  c.cpu.line_bytes = 64;
  c.cpu.writes_percent = 0;
  c.cpu.streaming_percent = 0;
  c.cpu.working_set_bytes = 65536;
  return c;
}

TEST(Cpu, MissesComeAtTheOfferedRateWhereNothingHoldsThemBack) {
  Bench b(config(), nanoseconds(1));
  b.run(microseconds(10000));
  // Poisson: 10000 expected, standard deviation 100.
  EXPECT_NEAR(static_cast<double>(b.figure("misses")), 10000, 300);
  EXPECT_EQ(b.figure("stalled"), 0u);
}

// Offered 1000 misses per us, 1 ns apart on average; 4 in flight at 100 ns each let 40 per us through.
TEST(Cpu, AtTheBoundTheRateIsWhatIsInFlightByLatency) {
  TrafficConfig c = config();
  c.cpu.misses_per_ms = 1000000;
  Bench b(c, nanoseconds(100));
  b.run(microseconds(100));
  EXPECT_EQ(b.memory.most_in_flight, 4u);
  EXPECT_LE(b.figure("misses"), 4004u);
  EXPECT_NEAR(static_cast<double>(b.figure("misses")), 4000, 160);  // 4 %: the four misses take some ns to come
  EXPECT_NEAR(static_cast<double>(b.figure("stalled")) / static_cast<double>(microseconds(100).value), 0.96, 0.02);
}

TEST(Cpu, WritesBackItsShareWithoutWaitingForIt) {
  TrafficConfig c = config();
  c.cpu.writes_percent = 30;
  Bench b(c, [](const Request& r) { return r.write ? microseconds(1) : nanoseconds(1); });
  b.run(microseconds(10000));
  const auto misses = static_cast<double>(b.figure("misses"));
  EXPECT_NEAR(static_cast<double>(b.figure("evictions")), 0.3 * misses, 3 * std::sqrt(0.3 * 0.7 * misses));
  EXPECT_EQ(b.figure("stalled"), 0u);
  for (const Request& request : b.memory.requests) {
    EXPECT_EQ(request.bytes, 64u);
    EXPECT_EQ(request.address % 64, 0u);
    EXPECT_LT(request.address, 65536u);
  }
}

TEST(Cpu, AStreamReadsLineAfterLine) {
  TrafficConfig c = config();
  c.cpu.streaming_percent = 100;
  Bench b(c, nanoseconds(1));
  b.run(microseconds(100));
  ASSERT_GT(b.memory.requests.size(), 50u);
  for (std::size_t n = 0; n < b.memory.requests.size(); ++n)
    EXPECT_EQ(b.memory.requests[n].address, (n + 1) * 64 % 65536);
}

TEST(Cpu, ASeedIsARun) {
  Bench b(config(), nanoseconds(1));
  b.run(microseconds(10));
  units::Random random(5);
  // Draws per miss: whether it streams, which line, whether it evicts, when the next comes.
  Time at;
  for (const Request& request : b.memory.requests) {
    random.below(100);
    EXPECT_EQ(request.address, random.below(1024) * 64);
    EXPECT_EQ(request.at, at);
    random.below(100);
    at += units::exponential(random, microseconds(1));
  }
}

}  // namespace
}  // namespace takt::peripherals::test
