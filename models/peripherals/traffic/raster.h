// When the bytes of a picture pass a panel or a sensor: line by line at the pixel clock, nothing while blank.
// A frame begins with its blank lines, a line with its pixels; frame 0 begins at time 0. Positions count the bytes of
// all frames.
#pragma once

#include "models/peripherals/config.h"
#include "models/units/clock.h"

namespace takt::peripherals {

class Raster {
 public:
  // `line_bytes` >= 1 pass in the pixels of one line. All of the shape but the blanks is at least 1; the pixel clock
  // must not exceed 10^12 Hz.
  Raster(const RasterConfig& shape, std::uint64_t line_bytes);

  std::uint64_t frame_bytes() const { return frame_bytes_; }
  // Bytes of the pixels that ended by `t`.
  std::uint64_t position(units::Time t) const;
  // The end of the pixel with the last of so many bytes: the earliest time with position(t) >= bytes.
  units::Time time_of(std::uint64_t bytes) const;
  // The frame that t lies in, blank lines included, and when it begins.
  std::uint64_t frame_at(units::Time t) const { return clock_.elapsed(t).value / frame_pixels_; }
  units::Time begin_of(std::uint64_t frame) const { return clock_.at(units::Cycles(frame * frame_pixels_)); }

 private:
  RasterConfig shape_;
  std::uint64_t line_bytes_;
  std::uint64_t frame_bytes_;
  std::uint64_t line_pixels_;   // with blanks
  std::uint64_t frame_pixels_;  // with blanks
  units::Clock clock_;          // of pixels
};

}  // namespace takt::peripherals
