#include "sim/results/verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using platform::RequestStatus;
using platform::RunRecord;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using units::microseconds;
using units::Time;
using Kind = Violation::Kind;

// Its hog is pending; the run is taken as one that ended with its window.
RunRecord answered() {
  RunRecord run = sample_run();
  run.streams.pop_back();
  return run;
}

TEST(Verdict, NamesTheRequestThatMissedItsDeadlineAndWhen) {
  const RunRecord run = answered();
  const Verdict verdict = judge(run, Time(), true);
  ASSERT_EQ(verdict.violations.size(), 1u);  // latencies of 1, 2, 3 and 4 ms, 3.5 ms allowed
  const Violation& late = verdict.violations[0];
  EXPECT_EQ(late.kind, Kind::missed);
  EXPECT_EQ(late.request, 3u);
  EXPECT_EQ(late.at, run.streams[0].requests[3].deadline);
  EXPECT_THAT(late.text, HasSubstr("by 500 us"));
  EXPECT_FALSE(verdict.holds());
  EXPECT_THAT(describe(run, verdict), HasSubstr("stream 'camera': 1 missed deadlines"));
}

TEST(Verdict, AFirmwareThatFailedDoesNotPass) {
  RunRecord run = answered();
  run.streams[0].requests.pop_back();
  run.recovery = platform::RecoveryRecord{};
  run.recovery->firmware_faults = 2;
  run.firmware_fault = {microseconds(1500), "the firmware read register 12: none"};
  const Verdict verdict = judge(run, Time(), true);
  EXPECT_FALSE(verdict.holds());
  EXPECT_THAT(describe(run, verdict), HasSubstr("firmware failures: 2"));
  EXPECT_THAT(describe(run, verdict), HasSubstr("at 1500 us: the firmware read register 12: none"));
}

TEST(Verdict, HoldsWhereNothingIsWrong) {
  RunRecord run = answered();
  run.streams[0].requests.pop_back();
  const Verdict verdict = judge(run, microseconds(100000), true);
  EXPECT_TRUE(verdict.holds());
  EXPECT_THAT(describe(run, verdict), IsEmpty());
}

TEST(Verdict, AWaitOfExactlyTheLimitIsNoStarvation) {
  RunRecord run = answered();
  run.streams[0].requests = {completed(0, 500, 900), completed(1000, 501, 900)};
  const Verdict verdict = judge(run, microseconds(500), true);
  ASSERT_EQ(verdict.violations.size(), 1u);
  EXPECT_EQ(verdict.violations[0].kind, Kind::starved);
  EXPECT_EQ(verdict.violations[0].request, 1u);
  EXPECT_EQ(verdict.violations[0].at, microseconds(1500));
  EXPECT_TRUE(judge(run, Time(), true).holds()) << "no limit";
}

TEST(Verdict, ARequestThatNeverBeganStarvesUntilTheRunsEnd) {
  RunRecord run = answered();
  platform::RequestRecord waiting;
  waiting.submitted = microseconds(1000);
  run.streams[0].requests = {waiting};
  const Verdict verdict = judge(run, microseconds(8999), false);  // 10 ms simulated
  ASSERT_EQ(verdict.violations.size(), 1u);
  EXPECT_THAT(verdict.violations[0].text, HasSubstr("has waited 9000 us"));
  EXPECT_TRUE(judge(run, microseconds(9000), false).holds());
}

TEST(Verdict, FailedRequestsAreLostAndPendingOnesWhereTheRunWentOn) {
  RunRecord run = answered();
  platform::RequestRecord failed = completed(0, 10, 100), pending;
  failed.status = RequestStatus::failed;
  failed.fault = 8;
  pending.submitted = microseconds(20);
  run.streams[0].requests = {failed, pending};
  EXPECT_EQ(judge(run, Time(), false).violations.size(), 1u);
  const Verdict drained = judge(run, Time(), true);
  ASSERT_EQ(drained.violations.size(), 2u);
  EXPECT_EQ(drained.violations[0].kind, Kind::lost);
  EXPECT_THAT(drained.violations[0].text, HasSubstr("status 8"));
  EXPECT_THAT(drained.violations[1].text, HasSubstr("never answered"));
}

TEST(Verdict, WhatLiesOutsideTheWindowIsNotJudged) {
  RunRecord run = answered();
  run.window.begin = microseconds(9000);
  EXPECT_TRUE(judge(run, microseconds(1), true).holds());
}

TEST(Verdict, ShowsThreeOfAKindAndCountsTheRest) {
  RunRecord run = answered();
  platform::RequestRecord late = completed(0, 10, 100);
  late.deadline = microseconds(50);
  run.streams[0].requests.assign(8, late);
  const std::string text = describe(run, judge(run, Time(), true));
  EXPECT_THAT(text, HasSubstr("8 missed deadlines"));
  EXPECT_THAT(text, HasSubstr("#2 "));
  EXPECT_THAT(text, Not(HasSubstr("#3 ")));
  EXPECT_THAT(text, HasSubstr("and 5 more"));
}

TEST(Verdict, DisplaysAndCamerasThatFellBehindDoNotPass) {
  RunRecord run = answered();
  run.streams[0].requests.clear();
  run.background.resize(2);
  run.background[0].name = "panel";
  run.background[0].kind = "display";
  run.background[0].missed = 2;
  run.background[1].name = "misses";
  run.background[1].kind = "cpu";
  run.background[1].missed = 5;  // have no deadline
  const Verdict verdict = judge(run, Time(), true);
  EXPECT_EQ(verdict.late, std::vector<std::size_t>{0});
  EXPECT_THAT(describe(run, verdict), HasSubstr(", 2 underruns"));
}

}  // namespace
}  // namespace takt::results
