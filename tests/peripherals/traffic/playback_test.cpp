// A recorded list of accesses against a memory of known latency.
#include <gtest/gtest.h>

#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

using Timing = PlaybackFeed::Timing;

// Reads of 64 bytes, one behind the other, at the times given.
class Feed final : public PlaybackFeed {
 public:
  Feed(Timing timing, std::vector<std::uint64_t> times_ns) : timing_(timing), times_(std::move(times_ns)) {}

  Timing timing() const override { return timing_; }
  bool next(Access& access, Time& time) override {
    if (next_ == times_.size()) return false;
    access = {};
    access.address = next_ * 64;
    access.bytes = 64;
    time = nanoseconds(times_[next_++]);
    return true;
  }
  bool rewind() override {
    next_ = 0;
    return true;
  }

 private:
  const Timing timing_;
  const std::vector<std::uint64_t> times_;
  std::size_t next_ = 0;
};

TrafficConfig config() {
  TrafficConfig c;
  c.name = "recorded";
  c.kind = "trace";
  c.trace.outstanding = 64;
  c.trace.start_us = 1;
  return c;
}

std::unique_ptr<Feed> feed(Timing timing, std::vector<std::uint64_t> times_ns) {
  return std::make_unique<Feed>(timing, std::move(times_ns));
}

std::vector<std::uint64_t> issued_ns(const Bench& b) {
  std::vector<std::uint64_t> times;
  for (const Request& request : b.memory.requests) times.push_back(request.at.value / 1000);
  return times;
}

using Times = std::vector<std::uint64_t>;

TEST(Playback, AbsoluteTimesCountFromItsStart) {
  Bench b(config(), nanoseconds(100), feed(Timing::absolute, {0, 5, 5, 700}));
  b.run(microseconds(5));
  EXPECT_EQ(issued_ns(b), (Times{1000, 1005, 1005, 1700}));
  EXPECT_EQ(b.misses().missed, 0u);
  EXPECT_EQ(b.figure("rounds"), 1u);
}

TEST(Playback, WhatTheBoundHoldsBackIsLate) {
  TrafficConfig c = config();
  c.trace.outstanding = 1;
  Bench b(c, nanoseconds(100), feed(Timing::absolute, {0, 30, 500}));
  b.run(microseconds(5));
  EXPECT_EQ(issued_ns(b), (Times{1000, 1100, 1500}));
  EXPECT_EQ(b.misses().missed, 1u);
  EXPECT_EQ(b.figure("late"), nanoseconds(70).value);
  EXPECT_EQ(b.figure("worst_late"), nanoseconds(70).value);
}

TEST(Playback, TimesAfterTheEndOfTheAccessBefore) {
  Bench b(config(), nanoseconds(100), feed(Timing::after_end, {0, 10, 20}));
  b.run(microseconds(5));
  EXPECT_EQ(issued_ns(b), (Times{1000, 1110, 1230}));
}

TEST(Playback, TimesAfterTheIssueOfTheAccessBefore) {
  TrafficConfig c = config();
  c.trace.outstanding = 2;
  Bench b(c, nanoseconds(100), feed(Timing::after_previous, {0, 10, 20, 30}));
  b.run(microseconds(5));
  EXPECT_EQ(issued_ns(b), (Times{1000, 1010, 1100, 1130}));
  EXPECT_EQ(b.misses().missed, 1u);  // the third would have come at 1030 ns
}

TEST(Playback, WithoutTimesAsManyAsMayBeInFlight) {
  TrafficConfig c = config();
  c.trace.outstanding = 2;
  Bench b(c, nanoseconds(100), feed(Timing::as_accepted, {0, 0, 0, 0}));
  b.run(microseconds(5));
  EXPECT_EQ(issued_ns(b), (Times{1000, 1000, 1100, 1100}));
  EXPECT_EQ(b.misses().missed, 0u);
}

// A round's time 0 is the last access's time in the round before.
TEST(Playback, ALoopBeginsAgainWithTheLastAccess) {
  TrafficConfig c = config();
  c.trace.loop = true;
  Bench b(c, nanoseconds(10), feed(Timing::absolute, {50, 100}));
  b.run(nanoseconds(1320));
  EXPECT_EQ(issued_ns(b), (Times{1050, 1100, 1150, 1200, 1250, 1300}));
  EXPECT_EQ(b.figure("rounds"), 3u);
}

TEST(Playback, EndsWithTheList) {
  Bench b(config(), nanoseconds(10), feed(Timing::absolute, {0}));
  b.run(microseconds(100));
  EXPECT_EQ(b.counters().reads, 1u);
  EXPECT_EQ(b.counters().bytes_read, 64u);
}

}  // namespace
}  // namespace takt::peripherals::test
