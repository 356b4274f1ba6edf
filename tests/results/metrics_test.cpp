// Each definition by hand on small cases.
#include "sim/results/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/results/document.h"
#include "sim/results/summary.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using platform::Attojoules;
using platform::IsolatedRecord;
using platform::RequestRecord;
using platform::RequestStatus;
using platform::RunRecord;
using platform::StreamRecord;
using testing::HasSubstr;
using units::microseconds;
using units::milliseconds;
using units::Time;

Progress progress(std::uint64_t turnaround, std::uint64_t isolated, std::uint64_t weight = 1) {
  return {microseconds(turnaround), microseconds(isolated), weight};
}

// 30 for 10 and 40 for 20: NTT 3 and 2.
const std::vector<Progress> two = {progress(30, 10), progress(40, 20)};

TEST(Definitions, AnttIsTheMeanOfTurnaroundByIsolated) {
  EXPECT_EQ(to_text(antt(two)), "2.5");                                        // (3 + 2) / 2
  EXPECT_EQ(to_text(antt({progress(10, 3), progress(1, 1)})), "2.166666667");  // (10/3 + 1) / 2 = 13/6
}

TEST(Definitions, StpIsTheSumOfIsolatedByTurnaround) {
  EXPECT_EQ(to_text(stp(two)), "0.833333333");                     // 1/3 + 1/2 = 5/6
  EXPECT_EQ(to_text(stp({progress(7, 7), progress(9, 9)})), "2");  // nobody is held up
}

TEST(Definitions, FairnessIsTheLeastQuotientOfWeightedProgress) {
  // (1/3) / (1/2) = 2/3; the other way round 3/2 is larger.
  EXPECT_EQ(to_text(fairness(two)), "0.666666667");
  // Weights 3 and 1: PP = (1/3) / (3/4) = 4/9 and (1/2) / (1/4) = 2; 4/9 / 2 = 2/9.
  EXPECT_EQ(to_text(fairness({progress(30, 10, 3), progress(40, 20, 1)})), "0.222222222");
  // Progress in proportion to the weights: 1/2 and 1/4 by 2 and 1.
  EXPECT_EQ(to_text(fairness({progress(20, 10, 2), progress(80, 20, 1)})), "1");
  // Of three streams the worst pair counts: 1, 1/2 and 1/8.
  EXPECT_EQ(to_text(fairness({progress(10, 10), progress(20, 10), progress(80, 10)})), "0.125");
  EXPECT_EQ(to_text(fairness({progress(30, 10)})), "1");
}

TEST(Definitions, JainsIndexIsOfTheProgress) {
  // (1/3 + 1/2)^2 / (2 (1/9 + 1/4)) = (25/36) / (26/36) = 25/26.
  EXPECT_EQ(to_text(jain(two)), "0.961538462");
  EXPECT_EQ(to_text(jain({progress(20, 10), progress(40, 20), progress(2, 1)})), "1");
}

// One stream takes all: 1/n at the least, within the rounding of the others' progress to 12 decimals.
TEST(Definitions, JainsIndexLiesBetweenOneByNAndOne) {
  EXPECT_EQ(to_text(jain({progress(10, 10), progress(10000000000000, 1), progress(10000000000000, 1)})), "0.333333333");
  rc::check([] {
    std::vector<Progress> streams(*rc::gen::inRange<std::size_t>(1, 32));
    for (Progress& s : streams)
      s = progress(*rc::gen::inRange<std::uint64_t>(1, 1000000), *rc::gen::inRange<std::uint64_t>(1, 1000));
    const double index = to_double(jain(streams));
    RC_ASSERT(index <= 1.0);
    RC_ASSERT(index > 1.0 / static_cast<double>(streams.size()) - 1e-6);
  });
}

