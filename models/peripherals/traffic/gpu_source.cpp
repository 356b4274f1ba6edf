#include "models/peripherals/traffic/gpu_source.h"

namespace takt::peripherals {

using units::Cycles;
using units::Time;

GpuSource::GpuSource(const GpuConfig& config, std::uint64_t seed)
    : config_(config),
      tiles_(units::ceil_div(config.width, config.tile_pixels) * units::ceil_div(config.height, config.tile_pixels)),
      frame_writes_(gpu_writes(config)),
      frame_reads_(gpu_accesses(config) - frame_writes_),
      frames_clock_(config.frames_per_s),
      random_(seed) {
  reads_ = share(frame_reads_, 0);
  writes_ = share(frame_writes_, 0);
  next_tile();
}

// Tile t's of a frame's accesses: their sum is exact.
std::uint64_t GpuSource::share(std::uint64_t accesses, std::uint64_t tile) const {
  return units::mul_div(tile + 1, accesses, tiles_) - units::mul_div(tile, accesses, tiles_);
}

Time GpuSource::tile_begin() const {
  const Time busy = frames_clock_.duration(Cycles(1)) * config_.busy_percent / 100;
  return begin_ + Time(units::mul_div(busy.value, tile_, tiles_));
}

// Goes on to the tile that has accesses left.
void GpuSource::next_tile() {
  while (reads_ == 0 && writes_ == 0 && ++tile_ < tiles_) {
    reads_ = share(frame_reads_, tile_);
    writes_ = share(frame_writes_, tile_);
  }
}

Time GpuSource::due(Time now) {
  const bool rendered = tile_ == tiles_;  // the frame ends with what is in flight
  const bool full = bytes_in_flight_ + config_.bytes_per_access > config_.outstanding_bytes;
  if (rendered || full) return units::never();
  if (reads_ > 0) return tile_begin();
  return reads_in_flight_ > 0 ? units::never() : units::max(now, tile_begin());
}

Access GpuSource::take(Time) {
  Access access;
  access.bytes = config_.bytes_per_access;
  access.write = reads_ == 0;
  if (access.write) {
    access.address = config_.working_set_bytes + written_++ * config_.bytes_per_access;
    --writes_;
  } else {
    access.address = texture();
    --reads_;
    ++reads_in_flight_;
  }
  bytes_in_flight_ += access.bytes;
  next_tile();
  return access;
}

std::uint64_t GpuSource::texture() {
  const std::uint64_t slots = config_.working_set_bytes / config_.bytes_per_access;
  const bool next = random_.below(100) < config_.locality_percent;
  slot_ = next ? (slot_ + 1) % slots : random_.below(slots);
  return slot_ * config_.bytes_per_access;
}

void GpuSource::landed(const Access& access, Time at) {
  bytes_in_flight_ -= access.bytes;
  if (!access.write) --reads_in_flight_;
  if (tile_ == tiles_ && bytes_in_flight_ == 0) end_frame(at);
}

void GpuSource::end_frame(Time at) {
  ++frames_;
  worst_frame_ = units::max(worst_frame_, at - begin_);
  const Time deadline = time_of(frame_ + 1);
  if (at > deadline) {
    ++late_frames_;
    late_sum_ += at - deadline;
    origin_ = begin_ = at;
    frame_ = 0;
  } else {
    begin_ = deadline;
    ++frame_;
  }
  tile_ = written_ = 0;
  reads_ = share(frame_reads_, 0);
  writes_ = share(frame_writes_, 0);
  next_tile();
}

void GpuSource::report(std::vector<Figure>& figures) const {
  figures.insert(figures.end(), {{"frames", "frames_per_s", Figure::count, false, frames_},
                                 {"late_frames", "", Figure::count, false, late_frames_},
                                 {"late", "", Figure::time, false, late_sum_.value},
                                 {"worst_frame", "", Figure::time, true, worst_frame_.value}});
}

}  // namespace takt::peripherals
