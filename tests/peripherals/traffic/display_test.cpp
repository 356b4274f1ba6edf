// A display against a memory of known latency.
#include <gtest/gtest.h>

#include "models/peripherals/traffic/display_source.h"
#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

// A pixel per ns: 10 lines of 100 pixel times, of which 8 lines of 80 pixels are shown. A frame is 1 us; its first
// pixel ends at 201 ns, line n (from 0) begins at 200 + 100 n. A line has 320 bytes, fetched 64 at a time; the buffer
// holds two lines.
TrafficConfig config() {
  TrafficConfig c;
  c.name = "screen";
  c.kind = "display";
  c.qos = 4;
  c.display.raster = {80, 8, 20, 2, 1000000};
  c.display.layers = 1;
  c.display.bytes_per_pixel = 4;
  c.display.compression_percent = 100;
  c.display.buffer_bytes = 640;
  c.display.bytes_per_access = 64;
  return c;
}

const RasterBuffer& buffer(const Bench& b) { return static_cast<const DisplaySource&>(b.traffic.generator()).buffer(); }

TEST(Display, FillsItsBufferInTheBlankLinesThenAsksForWhatThePanelTakes) {
  Bench b(config(), nanoseconds(100));
  b.run(nanoseconds(250));
  ASSERT_EQ(b.memory.requests.size(), 13u);
  for (std::size_t n = 0; n < 10; ++n) EXPECT_EQ(b.memory.requests[n].at, Time(0));
  // 64 bytes are 16 pixels: room for the eleventh access at 216 ns, for each further one 16 ns later.
  EXPECT_EQ(b.memory.requests[10].at, nanoseconds(216));
  EXPECT_EQ(b.memory.requests[11].at, nanoseconds(232));
  EXPECT_EQ(b.memory.requests[12].at, nanoseconds(248));
}

TEST(Display, ReadsEveryByteOfAFrameOnceInEveryFrame) {
  Bench b(config(), nanoseconds(100));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.memory.requests.size(), 3u * 40);
  EXPECT_EQ(b.counters().bytes_read, 3u * 8 * 320);
  EXPECT_EQ(b.counters().bytes_written, 0u);
}

// The access for the first 64 bytes of line 2 is issued at 216 ns; their first pixel ends at 401 ns.
TEST(Display, ALatencyOfWhatTheBufferCoversUnderrunsNowhere) {
  Bench b(config(), nanoseconds(401 - 216));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.misses().missed, 0u);
  EXPECT_EQ(buffer(b).first(), units::never());
}

// One nanosecond more, and each of the frame's accesses that find the buffer full (all but the first 10 of 40) comes
// a pixel of 4 bytes too late.
TEST(Display, ANanosecondMoreUnderrunsAtEveryAccessFromTheFirstPixelOfLineTwo) {
  Bench b(config(), nanoseconds(401 - 216 + 1));
  b.run(nanoseconds(1999));
  EXPECT_EQ(buffer(b).first(), nanoseconds(401));
  EXPECT_EQ(b.figure("underruns"), 2u * 30);
  EXPECT_EQ(b.misses().missed, 2u * 30);
  EXPECT_EQ(b.figure("lost"), 2u * 30 * 4);
  EXPECT_EQ(b.figure("underrun_frames"), 2u);
  EXPECT_EQ(b.figure("frames"), 1u);  // over
  EXPECT_EQ(b.figure("lowest_fill"), 0u);
}

// From the access at 216 ns to its end at 316 ns the panel takes 79 pixels (16 .. 80 of line 0, 15 of line 1).
TEST(Display, TheLowestFillIsWhatIsLeftWhenDataCome) {
  Bench b(config(), nanoseconds(100));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.figure("lowest_fill"), 640u - 64 - 79 * 4);
  EXPECT_EQ(b.figure("buffer"), 640u);
}

// A memory that answers nothing: 40 accesses of frame 0, 24 of frame 1, then 64 are in flight.
TEST(Display, WhatWasNotAskedWhenAFrameEndsIsSkippedAndItsPixelsAreLost) {
  Bench b(config(), microseconds(1000));
  b.run(nanoseconds(3000));
  EXPECT_EQ(b.memory.most_in_flight, 64u);
  EXPECT_EQ(b.misses().skipped, 3u * 40 - 64);
  EXPECT_EQ(b.figure("underruns"), 3u);  // one per frame, to its end
  EXPECT_EQ(b.figure("underrun_frames"), 3u);
  EXPECT_EQ(b.figure("lost"), 3u * 2560);
  EXPECT_EQ(buffer(b).first(), nanoseconds(201));
}

// A second layer lies behind the first: 8 lines, 512 bytes apart (320 rounded up to 256).
TEST(Display, FetchesEveryLayerOfALineBeforeTheNextLine) {
  TrafficConfig c = config();
  c.display.layers = 2;
  c.display.bytes_per_access = 320;
  c.display.buffer_bytes = 2 * 640;
  Bench b(c, nanoseconds(1));
  b.run(nanoseconds(10));
  ASSERT_EQ(b.memory.requests.size(), 4u);
  const std::uint64_t layer = 8 * 512;
  const std::uint64_t expected[] = {0, layer, 512, layer + 512};
  for (std::size_t n = 0; n < 4; ++n) EXPECT_EQ(b.memory.requests[n].address, expected[n]);
}

TEST(Display, CompressionShrinksWhatIsFetchedAndWhatTheBufferHolds) {
  TrafficConfig c = config();
  c.display.compression_percent = 50;  // a line in 160 bytes: 64 + 64 + 32; the buffer holds 320
  Bench b(c, nanoseconds(1));
  b.run(nanoseconds(10));
  EXPECT_EQ(b.memory.requests.size(), 6u);
  EXPECT_EQ(b.counters().bytes_read, 320u);
  b.run(nanoseconds(999));
  EXPECT_EQ(b.counters().bytes_read, 8u * 160);
}

}  // namespace
}  // namespace takt::peripherals::test
