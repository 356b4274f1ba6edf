// The parts of a request's path add up to its latency to the picosecond, and each says what it should.
#include <gtest/gtest.h>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

units::Time part(const PathRecord& path, PathPart part) { return path.parts[static_cast<std::size_t>(part)]; }

void expect_whole(const RunRecord& record) {
  for (const StreamRecord& stream : record.streams) {
    ASSERT_EQ(stream.paths.size(), stream.requests.size());
    for (std::size_t i = 0; i < stream.requests.size(); ++i) {
      const RequestRecord& request = stream.requests[i];
      units::Time sum, blocked;
      for (const units::Time each : stream.paths[i].parts) sum += each;
      for (const auto& [other, time] : stream.paths[i].blockers) blocked += time;
      const bool over = request.finished != units::never();
      EXPECT_EQ(sum, over ? request.finished - request.submitted : units::Time()) << stream.name << " " << i;
      EXPECT_EQ(blocked, part(stream.paths[i], PathPart::others)) << stream.name << " " << i;
    }
  }
}

class Paths : public testing::TestWithParam<Case> {};

TEST_P(Paths, AddUpToTheLatency) { expect_whole(run(scenario(GetParam().text))); }

INSTANTIATE_TEST_SUITE_P(Scenarios, Paths, testing::Values(behind_the_cache, mixed, preempted, with_fallback),
                         [](const auto& c) { return std::string(c.param.name); });

// Eight commands of 500 us on the vector engine: 4 ms, whatever else there is.
TEST(Path, OfALoneRequestIsItsCommands) {
  const RunRecord record = run(alone("busy-8x500us", "exynos-llw-like", 3, {}));
  expect_whole(record);
  for (const PathRecord& path : record.streams[0].paths) {
    EXPECT_EQ(part(path, PathPart::vector), units::microseconds(4000));
    EXPECT_EQ(part(path, PathPart::tensor), units::Time());
    EXPECT_EQ(part(path, PathPart::own), units::Time());
    EXPECT_EQ(part(path, PathPart::others), units::Time());
    EXPECT_EQ(part(path, PathPart::change), units::Time());
    EXPECT_GT(part(path, PathPart::driver), units::Time());
    EXPECT_GT(part(path, PathPart::firmware), units::Time());
    EXPECT_GT(part(path, PathPart::answer), units::Time());
  }
}

// First come, first served: the second stream waits for what is left of the first one's 4 ms, and nobody is preempted.
TEST(Path, OfARequestBehindAnotherStreamNamesIt) {
  const RunRecord record = run(scenario(R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "first"
model = "busy-8x500us"
arrival = "closed_loop"
concurrency = 1
requests = 1
[[stream]]
name = "second"
model = "busy-1x100us"
arrival = "periodic"
period_us = 1000000
start_us = 1000
requests = 1
)"));
  expect_whole(record);
  const PathRecord& path = record.streams[1].paths.at(0);
  ASSERT_EQ(path.blockers.size(), 1u);
  EXPECT_EQ(path.blockers.begin()->first, 0u);
  const RequestRecord &first = record.streams[0].requests[0], &second = record.streams[1].requests[0];
  EXPECT_LT(part(path, PathPart::others), first.finished - second.submitted);
  EXPECT_GT(part(path, PathPart::others), units::microseconds(2900));
  EXPECT_EQ(part(path, PathPart::vector), units::microseconds(100));
  ASSERT_EQ(record.decisions.size(), 2u);
  EXPECT_STREQ(record.decisions[0].what, "start");
  EXPECT_EQ(record.decisions[1].stream, 1u);
}

// 300 ms of work: 3000 spans of 100 us would be too many.
TEST(Spans, TwoBecomeOneWhereThereAreTooMany) {
  const SpansRecord spans = run(alone("busy-300x1000us", "exynos-llw-like", 1, {})).spans;
  ASSERT_GT(spans.spans.size(), 1450u);
  ASSERT_LT(spans.spans.size(), 2000u);
  for (std::size_t i = 0; i + 1 < spans.spans.size(); ++i) {
    EXPECT_EQ(spans.spans[i].end - spans.spans[i].begin, units::microseconds(200)) << i;
    EXPECT_EQ(spans.spans[i].end, spans.spans[i + 1].begin) << i;
  }
}

}  // namespace
}  // namespace takt::platform::test
