// The fault catalogue: each row is a scenario of two streams in which one thing goes wrong, and what must come of it.
// docs/faults.md has the table.
#include <gtest/gtest.h>

#include <algorithm>

#include "firmware/abi/status.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

constexpr std::uint64_t job_timeout_us = 2000, driver_timeout_us = 3000, reply_timeout_us = 1000, watchdog_us = 2000;

const char* const head = R"(
soc = "exynos-llw-like"
[firmware]
policy = "round-robin"
job_timeout_us = 2000
[watchdog]
timeout_us = 2000
[recovery]
timeout_us = 3000
reply_timeout_us = 1000
cold_boot = true
cold_boot_interval_us = 20000
[limits]
max_time_us = 200000
[[stream]]
name = "sick"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 4
[[stream]]
name = "sound"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 2
requests = 6
)";

// Anything below is within these: what happens before a fault is found, in microseconds, and the way of an answer.
constexpr std::uint64_t at_once = 0, an_answer = 200, never_found = ~0ull;

struct Row {
  const char* id;  // of the catalogue
  const char* fault;
  // Of the strike until somebody does something about it: at least and at most.
  std::uint64_t found_after_us, found_before_us;
  std::uint32_t failed;  // jobs of the sick stream,
  std::uint32_t status;  // with this
  std::uint64_t again;   // jobs submitted again
  // What the telemetry must show, and nothing else.
  std::uint64_t engine_resets = 0, cold_boots = 0, watchdog_expiries = 0, doorbells_repeated = 0, queues_rebuilt = 0;
  config::Overrides set = {};
  std::uint64_t warm_boots = 0;
  friend std::ostream& operator<<(std::ostream& to, const Row& row) { return to << row.id << ": " << row.fault; }
};

// The firmware looks at a running job every quarter of its timeout; what the engines did before they hung takes less
// than the second timeout. The watchdog is kicked at each turn of the firmware's loop.
constexpr std::uint64_t hang = job_timeout_us, hang_most = job_timeout_us + job_timeout_us / 4 + an_answer;
constexpr std::uint64_t look = driver_timeout_us, look_most = driver_timeout_us + an_answer;
constexpr std::uint64_t dead = watchdog_us, dead_most = watchdog_us + an_answer;

// The sound stream takes the engines from the sick one at a cut.
const config::Overrides urgent = {"firmware.policy=fixed-priority", "stream.sound.arrival=periodic",
                                  "stream.sound.concurrency=0",     "stream.sound.period_us=300",
                                  "stream.sound.start_us=50",       "stream.sound.band=realtime"};
const config::Overrides rv32 = {"control_cpu.cost=iss"};

const config::Overrides warm = {"recovery.warm_boot=true"};
const config::Overrides warm_rv32 = {"recovery.warm_boot=true", "control_cpu.cost=iss"};

