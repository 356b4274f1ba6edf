// Which operating point the NPU gets, and when it sleeps. Levels are 1000, 500 and 250 MHz where slowdowns are by the
// clock; jobs of the fake NPU take their time at any of them.
#include "firmware/kernel/governor.h"

#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint32_t kLevels = 3;

// A job whose time is the clock's alone, and one that memory limits: 3 % and 10 % slower.
constexpr Slowdown kCompute = {{4096, 8192, 16384}};
constexpr Slowdown kMemory = {{4096, 4219, 4506}};

Governor governor(std::uint32_t kind, std::uint32_t margin = 0, std::uint32_t slowdown = 5, std::uint64_t least = 0) {
  Governor g;
  g.set(kind, 1, margin, slowdown, least);
  return g;
}

std::uint32_t choose(const Governor& g, std::vector<GovernedJob> jobs, std::uint32_t running, std::uint32_t level = 0,
                     std::uint64_t now = 1000) {
  return g.choose(now, jobs.data(), running, static_cast<std::uint32_t>(jobs.size()), level, kLevels);
}

TEST(Governor, FixedIsWhatItWasToldWhateverRuns) {
  const Governor g = governor(TAKT_GOVERNOR_FIXED);
  EXPECT_EQ(choose(g, {}, 0), 1u);
  EXPECT_EQ(choose(g, {{1000, 1001, &kCompute}}, 1), 1u);
}

TEST(Governor, RaceIsFastWithWorkAndSlowWithout) {
  const Governor g = governor(TAKT_GOVERNOR_RACE);
  EXPECT_EQ(choose(g, {{100, 0, &kMemory}}, 1, 2), 0u);
  EXPECT_EQ(choose(g, {}, 0), 2u);
}

TEST(Governor, BandwidthSlowsWhatMemoryLimits) {
  EXPECT_EQ(choose(governor(TAKT_GOVERNOR_BANDWIDTH), {{100, 0, &kMemory}}, 1), 1u);
  EXPECT_EQ(choose(governor(TAKT_GOVERNOR_BANDWIDTH, 0, 11), {{100, 0, &kMemory}}, 1), 2u);
  EXPECT_EQ(choose(governor(TAKT_GOVERNOR_BANDWIDTH), {{100, 0, &kCompute}}, 1), 0u);
  // Of two that run, the one that suffers more decides.
  EXPECT_EQ(choose(governor(TAKT_GOVERNOR_BANDWIDTH), {{100, 0, &kMemory}, {100, 0, &kCompute}}, 2), 0u);
}

TEST(Governor, DeadlineIsAsSlowAsItsJobAllows) {
  const Governor g = governor(TAKT_GOVERNOR_DEADLINE);
  EXPECT_EQ(choose(g, {{100, 1000 + 400, &kCompute}}, 1), 2u);
  EXPECT_EQ(choose(g, {{100, 1000 + 399, &kCompute}}, 1), 1u);
  EXPECT_EQ(choose(g, {{100, 1000 + 199, &kCompute}}, 1), 0u);
  EXPECT_EQ(choose(g, {{100, 900, &kCompute}}, 1), 0u);  // late already
}

TEST(Governor, DeadlineKeepsAMargin) {
  const Governor g = governor(TAKT_GOVERNOR_DEADLINE, 10);
  EXPECT_EQ(choose(g, {{100, 1000 + 440, &kCompute}}, 1), 2u);
  EXPECT_EQ(choose(g, {{100, 1000 + 439, &kCompute}}, 1), 1u);
}

TEST(Governor, DeadlineLooksAtWhatWaitsByDeadlines) {
  const Governor g = governor(TAKT_GOVERNOR_DEADLINE);
  // 100 and 100 of work one after the other: 800 ticks at the slowest, 400 at the middle.
  EXPECT_EQ(choose(g, {{100, 3000, &kCompute}, {100, 1000 + 800, &kCompute}}, 1), 2u);
  EXPECT_EQ(choose(g, {{100, 1000 + 500, &kCompute}, {100, 1000 + 799, &kCompute}}, 1), 1u);
  // The one that waits comes first by its deadline.
  EXPECT_EQ(choose(g, {{1000, 9000, &kCompute}, {100, 1000 + 250, &kCompute}}, 1), 1u);
}

TEST(Governor, DeadlineLeavesJobsWithoutOneToMemory) {
  const Governor g = governor(TAKT_GOVERNOR_DEADLINE);
  EXPECT_EQ(choose(g, {{100, 0, &kCompute}}, 1), 0u);
  EXPECT_EQ(choose(g, {{100, 0, &kMemory}}, 1), 1u);
  EXPECT_EQ(choose(g, {{100, 0, &kMemory}, {100, 1000 + 150, &kCompute}}, 1), 0u);
}

