// Policies alone, on views written down here, and the orders they produce on the whole firmware.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

Candidate candidate(std::uint32_t queue, std::uint32_t band, std::uint64_t sequence, std::uint32_t tokens = 0) {
  Candidate c{};
  c.queue = queue;
  c.band = band;
  c.sequence = sequence;
  c.pending = 1;
  c.tokens = tokens;
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
  EXPECT_EQ(list.count, 13u);
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

// The others on whole jobs, by hand. Programs: 0 takes 100 ticks with a cut at every tenth, 1 takes 30, 2 takes 40,
// both without cuts. A save takes kSaveTicks = 5, the firmware nothing.
struct Timed {
  std::uint64_t at;
  std::uint32_t queue, program;
  std::uint64_t deadline = 0;  // from `start`; 0: none
};

struct Times {
  std::vector<std::uint64_t> started, finished;  // from `start`, by job
  std::vector<std::uint32_t> preemptions;
};

constexpr std::uint64_t kStart = 10;

Times play(const char* policy, const std::vector<Timed>& jobs) {
  Bench bench(policy);
  bench.boot();
  bench.add_program(0, 100, 9);
  bench.add_program(1, 30);
  bench.add_program(2, 40);
  for (std::uint32_t queue = 1; queue <= 3; ++queue) bench.add_queue(queue);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    takt_job_slot slot = job(i + 1, jobs[i].program);
    if (jobs[i].deadline != 0) slot.deadline_ticks = kStart + jobs[i].deadline;
    bench.submit_at(kStart + jobs[i].at, jobs[i].queue, slot);
  }
  bench.run();
  Times times;
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    const takt_completion& record = bench.record(i + 1);
    times.started.push_back(record.started_ticks - kStart);
    times.finished.push_back(record.finished_ticks - kStart);
    times.preemptions.push_back(record.preemptions);
  }
  return times;
}

using Ticks = std::vector<std::uint64_t>;

// At 15 the job of 30 finds 85 left of the one that runs: it stops at its cut at 20, and is saved at 25.
TEST(Sjf, TheShorterGoesFirstAndTheLongerGoesOnLast) {
  const Times t = play("sjf", {{0, 1, 0}, {15, 2, 1}, {22, 3, 2}});
  EXPECT_EQ(t.started, (Ticks{0, 25, 55}));
  EXPECT_EQ(t.finished, (Ticks{95 + 80, 55, 95}));
  EXPECT_EQ(t.preemptions, (std::vector<std::uint32_t>{1, 0, 0}));
}

TEST(Sjf, LeavesARunningJobThatHasLessLeft) {
  const Times t = play("sjf", {{0, 1, 0}, {75, 2, 1}});
  EXPECT_EQ(t.finished, (Ticks{100, 130}));
}

// The one without a deadline comes last, though it is shorter than what is left of the first.
TEST(Edf, TheEarlierDeadlineGoesFirst) {
  const Times t = play("edf", {{0, 1, 0, 1000}, {15, 2, 1, 200}, {22, 3, 2}});
  EXPECT_EQ(t.finished, (Ticks{55 + 80, 55, 135 + 40}));
}

TEST(Edf, EqualDeadlinesDoNotPreempt) {
  const Times t = play("edf", {{0, 1, 0, 500}, {15, 2, 1, 500}});
  EXPECT_EQ(t.finished, (Ticks{100, 130}));
}

// One earlier deadline leaves the running job alone, two do not. When one of them is done, the first is the earliest
// come of the two earliest deadlines again.
TEST(KEdf, TwoEarliestDeadlinesAreServedAsTheyCame) {
  const Times t = play("k-edf", {{0, 1, 0, 1000}, {15, 2, 1, 200}, {25, 3, 2, 300}});
  EXPECT_EQ(t.started, (Ticks{0, 35, 65 + 70}));
  EXPECT_EQ(t.finished, (Ticks{65 + 70, 65, 135 + 40}));
  EXPECT_EQ(play("k-edf", {{0, 1, 0, 1000}, {15, 2, 1, 200}}).finished, (Ticks{100, 130}));
}

// The first can wait for 50 all the time that it runs, the second, at 15, for 55: at 20 for as long, at 21 for less.
// The first stops at its cut at 30.
TEST(LeastLaxity, AWaitingJobTakesOverWhenItCanWaitForLess) {
  const Times t = play("least-laxity", {{0, 1, 0, 150}, {15, 2, 1, 100}});
  EXPECT_EQ(t.started, (Ticks{0, 35}));
  EXPECT_EQ(t.finished, (Ticks{65 + 70, 65}));
  // Where its deadline is late enough it never does.
  EXPECT_EQ(play("least-laxity", {{0, 1, 0, 150}, {15, 2, 1, 180}}).finished, (Ticks{100, 130}));
}

