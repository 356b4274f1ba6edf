// The cases of the DRM scheduler's basic suite (Linux, drivers/gpu/drm/scheduler/tests) and of Intel's NPU driver
// tests, in ticks that follow from the jobs' lengths: the firmware takes no time here. A tick is a microsecond.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kMillisecond = 1000;
constexpr std::uint32_t kJobs = 100;

// Program 0 of a millisecond without cuts, and queues from 1 on.
class DrmSuite : public testing::Test {
 protected:
  void begin_with(std::uint32_t queues, const std::string& policy = "fcfs", std::uint32_t entries = 64) {
    takt_boot_info info = boot_info(policy);
    info.job_timeout_us = 2000000;
    bench = std::make_unique<Bench>(info, entries);
    bench->boot();
    bench->add_program(0, kMillisecond);
    for (std::uint32_t queue = 1; queue <= queues; ++queue) bench->add_queue(queue);
    begin = bench->soc.now;
  }
  void submit(std::uint32_t queue, std::uint64_t id) { bench->submit(queue, job(id, 0)); }
  std::uint64_t finished(std::uint64_t id) const { return bench->record(id).finished_ticks - begin; }

  std::unique_ptr<Bench> bench;
  std::uint64_t begin = 0;
};

TEST_F(DrmSuite, OneJobRunsAndEndsWhenTheEnginesSaySo) {
  begin_with(1);
  submit(1, 7);
  bench->run(begin + kMillisecond - 1);
  EXPECT_EQ(bench->events(7), (std::vector<LogEvent>{LogEvent::Accepted, LogEvent::Dispatched}));
  EXPECT_TRUE(bench->order().empty());
  bench->run();
  EXPECT_EQ(finished(7), kMillisecond);
}

TEST_F(DrmSuite, AHundredJobsOfOneClientRunBackToBack) {
  begin_with(1);
  for (std::uint32_t n = 0; n < kJobs; ++n) submit(1, n);
  bench->run();
  for (std::uint32_t n = 0; n < kJobs; ++n) EXPECT_EQ(finished(n), (n + 1) * kMillisecond) << n;
}

// Each job waits for the one before, which another client gives: dispatch and completion lie on the critical path.
TEST_F(DrmSuite, AChainOverTwoClientsRunsBackToBackToo) {
  begin_with(2);
  for (std::uint32_t n = 0; n < kJobs; ++n) {
    const std::uint32_t queue = 1 + n % 2;
    bench->submit(queue, fence(TAKT_SLOT_FENCE_WAIT, kFence, n));
    submit(queue, n);
    bench->submit(queue, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, n + 1));
  }
  bench->run();
  for (std::uint32_t n = 0; n < kJobs; ++n) EXPECT_EQ(finished(n), (n + 1) * kMillisecond) << n;
}

// All four clients wait for each round of the others.
TEST_F(DrmSuite, FourClientsThatWaitForEachOtherKeepTheEnginesBusy) {
  begin_with(4);
  for (std::uint32_t round = 0; round < kJobs / 4; ++round)
    for (std::uint32_t queue = 1; queue <= 4; ++queue) {
      const std::uint32_t n = 4 * round + queue - 1;
      bench->submit(queue, fence(TAKT_SLOT_FENCE_WAIT, kFence, n));
      submit(queue, n);
      bench->submit(queue, fence(TAKT_SLOT_FENCE_SIGNAL, kFence, n + 1));
    }
  bench->run();
  for (std::uint32_t n = 0; n < kJobs; ++n) EXPECT_EQ(finished(n), (n + 1) * kMillisecond) << n;
}

TEST_F(DrmSuite, AClientThatGoesWithHalfItsJobsPendingLosesThose) {
  begin_with(1);
  for (std::uint32_t n = 0; n < 16; ++n) submit(1, n);  // all are with the firmware
  takt_queue_slot destroy{};
  destroy.type = TAKT_SLOT_DESTROY_QUEUE;
  destroy.queue = 1;
  bench->submit_at(begin + 8 * kMillisecond + 1, TAKT_CONTROL_QUEUE, as_slot(destroy));
  bench->run();
  for (std::uint32_t n = 0; n < 16; ++n)
    EXPECT_EQ(bench->record(n).status, std::uint32_t{n < 8 ? TAKT_STATUS_OK : TAKT_STATUS_ABORTED}) << n;
  EXPECT_EQ(bench->soc.now, begin + 8 * kMillisecond + 1);
}

// A hundred jobs over all bands, given while one runs: the strongest first, each band in its order.
TEST_F(DrmSuite, BandsAreServedFromTheStrongest) {
  begin_with(0, "fixed-priority");
  for (std::uint32_t band = 0; band < 4; ++band) bench->add_queue(1 + band, static_cast<takt_band>(band));
  begin = bench->soc.now;
  for (std::uint32_t n = 0; n < kJobs; ++n) submit(1 + n % 4, n);
  bench->run();
  std::vector<std::uint64_t> expected;
  for (std::uint32_t band = 4; band-- > 0;)
    for (std::uint32_t n = band; n < kJobs; n += 4) expected.push_back(n);
  const auto first = std::find(expected.begin(), expected.end(), bench->order().front());
  std::rotate(expected.begin(), first, first + 1);  // it had the engines before the others came
  EXPECT_EQ(bench->order(), expected);
}

