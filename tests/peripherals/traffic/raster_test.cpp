// Raster and buffer against a count pixel by pixel.
#include "models/peripherals/traffic/raster.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/peripherals/traffic/raster_buffer.h"

namespace takt::peripherals::test {
namespace {

using units::Time;

// 33 Hz: the pixel clock divides no second into whole picoseconds. 7 bytes in 3 pixels: a pixel is no whole byte.
const RasterConfig shape{3, 4, 2, 1, 33};
constexpr std::uint64_t line_bytes = 7, frame_bytes = 28, frame_pixels = 25;

// When the n-th pixel time ends, n from 1.
Time end_of_pixel(std::uint64_t n) {
  return Time(units::mul_div_ceil(n, units::picoseconds_per_second, frame_pixels * 33));
}

// Bytes of the first n pixel times.
std::uint64_t bytes_of(std::uint64_t n) {
  const std::uint64_t line = n % frame_pixels / 5, pixel = std::min<std::uint64_t>(n % 5, 3);
  const std::uint64_t in_frame = line == 0 ? 0 : (line - 1) * line_bytes + pixel * line_bytes / 3;
  return n / frame_pixels * frame_bytes + in_frame;
}

TEST(Raster, APixelsBytesPassWhenItEnds) {
  const Raster raster(shape, line_bytes);
  EXPECT_EQ(raster.frame_bytes(), frame_bytes);
  for (std::uint64_t n = 1; n <= 3 * frame_pixels; ++n) {
    EXPECT_EQ(raster.position(end_of_pixel(n)), bytes_of(n)) << n;
    EXPECT_EQ(raster.position(end_of_pixel(n) - Time(1)), bytes_of(n - 1)) << n;
  }
}

TEST(Raster, TheTimeOfAByteIsTheFirstAtWhichItHasPassed) {
  const Raster raster(shape, line_bytes);
  EXPECT_EQ(raster.time_of(0), Time(0));
  for (std::uint64_t bytes = 1; bytes <= 3 * frame_bytes; ++bytes) {
    EXPECT_GE(raster.position(raster.time_of(bytes)), bytes);
    EXPECT_LT(raster.position(raster.time_of(bytes) - Time(1)), bytes);
  }
}

TEST(Raster, AFrameBeginsWithItsBlankLines) {
  const Raster raster(shape, line_bytes);
  for (std::uint64_t frame = 1; frame < 40; ++frame) {
    EXPECT_EQ(raster.frame_at(raster.begin_of(frame)), frame);
    EXPECT_EQ(raster.frame_at(raster.begin_of(frame) - Time(1)), frame - 1);
    EXPECT_EQ(raster.position(raster.begin_of(frame)), frame * frame_bytes);
  }
}

// Judges one pixel after the other.
struct Oracle {
  std::uint64_t limit = 0, pixel = 0, gaps = 0, lost = 0, frames = 0;
  std::uint64_t last_frame = ~std::uint64_t{0};  // that lost a byte
  bool in_gap = false;

  void advance(Time t) {
    for (; end_of_pixel(pixel + 1) < t; ++pixel) {
      const std::uint64_t position = bytes_of(pixel + 1), frame = pixel / frame_pixels;
      if (position <= limit) continue;
      if (!in_gap || frame != last_frame) ++gaps;
      if (frame != last_frame) ++frames;
      in_gap = true;
      last_frame = frame;
      lost += position - limit;
      limit = position;
    }
  }
  void raise_to(std::uint64_t to, Time at) {
    advance(at);
    if (to <= limit) return;
    limit = to;
    in_gap = false;
  }
};

RC_GTEST_PROP(RasterBuffer, CountsAsPixelByPixel, ()) {
  const Raster raster(shape, line_bytes);
  RasterBuffer buffer(raster, 0, true);
  Oracle oracle;
  Time now;
  std::uint64_t limit = 0;
  const int steps = *rc::gen::inRange(1, 60);
  for (int i = 0; i < steps; ++i) {
    // At any time, or just when a pixel ends.
    now += Time(*rc::gen::inRange<std::uint64_t>(0, 8000000000));
    if (*rc::gen::arbitrary<bool>()) now = end_of_pixel(now.value / 1212121212 + 2);
    limit += *rc::gen::inRange<std::uint64_t>(0, 40);
    buffer.raise_to(limit, now);
    oracle.raise_to(limit, now);
    RC_ASSERT(buffer.limit() == oracle.limit);
    RC_ASSERT(buffer.lost() == oracle.lost);
    RC_ASSERT(buffer.gaps() == oracle.gaps);
    RC_ASSERT(buffer.frames() == oracle.frames);
  }
}

}  // namespace
}  // namespace takt::peripherals::test
