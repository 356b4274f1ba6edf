// The buffer between a raster and a memory, seen from the raster: how far it may go before it finds the buffer empty
// (display) or full (camera). Bytes beyond that are lost, at their pixel's end; the raster itself never waits.
#pragma once

#include "models/peripherals/traffic/raster.h"

namespace takt::peripherals {

class RasterBuffer {
 public:
  // The raster may go to `limit` bytes. least() counts between frames too, or not: there a display's buffer is empty
  // and nothing is wrong.
  RasterBuffer(const Raster& raster, std::uint64_t limit, bool between_frames)
      : raster_(raster), limit_(limit), between_frames_(between_frames) {}

  // Judges the pixels that ended before `t`: one that ends just when data come finds them.
  void advance(units::Time t);
  // From `at` on the raster may go to `limit`, or so many bytes further than before. Times never go backwards.
  void raise_to(std::uint64_t limit, units::Time at);
  void raise_by(std::uint64_t bytes, units::Time at);

  std::uint64_t limit() const { return limit_; }
  std::uint64_t gaps() const { return gaps_; }      // times that the limit was reached; one ends with its frame
  std::uint64_t lost() const { return lost_; }      // bytes
  std::uint64_t frames() const { return frames_; }  // with lost bytes
  units::Time first() const { return first_; }      // end of the first pixel that lost a byte; never(): none did
  // Least bytes between raster and limit whenever the limit rose; ~0: it never did.
  std::uint64_t least() const { return least_; }

 private:
  void lose(std::uint64_t end);
  void measure(units::Time t);

  const Raster& raster_;
  std::uint64_t limit_;
  const bool between_frames_;
  bool in_gap_ = false;
  std::uint64_t gaps_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t frames_ = 0;
  std::uint64_t next_frame_ = 0;  // the first one not counted among frames_
  std::uint64_t least_ = ~std::uint64_t{0};
  units::Time first_ = units::never();
};

}  // namespace takt::peripherals