TEST_F(DrmSuite, ABandChangedOnTheWayHoldsFromTheNextDecision) {
  begin_with(2, "fixed-priority");
  for (std::uint32_t n = 0; n < 20; ++n) submit(1 + n % 2, n);
  takt_queue_slot change{};
  change.type = TAKT_SLOT_SET_BAND;
  change.queue = 2;
  change.band = TAKT_BAND_FOCUS;
  bench->submit_at(begin + 4 * kMillisecond + 1, TAKT_CONTROL_QUEUE, as_slot(change));  // while the fifth runs
  bench->run();
  const std::vector<std::uint64_t> order = bench->order();
  std::vector<std::uint64_t> rest(order.begin() + 5, order.end());
  EXPECT_TRUE(std::is_partitioned(rest.begin(), rest.end(), [](std::uint64_t id) { return id % 2 == 1; }));
  for (std::uint32_t n = 0; n < 20; ++n)
    EXPECT_EQ(bench->record(order[n]).finished_ticks, begin + (n + 1) * kMillisecond);
}

// A ring of two entries holds one slot: the next is given when the firmware has taken it.
TEST_F(DrmSuite, AClientWithRoomForOneSlotLosesNone) {
  begin_with(1, "fcfs", 2);
  for (std::uint32_t n = 0; n < kJobs; ++n) submit(1, n);
  bench->run();
  for (std::uint32_t n = 0; n < kJobs; ++n) EXPECT_EQ(finished(n), (n + 1) * kMillisecond) << n;
}

// Sixteen workers of eight jobs each, longer ones for later workers.
TEST_F(DrmSuite, WorkersWithJobsOfTheirOwnLengthEndWhenTheSumOfAllIsDone) {
  begin_with(16);
  for (std::uint32_t worker = 1; worker <= 16; ++worker) bench->add_program(worker, 100 * worker);
  begin = bench->soc.now;
  for (std::uint32_t n = 0; n < 8; ++n)
    for (std::uint32_t worker = 1; worker <= 16; ++worker) bench->submit(worker, job(100 * worker + n, worker));
  bench->run();
  EXPECT_EQ(bench->order().size(), 128u);
  EXPECT_EQ(bench->soc.now - begin, 8u * 100 * (16 * 17 / 2));
}

class DrmFairness : public DrmSuite, public testing::WithParamInterface<std::uint32_t> {};

// Clients with the same jobs in turn: none is ever more than a job ahead of another.
TEST_P(DrmFairness, NoClientIsMoreThanAJobAhead) {
  const std::uint32_t clients = GetParam();
  begin_with(clients, "round-robin");
  for (std::uint32_t queue = 1; queue <= clients; ++queue)
    for (std::uint32_t n = 0; n < 10; ++n) submit(queue, 1000 * queue + n);
  bench->run();
  std::vector<std::uint32_t> done(clients, 0);
  for (const std::uint64_t id : bench->order()) {
    ++done[id / 1000 - 1];
    const auto [least, most] = std::minmax_element(done.begin(), done.end());
    ASSERT_LE(*most - *least, 1u) << id;
  }
  EXPECT_EQ(bench->soc.now - begin, clients * 10 * kMillisecond);
}

// Queue 31 is a client's without an async channel.
INSTANTIATE_TEST_SUITE_P(Clients, DrmFairness, testing::Values(2, 3, 7, 13, 31));

// A ring of 64 entries holds 63 slots: the jobs cross its end once and twice.
TEST_F(DrmSuite, SixtyFiveAndAHundredAndThirtyThreeJobsCrossTheRingsEnd) {
  for (const std::uint32_t jobs : {65u, 133u}) {
    begin_with(1);
    for (std::uint32_t n = 0; n < jobs; ++n) submit(1, n);
    bench->run();
    ASSERT_EQ(bench->order().size(), jobs);
    EXPECT_TRUE(std::is_sorted(bench->completions.end() - jobs, bench->completions.end(),
                               [](const auto& a, const auto& b) { return a.job_id < b.job_id; }));
    EXPECT_EQ(finished(jobs - 1), jobs * kMillisecond);
  }
}

// One that retires a command every 0.6 s is slow, not hung: the limit is 2 s without progress.
TEST_F(DrmSuite, AJobOfAMinuteThatGoesForwardIsNotReset) {
  begin_with(1);
  bench->add_program(1, 60000 * kMillisecond);
  begin = bench->soc.now;
  bench->submit(1, job(1, 1));
  bench->run();
  EXPECT_EQ(bench->record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(finished(1), 60000 * kMillisecond);
  EXPECT_EQ(bench->soc.resets, 0u);
}

}  // namespace
}  // namespace takt::firmware::test