const Row rows[] = {
    {"FI-01", "kind = 'lost-host-interrupt'\nat_us = 400", at_once, look_most, 0, 0, 0},
    {"FI-01", "kind = 'lost-engine-interrupt'\nstream = 'sick'\nrequest = 2", at_once, hang / 4 + an_answer, 0, 0, 0},
    {"FI-02", "kind = 'spurious-interrupt'\nat_us = 400", at_once, an_answer, 0, 0, 0},
    {"FI-03", "kind = 'spurious-interrupt'\nat_us = 300\ntimes = 60\nperiod_us = 10", at_once, an_answer, 0, 0, 0},
    {"FI-04", "kind = 'engine-hang'\nstream = 'sick'\nrequest = 2", hang, hang_most, 1, TAKT_STATUS_TIMEOUT, 0, 1},
    {"FI-05", "kind = 'engine-slow'\nfactor = 100\ntimes = 0\nstream = 'sick'\nrequest = 2", never_found, never_found,
     0, 0, 0},
    {"FI-08", "kind = 'firmware-wedge'\nat_us = 400", look + reply_timeout_us, look_most + reply_timeout_us, 0, 0, 3, 0,
     1, 0, 2},
    {"FI-09", "kind = 'access-fault'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 1, TAKT_STATUS_ACCESS, 0},
    {"FI-10", "kind = 'unknown-status'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 0, 0, 3, 0, 1},
    {"FI-11", "kind = 'bad-command'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 1, TAKT_STATUS_BAD_COMMAND, 0},
    {"FI-12", "kind = 'bad-ring'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 0, 0, 1, 0, 0, 0, 0, 1},
    {"FI-12", "kind = 'bad-slot'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 1, TAKT_STATUS_BAD_SLOT, 0},
    {"FI-15", "kind = 'lost-doorbell'\nstream = 'sick'\nrequest = 2", look, look_most + an_answer, 0, 0, 0, 0, 0, 0, 1},
    {"FI-15", "kind = 'early-doorbell'\nstream = 'sick'\nrequest = 2", at_once, look_most + an_answer, 0, 0, 0},
    {"FI-15", "kind = 'double-doorbell'\nstream = 'sick'\ntimes = 0", never_found, never_found, 0, 0, 0},
    {"FI-15", "kind = 'stray-doorbell'\nat_us = 400", never_found, never_found, 0, 0, 0},
    {"FI-28", "kind = 'dma-error'\nstream = 'sick'\nrequest = 2\nspace = 20", at_once, an_answer, 1,
     TAKT_STATUS_BAD_COMMAND, 0},
    {"FI-28", "kind = 'fetch-error'\nstream = 'sick'\nrequest = 2\nspace = 5", at_once, an_answer, 1,
     TAKT_STATUS_BAD_COMMAND, 0},
    {"FI-28", "kind = 'control-memory-error'\nat_us = 400", dead, dead_most, 0, 0, 3, 0, 1, 1},
    {"FI-29", "kind = 'scratchpad-parity'\nstream = 'sick'\nrequest = 2\nspace = 5", at_once, an_answer, 1,
     TAKT_STATUS_BAD_COMMAND, 0},
    {"FI-30", "kind = 'dma-hang'\nstream = 'sick'\nrequest = 2\nspace = 20", hang, hang_most, 1, TAKT_STATUS_TIMEOUT, 0,
     1},
    {"FI-32", "kind = 'firmware-crash'\nat_us = 400", dead, dead_most + an_answer, 0, 0, 3, 0, 1, 1},
    {"FI-32", "kind = 'firmware-hang'\nat_us = 400", dead, dead_most, 0, 0, 3, 0, 1, 1},
    {"FI-33", "kind = 'client-death'\nstream = 'sick'\nat_us = 400", at_once, an_answer, 1, TAKT_STATUS_ABORTED, 0},
    {"FI-07", "kind = 'engine-hang'\nstream = 'sick'\nrequest = 2\n[[fault]]\nname = 'once'\nkind = 'reset-failure'",
     hang, hang_most, 1, TAKT_STATUS_TIMEOUT, 0, 1},
    {"FI-07",
     "kind = 'engine-hang'\nstream = 'sick'\nrequest = 2\n[[fault]]\nname = 'each'\nkind = 'reset-failure'\ntimes = 2",
     hang + dead,
     hang_most + dead_most,
     0,
     0,
     3,
     0,
     1,
     1,
     0,
     0,
     {"recovery.timeout_us=10000"}},
    {"FI-17",
     "kind = 'engine-hang'\nstream = 'sick'\nrequest = 2\n[[fault]]\nname = 'end'\nkind = 'client-death'\nstream = "
     "'sick'\nat_us = 1500",
     at_once, 1500 + an_answer, 1, TAKT_STATUS_ABORTED, 0},
    {"FI-19", "kind = 'save-hang'\nstream = 'sick'", hang, hang_most, 1, TAKT_STATUS_SAVE_TIMEOUT, 0, 1, 0, 0, 0, 0,
     urgent},
    // A restarted firmware resets the engines, and finds queues and programs as they were.
    {"FI-08", "kind = 'firmware-wedge'\nat_us = 400", look + reply_timeout_us, look_most + reply_timeout_us, 0, 0, 3, 1,
     0, 0, 2, 0, warm, 1},
    {"FI-10", "kind = 'unknown-status'\nstream = 'sick'\nrequest = 2", at_once, an_answer, 0, 0, 3, 0, 1, 0, 0, 0, warm,
     0},
    {"FI-25", "kind = 'firmware-crash'\nat_us = 400\n[[fault]]\nname = 'each'\nkind = 'reset-failure'\ntimes = 2", dead,
     dead_most + an_answer, 0, 0, 3, 0, 1, 1, 0, 0, warm, 1},
    {"FI-28", "kind = 'control-memory-error'\nat_us = 400", dead, dead_most, 0, 0, 3, 1, 0, 1, 0, 0, warm, 1},
    {"FI-32", "kind = 'firmware-crash'\nat_us = 400", dead, dead_most + an_answer, 0, 0, 3, 1, 0, 1, 0, 0, warm, 1},
    {"FI-32", "kind = 'firmware-hang'\nat_us = 400", dead, dead_most, 0, 0, 3, 1, 0, 1, 0, 0, warm, 1},
#ifdef TAKT_HAS_RV32
    {"FI-08", "kind = 'firmware-wedge'\nat_us = 400", look + reply_timeout_us, look_most + reply_timeout_us, 0, 0, 3, 1,
     0, 0, 2, 0, warm_rv32, 1},
    {"FI-25", "kind = 'firmware-crash'\nat_us = 400\n[[fault]]\nname = 'each'\nkind = 'reset-failure'\ntimes = 2", dead,
     dead_most + an_answer, 0, 0, 3, 0, 1, 1, 0, 0, warm_rv32, 1},
    {"FI-28", "kind = 'control-memory-error'\nat_us = 400", dead, dead_most, 0, 0, 3, 1, 0, 1, 0, 0, warm_rv32, 1},
    {"FI-32", "kind = 'firmware-crash'\nat_us = 400", dead, dead_most + an_answer, 0, 0, 3, 1, 0, 1, 0, 0, warm_rv32,
     1},
    {"FI-32", "kind = 'firmware-hang'\nat_us = 400", dead, dead_most, 0, 0, 3, 1, 0, 1, 0, 0, warm_rv32, 1},
    {"FI-04", "kind = 'engine-hang'\nstream = 'sick'\nrequest = 2", hang, hang_most, 1, TAKT_STATUS_TIMEOUT, 0, 1, 0, 0,
     0, 0, rv32},
    {"FI-28", "kind = 'control-memory-error'\nat_us = 400", dead, dead_most, 0, 0, 3, 0, 1, 1, 0, 0, rv32},
    {"FI-32", "kind = 'firmware-crash'\nat_us = 400", dead, dead_most + an_answer, 0, 0, 3, 0, 1, 1, 0, 0, rv32},
    {"FI-32", "kind = 'firmware-hang'\nat_us = 400", dead, dead_most, 0, 0, 3, 0, 1, 1, 0, 0, rv32},
#endif
};

std::string text_of(const Row& row) {
  std::string fault = row.fault;
  std::replace(fault.begin(), fault.end(), '\'', '"');
  return head + std::string("[[fault]]\nname = \"it\"\n") + fault + "\n";
}

void expect_found_in_time(const Row& row, const FaultRecord& fault) {
  ASSERT_FALSE(fault.strikes.empty());
  std::uint64_t failed_jobs = 0;
  for (const FaultStrike& strike : fault.strikes) {
    failed_jobs += strike.failed_jobs;
    EXPECT_EQ(strike.lost_jobs, 0u);
    if (row.found_after_us == never_found) {
      EXPECT_EQ(strike.detected, units::never());
      continue;
    }
    ASSERT_NE(strike.detected, units::never());
    EXPECT_GE(strike.detected - strike.at, microseconds(row.found_after_us));
    EXPECT_LE(strike.detected - strike.at, microseconds(row.found_before_us));
    EXPECT_NE(strike.recovered, units::never());
  }
  EXPECT_EQ(failed_jobs, row.failed);
}

// Each request has one answer: completed, or failed as the row says.
void expect_nothing_lost_or_doubled(const Row& row, const RunRecord& record) {
  std::uint32_t failed = 0;
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) {
      if (request.status == RequestStatus::completed) continue;
      EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::failed));
      EXPECT_EQ(stream.name, "sick");
      EXPECT_EQ(request.fault, row.status);
      ++failed;
    }
  EXPECT_EQ(failed, row.failed);
  EXPECT_EQ(record.streams[1].requests.size(), 6u);
  EXPECT_EQ(record.recovery->stale_records, 0u);
}

void expect_telemetry(const Row& row, const RecoveryRecord& seen) {
  EXPECT_EQ(seen.engine_resets, row.engine_resets);
  EXPECT_EQ(seen.cold_boots, row.cold_boots);
  EXPECT_EQ(seen.warm_boots, row.warm_boots);
  EXPECT_EQ(seen.watchdog_expiries, row.watchdog_expiries);
  EXPECT_EQ(seen.doorbells_repeated, row.doorbells_repeated);
  EXPECT_EQ(seen.queues_rebuilt, row.queues_rebuilt);
  EXPECT_EQ(seen.jobs_submitted_again, row.again);
}

class Fault : public testing::TestWithParam<Row> {};

TEST_P(Fault, IsSurvivedAsItShouldBe) {
  const Row& row = GetParam();
  const RunRecord record = run(scenario(text_of(row), row.set));
  expect_found_in_time(row, record.faults.at(0));
  expect_nothing_lost_or_doubled(row, record);
  expect_telemetry(row, *record.recovery);
}

std::string name_of(const testing::TestParamInfo<Row>& info) {
  std::string name = std::to_string(info.index) + "_" + info.param.id;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Fault, testing::ValuesIn(rows), name_of);

Time latest_end(const RunRecord& record, const char* name) {
  Time latest;
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests)
      if (stream.name == name) latest = units::max(latest, request.finished - request.submitted);
  return latest;
}

// FI-06: a job that is preempted or waits is not blamed, however long.
TEST(FaultOfNobody, AStarvedJobIsNotBlamed) {
  const RunRecord record =
      run(scenario(head, {"firmware.policy=fixed-priority", "stream.sound.band=realtime", "stream.sound.requests=40",
                          "stream.sound.start_us=50", "firmware.job_timeout_us=400"}));
  EXPECT_GT(latest_end(record, "sick"), microseconds(2 * 400)) << "else the test means nothing";
  EXPECT_GT(record.npu.preemptions, 0u);
  EXPECT_EQ(record.recovery->engine_resets, 0u);
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) EXPECT_EQ(request.fault, 0u);
}