// Eyerman and Eeckhout: STP is n over the harmonic mean of NTT, which is no more than its arithmetic mean.
TEST(Definitions, StpAndAnttBoundEachOther) {
  rc::check([] {
    std::vector<Progress> streams(*rc::gen::inRange<std::size_t>(1, 32));
    for (Progress& s : streams)
      s = progress(*rc::gen::inRange<std::uint64_t>(1, 1000000), *rc::gen::inRange<std::uint64_t>(1, 1000000));
    RC_ASSERT(to_double(stp(streams)) * to_double(antt(streams)) >= static_cast<double>(streams.size()) * (1 - 1e-6));
  });
}

// The longest times that a scenario can have, 11.6 days, and the largest weight.
TEST(Definitions, LongTimesDoNotOverflow) {
  const Time longest(1000000000000000000ull);
  EXPECT_EQ(to_text(fairness({{longest, longest, 27}, {longest, longest, 1}})), "0.037037037");  // 1/27
  EXPECT_EQ(to_text(antt({{longest, Time(1), 1}})), "1000000000000000000");
  EXPECT_EQ(to_text(jain({{longest, longest, 1}, {longest, longest, 1}})), "1");
}

TEST(Definitions, UxcostIsMissRatesTimesEnergies) {
  // (1/4 + 3/4) x (1.5 + 2) = 3.5
  EXPECT_EQ(to_text(uxcost({{1, 4, {15, 1}}, {3, 4, {2, 0}}})), "3.5");
  // Without a miss among 50: 1/100. (1/100 + 1/2) x (1 + 1) = 1.02
  EXPECT_EQ(to_text(uxcost({{0, 50, {1, 0}}, {1, 2, {1, 0}}})), "1.02");
}

// PREMA's 1, 3, 9 for normal, focus and realtime.
TEST(Definitions, BandsAreAFactorOfThreeApart) {
  EXPECT_EQ(weight_of("normal"), 3 * weight_of("idle"));
  EXPECT_EQ(weight_of("focus"), 3 * weight_of("normal"));
  EXPECT_EQ(weight_of("realtime"), 9 * weight_of("normal"));
  EXPECT_EQ(weight_of("none"), 0u);
}

constexpr std::uint64_t millijoule = 1000000000000000ull;

IsolatedRecord alone(std::uint64_t turnaround_us, std::uint64_t requests, std::uint64_t energy_mj) {
  IsolatedRecord record;
  record.completed = record.finished = requests;
  record.turnaround = microseconds(turnaround_us);
  record.energy = Attojoules{energy_mj * millijoule};
  return record;
}

// "slow" (normal): 10, 20 and 60 us, mean 30, alone 10; 9 mJ for its three, alone 2 mJ each. Its deadline of 50 us is
// missed once. "fast" (realtime): 40 us, alone 20; 3 mJ, alone 3; its deadline is kept.
RunRecord mix() {
  RunRecord run;
  run.window = {Time(0), milliseconds(1)};
  run.simulated = milliseconds(1);
  StreamRecord slow{"slow", "a", "normal", {}, Time(0), Attojoules{9 * millijoule}, {}, {}};
  slow.requests = {completed(0, 0, 10), completed(100, 5, 20), completed(200, 5, 60)};
  for (RequestRecord& request : slow.requests) request.deadline = request.submitted + microseconds(50);
  StreamRecord fast{"fast", "b", "realtime", {}, Time(0), Attojoules{3 * millijoule}, {}, {}};
  fast.requests = {completed(0, 1, 40)};
  fast.requests[0].deadline = microseconds(50);
  run.streams = {slow, fast};
  run.power.components = {{"npu_tensor", Attojoules{12 * millijoule}}};
  run.isolation = platform::IsolationRecord{5000, {alone(10, 5, 10), alone(20, 2, 6)}};
  return run;
}

std::string figure(const Value& document, const std::string& key) {
  std::string text = document.at(key).json();
  text.pop_back();
  return text;
}