TEST(LeastLaxity, AStayIsNotShorterThanTheQuantum) {
  Subject laxity("least-laxity", 30);
  Candidate urgent = candidate(2, 0, 1);
  urgent.deadline_ticks = 200;
  urgent.remaining_ticks = 150;
  RunningJob late = running(1, 0, 100);
  late.deadline_ticks = 1000;
  const Decision before = laxity.decide({urgent}, late, 120);
  EXPECT_FALSE(before.preempt_running);
  EXPECT_EQ(before.next_wakeup_ticks, 130u);
  EXPECT_TRUE(laxity.decide({urgent}, late, 130).preempt_running);
}

// Jobs of 10 ticks, three queues with one weight each. Served so far by weight: the smallest goes next.
TEST(WeightedFair, ServesByWeight) {
  Subject fair("weighted-fair");
  std::vector<Candidate> queues = {candidate(1, 0, 0), candidate(2, 0, 1)};
  queues[0].weight = 3;
  std::vector<std::uint32_t> turns;
  for (int i = 0; i < 8; ++i) {
    turns.push_back(fair.decide(queues).queue);
    queues[turns.back() - 1].served_ticks += 10;
  }
  // 3 1/3 after one job of weight 3, 10 after one of weight 1; at 10 each the first has come earlier.
  EXPECT_EQ(turns, (std::vector<std::uint32_t>{1, 2, 1, 1, 1, 2, 1, 1}));
}

TEST(WeightedFair, WhoComesBackHasNothingToMakeUpFor) {
  Subject fair("weighted-fair");
  std::vector<Candidate> queues = {candidate(1, 0, 0)};
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(fair.decide(queues).queue, 1u);
    queues[0].served_ticks += 10;
  }
  queues.push_back(candidate(2, 0, 1));
  std::vector<std::uint32_t> turns;
  for (int i = 0; i < 4; ++i) {
    turns.push_back(fair.decide(queues).queue);
    queues[turns.back() - 1].served_ticks += 10;
  }
  EXPECT_EQ(turns, (std::vector<std::uint32_t>{1, 2, 1, 2}));
}

Candidate weighted(std::uint32_t queue, std::uint32_t weight, std::uint64_t length) {
  Candidate c = candidate(queue, 0, queue);
  c.weight = weight;
  c.estimated_ticks = c.remaining_ticks = length;
  return c;
}

// A job of 100 ticks and weight 1 earns a token in 100 ticks: it has 27 after 2600.
TEST(Prema, WhoHasWaitedForEnoughTokensIsJudgedByItsLength) {
  for (const bool enough : {false, true}) {
    Subject prema("prema");
    const std::vector<Candidate> jobs = {weighted(1, 27, 500), weighted(2, 1, 100)};
    EXPECT_EQ(prema.decide(jobs, {}, 0).queue, 1u);
    EXPECT_EQ(prema.decide(jobs, {}, enough ? 2600 : 2599).queue, enough ? 2u : 1u);
  }
}

// The product of what is left and the length: what a stop delays, by the length of who is delayed.
TEST(Prema, LetsAJobDrainThatIsAlmostDone) {
  for (const std::uint64_t left : {5, 50}) {
    Subject prema("prema");
    RunningJob own = running(1, 0);
    own.weight = 9;
    own.estimated_ticks = 1000;
    own.remaining_ticks = left;
    Candidate shorter = weighted(2, 9, 4);
    EXPECT_TRUE(prema.decide({shorter}, own).preempt_running) << "4 x 4 is less than 5 x 1000";
    shorter = weighted(2, 9, left - 1);
    shorter.estimated_ticks = 2000;
    EXPECT_EQ(prema.decide({shorter}, own).preempt_running, false) << "(left - 1) x 2000 is more than left x 1000";
  }
}

TEST(Dream, PrefersWhoHasWaitedLongerByItsOwnLength) {
  Subject dream("dream");
  Candidate slow = weighted(1, 1, 100), quick = weighted(2, 1, 10);
  quick.accepted_ticks = 50;
  EXPECT_EQ(dream.decide({slow, quick}, {}, 54).queue, 1u);  // 54 of 100 against 4 of 10
  EXPECT_EQ(dream.decide({slow, quick}, {}, 60).queue, 2u);  // 60 of 100 against 10 of 10
}

TEST(Dream, UrgencyEndsWhereTheDeadlineCanNoLongerBeMet) {
  Subject dream("dream");
  Candidate patient = weighted(1, 1, 100), urgent = weighted(2, 1, 50);
  patient.accepted_ticks = 1;
  urgent.accepted_ticks = 100;
  urgent.deadline_ticks = 150;
  EXPECT_EQ(dream.decide({patient, urgent}, {}, 100).queue, 2u);  // 50 of 50 against 99 of 100
  urgent.deadline_ticks = 149;
  EXPECT_EQ(dream.decide({patient, urgent}, {}, 100).queue, 1u);
}

