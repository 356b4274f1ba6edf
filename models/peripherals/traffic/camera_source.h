// A camera: the sensor fills a buffer at its pixel clock, writes empty it; a byte that finds it full is lost
// (overrun). What the pipeline and the encoder read back follows the writes in proportion, without a deadline of its
// own; more than a frame behind, it is given up.
#pragma once

#include "models/peripherals/traffic/generator.h"
#include "models/peripherals/traffic/raster_buffer.h"

namespace takt::peripherals {

class CameraSource final : public Generator {
 public:
  // Precondition: buffer_bytes >= bytes_per_access >= 1, a line writes at least one byte.
  explicit CameraSource(const CameraConfig& config);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  bool blocked() const override { return reads_in_flight_ == most_reads && read_ < to_read_; }
  void landed(const Access& access, units::Time at) override;
  void settle(units::Time now) override;
  Misses misses() const override { return {buffer_.gaps(), skipped_}; }
  void report(std::vector<Figure>& figures) const override;

  const Raster& raster() const { return raster_; }
  const RasterBuffer& buffer() const { return buffer_; }

 private:
  static constexpr std::uint64_t most_reads = most_in_flight / 2;  // so that writes always find room

  // Of the sensor's bytes: where the next write begins and ends.
  std::uint64_t write_begin() const { return written_ + buffer_.lost(); }
  std::uint64_t write_end() const;
  units::Time write_due() const;
  std::uint64_t read_bytes() const;
  Access take_write();
  void owe_reads(std::uint64_t position);

  const CameraConfig config_;
  const std::uint64_t frame_reads_;  // bytes
  Raster raster_;
  RasterBuffer buffer_;
  std::uint64_t written_ = 0;  // bytes given to writes
  std::uint64_t to_read_ = 0;  // bytes that the writes so far entail
  std::uint64_t read_ = 0;     // bytes given to reads, or up
  bool frame_over_ = false;    // the last write ended one: its reads are cut short too
  std::uint64_t reads_in_flight_ = 0;
  std::uint64_t in_flight_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t frames_ = 0;  // taken
};

}  // namespace takt::peripherals