// FI-05: 60 s of it, most of which the simulation skips.
TEST(JobLimit, EndsASlowJobAfterAMinuteOnTheEngines) {
  const RunRecord record = run(scenario(
      head, {"stream.sick.model=busy-100x1000000us", "stream.sick.requests=1", "firmware.job_limit_us=60000000",
             "firmware.job_timeout_us=2000000", "recovery.timeout_us=0", "limits.max_time_us=200000000"}));
  const RequestRecord& slow = record.streams[0].requests.at(0);
  EXPECT_EQ(slow.fault, static_cast<std::uint32_t>(TAKT_STATUS_TIMEOUT));
  EXPECT_GE(slow.finished - slow.started, microseconds(60000000));
  EXPECT_LE(slow.finished - slow.started, microseconds(60000000 + an_answer));
  for (const RequestRecord& request : record.streams[1].requests)
    EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::completed));
  EXPECT_EQ(record.recovery->engine_resets, 1u);
}

// FI-08: the second firmware that dies soon after the first waits for its boot; everything else waits with it.
TEST(ColdBoot, IsLimitedInItsRate) {
  const RunRecord record = run(scenario(
      head + std::string(
                 "[[fault]]\nname = \"it\"\nkind = \"firmware-crash\"\nat_us = 400\ntimes = 2\nperiod_us = 6000\n"),
      {"stream.sick.requests=60", "stream.sound.requests=60"}));
  const std::vector<FaultStrike>& strikes = record.faults.at(0).strikes;
  ASSERT_EQ(strikes.size(), 2u);
  const Time apart = strikes[1].recovered - strikes[0].recovered;
  EXPECT_GE(apart, microseconds(20000));         // cold_boot_interval_us
  EXPECT_LE(apart, microseconds(20000 + 1500));  // and the power cycle of 1000
  EXPECT_EQ(record.recovery->cold_boots, 2u);
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) EXPECT_EQ(request.fault, 0u);
}