TEST(Dream, ASwitchHasToBeWorthAQuarter) {
  Subject dream("dream");
  RunningJob own = running(1, 0);
  own.estimated_ticks = own.remaining_ticks = 100;  // has been there for half its length
  Candidate other = weighted(2, 1, 100);
  for (const auto& [since, goes] : {std::pair(20u, false), std::pair(80u, true)}) {
    own.accepted_ticks = 50;
    other.accepted_ticks = 100 - since;
    EXPECT_EQ(dream.decide({other}, own, 100).preempt_running, goes) << since;
  }
}

// Starvation. Queue 1 has one job of 100 ticks with cuts, which comes at kStart + 1; the others never run dry of jobs
// of 10 ticks, as many as the firmware takes at once. Bounds are those that the policies' headers state.
struct Flood {
  std::uint64_t quantum = 0;
  takt_band victim = TAKT_BAND_NORMAL, others = TAKT_BAND_NORMAL;
  std::uint64_t victim_deadline = 0;  // from its arrival; 0: none
  std::uint64_t others_deadline =
      0;  // each from its own; they then come every 20 ticks, those of two as fast as they are served
  std::uint32_t others_count = 2;
  std::uint64_t jobs = 80;  // of each of them
};

struct Fate {
  std::uint64_t wait;    // from its arrival to its start
  std::ptrdiff_t after;  // jobs that end after it
};

Fate fate_under(const char* policy, const Flood& flood) {
  takt_boot_info info = boot_info(policy);
  info.round_robin_quantum_us = static_cast<std::uint32_t>(flood.quantum);
  Bench bench(info);
  bench.boot();
  bench.add_program(0, 100, 9);
  bench.add_program(1, 10);
  bench.add_queue(1, flood.victim);
  for (std::uint32_t queue = 2; queue < 2 + flood.others_count; ++queue) {
    bench.add_queue(queue, flood.others);
    for (std::uint64_t n = 0; n < flood.jobs; ++n) {
      takt_job_slot slot = job(1000 * queue + n, 1);
      const std::uint64_t at = kStart + (flood.others_deadline == 0 ? 0 : 20 * n);
      if (flood.others_deadline != 0) slot.deadline_ticks = at + flood.others_deadline;
      bench.submit_at(at, queue, slot);
    }
  }
  takt_job_slot victim = job(1, 0);
  if (flood.victim_deadline != 0) victim.deadline_ticks = kStart + 1 + flood.victim_deadline;
  bench.submit_at(kStart + 1, 1, victim);
  bench.run();
  const std::vector<std::uint64_t> order = bench.order();
  return {bench.record(1).started_ticks - (kStart + 1), order.end() - std::find(order.begin(), order.end(), 1) - 1};
}

class Tokens : public testing::Test {
 protected:
  Tokens() : policy_(find_policy("chunked-prefill")->make(storage_, PolicyOptions{0, 256})) {}
  // Who goes first of these, which then has gone.
  std::uint32_t next(const std::vector<Candidate>& candidates) {
    const RunningJob nobody;
    const std::uint32_t queue =
        policy_->decide({0, nobody, candidates.data(), static_cast<std::uint32_t>(candidates.size())}).queue;
    policy_->dispatched(queue);
    return queue;
  }
  std::vector<std::uint32_t> order(const std::vector<Candidate>& always, int jobs) {
    std::vector<std::uint32_t> order;
    while (jobs-- > 0) order.push_back(next(always));
    return order;
  }

  alignas(8) unsigned char storage_[kPolicyBytes];
  Policy* policy_;
};

using Order = std::vector<std::uint32_t>;

TEST_F(Tokens, StepsGoBeforeChunksThatCameFirst) {
  EXPECT_EQ(next({candidate(1, 1, 0, 128), candidate(2, 1, 7, 1)}), 2u);
}

// Of 256 tokens two steps leave 254: one chunk of 128 fits, a second one does not.
TEST_F(Tokens, ChunksFillWhatStepsLeaveOfTheBudget) {
  const std::vector<Candidate> jobs = {candidate(1, 1, 0, 128), candidate(2, 1, 1, 1), candidate(3, 1, 2, 1)};
  EXPECT_EQ(order(jobs, 6), (Order{2, 3, 1, 2, 3, 1}));
}

TEST_F(Tokens, WithoutStepsChunksGoOneAfterTheOther) {
  EXPECT_EQ(order({candidate(1, 1, 4, 128), candidate(2, 1, 3, 128)}, 3), (Order{2, 2, 2})) << "first come";
}