TEST(Metrics, FollowFromTheRequestsAndTheRunsAlone) {
  Value notes;
  const Value metrics = metrics_value(mix(), notes);
  EXPECT_EQ(figure(metrics, "antt"), "2.5");          // 30 / 10 and 40 / 20
  EXPECT_EQ(figure(metrics, "stp"), "0.833333333");   // 1/3 + 1/2
  EXPECT_EQ(figure(metrics, "jain"), "0.961538462");  // 25/26
  // PP by weights 3 and 27: (1/3) / (3/30) = 10/3, (1/2) / (27/30) = 5/9; (5/9) / (10/3) = 1/6.
  EXPECT_EQ(figure(metrics, "fairness"), "0.166666667");
  EXPECT_EQ(figure(metrics, "sla_factor"), "5");
  // Targets 50 and 100 us: 60 is too late, three others are in time.
  EXPECT_EQ(figure(metrics, "sla_rate"), "0.75");
  EXPECT_EQ(figure(metrics, "deadline_miss_rate"), "0.25");
  // Rates 1/3 and, without a miss of one, 1/2; energies 3 by 2 mJ and 3 by 3: (5/6) x (5/2) = 25/12.
  EXPECT_EQ(figure(metrics, "uxcost"), "2.083333333");
  EXPECT_TRUE(notes.is_null());
}

TEST(Metrics, OfAStream) {
  const Metrics metrics = metrics_of(mix());
  const StreamMetrics& slow = metrics.streams.at(0);
  EXPECT_EQ(slow.turnaround, microseconds(30));
  EXPECT_EQ(slow.isolated, microseconds(10));
  EXPECT_EQ(slow.weight, 3u);
  EXPECT_EQ(slow.sla_target, microseconds(50));
  EXPECT_EQ(slow.sla_met, 2u);
  EXPECT_EQ(slow.sla_decided, 3u);
  EXPECT_EQ(to_text(*slow.energy), "1.5");
}

TEST(Metrics, TheFactorMayHaveDecimals) {
  RunRecord run = mix();
  run.isolation->sla_permille = 6500;  // 65 us for slow: all in time
  EXPECT_EQ(metrics_of(run).streams[0].sla_target, microseconds(65));
  EXPECT_EQ(to_text(*metrics_of(run).sla_rate), "1");
}

// Failed, dropped and overdue requests are not served in time; one that is not overdue at the end is left out; so is
// one from before the window.
TEST(Metrics, TheSlaIsHeldAgainstLikeADeadline) {
  RunRecord run = mix();
  run.window.begin = microseconds(1);
  std::vector<RequestRecord>& requests = run.streams[0].requests;
  RequestRecord open;
  for (const RequestStatus status : {RequestStatus::failed, RequestStatus::dropped, RequestStatus::pending}) {
    open.submitted = microseconds(300);
    open.status = status;
    requests.push_back(open);
  }
  open.submitted = microseconds(980);  // 20 us before the end
  requests.push_back(open);
  const StreamMetrics slow = metrics_of(run).streams[0];
  EXPECT_EQ(slow.sla_met, 1u);
  EXPECT_EQ(slow.sla_decided, 5u);
}

TEST(Metrics, AStreamWithoutAnAnswerHasNoFigureAndNeitherHasTheSum) {
  RunRecord run = mix();
  run.streams[1].requests[0].status = RequestStatus::pending;
  Value notes;
  const Value metrics = metrics_value(run, notes);
  for (const char* key : {"antt", "stp", "fairness", "jain"}) {
    EXPECT_TRUE(metrics.at(key).is_null()) << key;
    EXPECT_EQ(figure(notes, std::string("metrics.") + key), "\"stream 'fast': no request completed\"");
  }
  EXPECT_EQ(figure(metrics, "sla_rate"), "0.5");  // overdue, and so is one of the three
  EXPECT_EQ(figure(notes, "metrics.streams[fast].ntt"), "\"no request completed\"");
  EXPECT_EQ(figure(notes, "metrics.streams[fast].turnaround_us"), "\"no request completed\"");
  EXPECT_THAT(metrics.json(), HasSubstr("\"turnaround_us\": null"));
}

