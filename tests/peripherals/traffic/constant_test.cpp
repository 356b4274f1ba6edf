// Accesses at a constant rate: what is asked when, and what is counted.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

// 256 bytes every 100 ns from a working set of 4 KiB.
TrafficConfig config() {
  TrafficConfig c;
  c.name = "source";
  c.kind = "constant";
  c.constant.bytes_per_second = 2560000000;
  c.constant.bytes_per_access = 256;
  c.constant.working_set_bytes = 4096;
  c.seed = 11;
  c.qos = 4;
  return c;
}

TEST(ConstantTraffic, AsksAtAConstantRateFromTheStart) {
  Bench b(config(), nanoseconds(10));
  b.run(microseconds(5));
  ASSERT_GE(b.memory.requests.size(), 50u);
  for (std::uint64_t n = 0; n < 50; ++n) EXPECT_EQ(b.memory.requests[n].at, nanoseconds(100 * n));
}

TEST(ConstantTraffic, APeriodThatIsNoWholePicosecondDoesNotDrift) {
  TrafficConfig c = config();
  c.constant.bytes_per_second = 3000000000;  // 256 bytes every 85333 1/3 ps
  Bench b(c, nanoseconds(10));
  b.run(microseconds(100));
  for (std::uint64_t n = 0; n < b.memory.requests.size(); ++n)
    EXPECT_EQ(b.memory.requests[n].at, Time((n * 256000 + 2) / 3));
}

TEST(ConstantTraffic, ReadsInAddressOrderAndWraps) {
  Bench b(config(), nanoseconds(10));
  b.run(microseconds(4));
  for (std::size_t n = 0; n < 40; ++n) {
    EXPECT_EQ(b.memory.requests[n].address, n % 16 * 256);
    EXPECT_FALSE(b.memory.requests[n].write);
    EXPECT_EQ(b.memory.requests[n].qos, 4u);
  }
}

TEST(ConstantTraffic, AtRandomPlacesStaysInItsWorkingSetAndWritesItsShare) {
  TrafficConfig c = config();
  c.constant.random = true;
  c.constant.writes_percent = 30;
  Bench b(c, nanoseconds(10));
  b.run(microseconds(1000));
  double writes = 0;
  for (const Request& request : b.memory.requests) {
    EXPECT_LE(request.address + 256, 4096u);
    EXPECT_EQ(request.address % 256, 0u);
    writes += request.write ? 1 : 0;
  }
  const auto count = static_cast<double>(b.memory.requests.size());
  EXPECT_NEAR(writes, 0.3 * count, 3 * std::sqrt(0.3 * 0.7 * count));
}

TEST(ConstantTraffic, CountsWhatWasAnswered) {
  Bench b(config(), nanoseconds(250));
  b.run(nanoseconds(1040));
  // Asked at 0, 100, ... 1000 ns; answered by 1040 ns: those asked until 790 ns.
  EXPECT_EQ(b.counters().reads, 8u);
  EXPECT_EQ(b.counters().writes, 0u);
  EXPECT_EQ(b.counters().bytes_read, 8u * 256);
  EXPECT_EQ(b.counters().read_latency_sum, nanoseconds(8 * 250));
  EXPECT_EQ(b.counters().worst_latency, nanoseconds(250));
}

TEST(ConstantTraffic, MissesWhereAnAnswerComesLaterThanItsBufferCovers) {
  TrafficConfig c = config();
  c.constant.buffer_ns = 249;
  Bench b(c, nanoseconds(250));
  b.run(microseconds(10));
  EXPECT_EQ(b.counters().reads, 98u);  // asked at 0 .. 9700 ns
  EXPECT_EQ(b.misses().missed, 98u);
}

TEST(ConstantTraffic, DoesNotMissWhereTheBufferJustCoversIt) {
  TrafficConfig c = config();
  c.constant.buffer_ns = 250;
  Bench b(c, nanoseconds(250));
  b.run(microseconds(10));
  EXPECT_EQ(b.misses().missed, 0u);
}

TEST(ConstantTraffic, SkipsWhatWouldExceedSixtyFourInFlight) {
  Bench b(config(), microseconds(100));
  b.run(nanoseconds(9950));
  // A hundred accesses were due, none answered.
  EXPECT_EQ(b.memory.requests.size(), 64u);
  EXPECT_EQ(b.memory.most_in_flight, 64u);
  EXPECT_EQ(b.misses().skipped, 36u);
}

}  // namespace
}  // namespace takt::peripherals::test
