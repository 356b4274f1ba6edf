// Turns on the engines (the latency table): each stay counts once, what it waited for is what stood in its way.
#include <gtest/gtest.h>

#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

std::string head(const std::string& policy) {
  return "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"" + policy + "\"\n";
}

const std::string heavy = R"(
[[stream]]
name = "heavy"
model = "resnet50"
arrival = "closed_loop"
concurrency = 2
requests = 4
)";

const std::string light = R"(
[[stream]]
name = "light"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 450
start_us = 200
requests = 4
band = "realtime"
)";

Time sum_of(const std::vector<TimelineProbe::Slice>& slices, const std::string& stream) {
  Time sum;
  for (const TimelineProbe::Slice& slice : slices)
    if (slice.name.rfind(stream + " ", 0) == 0) sum += slice.end - slice.begin;
  return sum;
}

TEST(Turns, AreTheStaysOnTheEngines) {
  TimelineProbe probe;
  const RunRecord record = run(scenario(head("fixed-priority") + heavy + light), &probe);
  ASSERT_GT(record.npu.preemptions, 0u);
  const TurnsRecord& hog = record.streams[0].turns;
  const TurnsRecord& strong = record.streams[1].turns;
  EXPECT_EQ(hog.count, 4 + record.npu.preemptions) << "again after each preemption";
  EXPECT_EQ(strong.count, 4u);
  EXPECT_EQ(hog.runtime, sum_of(probe.slices("npu/job"), "heavy"));
  EXPECT_EQ(strong.runtime, sum_of(probe.slices("npu/job"), "light"));
  EXPECT_LE(hog.runtime + strong.runtime, record.window.length());
}

// The preempted one is ready from the end of its save, and waits for the other one's whole turn.
TEST(Turns, APreemptedJobWaitsForTheTurnOfTheOther) {
  TimelineProbe probe;
  const RunRecord record = run(scenario(head("fixed-priority") + heavy + light), &probe);
  const TurnsRecord& hog = record.streams[0].turns;
  Time other;  // the latest end of a turn of the light one before the heavy one's turn
  for (const TimelineProbe::Slice& slice : probe.slices("npu/job"))
    if (slice.name.rfind("light", 0) == 0 && slice.end <= hog.begin) other = slice.end;
  EXPECT_GE(other, hog.ready);
  EXPECT_LE(other, hog.begin);
  EXPECT_EQ(hog.longest, hog.begin - hog.ready);
}

// Under FCFS a lone request waits for the rest of the job on the engines. It is ready at the same time after its
// arrival, whoever else is there: the driver takes as long.
TEST(Turns, TheDelayIsFromTheDoorbellToTheEngines) {
  const std::string once = light.substr(0, light.find("requests")) + "requests = 1\n";
  struct Answer {
    Time submitted, ready, begin, delay, other_end;
  };
  const auto observe = [&](const std::string& beside) {
    return measured<Answer>([&] {
      TimelineProbe probe;
      const RunRecord record = run(scenario(head("fcfs") + beside + once), &probe);
      const TurnsRecord& turns = record.streams.back().turns;
      return Answer{record.streams.back().requests[0].submitted, turns.ready, turns.begin, turns.delay,
                    probe.slices("npu/job")[0].end};
    });
  };
  const Answer lone = observe(""), held = observe(heavy);
  EXPECT_EQ(held.ready - held.submitted, lone.ready - lone.submitted);
  EXPECT_EQ(held.delay, held.begin - held.ready);
  EXPECT_GT(held.begin, held.other_end);
  EXPECT_LT(held.ready, held.other_end);
  EXPECT_LT(lone.delay, microseconds(10)) << "the firmware's time alone";
}

// A second job of a stream does not wait while the first one runs: a queue's jobs never run side by side.
TEST(Turns, AStreamDoesNotWaitForItself) {
  const RunRecord record = run(scenario(head("fcfs") + heavy));
  const TurnsRecord& turns = record.streams[0].turns;
  EXPECT_EQ(turns.count, 4u);
  EXPECT_LT(turns.longest, microseconds(20)) << "an inference takes some 500 us";
}

// Turns that begin in the window count; of those across its edges the time inside.
TEST(Turns, RuntimeIsThatInsideTheWindow) {
  const RunRecord record = run(scenario(head("fcfs") + "[run]\nwarm_up_us = 700\nmeasure_us = 1000\n" +
                                        heavy.substr(0, heavy.find("requests"))));
  const TurnsRecord& turns = record.streams[0].turns;
  EXPECT_LE(turns.runtime, microseconds(1000));
  EXPECT_GT(turns.runtime, microseconds(950)) << "back to back but for the firmware's turns";
  EXPECT_LE(turns.count, 3u);
}

}  // namespace
}  // namespace takt::platform::test
