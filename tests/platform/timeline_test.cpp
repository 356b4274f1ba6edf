// The timeline that a run tells its sink: the contract of models/base/timeline.h, and that nobody is missing from it.
#include <gtest/gtest.h>

#include <set>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::Time;

class Timeline : public testing::TestWithParam<Case> {
 protected:
  Timeline() : scenario_(scenario(GetParam().text)), record_(run(scenario_, &probe_)) {}

  const config::Scenario scenario_;
  TimelineProbe probe_;
  const RunRecord record_;
};

TEST_P(Timeline, SlicesOfATrackDoNotOverlapAndComeInOrder) {
  for (const auto& [track, slices] : probe_.tracks())
    for (std::size_t i = 0; i < slices.size(); ++i) {
      EXPECT_LE(slices[i].begin, slices[i].end) << track << ' ' << slices[i].name;
      const Time before = i == 0 ? Time() : slices[i - 1].end;
      EXPECT_LE(before, slices[i].begin) << track << ' ' << slices[i].name;
    }
}

TEST_P(Timeline, NothingLiesBehindTheRunsEnd) {
  for (const auto& [track, slices] : probe_.tracks())
    for (const TimelineProbe::Slice& slice : slices) EXPECT_LE(slice.end, record_.simulated) << track;
}

TEST_P(Timeline, HasATrackForEveryEngineTheFirmwareAndTheCounters) {
  std::set<std::string> names;
  for (const auto& [track, slices] : probe_.tracks())
    if (!slices.empty()) names.insert(track);
  for (const char* track : {"npu/tensor", "npu/vector", "npu/dma_in", "npu/dma_out", "npu/job",
                            "firmware/scheduling log", "power/SoC power"})
    EXPECT_EQ(names.count(track), 1u) << track;
}

TEST_P(Timeline, ShowsEveryRequestRunningOnce) {
  for (const StreamRecord& stream : record_.streams) {
    std::multiset<std::string> running;
    for (const auto& [track, slices] : probe_.tracks())
      if (track.rfind("streams/" + stream.name + " requests", 0) == 0)
        for (const TimelineProbe::Slice& slice : slices)
          if (slice.name.rfind("running ", 0) == 0) running.insert(slice.name);
    EXPECT_EQ(running.size(), stream.requests.size());
    for (std::size_t i = 0; i < stream.requests.size(); ++i)
      EXPECT_EQ(running.count("running #" + std::to_string(i)), 1u) << stream.name << ' ' << i;
  }
}

TEST_P(Timeline, ShowsAsManyPreemptionsAsTheNpuCounts) {
  std::uint64_t preempted = 0;
  for (const TimelineProbe::Slice& slice : probe_.slices("npu/job")) preempted += slice.note == "preempted" ? 1 : 0;
  EXPECT_EQ(preempted, record_.npu.preemptions);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Timeline, testing::Values(llw_alone, mixed, preempted),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace takt::platform::test