TEST(Governor, DeadlineDoesNotSlowDownForWhatIsOverSoon) {
  const Governor g = governor(TAKT_GOVERNOR_DEADLINE, 0, 5, 200);
  EXPECT_EQ(choose(g, {{199, 100000, &kCompute}}, 1, 0), 0u);
  EXPECT_EQ(choose(g, {{200, 100000, &kCompute}}, 1, 0), 2u);
  EXPECT_EQ(choose(g, {{10, 1020, &kCompute}}, 1, 2), 1u);  // faster at any time
}

TEST(Governor, NothingIsFasterThanTheLimit) {
  Governor g = governor(TAKT_GOVERNOR_RACE);
  g.limit(1);
  EXPECT_EQ(choose(g, {{100, 0, &kCompute}}, 1), 1u);
  EXPECT_EQ(choose(g, {}, 0), 2u);
}

TEST(Throttle, GoesOneLevelEachSampleAndComesBack) {
  Throttle t;
  t.note(1, 1, kLevels);
  EXPECT_EQ(t.level(), 1u);
  t.note(1, 1, kLevels);
  t.note(1, 1, kLevels);
  EXPECT_EQ(t.level(), 2u);  // there is no third
  t.note(2, 3, kLevels);     // the other sensor's step
  EXPECT_EQ(t.level(), 2u);
  t.note(1, 2, kLevels);
  EXPECT_EQ(t.level(), 1u);
  t.note(3, 0, kLevels);
  EXPECT_EQ(t.level(), 0u);
  t.note(3, 0, kLevels);
  EXPECT_EQ(t.level(), 0u);
}

takt_governor_slot governed(std::uint32_t kind) {
  takt_governor_slot slot = {};
  slot.type = TAKT_SLOT_SET_GOVERNOR;
  slot.job_id = 900;
  slot.governor = kind;
  return slot;
}

// A cycle is a tick.
takt_boot_info clocked() {
  takt_boot_info info = boot_info("fcfs");
  info.npu_clock_khz = 1000;
  return info;
}

struct GovernedBench : Bench {
  explicit GovernedBench(const takt_governor_slot& slot) : Bench(clocked()) {
    boot();
    EXPECT_EQ(control(as_slot(slot)), TAKT_STATUS_OK);
    add_program(0, 1000);
    add_queue(1);
  }
  void submit_job(std::uint64_t id, std::uint64_t deadline = 0) {
    takt_job_slot slot = job(id, 0);
    slot.deadline_ticks = deadline;
    submit(1, slot);
    settle();
  }
};

TEST(GovernedFirmware, RacesAndRests) {
  GovernedBench b(governed(TAKT_GOVERNOR_RACE));
  EXPECT_EQ(b.soc.power_level, 2u);
  b.submit_job(1);
  EXPECT_EQ(b.soc.power_level, 0u);
  b.run();
  EXPECT_EQ(b.soc.power_level, 2u);
}

TEST(GovernedFirmware, PicksTheLevelOfTheDeadline) {
  for (const auto& [slack, level] : {std::pair{4000u, 2u}, std::pair{3999u, 1u}, std::pair{1999u, 0u}}) {
    GovernedBench b(governed(TAKT_GOVERNOR_DEADLINE));
    b.submit_job(1, b.soc.now + slack);
    EXPECT_EQ(b.soc.power_level, level) << slack;
  }
}

TEST(GovernedFirmware, ANewcomersDeadlineSpeedsUpWhatRuns) {
  GovernedBench b(governed(TAKT_GOVERNOR_DEADLINE));
  b.add_queue(2);
  b.submit_job(1, b.soc.now + 100000);
  ASSERT_EQ(b.soc.power_level, 2u);
  takt_job_slot slot = job(2, 0);
  slot.deadline_ticks = b.soc.now + 1100;
  b.submit(2, slot);
  b.settle();
  EXPECT_EQ(b.soc.power_level, 0u);
}

TEST(GovernedFirmware, RefusesLevelsThatAreNotThere) {
  GovernedBench b(governed(TAKT_GOVERNOR_RACE));
  takt_governor_slot slot = governed(TAKT_GOVERNOR_FIXED);
  slot.level = 3;
  EXPECT_EQ(b.control(as_slot(slot)), TAKT_STATUS_UNSUPPORTED);
  slot.level = 2;
  EXPECT_EQ(b.control(as_slot(slot)), TAKT_STATUS_OK);
  EXPECT_EQ(b.soc.power_level, 2u);
}

