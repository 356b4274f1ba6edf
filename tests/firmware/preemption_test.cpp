// Preemption at cuts. Program 0 runs 1000 ticks with a cut every 100; a save takes kSaveTicks.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kLong = 1000, kCutDistance = 100, kShort = 50;

class Preemption : public testing::Test {
 protected:
  void start(const takt_boot_info& info, bool save_area = true) {
    bench = std::make_unique<Bench>(info);
    bench->boot();
    bench->add_program(0, kLong, 9);
    bench->add_program(1, kShort, 0);
    bench->add_queue(1, TAKT_BAND_NORMAL, save_area);
    bench->add_queue(2, TAKT_BAND_FOCUS);
    bench->add_queue(3, TAKT_BAND_REALTIME);
  }
  void start(const std::string& policy) { start(boot_info(policy)); }

  std::unique_ptr<Bench> bench;
};

TEST_F(Preemption, AHigherBandWaitsForTheNextCutAndTheSave) {
  start("fixed-priority");
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  const std::uint64_t switched = 3 * kCutDistance + kSaveTicks;
  EXPECT_EQ(bench->record(2).started_ticks, switched);
  EXPECT_EQ(bench->record(2).finished_ticks, switched + kShort);
  EXPECT_EQ(bench->record(1).started_ticks, 0u);
  EXPECT_EQ(bench->record(1).finished_ticks, switched + kShort + kLong - 3 * kCutDistance);
  EXPECT_EQ(bench->record(1).preemptions, 1u);
  EXPECT_EQ(bench->events(1),
            (std::vector<LogEvent>{LogEvent::Accepted, LogEvent::Dispatched, LogEvent::PreemptRequested,
                                   LogEvent::Preempted, LogEvent::Resumed, LogEvent::Completed}));
}

// No cut is waited for; what has run is not run again.
TEST_F(Preemption, ForcedItTakesTheSaveAlone) {
  takt_boot_info info = boot_info("fixed-priority");
  info.flags = TAKT_BOOT_FORCE_PREEMPTION;
  start(info);
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, 250 + kSaveTicks);
  EXPECT_EQ(bench->record(1).finished_ticks, kLong + kSaveTicks + kShort);
}

// Each job gets to a cut at every 17th of its stays; all others end before it is restored.
TEST_F(Preemption, ForcedStaysThatRetireNothingDoNotGoOnForEver) {
  takt_boot_info info = boot_info("round-robin");
  info.flags = TAKT_BOOT_FORCE_PREEMPTION;
  info.round_robin_quantum_us = 2;
  start(info);
  bench->soc.mishaps[1].restore_ticks = bench->soc.mishaps[2].restore_ticks = 20;
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->run();
  EXPECT_EQ(bench->record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench->record(2).status, TAKT_STATUS_OK);
  EXPECT_LE(bench->record(1).preemptions, 10u * (TAKT_FRUITLESS_STAYS_MOST + 1));
  EXPECT_GE(bench->record(1).preemptions, 9u * (TAKT_FRUITLESS_STAYS_MOST + 1));
}

TEST_F(Preemption, IsNotForcedWhereTheSaveAreaIsTooSmallForThat) {
  takt_boot_info info = boot_info("fixed-priority");
  info.flags = TAKT_BOOT_FORCE_PREEMPTION;
  start(info);
  takt_program_header header = program_header(kLong, 9);
  header.scratchpad_bytes = kSaveBytes;
  bench->soc.put(program_at(2), header);
  ASSERT_EQ(bench->control(as_slot(register_program(0x5000, 2))), TAKT_STATUS_OK);
  bench->submit(1, job(1, 2));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, 3 * kCutDistance + kSaveTicks);
}

TEST_F(Preemption, IsNotForcedByHardwareThatCannot) {
  takt_boot_info info = boot_info("fixed-priority");
  info.flags = TAKT_BOOT_FORCE_PREEMPTION;
  info.hardware_version = TAKT_ABI_VERSION(1, 4);
  start(info);
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, 3 * kCutDistance + kSaveTicks);
}

// The save hangs behind cut 3; found within 1 and 1.25 timeouts after the last command retired.
TEST_F(Preemption, ASaveThatNeverEndsIsOverAtTheTimeout) {
  takt_boot_info info = boot_info("fixed-priority");
  info.job_timeout_us = 400;
  start(info);
  bench->soc.mishaps[1].hang_save = true;
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(1).status, TAKT_STATUS_SAVE_TIMEOUT);
  EXPECT_EQ(bench->record(2).status, TAKT_STATUS_OK);
  EXPECT_GE(bench->record(2).started_ticks, 3 * kCutDistance + 400);
  EXPECT_LE(bench->record(2).started_ticks, 3 * kCutDistance + 500 + kSaveTicks);
  EXPECT_EQ(bench->soc.resets, 1u);
  EXPECT_EQ(bench->firmware->counters().timeouts, 1u);
}

TEST_F(Preemption, IsAskedForOnce) {
  start("fixed-priority");
  bench->submit(1, job(1, 0));
  bench->submit_at(210, 2, job(2, 1));
  bench->submit_at(220, 2, job(3, 1));
  bench->submit_at(230, 3, job(4, 1));  // stronger than the one it was asked for: served first
  bench->run();
  EXPECT_EQ(bench->firmware->counters().preempt_requests, 1u);
  EXPECT_EQ(bench->order(), (std::vector<std::uint64_t>{4, 2, 3, 1}));
}

TEST_F(Preemption, NeverHappensUnderFcfs) {
  start("fcfs");
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 3, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, kLong);
  EXPECT_EQ(bench->firmware->counters().preempt_requests, 0u);
}