// 1 + 7 x 32 = 225, and 31 are left: the eighth chunk begins another iteration, behind its step.
TEST_F(Tokens, AsManySmallChunksAsFit) {
  const std::vector<Candidate> jobs = {candidate(1, 1, 0, 32), candidate(2, 1, 1, 1)};
  EXPECT_EQ(order(jobs, 10), (Order{2, 1, 1, 1, 1, 1, 1, 1, 2, 1}));
}

TEST_F(Tokens, AChunkLargerThanTheBudgetGoesOnceAnIteration) {
  const std::vector<Candidate> jobs = {candidate(1, 1, 0, 512), candidate(2, 1, 1, 1)};
  EXPECT_EQ(order(jobs, 4), (Order{2, 1, 2, 1}));
}

TEST_F(Tokens, JobsOfOtherModelsGoAsStepsDoAndCostNoTokens) {
  const std::vector<Candidate> jobs = {candidate(1, 1, 0, 128), candidate(2, 1, 1, 0), candidate(3, 1, 2, 128)};
  EXPECT_EQ(order(jobs, 4), (Order{2, 1, 1, 2})) << "two chunks of 128 are the budget";
}

TEST_F(Tokens, NobodyIsPreempted) {
  const std::vector<Candidate> jobs = {candidate(2, 3, 1, 1)};
  const RunningJob chunk = running(1, 0);
  EXPECT_FALSE(policy_->decide({0, chunk, jobs.data(), 1}).preempt_running);
}

// Of each of the others at most kQueueDepth jobs have been read before it.
TEST(Starvation, UnderFcfsAJobWaitsForThoseThatCameBefore) {
  EXPECT_LE(fate_under("fcfs", {}).wait, 2 * kQueueDepth * 10);
}

TEST(Starvation, UnderRoundRobinAJobWaitsForOneTurnOfEachOther) {
  EXPECT_LE(fate_under("round-robin", {}).wait, 2 * 10u);
  EXPECT_LE(fate_under("round-robin", {5}).wait, 2 * 10u);  // jobs without cuts stay to their ends
}

TEST(Starvation, UnderFixedPriorityAStrongerBandThatNeverRestsStarvesAJob) {
  EXPECT_EQ(fate_under("fixed-priority", {0, TAKT_BAND_NORMAL, TAKT_BAND_FOCUS}).after, 0);
  EXPECT_LE(fate_under("fixed-priority", {0, TAKT_BAND_FOCUS, TAKT_BAND_NORMAL}).wait, 10u);
}

TEST(Starvation, UnderWeightedFairWhoComesWaitsForOneStayOfEachOther) {
  EXPECT_LE(fate_under("weighted-fair", {}).wait, 2 * 10u);
  EXPECT_LE(fate_under("weighted-fair", {0, TAKT_BAND_IDLE, TAKT_BAND_REALTIME}).wait, 2 * 10u);  // weights 1 and 27
}

TEST(Starvation, UnderSjfShorterJobsThatNeverEndStarveAJob) { EXPECT_EQ(fate_under("sjf", {}).after, 0); }

TEST(Starvation, UnderPremaShorterJobsOfTheHighestWeightStarveAJob) {
  EXPECT_EQ(fate_under("prema", {0, TAKT_BAND_NORMAL, TAKT_BAND_REALTIME}).after, 0);
}

// Those that come behind its deadline, or behind the time when it must start to meet it, do not go before it.
TEST(Starvation, UnderDeadlinesAJobWaitsForEarlierOnes) {
  for (const char* policy : {"edf", "k-edf"}) EXPECT_LE(fate_under(policy, {0, {}, {}, 300, 50}).wait, 300u) << policy;
  EXPECT_LE(fate_under("least-laxity", {0, {}, {}, 300, 50}).wait, 200u);
}

TEST(Starvation, UnderDeadlinesAJobWithoutOneStarves) {
  const Flood flood = {0, TAKT_BAND_NORMAL, TAKT_BAND_NORMAL, 0, 50, 3};
  EXPECT_EQ(fate_under("edf", flood).after, 0);
  EXPECT_EQ(fate_under("least-laxity", flood).after, 0);
  EXPECT_EQ(fate_under("k-edf", flood).after, 1);  // one other alone leaves it among the two earliest
}

// A job of the others has at most 2 x kQueueDepth before it, and so has waited for as many lengths of its own.
TEST(Starvation, UnderDreamAJobWaitsForSomeTimesItsOwnLength) {
  const Fate fate = fate_under("dream", {0, TAKT_BAND_NORMAL, TAKT_BAND_NORMAL, 0, 0, 2, 400});
  EXPECT_LE(fate.wait, (2 * kQueueDepth + 2) * 100u);
  EXPECT_GT(fate.after, 0);
}

}  // namespace
}  // namespace takt::firmware::test
