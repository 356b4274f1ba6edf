// The job watchdog: hangs are judged by progress. A fake job retires 100 commands at equal distances.
#include <gtest/gtest.h>

#include "firmware/kernel/job_watchdog.h"
#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kTimeout = 1000;

takt_boot_info with_timeout(const std::string& policy) {
  takt_boot_info info = boot_info(policy);
  info.job_timeout_us = kTimeout;  // ticks: the fake's timer runs at 1 MHz
  return info;
}

TEST(JobWatchdog, WithoutATimeoutNeverSamples) {
  JobWatchdog watchdog(0);
  watchdog.start(5);
  EXPECT_EQ(watchdog.next_sample(), kNever);
}

TEST(JobWatchdog, AJobThatNeverRetiresACommandHangsAfterTheTimeout) {
  JobWatchdog watchdog(100);
  watchdog.start(1000);
  EXPECT_EQ(watchdog.next_sample(), 1025u);
  EXPECT_FALSE(watchdog.hangs(1025, 0));
  EXPECT_FALSE(watchdog.hangs(1050, 0));
  EXPECT_FALSE(watchdog.hangs(1075, 0));
  EXPECT_TRUE(watchdog.hangs(1100, 0));
}

TEST(JobWatchdog, ProgressStartsItsTimeOver) {
  JobWatchdog watchdog(100);
  watchdog.start(0);
  EXPECT_FALSE(watchdog.hangs(25, 3));
  EXPECT_FALSE(watchdog.hangs(99, 4));
  EXPECT_FALSE(watchdog.hangs(198, 4));
  EXPECT_TRUE(watchdog.hangs(199, 4));
}

TEST(JobWatchdog, ACounterThatGoesBackIsProgressToo) {  // a resumed job may count from zero
  JobWatchdog watchdog(100);
  watchdog.start(0);
  EXPECT_FALSE(watchdog.hangs(25, 70));
  EXPECT_FALSE(watchdog.hangs(110, 1));
  EXPECT_TRUE(watchdog.hangs(210, 1));
}

TEST(JobTimeout, HitsAHangWithinItsBoundsAndNotAtHalf) {
  Bench bench(with_timeout("fcfs"));
  bench.boot();
  bench.add_program(0, 10000);  // a command every 100 ticks
  bench.add_program(1, 10);
  bench.add_queue(1);
  bench.soc.mishaps[1].hang_at = 550;
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 1));
  bench.run(500 + kTimeout - 1);
  EXPECT_EQ(bench.soc.resets, 0u);
  bench.run();
  const std::uint64_t last_progress = 500;
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_TIMEOUT);
  EXPECT_GE(bench.record(1).finished_ticks, last_progress + kTimeout);
  EXPECT_LE(bench.record(1).finished_ticks, last_progress + kTimeout + kTimeout / 4);
  EXPECT_EQ(bench.soc.resets, 1u);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);  // the next job runs on the same, reset, hardware queue
  EXPECT_EQ(bench.events(1),
            (std::vector<LogEvent>{LogEvent::Accepted, LogEvent::Dispatched, LogEvent::Timeout, LogEvent::Completed}));
}

TEST(JobTimeout, LeavesASlowJobWithProgressAlone) {
  Bench bench(with_timeout("fcfs"));
  bench.boot();
  bench.add_program(0, 90 * kTimeout);  // a command every 0.9 timeouts
  bench.add_queue(1);
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(1).finished_ticks, 90 * kTimeout);
  EXPECT_EQ(bench.soc.resets, 0u);
}

TEST(JobTimeout, DoesNotBlameAJobThatWaits) {
  Bench bench(with_timeout("fixed-priority"));
  bench.boot();
  bench.add_program(0, 1000, 9);
  bench.add_program(1, 50 * kTimeout);
  bench.add_queue(1, TAKT_BAND_NORMAL);
  bench.add_queue(2, TAKT_BAND_FOCUS);
  bench.submit(1, job(1, 0));
  bench.submit_at(250, 2, job(2, 1));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
}

TEST(JobTimeout, APreemptedJobSurvivesTheResetForAnother) {
  Bench bench(with_timeout("fixed-priority"));
  bench.boot();
  bench.add_program(0, 1000, 9);
  bench.add_program(1, 50);
  bench.add_queue(1, TAKT_BAND_NORMAL);
  bench.add_queue(2, TAKT_BAND_FOCUS);
  bench.soc.mishaps[2].hang_at = 0;
  bench.submit(1, job(1, 0));
  bench.submit_at(250, 2, job(2, 1));
  bench.run();
  const std::uint64_t switched = 300 + kSaveTicks;
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_TIMEOUT);
  EXPECT_EQ(bench.record(2).finished_ticks, switched + kTimeout);
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(1).finished_ticks, switched + kTimeout + 700);
}