TEST_F(Preemption, SameBandWaitsForTheEnd) {
  start("fixed-priority");
  bench->add_queue(4, TAKT_BAND_NORMAL);
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 4, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, kLong);
}

TEST_F(Preemption, Nests) {
  start("fixed-priority");
  bench->submit(1, job(1, 0));
  bench->submit_at(150, 2, job(2, 0));  // on the engines from 200 + save on
  bench->submit_at(430, 3, job(3, 1));
  bench->run();
  const std::uint64_t second = 2 * kCutDistance + kSaveTicks;
  const std::uint64_t third = second + 3 * kCutDistance + kSaveTicks;  // 430 lies behind second + 2 cuts
  EXPECT_EQ(bench->record(2).started_ticks, second);
  EXPECT_EQ(bench->record(3).started_ticks, third);
  EXPECT_EQ(bench->record(2).finished_ticks, third + kShort + kLong - 3 * kCutDistance);
  EXPECT_EQ(bench->record(1).finished_ticks, bench->record(2).finished_ticks + kLong - 2 * kCutDistance);
  EXPECT_EQ(bench->order(), (std::vector<std::uint64_t>{3, 2, 1}));
}

TEST_F(Preemption, OfOneJobManyTimesLosesNoWork) {
  start("fixed-priority");
  bench->submit(1, job(1, 0));
  constexpr std::uint64_t kTimes = 5, kPeriod = 200;
  for (std::uint64_t i = 0; i < kTimes; ++i) bench->submit_at(10 + i * kPeriod, 2, job(10 + i, 1));
  bench->run();
  EXPECT_EQ(bench->record(1).preemptions, kTimes);
  EXPECT_EQ(bench->record(1).finished_ticks, kLong + kTimes * (kSaveTicks + kShort));
}

TEST_F(Preemption, AJobPastItsLastCutFinishesInstead) {
  start("fixed-priority");
  bench->submit(1, job(1, 0));
  bench->submit_at(950, 3, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(1).finished_ticks, kLong);
  EXPECT_EQ(bench->record(1).preemptions, 0u);
  EXPECT_EQ(bench->record(2).started_ticks, kLong);
  EXPECT_EQ(bench->firmware->counters().preempt_requests, 1u);
  EXPECT_EQ(bench->firmware->counters().preemptions, 0u);
}

TEST_F(Preemption, WithoutASaveAreaIsLimitedAndNotAnError) {
  start(boot_info("fixed-priority"), false);
  bench->submit(1, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->submit_at(350, 3, job(3, 1));
  bench->run();
  EXPECT_EQ(bench->record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench->record(3).started_ticks, kLong);
  EXPECT_EQ(bench->record(2).started_ticks, kLong + kShort);
  EXPECT_EQ(bench->firmware->counters().preemption_limited, 1u);
  EXPECT_EQ(bench->firmware->counters().preempt_requests, 0u);
}

TEST_F(Preemption, IntoASaveAreaTooSmallIsLimited) {
  start("fixed-priority");
  takt_create_queue_slot slot = create_queue(99, 4, TAKT_BAND_IDLE);
  slot.save_area_bytes = program_header(kLong, 9).max_save_bytes - 1;
  bench->make_ring(ring_of(4), 64);
  ASSERT_EQ(bench->control(as_slot(slot)), TAKT_STATUS_OK);
  bench->submit(4, job(1, 0));
  bench->submit_at(250, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, kLong);
  EXPECT_EQ(bench->firmware->counters().preemption_limited, 1u);
}

TEST_F(Preemption, OfAProgramWithoutCutsIsLimited) {
  start("fixed-priority");
  bench->submit(1, job(1, 1));
  bench->submit_at(10, 2, job(2, 1));
  bench->run();
  EXPECT_EQ(bench->record(2).started_ticks, kShort);
  EXPECT_EQ(bench->firmware->counters().preemption_limited, 1u);
}

// Scenario of a published NPU driver's validation suite: four low waiting, one high submitted last.
TEST_F(Preemption, executeManyLowPriorityJobsExpectHighPriorityJobCompletesFirst) {
  start("fixed-priority");
  for (std::uint64_t id = 1; id <= 4; ++id) bench->submit(1, job(id, 0));
  bench->submit_at(10, 3, job(5, 0));
  bench->run();
  EXPECT_EQ(bench->order(), (std::vector<std::uint64_t>{5, 1, 2, 3, 4}));
  for (std::uint64_t id = 1; id <= 4; ++id) {
    EXPECT_LT(bench->record(5).finished_ticks, bench->record(id).finished_ticks);
  }
}

TEST_F(Preemption, ByAQuantumSharesTheEnginesInTurns) {
  takt_boot_info info = boot_info("round-robin");
  info.round_robin_quantum_us = 200;  // ticks: the fake's timer runs at 1 MHz
  start(info);
  bench->submit(1, job(1, 0));
  bench->submit(2, job(2, 0));
  bench->run();
  // A turn ends at the first cut at or behind the quantum, two cuts after its start; five turns make a job.
  constexpr std::uint64_t kTurn = 2 * kCutDistance + kSaveTicks;
  EXPECT_EQ(bench->record(2).started_ticks, kTurn);
  // Queue 1: turns 1, 3, 5, 7 end by a save, turn 9 by the job's end; of queue 2 four turns lie in between.
  EXPECT_EQ(bench->record(1).finished_ticks, 8 * kTurn + 2 * kCutDistance);
  EXPECT_EQ(bench->record(1).preemptions, 4u);
  // The last turn of queue 2 has no rival.
  EXPECT_EQ(bench->record(2).finished_ticks, bench->record(1).finished_ticks + 2 * kCutDistance);
}

}  // namespace
}  // namespace takt::firmware::test
