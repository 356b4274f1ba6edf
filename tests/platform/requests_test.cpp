// What becomes of requests: when they are asked, how many are under way, which are dropped, when a run ends.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/platform/arrivals.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

std::string head(const std::string& soc = "exynos-llw-like") {
  return "soc = \"" + soc + "\"\nseed = 3\n[firmware]\npolicy = \"fcfs\"\n";
}

std::string stream(const std::string& model, const std::string& more) {
  return "[[stream]]\nname = \"only\"\nmodel = \"" + model + "\"\n" + more;
}

std::size_t count(const RunRecord& record, RequestStatus status) {
  const auto& requests = record.streams[0].requests;
  return static_cast<std::size_t>(
      std::count_if(requests.begin(), requests.end(), [&](const RequestRecord& r) { return r.status == status; }));
}

std::vector<std::size_t> dropped(const RunRecord& record) {
  std::vector<std::size_t> numbers;
  for (std::size_t i = 0; i < record.streams[0].requests.size(); ++i)
    if (record.streams[0].requests[i].status == RequestStatus::dropped) numbers.push_back(i);
  return numbers;
}

TEST(Requests, PeriodicOnesAreAskedExactlyOnTime) {
  const RunRecord record = run(scenario(
      head() + stream("squeezenet1_1", "arrival = \"periodic\"\nperiod_us = 333\nstart_us = 50\nrequests = 6\n")));
  ASSERT_EQ(record.streams[0].requests.size(), 6u);
  for (std::uint64_t n = 0; n < 6; ++n)
    EXPECT_EQ(record.streams[0].requests[n].submitted - record.window.begin, microseconds(50 + 333 * n));
}

TEST(Requests, PoissonOnesAreTheStreamsWhateverThePlatform) {
  const std::string text = stream("squeezenet1_1", "arrival = \"poisson\"\nrate_per_s = 4000\nrequests = 5\n");
  const auto asked = [&](const std::string& soc) {
    return in_child([&] {
      const RunRecord record = run(scenario(head(soc) + text));
      std::string times;
      for (const RequestRecord& request : record.streams[0].requests)
        times += std::to_string((request.submitted - record.window.begin).value) + ' ';
      return times;
    });
  };
  const config::Scenario s = scenario(head() + text);
  Arrivals arrivals(s.config.streams[0], config::effective_seed(s.config.seed, 0, 0));
  std::string expected;
  for (int i = 0; i < 5; ++i, arrivals.advance()) expected += std::to_string(arrivals.next().value) + ' ';
  EXPECT_EQ(asked("exynos-llw-like"), expected);
  EXPECT_EQ(asked("snapdragon-8-gen-2-like"), expected);
}

TEST(Requests, AClosedLoopAsksAgainWhenAnAnswerComes) {
  const RunRecord record =
      run(scenario(head() + stream("squeezenet1_1", "arrival = \"closed_loop\"\nconcurrency = 3\nrequests = 10\n")));
  const auto& requests = record.streams[0].requests;
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(requests[i].submitted, record.window.begin);
  for (std::size_t i = 3; i < requests.size(); ++i) EXPECT_EQ(requests[i].submitted, requests[i - 3].finished);
}

TEST(Requests, AClosedLoopMayHaveMoreInFlightThanTheDriverSubmits) {
  const RunRecord record =
      run(scenario(head() + stream("squeezenet1_1", "arrival = \"closed_loop\"\nconcurrency = 20\nrequests = 24\n")));
  const auto& requests = record.streams[0].requests;
  EXPECT_EQ(count(record, RequestStatus::completed), 24u);
  for (std::size_t i = 20; i < 24; ++i) EXPECT_EQ(requests[i].submitted, requests[i - 20].finished);
}

// Twenty requests within 76 us, before ResNet-18 can have answered one: its 1.8 G MACs take 92 us at peak and its
// constants longer. The driver submits eight, two may wait.
std::string flood(const std::string& drop) {
  return head() +
         stream("resnet18",
                "arrival = \"periodic\"\nperiod_us = 4\nrequests = 20\nmax_waiting = 2\ndrop = \"" + drop + "\"\n");
}

TEST(Requests, TheNewestAreDroppedWhereTheQueueIsFull) {
  const RunRecord record = run(scenario(flood("newest")));
  EXPECT_EQ(dropped(record), (std::vector<std::size_t>{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}));
  EXPECT_EQ(count(record, RequestStatus::completed), 10u);
}

