#include "models/peripherals/traffic/raster.h"

#include <algorithm>

namespace takt::peripherals {

using units::Cycles;
using units::Time;

Raster::Raster(const RasterConfig& shape, std::uint64_t line_bytes)
    : shape_(shape),
      line_bytes_(line_bytes),
      frame_bytes_(line_bytes * shape.height),
      line_pixels_(std::uint64_t{shape.width} + shape.blank_pixels),
      frame_pixels_(line_pixels_ * (std::uint64_t{shape.height} + shape.blank_lines)),
      clock_(frame_pixels_ * shape.frames_per_s) {}

std::uint64_t Raster::position(Time t) const {
  const std::uint64_t pixels = clock_.elapsed(t).value;
  const std::uint64_t before = pixels / frame_pixels_ * frame_bytes_;
  const std::uint64_t line = pixels % frame_pixels_ / line_pixels_;
  if (line < shape_.blank_lines) return before;
  const std::uint64_t shown = std::min<std::uint64_t>(pixels % line_pixels_, shape_.width);
  return before + (line - shape_.blank_lines) * line_bytes_ + units::mul_div(shown, line_bytes_, shape_.width);
}

Time Raster::time_of(std::uint64_t bytes) const {
  if (bytes == 0) return Time(0);
  const std::uint64_t frame = (bytes - 1) / frame_bytes_;
  const std::uint64_t line = (bytes - 1) % frame_bytes_ / line_bytes_;
  const std::uint64_t in_line = (bytes - 1) % line_bytes_ + 1;
  const std::uint64_t pixels = units::mul_div_ceil(in_line, shape_.width, line_bytes_);
  return clock_.at(Cycles(frame * frame_pixels_ + (shape_.blank_lines + line) * line_pixels_ + pixels));
}

}  // namespace takt::peripherals