const char* const crash = "[[fault]]\nname = \"it\"\nkind = \"firmware-crash\"\nat_us = 400\n";
#ifdef TAKT_HAS_RV32
const char* const builds[] = {"table", "iss"};
#else
const char* const builds[] = {"table"};
#endif

class Restart : public testing::TestWithParam<const char*> {
 protected:
  config::Scenario with(const std::string& fault, config::Overrides set) const {
    set.push_back(std::string("control_cpu.cost=") + GetParam());
    return scenario(head + fault, set);
  }
  // From when the crash was found until the next job has the engines.
  Time recovery(const config::Overrides& set) const {
    return measured<Time>([&] {
      const FaultStrike strike = run(with(crash, set)).faults.at(0).strikes.at(0);
      return strike.recovered - strike.detected;
    });
  }
};

// No power cycle, no image to load, no queue and no program to set up by requests.
TEST_P(Restart, TakesLessTimeThanAColdBootByThePowerCycleAtLeast) {
  const Time cold = recovery({}), restarted = recovery({"recovery.warm_boot=true"});
  EXPECT_GT(restarted, microseconds(10));  // reset_us
  EXPECT_LT(restarted + microseconds(1000 - 10), cold);
}

// A firmware that dies again within the interval is booted cold, the third time when that interval has passed too.
TEST_P(Restart, IsFollowedByAColdBootWhereTheFirmwareDiesAgain) {
  const RunRecord record =
      run(with(crash + std::string("times = 3\nperiod_us = 6000\n"),
               {"recovery.warm_boot=true", "stream.sick.requests=80", "stream.sound.requests=80"}));
  const std::vector<FaultStrike>& strikes = record.faults.at(0).strikes;
  ASSERT_EQ(strikes.size(), 3u);
  EXPECT_EQ(record.recovery->warm_boots, 1u);
  EXPECT_EQ(record.recovery->cold_boots, 2u);
  EXPECT_LT(strikes[0].recovered - strikes[0].detected, microseconds(1000));
  EXPECT_GE(strikes[2].recovered - strikes[1].recovered, microseconds(20000 - 1500));  // cold_boot_interval_us
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) EXPECT_EQ(request.fault, 0u);
  EXPECT_EQ(record.recovery->stale_records, 0u);
}

