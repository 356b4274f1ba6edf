// Where loads and latencies lie on the plot's axes, in tenths of a pixel.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/replay/load_curve.h"

namespace takt::replay {

// Linear, from 0.
class LoadScale {
 public:
  LoadScale(std::uint64_t peak, std::uint64_t width) : peak_(peak), width_(width) {}
  std::uint64_t at(std::uint64_t bytes_per_second) const {
    return units::mul_div(bytes_per_second < peak_ ? bytes_per_second : peak_, width_, peak_);
  }
  // A round number apart, about six of them up to the peak; in bytes per second.
  std::vector<std::uint64_t> ticks() const;

 private:
  std::uint64_t peak_;
  std::uint64_t width_;
};

// Logarithmic, between the round numbers around all mean latencies of the curves. From the bottom.
class LatencyScale {
 public:
  LatencyScale(const std::vector<Curve>& curves, std::uint64_t height);
  std::uint64_t at(units::Time latency) const;
  const std::vector<units::Time>& ticks() const { return ticks_; }

 private:
  std::uint64_t height_;
  std::vector<units::Time> ticks_;
};

}  // namespace takt::replay
