// Policies alone, on views written down here, and the orders they produce on the whole firmware.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

Candidate candidate(std::uint32_t queue, std::uint32_t band, std::uint64_t sequence) {
  Candidate c{};
  c.queue = queue;
  c.band = band;
  c.sequence = sequence;
  c.pending = 1;
  return c;
}

struct Subject {
  explicit Subject(const char* name, std::uint64_t quantum = 0)
      : policy(find_policy(name)->make(storage, PolicyOptions{quantum})) {}
  Decision decide(const std::vector<Candidate>& candidates, const RunningJob& running = {}, std::uint64_t now = 0) {
    return policy->decide({now, running, candidates.data(), static_cast<std::uint32_t>(candidates.size())});
  }
  alignas(8) unsigned char storage[kPolicyBytes];
  Policy* policy;
};

RunningJob running(std::uint32_t queue, std::uint32_t band, std::uint64_t dispatched = 0) {
  RunningJob job;
  job.queue = queue;
  job.band = band;
  job.dispatched_ticks = dispatched;
  job.preemptible = true;
  return job;
}

TEST(Registry, NamesAreFoundAndOthersAreNot) {
  const PolicyList list = policies();
  EXPECT_EQ(list.count, 12u);
  for (std::uint32_t i = 0; i < list.count; ++i) EXPECT_EQ(find_policy(list.entries[i].name), &list.entries[i]);
  EXPECT_EQ(find_policy("fcf"), nullptr);
  EXPECT_EQ(find_policy("fcfs "), nullptr);
  EXPECT_EQ(find_policy(""), nullptr);
}

TEST(Fcfs, TakesTheFirstAcceptedWhateverItsBand) {
  Subject fcfs("fcfs");
  EXPECT_EQ(fcfs.decide({candidate(1, 3, 9), candidate(2, 0, 4), candidate(3, 1, 6)}).queue, 2u);
}

TEST(Fcfs, NeverPreempts) {
  Subject fcfs("fcfs");
  EXPECT_FALSE(fcfs.decide({candidate(2, TAKT_BAND_REALTIME, 0)}, running(1, TAKT_BAND_IDLE)).preempt_running);
}

TEST(FixedPriority, TakesTheHighestBandAndInsideItTheFirst) {
  Subject priority("fixed-priority");
  EXPECT_EQ(priority.decide({candidate(1, 1, 0), candidate(2, 2, 8), candidate(3, 2, 5)}).queue, 3u);
}

TEST(FixedPriority, PreemptsForAHigherBandOnly) {
  Subject priority("fixed-priority");
  EXPECT_TRUE(priority.decide({candidate(2, 2, 9)}, running(1, 1)).preempt_running);
  EXPECT_FALSE(priority.decide({candidate(2, 1, 0)}, running(1, 1)).preempt_running);
  EXPECT_FALSE(priority.decide({candidate(2, 0, 0)}, running(1, 1)).preempt_running);
}

TEST(RoundRobin, GoesOnBehindTheQueueServedLast) {
  Subject rr("round-robin");
  const std::vector<Candidate> all = {candidate(2, 0, 0), candidate(5, 0, 1), candidate(9, 0, 2)};
  std::vector<std::uint32_t> turns;
  for (int i = 0; i < 5; ++i) {
    turns.push_back(rr.decide(all).queue);
    rr.policy->dispatched(turns.back());
  }
  EXPECT_EQ(turns, (std::vector<std::uint32_t>{2, 5, 9, 2, 5}));
}

TEST(RoundRobin, WithoutAQuantumLeavesTheRunningJobAlone) {
  Subject rr("round-robin");
  const Decision decision = rr.decide({candidate(2, 0, 0)}, running(1, 0), 1000000);
  EXPECT_FALSE(decision.preempt_running);
  EXPECT_EQ(decision.next_wakeup_ticks, kNever);
}

TEST(RoundRobin, WithAQuantumAsksToBeWokenAtItsEnd) {
  Subject rr("round-robin", 30);
  const Decision before = rr.decide({candidate(2, 0, 0)}, running(1, 0, 100), 129);
  EXPECT_FALSE(before.preempt_running);
  EXPECT_EQ(before.next_wakeup_ticks, 130u);
  EXPECT_TRUE(rr.decide({candidate(2, 0, 0)}, running(1, 0, 100), 130).preempt_running);
}

// Three queues with three jobs each, all there at the start, queue after queue.
std::vector<std::uint64_t> order_under(const char* policy) {
  Bench bench(policy);
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1, TAKT_BAND_NORMAL);
  bench.add_queue(2, TAKT_BAND_REALTIME);
  bench.add_queue(3, TAKT_BAND_FOCUS);
  for (std::uint64_t queue = 1; queue <= 3; ++queue) {
    for (std::uint64_t n = 1; n <= 3; ++n) bench.submit(static_cast<std::uint32_t>(queue), job(10 * queue + n, 0));
  }
  bench.run();
  return bench.order();
}

TEST(Order, UnderFcfsIsThatOfTheSlotsRead) {
  EXPECT_EQ(order_under("fcfs"), (std::vector<std::uint64_t>{11, 12, 13, 21, 22, 23, 31, 32, 33}));
}

TEST(Order, UnderRoundRobinAlternates) {
  EXPECT_EQ(order_under("round-robin"), (std::vector<std::uint64_t>{11, 21, 31, 12, 22, 32, 13, 23, 33}));
}

TEST(Order, UnderFixedPriorityGoesDownTheBands) {
  EXPECT_EQ(order_under("fixed-priority"), (std::vector<std::uint64_t>{21, 22, 23, 31, 32, 33, 11, 12, 13}));
}

}  // namespace
}  // namespace takt::firmware::test
