// A GPU that renders tile by tile at a frame rate. Of each tile: its texture reads, as many at a time as may be in
// flight, and, when they have ended, its pixels written out. A tile does not begin before its share of the time that
// the frame's arithmetic takes; a frame begins a frame time after the one before, or when that one has ended.
#pragma once

#include "models/peripherals/config.h"
#include "models/peripherals/traffic/generator.h"
#include "models/units/clock.h"
#include "models/units/random.h"

namespace takt::peripherals {

class GpuSource final : public Generator {
 public:
  // Precondition: gpu_accesses >= 1, working_set_bytes a multiple of bytes_per_access, outstanding_bytes at least one
  // access.
  GpuSource(const GpuConfig& config, std::uint64_t seed);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  void landed(const Access& access, units::Time at) override;
  Misses misses() const override { return {late_frames_, 0}; }
  void report(std::vector<Figure>& figures) const override;

 private:
  units::Time time_of(std::uint64_t frame) const { return origin_ + frames_clock_.duration(units::Cycles(frame)); }
  std::uint64_t share(std::uint64_t accesses, std::uint64_t tile) const;
  units::Time tile_begin() const;
  void next_tile();
  void end_frame(units::Time at);
  std::uint64_t texture();

  const GpuConfig config_;
  const std::uint64_t tiles_;
  const std::uint64_t frame_writes_;  // accesses
  const std::uint64_t frame_reads_;
  const units::Clock frames_clock_;
  units::Random random_;

  units::Time origin_;       // of the frames that keep their time
  std::uint64_t frame_ = 0;  // since then
  units::Time begin_;        // of the frame in hand
  std::uint64_t tile_ = 0;   // tiles_: all accesses have been asked for
  std::uint64_t reads_ = 0;  // of the tile, to be asked for
  std::uint64_t writes_ = 0;
  std::uint64_t written_ = 0;  // of the frame
  std::uint64_t slot_ = 0;     // of the last texture read
  std::uint64_t reads_in_flight_ = 0;
  std::uint64_t bytes_in_flight_ = 0;

  std::uint64_t frames_ = 0;  // rendered
  std::uint64_t late_frames_ = 0;
  units::Time late_sum_;
  units::Time worst_frame_;
};

}  // namespace takt::peripherals
