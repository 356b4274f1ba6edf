// Background initiators from the scenario to results.json, as a user runs them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;

class Background : public testing::Test {
 protected:
  // One inference, and a source with these lines on port gpu. Measured from the start.
  static std::string scenario(unsigned measure_us, const std::string& source) {
    return R"(soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[run]
warm_up_us = 0
measure_us = )" +
           std::to_string(measure_us) + R"(
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 1
[[traffic]]
name = "source"
port = "gpu"
memory = "lpddr5x"
)" + source;
  }
  Outcome call(const std::string& text) const {
    write_file(folder_ / "scenario.toml", text);
    return takt({"run", "scenario.toml", "--quiet", "--trace-level", "off", "-o", "result"}, folder_.path());
  }
  // What results.json says of the source.
  json run(unsigned measure_us, const std::string& source) const {
    const Outcome outcome = call(scenario(measure_us, source));
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return json::parse(read_file(folder_ / "result" / "results.json")).at("background").at(0);
  }
  // Line 17 is the first of the source's own.
  void expect_refused(const std::string& source, const std::vector<std::string>& parts) const {
    const Outcome outcome = call(scenario(1000, source));
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.out, IsEmpty());
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "result"));
  }
  // Three accesses of a burst, 32 bytes, in 2 us; a cycle is a nanosecond.
  void write_trace() const { write_file(folder_ / "three.stl", "0: read 0x1000\n500: write 0x1040\n2000: read 0x0\n"); }

  const Folder folder_;
};

TEST_F(Background, ADisplayFetchesEveryByteOfItsFrames) {
  const json source = run(12500, R"(kind = "display"
width = 256
height = 256
refresh_hz = 480
layers = 1
compression_percent = 100
)");
  constexpr std::uint64_t frame = 256 * 256 * 4;
  EXPECT_EQ(source.at("kind"), "display");
  EXPECT_EQ(source.at("frames"), 6);  // 480 / s in 12.5 ms
  EXPECT_EQ(source.at("frames_per_s"), 480);
  EXPECT_EQ(source.at("bytes_read"), 6 * frame);
  EXPECT_EQ(source.at("bytes_written"), 0);
  EXPECT_EQ(source.at("accesses"), 6 * 256);  // a line of 1024 bytes each
  EXPECT_EQ(source.at("underruns"), 0);
  EXPECT_EQ(source.at("missed"), 0);
  EXPECT_EQ(source.at("lost_bytes"), 0);
  EXPECT_EQ(source.at("buffer_bytes"), 153600);
  EXPECT_TRUE(source.at("write_latency_ns").is_null());
}

// 8192 x 8192 pixels of 4 bytes 480 times a second are 129 GB/s; the memory has 68.3.
TEST_F(Background, ADisplayBeyondTheMemorysBandwidthUnderruns) {
  const json source = run(2100, R"(kind = "display"
width = 8192
height = 8192
refresh_hz = 480
layers = 1
compression_percent = 100
)");
  // The window begins in frame 0, which counted as affected before, and ends in frame 1, which begins at 2083 us.
  EXPECT_EQ(source.at("frames"), 1);
  EXPECT_GE(source.at("underruns"), 1);
  EXPECT_EQ(source.at("missed"), source.at("underruns"));
  EXPECT_EQ(source.at("underrun_frames"), 1);
  EXPECT_GT(source.at("lost_bytes"), 0);
  EXPECT_EQ(source.at("lowest_fill_bytes"), 0);
  EXPECT_LT(source.at("bandwidth_gbps"), 68.3);
}

// 40 GB/s of writes from a sensor: 4096 x 4096 pixels of 2 bytes 480 times a second, 250 %.
TEST_F(Background, ACameraLosesNothingOfWhatTheMemoryTakesAndWritesAllOfIt) {
  const json source = run(12500, R"(kind = "camera"
width = 4096
height = 4096
frames_per_s = 480
bits_per_pixel = 16
writes_percent = 250
readback_percent = 0
)");
  constexpr std::uint64_t frame = std::uint64_t{4096} * 4096 * 5;
  const std::uint64_t written = source.at("bytes_written"), lost = source.at("lost_bytes");
  EXPECT_EQ(source.at("frames"), 6);
  EXPECT_EQ(source.at("bytes_read"), 0);
  // The last pixel comes at the window's end: one or two writes of 4096 bytes may not have ended.
  EXPECT_LE(written + lost, 6 * frame);
  EXPECT_GE(written + lost, 6 * frame - 2 * 4096);
}

// A miss at a time, each a nanosecond or so after the one before has ended.
TEST_F(Background, CoresWithOneMissInFlightAreBoundByLatency) {
  const json source = run(1000, R"(kind = "cpu"
misses_per_us = 1000
outstanding = 1
writes_percent = 0
)");
  const double misses = source.at("misses"), latency_ns = source.at("read_latency_ns");
  EXPECT_NEAR(misses * (latency_ns + 1), 1e6, 2e4);
  EXPECT_TRUE(source.at("missed").is_null());
  EXPECT_EQ(source.at("evictions"), 0);
  EXPECT_GT(source.at("stalled_us"), 950);
}