TEST(Metrics, ARunAloneThatFailedIsNamed) {
  RunRecord run = mix();
  run.isolation->streams[0] = {};
  run.isolation->streams[0].failure = "the simulation reached max_time_us = 5 with work left";
  Value notes;
  const Value metrics = metrics_value(run, notes);
  for (const char* key : {"antt", "stp", "fairness", "jain", "sla_rate"}) {
    EXPECT_TRUE(metrics.at(key).is_null()) << key;
    EXPECT_THAT(figure(notes, std::string("metrics.") + key), HasSubstr("stream 'slow': alone: the simulation"));
  }
  EXPECT_TRUE(metrics.at("uxcost").is_null());
  EXPECT_EQ(figure(notes, "metrics.uxcost"), "\"a stream with deadlines has no normalized_energy\"");
  EXPECT_THAT(figure(notes, "metrics.streams[slow].isolated_us"), HasSubstr("max_time_us"));
  EXPECT_EQ(figure(metrics, "deadline_miss_rate"), "0.25");
}

TEST(Metrics, WithoutDeadlinesThereIsNoMissRateAndNoUxcost) {
  RunRecord run = mix();
  for (StreamRecord& stream : run.streams)
    for (RequestRecord& request : stream.requests) request.deadline = units::never();
  Value notes;
  const Value metrics = metrics_value(run, notes);
  EXPECT_TRUE(metrics.at("deadline_miss_rate").is_null());
  EXPECT_TRUE(metrics.at("uxcost").is_null());
  EXPECT_EQ(figure(notes, "metrics.uxcost"), "\"no deadline fell inside the run\"");
  EXPECT_EQ(figure(metrics, "antt"), "2.5");
}

// Streams without deadlines do not count, with whatever energy.
TEST(Metrics, UxcostIsOfStreamsWithDeadlines) {
  RunRecord run = mix();
  run.streams[1].requests[0].deadline = units::never();
  run.isolation->streams[1].energy = std::nullopt;
  EXPECT_EQ(to_text(*metrics_of(run).uxcost), "0.5");  // 1/3 x 3/2
}

TEST(Metrics, AScenarioWithoutStreamsHasNone) {
  RunRecord run;
  run.isolation = platform::IsolationRecord{10000, {}};
  Value notes;
  EXPECT_TRUE(metrics_value(run, notes).at("antt").is_null());
  EXPECT_EQ(figure(notes, "metrics.antt"), "\"no streams\"");
}

TEST(Metrics, StandInTheDocumentAndTheSummaryWhereAskedFor) {
  RunRecord run = mix();
  EXPECT_THAT(summary(run),
              HasSubstr("metrics   ANTT 2.500, STP 0.833, fairness 0.167, Jain's index 0.962, 75.000 % within 5 x "
                        "alone, 25.000 % of deadlines missed, UXCost 2.083\n"));
  EXPECT_NO_THROW(results_document(run, {}).at("metrics"));
  run.isolation.reset();
  EXPECT_THAT(summary(run), testing::Not(HasSubstr("metrics")));
  EXPECT_THROW(results_document(run, {}).at("metrics"), std::out_of_range);
}

// Submitted inside the window alone, whatever came before.
TEST(Metrics, TheRecordOfARunAloneIsOfItsWindow) {
  RunRecord run = mix();
  run.streams.pop_back();
  run.window.begin = microseconds(50);
  const IsolatedRecord record = isolated_record(run);
  EXPECT_EQ(record.completed, 2u);
  EXPECT_EQ(record.turnaround, microseconds(40));
  EXPECT_EQ(record.finished, 2u);
  EXPECT_TRUE(record.energy == Attojoules{9 * millijoule});
  EXPECT_TRUE(record.failure.empty());
}

}  // namespace
}  // namespace takt::results
