// A GPU against a memory of known latency.
#include <gtest/gtest.h>

#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

// A frame per us: 4 tiles, each reads and writes 64 bytes once. Its arithmetic takes 800 ns, so the tiles begin at 0,
// 200, 400 and 600 ns at the earliest.
TrafficConfig config() {
  TrafficConfig c;
  c.name = "game";
  c.kind = "gpu";
  c.seed = 3;
  c.gpu.frames_per_s = 1000000;
  c.gpu.bytes_per_second = 8 * 64 * std::uint64_t{1000000};
  c.gpu.writes_percent = 50;
  c.gpu.width = c.gpu.height = 64;
  c.gpu.tile_pixels = 32;
  c.gpu.busy_percent = 80;
  c.gpu.locality_percent = 100;
  c.gpu.working_set_bytes = 4096;
  c.gpu.outstanding_bytes = 4096;
  c.gpu.bytes_per_access = 64;
  return c;
}

TEST(Gpu, ReadsATileThenWritesItOut) {
  Bench b(config(), nanoseconds(50));
  b.run(nanoseconds(999));
  ASSERT_EQ(b.memory.requests.size(), 8u);
  for (std::uint64_t tile = 0; tile < 4; ++tile) {
    const Request &read = b.memory.requests[2 * tile], &write = b.memory.requests[2 * tile + 1];
    EXPECT_FALSE(read.write);
    EXPECT_EQ(read.at, nanoseconds(200 * tile));
    EXPECT_EQ(read.address, 64 * (tile + 1));
    EXPECT_TRUE(write.write);
    EXPECT_EQ(write.at, nanoseconds(200 * tile + 50));
    EXPECT_EQ(write.address, 4096 + 64 * tile);
  }
}

TEST(Gpu, AFrameThatEndsInTimeWaitsForTheNext) {
  Bench b(config(), nanoseconds(50));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.memory.requests.size(), 3u * 8);
  EXPECT_EQ(b.memory.requests[8].at, nanoseconds(1000));
  EXPECT_EQ(b.figure("frames"), 3u);
  EXPECT_EQ(b.figure("worst_frame"), nanoseconds(600 + 2 * 50).value);
  EXPECT_EQ(b.misses().missed, 0u);
}

// A tile's write and the next tile's read go out together, so a frame takes five latencies: 1250 ns.
TEST(Gpu, AFrameThatEndsLateDelaysTheNext) {
  Bench b(config(), nanoseconds(250));
  b.run(nanoseconds(2501));
  EXPECT_EQ(b.memory.requests[8].at, nanoseconds(1250));
  EXPECT_EQ(b.figure("frames"), 2u);
  EXPECT_EQ(b.misses().missed, 2u);
  EXPECT_EQ(b.figure("late_frames"), 2u);
  EXPECT_EQ(b.figure("late"), nanoseconds(2 * 250).value);
  EXPECT_EQ(b.figure("worst_frame"), nanoseconds(1250).value);
}

// Eight reads, one or two at a time.
TEST(Gpu, AFrameBoundByMemoryTakesItsBytesByWhatIsInFlightTimesLatency) {
  TrafficConfig c = config();
  c.gpu.writes_percent = 0;
  c.gpu.busy_percent = 1;
  c.gpu.outstanding_bytes = 2 * 64;
  Bench b(c, nanoseconds(100));
  b.run(nanoseconds(999));
  EXPECT_EQ(b.memory.most_in_flight, 2u);
  EXPECT_EQ(b.figure("frames"), 1u);
  EXPECT_EQ(b.figure("worst_frame"), nanoseconds(8 / 2 * 100).value);
}

TEST(Gpu, WithoutLocalityItsReadsStayInTheTextures) {
  TrafficConfig c = config();
  c.gpu.locality_percent = 0;
  Bench b(c, nanoseconds(50));
  b.run(microseconds(100));
  for (const Request& request : b.memory.requests) {
    EXPECT_EQ(request.address % 64, 0u);
    EXPECT_EQ(request.address >= 4096, request.write);
  }
}

}  // namespace
}  // namespace takt::peripherals::test
