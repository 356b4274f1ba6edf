#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kPollTicks = 100;  // the kernel looks at fences every 100 us

TEST(Fence, HoldsLaterSlotsOfItsQueueOnly) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.add_queue(2);
  bench.submit(1, fence(TAKT_SLOT_FENCE_WAIT, kFence, 5));
  bench.submit(1, job(1, 0));
  bench.submit(2, job(2, 0));
  bench.soc.put(kFence, std::uint64_t{4});
  bench.run(1000);
  EXPECT_EQ(bench.order(), std::vector<std::uint64_t>{2});
  bench.soc.put(kFence, std::uint64_t{5});
  bench.run();
  EXPECT_EQ(bench.order(), (std::vector<std::uint64_t>{2, 1}));
}

TEST(Fence, AlreadyPassedCostsNoWaiting) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.soc.put(kFence, ~0ull);
  bench.submit(1, fence(TAKT_SLOT_FENCE_WAIT, kFence, 5));
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).started_ticks, 0u);
}

TEST(Fence, WrittenByAnotherClientIsSeenWithinThePollPeriod) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.submit(1, fence(TAKT_SLOT_FENCE_WAIT, kFence, 1ull << 40));
  bench.submit(1, job(1, 0));
  bench.soc.at(1234, [&] { bench.soc.put(kFence, 1ull << 40); });
  bench.run();
  EXPECT_GE(bench.record(1).started_ticks, 1234u);
  EXPECT_LE(bench.record(1).started_ticks, 1234 + kPollTicks);
}

TEST(Fence, SignalComesAfterEarlierSlotsAreDone) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.submit(1, job(1, 0));
  bench.submit(1, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, 77));
  bench.run(9);
  EXPECT_EQ(bench.soc.get<std::uint64_t>(kFence), 0u);
  bench.run(10);
  EXPECT_EQ(bench.soc.get<std::uint64_t>(kFence), 77u);
}

// Ping-pong of two queues, as the DRM scheduler's overhead scenario has it: no idle time between the jobs.
TEST(Fence, ChainsTwoQueuesWithoutPolling) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.add_queue(2);
  for (std::uint64_t round = 1; round <= 10; ++round) {
    bench.submit(2, fence(TAKT_SLOT_FENCE_WAIT, kFence, round));
    bench.submit(2, job(100 + round, 0));
    bench.submit(2, fence(TAKT_SLOT_FENCE_SIGNAL, kFence + 8, round));
    bench.submit(1, fence(TAKT_SLOT_FENCE_WAIT, kFence + 8, round - 1));
    bench.submit(1, job(round, 0));
    bench.submit(1, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, round));
  }
  bench.run();
  std::vector<std::uint64_t> expected;
  for (std::uint64_t round = 1; round <= 10; ++round) {
    expected.push_back(round);
    expected.push_back(100 + round);
  }
  EXPECT_EQ(bench.order(), expected);
  EXPECT_EQ(bench.record(110).finished_ticks, 20u * 10u);
}

TEST(Fence, OnTheControlQueueOrdersRequests) {
  Bench bench;
  bench.boot();
  bench.submit(TAKT_CONTROL_QUEUE, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, 3));
  bench.run();
  EXPECT_EQ(bench.soc.get<std::uint64_t>(kFence), 3u);
}

}  // namespace
}  // namespace takt::firmware::test
