// A memory trace as a background source reads it, without a simulation.
#include "sim/platform/trace_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sim/config/load.h"
#include "tests/platform/models.h"
#include "traces/formats/memory/error.h"

namespace takt::platform::test {
namespace {

using peripherals::Access;
using testing::HasSubstr;
using units::Time;

class Feed : public testing::Test {
 protected:
  // A run whose trace has these lines; a cycle is a microsecond.
  void load(const std::string& lines, const std::string& more = {}) {
    write(lines);
    scenario_ = config::parse_scenario(R"(soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 1
[[traffic]]
name = "recorded"
port = "gpu"
memory = "lpddr5x"
kind = "trace"
clock_hz = 1000000
file = ")" + (folder_ / "trace.stl").string() +
                                           "\"\n" + more,
                                       "test.toml", {});
  }
  void write(const std::string& lines) const { std::ofstream(folder_ / "trace.stl") << lines; }
  const config::TrafficSource& source() const { return scenario_.config.traffic.front(); }
  TraceExtent scan() const { return TraceFeed::scan(source(), scenario_.config.soc); }
  TraceFeed feed(TraceExtent extent) {
    return {source(), scenario_.config.soc, extent, [this] { ++faults_; }};
  }

  const Folder folder_;
  config::Scenario scenario_;
  int faults_ = 0;
};

TEST_F(Feed, ItsRegionBeginsWithThePageOfTheLowestAddress) {
  load("0: (64) read 0x12345\n1: (64) write 0x20000\n");
  const TraceExtent extent = scan();
  EXPECT_EQ(extent.begin, 0x12000u);
  EXPECT_EQ(extent.end, 0x20040u);

  TraceFeed played = feed(extent);
  EXPECT_EQ(played.timing(), TraceFeed::Timing::absolute);
  Access access;
  Time time;
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(access.address, 0x345u);
  EXPECT_EQ(access.bytes, 64u);
  EXPECT_FALSE(access.write);
  EXPECT_EQ(time, Time(0));
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(access.address, 0xe000u);
  EXPECT_TRUE(access.write);
  EXPECT_EQ(time, units::microseconds(1));
  EXPECT_FALSE(played.next(access, time));
  ASSERT_TRUE(played.rewind());
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(access.address, 0x345u);
  EXPECT_EQ(faults_, 0);
}

TEST_F(Feed, WithoutARegionOfItsOwnAddressesStay) {
  load("0: (64) read 0x12345\n", "own_region = false\n");
  TraceFeed played = feed(scan());
  Access access;
  Time time;
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(access.address, 0x12345u);
}

TEST_F(Feed, AsFastAsAcceptedIgnoresTimes) {
  load("7: (64) read 0x0\n", "as_fast_as_accepted = true\n");
  TraceFeed played = feed(scan());
  EXPECT_EQ(played.timing(), TraceFeed::Timing::as_accepted);
  Access access;
  Time time;
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(time, Time(0));
}

TEST_F(Feed, AFileThatChangesWhileItIsPlayedEndsTheListAndSaysWhere) {
  load("0: (64) read 0x1000\n1: (64) read 0x1040\n");
  const TraceExtent extent = scan();
  write("0: (64) read 0x1000\n1: (64) read 0x9000\n");
  TraceFeed played = feed(extent);
  Access access;
  Time time;
  ASSERT_TRUE(played.next(access, time));
  EXPECT_EQ(faults_, 0);
  EXPECT_FALSE(played.next(access, time));
  EXPECT_FALSE(played.rewind());
  EXPECT_EQ(faults_, 1);
  try {
    played.rethrow();
    FAIL() << "nothing was thrown";
  } catch (const traces::MemoryTraceError& e) {
    EXPECT_THAT(e.what(), HasSubstr("trace.stl:2"));
    EXPECT_THAT(e.what(), HasSubstr("does not change"));
  }
}

}  // namespace
}  // namespace takt::platform::test
