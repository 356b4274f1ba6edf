#include "models/peripherals/traffic/display_source.h"

#include <algorithm>

namespace takt::peripherals {

using units::Time;

DisplaySource::DisplaySource(const DisplayConfig& config)
    : config_(config),
      layer_line_(layer_line_bytes(config)),
      capacity_(fetched_buffer_bytes(config)),
      raster_(config.raster, layer_line_ * config.layers),
      buffer_(raster_, 0, false) {}

// To the end of the layer's line at most.
std::uint64_t DisplaySource::next_bytes() const {
  return std::min<std::uint64_t>(config_.bytes_per_access, layer_line_ - asked_ % layer_line_);
}

void DisplaySource::drop_until(std::uint64_t position) {
  while (asked_ < position) {
    ++skipped_;
    asked_ += next_bytes();
  }
}

Time DisplaySource::due(Time now) {
  if (in_flight() == most_in_flight) return units::never();
  const std::uint64_t frame = raster_.frame_at(now);
  drop_until(frame * raster_.frame_bytes());
  if (asked_ == (frame + 1) * raster_.frame_bytes()) return raster_.begin_of(frame + 1);
  const std::uint64_t end = asked_ + next_bytes();
  return end <= capacity_ ? now : raster_.time_of(end - capacity_);
}

Access DisplaySource::take(Time) {
  const std::uint64_t in_frame = asked_ % raster_.frame_bytes();
  const std::uint64_t row = in_frame / layer_line_;  // line by line, layer by layer
  const std::uint64_t line = row / config_.layers, layer = row % config_.layers;
  Access access;
  access.address = (layer * config_.raster.height + line) * display_pitch(config_) + in_frame % layer_line_;
  access.bytes = static_cast<std::uint32_t>(next_bytes());
  access.tag = next_tag_++;
  asked_ += access.bytes;
  fetches_[access.tag % most_in_flight] = {asked_, false};
  return access;
}

void DisplaySource::landed(const Access& access, Time at) {
  fetches_[access.tag % most_in_flight].there = true;
  while (first_tag_ != next_tag_ && fetches_[first_tag_ % most_in_flight].there)
    buffer_.raise_to(fetches_[first_tag_++ % most_in_flight].end, at);
}

void DisplaySource::settle(Time now) {
  buffer_.advance(now);
  frames_ = raster_.frame_at(now);
  drop_until(frames_ * raster_.frame_bytes());
}

void DisplaySource::report(std::vector<Figure>& figures) const {
  const std::uint64_t least = std::min(buffer_.least(), capacity_);
  figures.insert(figures.end(), {{"frames", "frames_per_s", Figure::count, false, frames_},
                                 {"underruns", "", Figure::count, false, buffer_.gaps()},
                                 {"underrun_frames", "", Figure::count, false, buffer_.frames()},
                                 {"lost", "", Figure::bytes, false, buffer_.lost()},
                                 {"lowest_fill", "", Figure::bytes, true, least},
                                 {"buffer", "", Figure::bytes, true, capacity_}});
}

}  // namespace takt::peripherals
