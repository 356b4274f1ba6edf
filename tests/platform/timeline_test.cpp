// The timeline that a run tells its sink: the contract of models/base/timeline.h, and that nobody is missing from it.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::Time;

// A job is asked to leave while it is still being restored.
constexpr Case asked_while_restored = {"asked_while_restored", R"(
soc = "exynos-llw-like"
[firmware]
policy = "fixed-priority"
[[stream]]
name = "urgent"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 160
requests = 12
band = "realtime"
[[stream]]
name = "long"
model = "resnet18"
arrival = "closed_loop"
concurrency = 1
requests = 1
)"};

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
  for (const char* track :
       {"npu/tensor", "npu/vector", "npu/dma_in", "npu/dma_out", "npu/job", "cpu/driver", "firmware/scheduling log",
        "firmware/control processor", "power/SoC power", "power/rail dram", "power/NPU clock", "temperature/npu",
        "bandwidth by initiator/npu_dma_in"})
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

Time sum_of(const std::vector<TimelineProbe::Slice>& slices, const std::string& begin_of_name) {
  Time sum;
  for (const TimelineProbe::Slice& slice : slices)
    if (slice.name.rfind(begin_of_name, 0) == 0) sum += slice.end - slice.begin;
  return sum;
}

Time sum_of(const std::vector<Time>& times) {
  Time sum;
  for (const Time time : times) sum += time;
  return sum;
}

// Every preemption of these runs lies in the window.
TEST_P(Timeline, HandOversTakeAsLongAsTheNpuCounts) {
  const std::vector<TimelineProbe::Slice> slices = probe_.slices("npu/hand-over");
  EXPECT_EQ(sum_of(slices, "saving "), sum_of(record_.npu.preemption_saves));
  EXPECT_EQ(sum_of(slices, "restoring "), sum_of(record_.npu.restores));
  std::size_t stops = 0;
  for (const TimelineProbe::Slice& slice : slices) stops += slice.note.empty() && slice.name.rfind("stopping ", 0) == 0;
  EXPECT_EQ(stops, record_.npu.preemption_stops.size());
}

TEST_P(Timeline, TheControlProcessorIsAwakeAsLongAsItCounts) {
  Time awake;
  for (const TimelineProbe::Slice& slice : probe_.slices("firmware/control processor")) {
    const Time begin = units::max(slice.begin, record_.window.begin), end = units::min(slice.end, record_.window.end);
    if (begin < end) awake += end - begin;
  }
  EXPECT_EQ(awake, record_.cpu.control_busy);
}

TEST_P(Timeline, InterruptsAreClaimedWhileTheControlProcessorIsAwake) {
  const std::vector<TimelineProbe::Slice> awake = probe_.slices("firmware/control processor");
  std::size_t jobs_over = 0, npu = 0;
  for (const TimelineProbe::Slice& slice : probe_.slices("npu/job")) jobs_over += slice.note == "done";
  for (const TimelineProbe::Slice& claim : probe_.slices("firmware/interrupts")) {
    npu += claim.name == "NPU";
    EXPECT_TRUE(std::any_of(awake.begin(), awake.end(), [&](const TimelineProbe::Slice& slice) {
      return slice.begin <= claim.begin && claim.begin <= slice.end;
    })) << claim.name;
  }
  EXPECT_GE(npu, jobs_over) << "one job runs at a time, and each end is told";
}

TEST_P(Timeline, JobsThatWaitAreThoseInTheRingWithoutTheEngines) {
  for (const StreamRecord& stream : record_.streams) {
    const std::vector<TimelineProbe::Slice> waiting = probe_.slices("streams/" + stream.name + " jobs waiting");
    ASSERT_FALSE(waiting.empty());
    EXPECT_EQ(waiting.back().value, 0) << "all have run";
    double most = 0;
    for (const TimelineProbe::Slice& each : waiting) most = std::max(most, each.value);
    if (most > 1) continue;
    // One job waits at a time: its stream's turn is ready unless another job of the stream has the engines.
    Time ready;
    for (std::size_t i = 0; i + 1 < waiting.size(); ++i) {
      if (waiting[i].value == 0) continue;
      ready += waiting[i + 1].begin - waiting[i].begin;
      for (const TimelineProbe::Slice& turn : probe_.slices("streams/" + stream.name + " on the NPU")) {
        if (turn.name.rfind("running ", 0) != 0) continue;
        const Time begin = units::max(turn.begin, waiting[i].begin), end = units::min(turn.end, waiting[i + 1].begin);
        if (begin < end) ready -= end - begin;
      }
    }
    EXPECT_EQ(ready, stream.turns.delay) << stream.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Timeline, testing::Values(llw_alone, mixed, preempted, asked_while_restored),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(TimelineOfARunCutOff, EndsWhatIsUnderWayWithTheRun) {
  const std::string text = asked_while_restored.text;
  TimelineProbe probe;
  const RunRecord record = run(scenario(text, {"run.measure_us=1000", "run.drain=\"stop\""}), &probe);
  std::size_t pending = 0, cut_off = 0, chains_cut_off = 0;
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests)
      pending += request.status == RequestStatus::pending && request.submitted <= record.simulated;
  for (const auto& [track, slices] : probe.tracks())
    for (const TimelineProbe::Slice& slice : slices) {
      EXPECT_LE(slice.end, record.simulated) << track;
      if (track.find(" requests") != track.npos && slice.note == "cut off") {
        ++cut_off;
        EXPECT_EQ(slice.end, record.simulated);
      }
      if (track == "cpu/driver" && slice.name.rfind("cut off ", 0) == 0) chains_cut_off += slice.flow.ends;
    }
  ASSERT_GT(pending, 0u);
  EXPECT_EQ(cut_off, pending);
  EXPECT_EQ(chains_cut_off, pending);
  EXPECT_EQ(probe.slices("npu/job").back().note, "cut off");
  EXPECT_EQ(probe.slices("npu/job").back().end, record.simulated);
}

}  // namespace
}  // namespace takt::platform::test