TEST(Requests, TheOldestAreDroppedWhereTheScenarioSaysSo) {
  const RunRecord record = run(scenario(flood("oldest")));
  EXPECT_EQ(dropped(record), (std::vector<std::size_t>{8, 9, 10, 11, 12, 13, 14, 15, 16, 17}));
  EXPECT_EQ(count(record, RequestStatus::completed), 10u);
}

// One with the firmware and one that waits. A request takes 20 ms.
TEST(Requests, NoMoreAreSubmittedAtOnceThanTheScenarioSays) {
  const RunRecord record = run(scenario(head() + stream("busy-2x10000us",
                                                        "arrival = \"periodic\"\nperiod_us = 5000\nrequests = 9\n"
                                                        "max_in_flight = 1\nmax_waiting = 1\n")));
  // The first runs from 0 to 20 ms, the second, which came at 5, to 40; the next that finds room comes at 25 ms.
  EXPECT_EQ(dropped(record), (std::vector<std::size_t>{2, 3, 4, 6, 7, 8}));
  const auto& requests = record.streams[0].requests;
  EXPECT_GT(requests[1].accepted, requests[0].finished);
}

TEST(Requests, ADroppedOneIsNeverStartedAndHasNoEnd) {
  const RunRecord record = run(scenario(flood("newest")));
  const RequestRecord& request = record.streams[0].requests[15];
  EXPECT_EQ(request.started, units::never());
  EXPECT_EQ(request.finished, units::never());
}

TEST(Requests, ADeadlineCountsFromTheArrival) {
  const RunRecord record = run(scenario(
      head() + stream("squeezenet1_1", "arrival = \"periodic\"\nperiod_us = 500\nrequests = 3\ndeadline_us = 77\n")));
  for (const RequestRecord& request : record.streams[0].requests)
    EXPECT_EQ(request.deadline, request.submitted + microseconds(77));
}

const char* const windowed = "arrival = \"periodic\"\nperiod_us = 200\n";

std::string window(const std::string& drain) {
  return "[run]\nwarm_up_us = 300\nmeasure_us = 1000\ndrain = \"" + drain + "\"\n";
}

TEST(Window, BeginsBehindTheWarmUpAndHasItsLength) {
  const RunRecord record = run(scenario(head() + window("finish") + stream("squeezenet1_1", windowed)));
  EXPECT_EQ(record.window.begin - record.streams[0].requests[0].submitted, microseconds(300));
  EXPECT_EQ(record.window.length(), microseconds(1000));
}

TEST(Window, NothingArrivesBehindIt) {
  const RunRecord record = run(scenario(head() + window("finish") + stream("squeezenet1_1", windowed)));
  // Arrivals at 0, 200, ... up to 1200 us; the window ends at 1300 us.
  EXPECT_EQ(record.streams[0].requests.size(), 7u);
}

TEST(Window, WhatIsInFlightAtItsEndIsFinished) {
  // ResNet-18 takes more than 200 us: requests pile up.
  const RunRecord record = run(scenario(head() + window("finish") + stream("resnet18", windowed)));
  EXPECT_EQ(count(record, RequestStatus::completed), record.streams[0].requests.size());
  EXPECT_GT(record.streams[0].requests.back().finished, record.window.end);
}

TEST(Window, OrIsLeftPendingWhereTheRunStopsWithIt) {
  const RunRecord record = run(scenario(head() + window("stop") + stream("resnet18", windowed)));
  EXPECT_EQ(record.simulated, record.window.end);
  EXPECT_GT(count(record, RequestStatus::pending), 0u);
  EXPECT_EQ(count(record, RequestStatus::pending) + count(record, RequestStatus::completed),
            record.streams[0].requests.size());
}

TEST(Window, OnlyWhatIsInsideIsCounted) {
  // One inference every 500 us, each well inside its period: two of the six lie in [1000, 2000) us.
  const auto macs = [](const std::string& run_table) {
    return measured<std::uint64_t>([&] {
      return run(scenario(head() + run_table +
                          stream("squeezenet1_1", "arrival = \"periodic\"\nperiod_us = 500\nrequests = 6\n")))
          .npu.useful_macs;
    });
  };
  EXPECT_EQ(macs("[run]\nwarm_up_us = 1000\nmeasure_us = 1000\n") * 3, macs(""));
}

}  // namespace
}  // namespace takt::platform::test