// What was logged before is there at the end; behind a cold boot it is not.
TEST_P(Restart, TheSchedulingLogSurvives) {
  const auto events = [this](const config::Overrides& more) {
    return in_child([&] {
      config::Overrides set = {"firmware.scheduling_log=1000"};
      set.insert(set.end(), more.begin(), more.end());
      TimelineProbe probe;
      run(with(crash, set), &probe);
      std::string names;
      for (const auto& event : probe.slices("firmware/scheduling log")) names += event.name + "\n";
      return names;
    });
  };
  const auto count = [](const std::string& text, const std::string& what) {
    std::size_t n = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
    return n;
  };
  const std::string kept = events({"recovery.warm_boot=true"}), lost = events({});
  const std::size_t restored = kept.find("restored\n");
  ASSERT_NE(restored, std::string::npos);
  EXPECT_GT(count(kept.substr(0, restored), "dispatched "), 0u);
  EXPECT_EQ(count(kept, "completed "), 10u) << "the jobs of both streams, each once";
  EXPECT_EQ(lost.find("restored\n"), std::string::npos);
  EXPECT_LT(count(lost, "completed "), 10u);
}

#ifdef TAKT_HAS_RV32
TEST(RestartOfTheElf, LookAheadChangesNoResult) {
  const auto with = [](const char* nanoseconds) {
    return in_child([&] {
      RunRecord record =
          run(scenario(head + std::string(crash), {"recovery.warm_boot=true", "control_cpu.cost=iss",
                                                   "control_cpu.look_ahead_ns=" + std::string(nanoseconds)}));
      record.config_hash.clear();
      record.scenario_hash.clear();
      return document(record);
    });
  };
  const std::string closest = with("1");
  EXPECT_EQ(with("1000"), closest);
  EXPECT_EQ(with("10000"), closest);
}
#endif

INSTANTIATE_TEST_SUITE_P(Builds, Restart, testing::ValuesIn(builds));

TEST(WithoutRecovery, ADeadFirmwareEndsTheRun) {
  try {
    run(scenario(head + std::string("[[fault]]\nname = \"it\"\nkind = \"firmware-hang\"\nat_us = 400\n"),
                 {"recovery.cold_boot=false"}));
    FAIL() << "it went on";
  } catch (const SimulationFailure& e) {
    EXPECT_NE(std::string(e.what()).find("watchdog expired"), std::string::npos) << e.what();
  }
}

// What a scenario without faults gives does not depend on whether the driver would look.
TEST(WithoutFaults, RecoveryChangesNothing) {
  const auto latencies = [](const config::Overrides& set) {
    return in_child([&] {
      std::string text;
      for (const StreamRecord& stream : run(scenario(head, set)).streams)
        for (const RequestRecord& request : stream.requests) text += std::to_string(request.finished.value) + " ";
      return text;
    });
  };
  EXPECT_EQ(latencies({}), latencies({"recovery.timeout_us=0", "recovery.cold_boot=false"}));
  EXPECT_EQ(latencies({}), latencies({"recovery.warm_boot=true"}));
}

}  // namespace
}  // namespace takt::platform::test
