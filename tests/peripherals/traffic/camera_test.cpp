// A camera against a memory of known latency.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/peripherals/traffic/camera_source.h"
#include "tests/peripherals/traffic/bench.h"

namespace takt::peripherals::test {
namespace {

// The display test's raster from the other side: a pixel of 4 bytes per ns, line n from 200 + 100 n ns on, 8 lines of
// 80 pixels, a frame per us. Writes of 64 bytes; the buffer holds two of them.
TrafficConfig config() {
  TrafficConfig c;
  c.name = "sensor";
  c.kind = "camera";
  c.camera.raster = {80, 8, 20, 2, 1000000};
  c.camera.bits_per_pixel = 32;
  c.camera.writes_percent = 100;
  c.camera.readback_percent = 0;
  c.camera.buffer_bytes = 128;
  c.camera.bytes_per_access = 64;
  return c;
}

const RasterBuffer& buffer(const Bench& b) { return static_cast<const CameraSource&>(b.traffic.generator()).buffer(); }

TEST(Camera, WritesWhenSixtyFourBytesHaveCome) {
  Bench b(config(), nanoseconds(10));
  b.run(nanoseconds(300));
  ASSERT_EQ(b.memory.requests.size(), 5u);  // of line 0
  for (std::uint64_t n = 0; n < 5; ++n) {
    EXPECT_EQ(b.memory.requests[n].at, nanoseconds(200 + 16 * (n + 1)));
    EXPECT_EQ(b.memory.requests[n].address, n * 64);
    EXPECT_TRUE(b.memory.requests[n].write);
  }
}

TEST(Camera, WritesEveryByteOfEveryFrame) {
  Bench b(config(), nanoseconds(10));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.counters().bytes_written, 3u * 8 * 320);
  EXPECT_EQ(b.counters().bytes_read, 0u);
  EXPECT_EQ(b.misses().missed, 0u);
  EXPECT_EQ(b.figure("frames"), 2u);  // over
}

// The buffer is full at 232 ns; the first write, issued at 216 ns, must end before the pixel after that does.
TEST(Camera, AWriteThatEndsWithTheFirstPixelBeyondTheBufferOverrunsNothing) {
  Bench b(config(), nanoseconds(233 - 216));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.misses().missed, 0u);
  EXPECT_EQ(buffer(b).first(), units::never());
}

// A nanosecond later that pixel is lost. Line 0 goes on: writes of the bytes 68 .. 131 (issued at 232, ends at 250) and
// 132 .. 195 beside the lost 4 (issued at 249, ends at 267), for which the pixel ending at 266 ns comes too early.
TEST(Camera, ANanosecondMoreLosesThatPixel) {
  Bench b(config(), nanoseconds(233 - 216 + 1));
  b.run(nanoseconds(233));
  EXPECT_EQ(b.misses().missed, 0u);  // a write that ends now would still come in time
  b.run(nanoseconds(234));
  EXPECT_EQ(b.figure("overruns"), 1u);
  EXPECT_EQ(b.figure("lost"), 4u);
  EXPECT_EQ(buffer(b).first(), nanoseconds(233));
  b.run(nanoseconds(300));
  EXPECT_EQ(b.figure("overruns"), 2u);
  EXPECT_EQ(b.figure("lost"), 8u);
  EXPECT_EQ(b.figure("overrun_frames"), 1u);
  EXPECT_EQ(b.figure("highest_fill"), 128u);
}

// 64 bytes wait for 10 ns while 9 pixels come.
TEST(Camera, TheHighestFillIsWhatIsThereWhenAWriteEnds) {
  Bench b(config(), nanoseconds(10));
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.figure("highest_fill"), 64u + 9 * 4);
}

// The line's last write ends in the blank behind it, the frame's last one behind the frame.
TEST(Camera, TheHighestFillMayBeReachedBehindAFrame) {
  TrafficConfig c = config();
  c.camera.raster.height = 1;
  c.camera.raster.blank_lines = 9;
  c.camera.buffer_bytes = 1024;
  Bench b(c, nanoseconds(100));  // every write ends behind the line
  b.run(nanoseconds(2000));
  EXPECT_EQ(b.figure("highest_fill"), 320u);
}

TEST(Camera, BytesAreWrittenOrLostOrInTheBuffer) {
  Bench b(config(), nanoseconds(100));
  b.run(nanoseconds(1100));  // before the next frame's first line; every write has ended
  EXPECT_EQ(b.counters().bytes_written + b.figure("lost"), 2560u);
  EXPECT_GT(b.figure("lost"), 0u);
}

// Latencies at random, so that writes end out of order and in bursts: what is neither lost nor given to a write lies in
// the buffer, beside what the writes in flight hold there.
RC_GTEST_PROP(Camera, NoByteIsWrittenTwiceOrLostAndWritten, ()) {
  CameraConfig c = config().camera;
  c.buffer_bytes = *rc::gen::inRange<std::uint64_t>(64, 400);
  CameraSource source(c);
  const Time longest = nanoseconds(*rc::gen::inRange<std::uint64_t>(1, 200));
  std::multimap<Time, Access> flights;
  std::uint64_t given = 0, in_flight = 0;
  Time now;
  while (now < nanoseconds(2500)) {
    for (; !flights.empty() && flights.begin()->first <= now; flights.erase(flights.begin())) {
      in_flight -= flights.begin()->second.bytes;
      source.landed(flights.begin()->second, flights.begin()->first);
    }
    Time next = source.due(now);
    for (; next <= now; next = source.due(now)) {
      const Access access = source.take(now);
      given += access.bytes;
      in_flight += access.bytes;
      flights.emplace(now + Time(*rc::gen::inRange<std::uint64_t>(1, longest.value + 1)), access);
    }
    const std::uint64_t lost = source.buffer().lost();
    const std::uint64_t come = source.raster().position(now);
    RC_ASSERT(given + lost <= come);
    if (come <= source.buffer().limit()) RC_ASSERT(come - given - lost + in_flight <= c.buffer_bytes);
    now = flights.empty() ? next : units::min(next, flights.begin()->first);
  }
}

TEST(Camera, ReadsBackInProportionBehindWhatItWrites) {
  TrafficConfig c = config();
  c.camera.readback_percent = 50;
  Bench b(c, nanoseconds(10));
  b.run(nanoseconds(1999));
  EXPECT_EQ(b.counters().bytes_written, 2u * 2560);
  EXPECT_EQ(b.counters().bytes_read, 2u * 1280);
  std::uint64_t written = 0, read = 0;
  for (const Request& request : b.memory.requests) {
    (request.write ? written : read) += request.bytes;
    EXPECT_LE(read * 2, written);
    EXPECT_EQ(request.address < 2560, request.write);
    EXPECT_LE(request.address + request.bytes, 2560u + 1280);
  }
}

// Reads that never end: 32 are in flight; of the 120 that three frames entail, a frame's 40 may wait.
TEST(Camera, ReadsMoreThanAFrameBehindAreSkippedAndWritesGoOn) {
  TrafficConfig c = config();
  c.camera.readback_percent = 100;
  Bench b(c, [](const Request& r) { return r.write ? nanoseconds(10) : microseconds(1000); });
  b.run(nanoseconds(2999));
  EXPECT_EQ(b.memory.most_in_flight, 33u);
  EXPECT_EQ(b.misses().skipped, 120u - 32 - 40);
  EXPECT_EQ(b.counters().bytes_written, 3u * 2560);
}

}  // namespace
}  // namespace takt::peripherals::test
