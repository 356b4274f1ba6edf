#include "models/peripherals/traffic/raster_buffer.h"

#include <algorithm>

namespace takt::peripherals {

using units::Time;

void RasterBuffer::advance(Time t) {
  if (t == Time(0)) return;
  const std::uint64_t position = raster_.position(t - Time(1));
  if (position > limit_) lose(position);
}

// The distance is least just before it grows.
void RasterBuffer::measure(Time t) {
  const std::uint64_t position = t == Time(0) ? 0 : raster_.position(t - Time(1));
  if (between_frames_ || position % raster_.frame_bytes() != 0) least_ = std::min(least_, limit_ - position);
}

// The bytes from the limit to `end`.
void RasterBuffer::lose(std::uint64_t end) {
  const std::uint64_t first_frame = limit_ / raster_.frame_bytes(), last_frame = (end - 1) / raster_.frame_bytes();
  const bool goes_on = in_gap_ && limit_ % raster_.frame_bytes() != 0;
  gaps_ += last_frame - first_frame + (goes_on ? 0 : 1);
  frames_ += last_frame + 1 - std::min(std::max(next_frame_, first_frame), last_frame + 1);
  next_frame_ = last_frame + 1;
  first_ = units::min(first_, raster_.time_of(limit_ + 1));
  in_gap_ = true;
  lost_ += end - limit_;
  limit_ = end;
  least_ = 0;
}

void RasterBuffer::raise_to(std::uint64_t limit, Time at) {
  advance(at);
  if (limit <= limit_) return;  // too late: those pixels have passed
  measure(at);
  limit_ = limit;
  in_gap_ = false;
}

void RasterBuffer::raise_by(std::uint64_t bytes, Time at) {
  advance(at);
  raise_to(limit_ + bytes, at);
}

}  // namespace takt::peripherals