TEST(JobTimeout, ASaveThatNeverEndsCountsAsAHang) {
  Bench bench(with_timeout("fixed-priority"));
  bench.boot();
  bench.add_program(0, 1000, 9);
  bench.add_program(1, 50);
  bench.add_queue(1, TAKT_BAND_NORMAL);
  bench.add_queue(2, TAKT_BAND_FOCUS);
  bench.soc.mishaps[1].hang_at = 230;
  bench.submit(1, job(1, 0));
  bench.submit_at(250, 2, job(2, 1));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_TIMEOUT);
  EXPECT_LE(bench.record(1).finished_ticks, 250 + kTimeout + kTimeout / 4);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
}

TEST(JobTimeout, ALostInterruptIsFoundWithoutAReset) {
  Bench bench(with_timeout("fcfs"));
  bench.boot();
  bench.add_program(0, 100);
  bench.add_queue(1);
  bench.soc.mishaps[1].lose_interrupt = true;
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_LE(bench.record(1).finished_ticks, 100 + kTimeout / 4);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.resets, 0u);
  EXPECT_EQ(bench.firmware->counters().lost_interrupts, 1u);
}

// Of 60 s, as the Linux driver of a published NPU has it, in jobs that go forward.
constexpr std::uint64_t kMinute = 60000000;

void set_limit(Bench& bench, std::uint64_t limit) {
  takt_service_slot slot{};
  slot.type = TAKT_SLOT_SET_JOB_LIMIT;
  slot.job_id = 0x9000;
  slot.microseconds = static_cast<std::uint32_t>(limit);
  EXPECT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_OK);
}

TEST(JobLimit, EndsAJobToTheTickHoweverItGoesForward) {
  takt_boot_info info = boot_info("fcfs");
  info.job_timeout_us = 2000000;
  Bench bench(info);
  bench.boot();
  set_limit(bench, kMinute);
  bench.add_program(0, kMinute + 1);
  bench.add_program(1, kMinute - 1);
  bench.add_queue(1);
  const std::uint64_t begin = bench.soc.now;
  bench.submit(1, job(1, 0));
  bench.submit(1, job(2, 1));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_TIMEOUT);
  EXPECT_EQ(bench.record(1).finished_ticks, begin + kMinute);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.resets, 1u);
  EXPECT_EQ(bench.firmware->counters().timeouts, 1u);
}

// Waiting is nobody's time on the engines: neither before a job begins nor while it is preempted.
TEST(JobLimit, CountsStaysAndNotTheTimeBetween) {
  Bench bench("fixed-priority");
  bench.boot();
  set_limit(bench, 1000);
  bench.add_program(0, 1000, 9);  // a cut every 100 ticks
  bench.add_program(1, 900);
  bench.add_queue(1, TAKT_BAND_NORMAL);
  bench.add_queue(2, TAKT_BAND_FOCUS);
  const std::uint64_t begin = bench.soc.now;
  bench.submit(2, job(10, 1));
  bench.submit(1, job(1, 0));
  bench.submit_at(begin + 900 + 250, 2, job(11, 1));
  bench.run();
  // 300 until the cut, which the save follows; the other's 900; and the 1000 - 300 - kSaveTicks that are left.
  EXPECT_EQ(bench.record(1).preemptions, 1u);
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_TIMEOUT) << "the save is on the engines too";
  EXPECT_EQ(bench.record(1).finished_ticks, begin + 900 + 300 + kSaveTicks + 900 + (1000 - 300 - kSaveTicks));
  EXPECT_EQ(bench.record(10).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(11).status, TAKT_STATUS_OK);
}

TEST(JobLimit, IsLiftedByZeroAndByTheTestModeWithoutTimeouts) {
  Bench bench("fcfs");
  bench.boot();
  bench.add_program(0, 1000);
  bench.add_queue(1);
  set_limit(bench, 500);
  set_limit(bench, 0);
  bench.submit(1, job(1, 0));
  bench.run();
  set_limit(bench, 500);
  takt_service_slot mode{};
  mode.type = TAKT_SLOT_SET_TEST_MODE;
  mode.job_id = 0x9001;
  mode.value = TAKT_TEST_NO_TIMEOUTS;
  EXPECT_EQ(bench.control(as_slot(mode)), TAKT_STATUS_OK);
  bench.submit(1, job(2, 0));
  bench.run();
  EXPECT_EQ(bench.record(1).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.record(2).status, TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.resets, 0u);
}

TEST(JobTimeout, OfZeroNeverHits) {
  Bench bench("fcfs");
  bench.boot();
  bench.add_program(0, 1000);
  bench.add_queue(1);
  bench.soc.mishaps[1].hang_at = 10;
  bench.submit(1, job(1, 0));
  bench.run(1000 * kTimeout);
  EXPECT_EQ(bench.soc.resets, 0u);
  EXPECT_TRUE(bench.order().empty());
}

}  // namespace
}  // namespace takt::firmware::test