TEST_F(Background, AGpuRendersAtItsPace) {
  const json source = run(10000, R"(kind = "gpu"
frames_per_s = 1000
bytes_per_s = 8192000000
)");
  EXPECT_EQ(source.at("frames"), 10);
  EXPECT_EQ(source.at("late_frames"), 0);
  constexpr int access = 1024;  // one may be under way at each end of the window
  EXPECT_NEAR(source.at("bytes").get<int>(), 81920000, 2 * access);
  EXPECT_NEAR(source.at("bytes_written").get<int>(), 81920000 * 3 / 10, 2 * access);
  EXPECT_GE(source.at("worst_frame_us"), 700 - 1);  // 70 % of a frame's time but for the last tile's share
  EXPECT_LE(source.at("worst_frame_us"), 1000);
}

TEST_F(Background, ATraceIsPlayedAtItsTimes) {
  write_trace();
  const json source = run(500, R"(kind = "trace"
file = "three.stl"
clock_hz = 1000000000
start_us = 200
)");
  EXPECT_EQ(source.at("accesses"), 3);
  EXPECT_EQ(source.at("bytes_read"), 64);
  EXPECT_EQ(source.at("bytes_written"), 32);
  EXPECT_EQ(source.at("missed"), 0);
  EXPECT_EQ(source.at("rounds"), 1);
}

// A round takes 2 us, so there are 50 in the window.
TEST_F(Background, ALoopedTraceGoesOnToTheEnd) {
  write_trace();
  const json source = run(100, R"(kind = "trace"
file = "three.stl"
clock_hz = 1000000000
loop = true
)");
  EXPECT_EQ(source.at("bytes_written"), 50 * 32);
  EXPECT_EQ(source.at("missed"), 0);
}

TEST_F(Background, ARecordedRunIsPlayedIntoAnother) {
  const Outcome recorded = takt({"run", "--model", "squeezenet1_1", "--requests", "1", "--soc", "exynos-llw-like",
                                 "--quiet", "--trace-level", "off", "--record-memory", "npu.takt-mem", "-o", "first"},
                                folder_.path());
  ASSERT_EQ(recorded.code, 0) << recorded.err;
  const Outcome replayed =
      takt({"replay", "npu.llw.takt-mem", "--memory", "llw-dram", "--quiet", "-o", "alone"}, folder_.path());
  ASSERT_EQ(replayed.code, 0) << replayed.err;
  const json alone = json::parse(read_file(folder_ / "alone" / "results.json"));
  const json source = run(2000, R"(kind = "trace"
file = "npu.llw.takt-mem"
start_us = 200
)");
  EXPECT_EQ(source.at("accesses"), alone.at("trace").at("accesses"));
  EXPECT_EQ(source.at("bytes_read"), alone.at("memory").at("requested_bytes_read"));
  EXPECT_EQ(source.at("bytes_written"), alone.at("memory").at("requested_bytes_written"));
  EXPECT_EQ(source.at("rounds"), 1);
}

TEST_F(Background, AnUnknownKindIsRefused) {
  expect_refused("kind = \"displai\"\n",
                 {"scenario.toml:17:8", "\"displai\"", "\"constant\", \"display\"", "nearest 'display'"});
}

TEST_F(Background, AKeyOfAnotherKindIsRefused) {
  expect_refused("kind = \"cpu\"\nrefresh_hz = 60\n", {"scenario.toml:18", "refresh_hz"});
}

TEST_F(Background, ABufferSmallerThanAnAccessIsRefused) {
  expect_refused("kind = \"camera\"\nbuffer_bytes = 4095\n", {"scenario.toml:18", "4095", "4096 bytes"});
}

TEST_F(Background, AFrameThatTheMemoryDoesNotHoldIsRefused) {
  expect_refused("kind = \"display\"\nwidth = 16384\nheight = 16384\nlayers = 16\nbytes_per_pixel = 16\n",
                 {"scenario.toml:19", "traffic.source.height", "capacity"});
}

TEST_F(Background, AMissingTraceIsRefused) {
  expect_refused("kind = \"trace\"\n", {"scenario.toml:13", "no key 'traffic.source.file'"});
  expect_refused("kind = \"trace\"\nfile = \"none.stl\"\n", {"none.stl", "cannot be opened"});
}

TEST_F(Background, ATraceIsReadToItsEndBeforeTheRun) {
  write_file(folder_ / "bad.stl", "0: read 0x1000\n5: reed 0x0\n");
  expect_refused("kind = \"trace\"\nfile = \"bad.stl\"\nclock_hz = 1\n", {"bad.stl:2:4", "\"reed\"", "read or write"});
}

TEST_F(Background, ATraceWithAnAddressBeyondTheMemoryIsRefused) {
  // 12 GiB less a burst of 32 bytes is the last place.
  write_file(folder_ / "far.stl", "0: read 0x2ffffffe0\n5: read 0x2ffffffe1\n");
  expect_refused("kind = \"trace\"\nfile = \"far.stl\"\nclock_hz = 1\nown_region = false\n",
                 {"far.stl:2", "12884901888"});
}

TEST_F(Background, ATraceOfCyclesNeedsAClock) {
  write_trace();
  expect_refused("kind = \"trace\"\nfile = \"three.stl\"\n", {"three.stl", "no clock"});
}

}  // namespace
}  // namespace takt::platform::test
