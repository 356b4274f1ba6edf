// What a fault's strikes come to: longest latencies, sums of jobs, and who was under way meanwhile.
#include "sim/results/faults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/results/document.h"
#include "sim/results/summary.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using nlohmann::json;
using platform::FaultRecord;
using platform::FaultStrike;
using platform::RunRecord;
using testing::HasSubstr;
using units::microseconds;

FaultStrike strike(std::uint64_t at_us, std::uint64_t detected_us, std::uint64_t recovered_us) {
  FaultStrike s;
  s.at = microseconds(at_us);
  s.detected = microseconds(detected_us);
  s.recovered = microseconds(recovered_us);
  return s;
}

FaultRecord fault() {
  FaultRecord f;
  f.name = "stuck";
  f.kind = "engine-hang";
  f.events = 2;
  f.strikes = {strike(1000, 1500, 1600), strike(5000, 5300, 5700)};
  f.strikes[0].failed_jobs = 1;
  f.strikes[1].failed_jobs = 1;
  f.strikes[1].collateral_jobs = 3;
  return f;
}

// One stream with requests from 0 to 900, 1100 to 1200, 1550 to 9000 us.
RunRecord a_run() {
  RunRecord run = sample_run();
  run.streams.resize(1);
  run.streams[0].requests = {completed(0, 0, 900), completed(1100, 0, 100), completed(1550, 0, 7450)};
  run.faults = {fault()};
  run.recovery = platform::RecoveryRecord{};
  run.recovery->engine_resets = 2;
  return run;
}

json entry(const RunRecord& run) { return json::parse(results_document(run, {}).json()).at("faults").at(0); }

TEST(Faults, GiveTheLongestLatenciesAndTheSumsOfJobs) {
  const json f = entry(a_run());
  EXPECT_EQ(f.at("name"), "stuck");
  EXPECT_EQ(f.at("kind"), "engine-hang");
  EXPECT_EQ(f.at("strikes"), 2);
  EXPECT_EQ(f.at("events"), 2);
  EXPECT_EQ(f.at("injected_us"), 1000);
  EXPECT_EQ(f.at("detect_us"), 500);
  EXPECT_EQ(f.at("recover_us"), 400);
  EXPECT_EQ(f.at("failed_jobs"), 2);
  EXPECT_EQ(f.at("collateral_jobs"), 3);
  EXPECT_EQ(f.at("lost_jobs"), 0);
}

// Two within 1000 to 1600 us, the longest also within 5000 to 5700.
TEST(Faults, CountTheRequestsUnderWayUntilTheyAreOver) { EXPECT_EQ(entry(a_run()).at("requests_under_way"), 3); }

TEST(Faults, ThatWereNotDetectedOrNeverStruckSaySo) {
  RunRecord run = a_run();
  run.faults[0].strikes = {FaultStrike{}};
  run.faults[0].strikes[0].at = microseconds(1000);
  EXPECT_TRUE(entry(run).at("detect_us").is_null());
  const json notes = json::parse(results_document(run, {}).json()).at("notes");
  EXPECT_EQ(notes.at("faults[stuck].recover_us"), "it was not detected");
  run.faults[0].strikes.clear();
  EXPECT_TRUE(entry(run).at("injected_us").is_null());
  EXPECT_THAT(summary(run), HasSubstr("engine-hang, never struck"));
}

TEST(Faults, HaveALineOfTheSummaryEach) {
  EXPECT_THAT(summary(a_run()), HasSubstr("engine-hang, 2 times from 1.000 ms on, detected in 0.500 ms, recovered in "
                                          "0.400 ms; jobs: 2 failed, 3 collateral, 0 lost"));
}

TEST(Faults, AreNoKeyOfARunWithoutThem) {
  const json d = json::parse(results_document(sample_run(), {}).json());
  EXPECT_FALSE(d.contains("faults"));
  EXPECT_FALSE(d.contains("recovery"));
  EXPECT_EQ(json::parse(results_document(a_run(), {}).json()).at("recovery").at("engine_resets"), 2);
}

}  // namespace
}  // namespace takt::results
