// Streams that another stream's completions start.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

// A detector every millisecond, a reader after it, a speaker after that one, in commands of exact length.
std::string chain(const std::string& of_reader, const std::string& of_detector = "requests = 20\n") {
  return R"(
soc = "snapdragon-8-gen-2-like"
seed = 3
[firmware]
policy = "fcfs"
[control_cpu]
cost = "zero"
[[stream]]
name = "speaker"
model = "busy-1x10us"
arrival = "dependent"
after = "reader"
[[stream]]
name = "detector"
model = "busy-1x100us"
arrival = "periodic"
period_us = 1000
)" + of_detector +
         R"([[stream]]
name = "reader"
model = "busy-1x50us"
arrival = "dependent"
after = "detector"
)" + of_reader;
}

enum : std::size_t { speaker, detector, reader };

const std::vector<RequestRecord>& requests(const RunRecord& record, std::size_t stream) {
  return record.streams.at(stream).requests;
}

TEST(Dependent, EachLinkOfAChainBeginsWhenTheOneBeforeIsAnsweredAndItsDelayIsOver) {
  const RunRecord record = run(scenario(chain("delay_us = 20\n")));
  for (const std::size_t stream : {speaker, detector, reader}) ASSERT_EQ(requests(record, stream).size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(requests(record, detector)[i].submitted, record.window.begin + microseconds(1000 * i));
    EXPECT_EQ(requests(record, reader)[i].submitted, requests(record, detector)[i].finished + microseconds(20));
    EXPECT_EQ(requests(record, speaker)[i].submitted, requests(record, reader)[i].finished);
    EXPECT_EQ(requests(record, speaker)[i].status, RequestStatus::completed);
  }
}

// Drawn for each completion alone: the count is binomial.
TEST(Dependent, AsManyFollowAsTheProbabilitySays) {
  constexpr double n = 600;
  for (const auto& [percent, p] : {std::pair("20", 0.2), std::pair("50", 0.5), std::pair("99.5", 0.995)}) {
    const auto count = measured<std::size_t>([&] {
      const RunRecord record =
          run(scenario(chain("probability_percent = " + std::string(percent) + "\n", "requests = 600\n"),
                       {"stream.detector.period_us=200"}));
      EXPECT_EQ(requests(record, speaker).size(), requests(record, reader).size());
      return requests(record, reader).size();
    });
    EXPECT_NEAR(static_cast<double>(count), n * p, 4 * std::sqrt(n * p * (1 - p))) << percent;
  }
}

TEST(Dependent, NeverOrAlwaysIsExact) {
  for (const auto& [percent, count] : {std::pair("0", 0u), std::pair("100", 20u)}) {
    const auto followed = measured<std::size_t>([&] {
      return requests(run(scenario(chain("probability_percent = " + std::string(percent) + "\n"))), reader).size();
    });
    EXPECT_EQ(followed, count);
  }
}

TEST(Dependent, TheSameSeedGivesTheSameBytesAnotherOneOthers) {
  const auto asked = [&](const std::string& seed) {
    return in_child([&] { return document(run(scenario(chain("probability_percent = 50\n"), {"seed=" + seed}))); });
  };
  EXPECT_EQ(asked("5"), asked("5"));
  EXPECT_NE(asked("5"), asked("6"));
}

TEST(Dependent, ItsRequestsEndWithItsNumber) {
  const RunRecord record = run(scenario(chain("requests = 7\ndelay_us = 5000\n")));
  EXPECT_EQ(requests(record, reader).size(), 7u);
  EXPECT_EQ(requests(record, speaker).size(), 7u);
  for (std::size_t i = 0; i < 7; ++i)
    EXPECT_EQ(requests(record, reader)[i].submitted, requests(record, detector)[i].finished + microseconds(5000));
}

TEST(Dependent, WhatIsDroppedOrFailsStartsNothing) {
  // Twice as many as are served: those that the driver has no room for are dropped.
  const RunRecord record =
      run(scenario(chain("", "requests = 40\nmax_in_flight = 1\nmax_waiting = 1\n"), {"stream.detector.period_us=50"}));
  std::size_t completed = 0;
  for (const RequestRecord& r : requests(record, detector)) completed += r.status == RequestStatus::completed ? 1 : 0;
  EXPECT_LT(completed, 40u);
  EXPECT_EQ(requests(record, reader).size(), completed);
}

TEST(Dependent, NothingBeginsBehindTheWindow) {
  const RunRecord record =
      run(scenario(chain("delay_us = 9500\n", ""), {"run.measure_us=20000", "limits.max_time_us=100000"}));
  EXPECT_EQ(requests(record, detector).size(), 20u);
  // Answers within the first 10.5 of 20 ms: of the requests at 0 to 10 ms.
  EXPECT_EQ(requests(record, reader).size(), 11u);
  for (const RequestRecord& r : requests(record, reader)) EXPECT_LT(r.submitted, record.window.end);
}

TEST(Dependent, AloneItKeepsTheStreamsThatStartIt) {
  const config::Scenario all = scenario(chain("probability_percent = 50\n"));
  const config::Scenario only = config::alone(all, reader);
  ASSERT_EQ(only.config.streams.size(), 2u);
  EXPECT_EQ(only.config.streams[0].name, "reader");
  EXPECT_EQ(only.config.streams[1].name, "detector");
  // Chance draws the same: as many follow as beside the speaker.
  const auto followers = [](const config::Scenario& s, std::size_t stream) {
    return measured<std::size_t>([&] { return requests(run(s), stream).size(); });
  };
  EXPECT_EQ(followers(only, 0), followers(all, reader));
}

}  // namespace
}  // namespace takt::platform::test
