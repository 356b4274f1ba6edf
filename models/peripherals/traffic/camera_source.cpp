#include "models/peripherals/traffic/camera_source.h"

#include <algorithm>

namespace takt::peripherals {

using units::Time;

CameraSource::CameraSource(const CameraConfig& config)
    : config_(config),
      frame_reads_(camera_read_bytes(config)),
      raster_(config.raster, camera_line_bytes(config, config.writes_percent)),
      buffer_(raster_, config.buffer_bytes, true) {}

// To the end of the frame at most.
std::uint64_t CameraSource::write_end() const {
  const std::uint64_t frame_end = (write_begin() / raster_.frame_bytes() + 1) * raster_.frame_bytes();
  return std::min(write_begin() + config_.bytes_per_access, frame_end);
}

// When its last byte has come. A write that the buffer has no room for beside those in flight waits for one to land:
// until then its bytes may be lost.
Time CameraSource::write_due() const {
  return write_end() > buffer_.limit() ? units::never() : raster_.time_of(write_end());
}

// Of the next read; 0: none is due.
std::uint64_t CameraSource::read_bytes() const {
  const std::uint64_t owed = to_read_ - read_;
  if (reads_in_flight_ >= most_reads || (owed < config_.bytes_per_access && !frame_over_)) return 0;
  return std::min<std::uint64_t>(owed, config_.bytes_per_access);
}

Time CameraSource::due(Time now) {
  buffer_.advance(now);
  if (in_flight_ == most_in_flight) return units::never();
  return read_bytes() > 0 ? now : write_due();
}

Access CameraSource::take(Time now) {
  ++in_flight_;
  if (write_due() <= now) return take_write();
  Access access;
  const std::uint64_t in_frame = read_ % frame_reads_;
  access.bytes = static_cast<std::uint32_t>(std::min(read_bytes(), frame_reads_ - in_frame));
  access.address = raster_.frame_bytes() + in_frame;
  read_ += access.bytes;
  ++reads_in_flight_;
  return access;
}

Access CameraSource::take_write() {
  const std::uint64_t begin = write_begin(), end = write_end();
  Access access;
  access.write = true;
  access.address = begin % raster_.frame_bytes();
  access.bytes = static_cast<std::uint32_t>(end - begin);
  written_ += access.bytes;
  owe_reads(end);
  return access;
}

void CameraSource::owe_reads(std::uint64_t position) {
  const std::uint64_t frame = position / raster_.frame_bytes();
  frame_over_ = position % raster_.frame_bytes() == 0;
  to_read_ =
      frame * frame_reads_ + units::mul_div(position % raster_.frame_bytes(), frame_reads_, raster_.frame_bytes());
  while (to_read_ - read_ > frame_reads_) {
    const std::uint64_t excess = to_read_ - read_ - frame_reads_;
    read_ += std::min<std::uint64_t>(excess, config_.bytes_per_access);
    ++skipped_;
  }
}

void CameraSource::landed(const Access& access, Time at) {
  --in_flight_;
  if (access.write)
    buffer_.raise_by(access.bytes, at);
  else
    --reads_in_flight_;
}

void CameraSource::settle(Time now) {
  buffer_.advance(now);
  frames_ = raster_.frame_at(now);
}

void CameraSource::report(std::vector<Figure>& figures) const {
  const std::uint64_t most = config_.buffer_bytes - std::min(buffer_.least(), config_.buffer_bytes);
  figures.insert(figures.end(), {{"frames", "frames_per_s", Figure::count, false, frames_},
                                 {"overruns", "", Figure::count, false, buffer_.gaps()},
                                 {"overrun_frames", "", Figure::count, false, buffer_.frames()},
                                 {"lost", "", Figure::bytes, false, buffer_.lost()},
                                 {"highest_fill", "", Figure::bytes, true, most},
                                 {"buffer", "", Figure::bytes, true, config_.buffer_bytes}});
}

}  // namespace takt::peripherals
