// A display: fetches the lines of its layers as far ahead as its pixel buffer has room; the panel takes them at the
// pixel clock. A pixel whose bytes are not there is lost (underrun), and its bytes are dropped when they come.
//
// The layers of a line are fetched one after the other and count as one row of bytes that the panel takes in that
// order. A frame's fetch begins with its blank lines and is given up when the frame ends.
#pragma once

#include <array>

#include "models/peripherals/traffic/generator.h"
#include "models/peripherals/traffic/raster_buffer.h"

namespace takt::peripherals {

class DisplaySource final : public Generator {
 public:
  // Precondition: fetched_buffer_bytes >= display_piece_bytes >= 1.
  explicit DisplaySource(const DisplayConfig& config);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  void landed(const Access& access, units::Time at) override;
  void settle(units::Time now) override;
  Misses misses() const override { return {buffer_.gaps(), skipped_}; }
  void report(std::vector<Figure>& figures) const override;

  const Raster& raster() const { return raster_; }
  const RasterBuffer& buffer() const { return buffer_; }

 private:
  std::uint64_t in_flight() const { return next_tag_ - first_tag_; }
  std::uint64_t next_bytes() const;
  void drop_until(std::uint64_t position);

  const DisplayConfig config_;
  const std::uint64_t layer_line_;
  const std::uint64_t capacity_;
  Raster raster_;
  RasterBuffer buffer_;
  std::uint64_t asked_ = 0;  // position that the fetch has come to
  std::uint64_t skipped_ = 0;
  std::uint64_t frames_ = 0;  // shown

  // Data come out of the bus in the order of the requests: a later one that is there already waits.
  struct Fetch {
    std::uint64_t end = 0;
    bool there = false;
  };
  std::array<Fetch, most_in_flight> fetches_;  // by tag
  std::uint64_t first_tag_ = 0;
  std::uint64_t next_tag_ = 0;
};

}  // namespace takt::peripherals