TEST(GovernedFirmware, RefusesRequestsThatSayNothing) {
  GovernedBench b(governed(TAKT_GOVERNOR_FIXED));
  const auto refused = [&b](auto change) {
    takt_governor_slot slot = governed(TAKT_GOVERNOR_FIXED);
    change(slot);
    EXPECT_EQ(b.control(as_slot(slot)), TAKT_STATUS_BAD_SLOT);
  };
  refused([](auto& s) { s.governor = TAKT_GOVERNOR_COUNT; });
  refused([](auto& s) { s.governor = TAKT_GOVERNOR_RACE, s.level = 1; });
  refused([](auto& s) { s.margin_percent = 101; });
  refused([](auto& s) { s.slowdown_percent = 101; });
  refused([](auto& s) { s.suspend_us = 100; });
  refused([](auto& s) { s.suspend_state = TAKT_NPU_OFF; });
  refused([](auto& s) { s.suspend_state = TAKT_NPU_OFF + 1, s.suspend_us = 1; });
  refused([](auto& s) { s.reserved1[1] = 1; });
}

// The driver's own choice ends the governor's.
TEST(GovernedFirmware, ALevelThatTheDriverSetsStays) {
  GovernedBench b(governed(TAKT_GOVERNOR_RACE));
  takt_service_slot service = {};
  service.type = TAKT_SLOT_SET_POWER_LEVEL;
  service.job_id = 100;
  service.value = 1;
  EXPECT_EQ(b.control(as_slot(service)), TAKT_STATUS_OK);
  b.submit_job(1);
  EXPECT_EQ(b.soc.power_level, 1u);
  b.run();
  EXPECT_EQ(b.soc.power_level, 1u);
}

// What a job did at half the clock counts half, so that the next one's estimate is that of the fastest level: with jobs
// of 1000 ticks at level 1 it becomes 500, and a deadline of 1000 can be met there.
TEST(GovernedFirmware, LearnsWhatJobsTakeAtTheFastestLevel) {
  takt_governor_slot fixed = governed(TAKT_GOVERNOR_FIXED);
  fixed.level = 1;
  GovernedBench b(fixed);
  for (std::uint64_t id = 1; id <= 40; ++id) {
    b.submit_job(id);
    b.run();
  }
  EXPECT_EQ(b.control(as_slot(governed(TAKT_GOVERNOR_DEADLINE))), TAKT_STATUS_OK);
  b.submit_job(50, b.soc.now + 1050);
  EXPECT_EQ(b.soc.power_level, 1u);
}

TEST(GovernedFirmware, SleepsAfterAWhileWithoutWork) {
  takt_governor_slot info = governed(TAKT_GOVERNOR_FIXED);
  info.suspend_us = 500;
  info.suspend_state = TAKT_NPU_OFF;
  GovernedBench b(info);
  b.submit_job(1);
  b.run(b.soc.now + 1000 + 499);
  EXPECT_EQ(b.soc.power_state, static_cast<std::uint32_t>(TAKT_NPU_ON));
  b.run(b.soc.now + 2);
  EXPECT_EQ(b.soc.power_state, static_cast<std::uint32_t>(TAKT_NPU_OFF));
  b.submit_job(2);
  EXPECT_EQ(b.soc.power_state, static_cast<std::uint32_t>(TAKT_NPU_ON));
  b.run(b.soc.now + 1200);
  EXPECT_EQ(b.soc.power_state, static_cast<std::uint32_t>(TAKT_NPU_ON));
}

TEST(GovernedFirmware, GivesWayToHeatAndComesBack) {
  GovernedBench b(governed(TAKT_GOVERNOR_FIXED));
  b.soc.hot = 1u << TAKT_SENSOR_NPU;
  for (const std::uint32_t level : {1u, 2u, 2u}) {
    b.soc.sample_sensors(1u << TAKT_SENSOR_NPU);
    b.settle();
    EXPECT_EQ(b.soc.power_level, level);
    EXPECT_EQ(b.soc.keep, 1u);
  }
  b.soc.hot = 0;
  for (const std::uint32_t level : {1u, 0u}) {
    b.soc.sample_sensors(1u << TAKT_SENSOR_NPU);
    b.settle();
    EXPECT_EQ(b.soc.power_level, level);
  }
  EXPECT_EQ(b.soc.keep, 0u);
}

}  // namespace
}  // namespace takt::firmware::test
