// Latency against load: one curve per pattern and read share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "sim/replay/load_point.h"

namespace takt::replay {

struct CurveOptions {
  std::vector<const Pattern*> patterns;
  std::vector<unsigned> read_percents;  // 0 .. 100
  unsigned points = 11;                 // offered loads, at least 2
  std::uint64_t seed = 1;
  dram::Fidelity fidelity = dram::Fidelity::fast;
};

// The smallest offered load, in percent of peak, where half a step is not less; the others go up to 100 in even steps.
constexpr unsigned least_load_percent = 5;

struct Curve {
  const Pattern* pattern = nullptr;
  unsigned read_percent = 100;
  LoadPoint unloaded;
  LoadPoint saturated;
  // Ascending loads, up to the last one the memory follows: the offered ones, and 90 and 96 % of the saturated rate.
  std::vector<LoadPoint> points;
  // The load at which the mean latency is twice the unloaded one, in bytes per second, interpolated between points;
  // `knee_reached` false: the memory saturates before, at this rate.
  std::uint64_t knee_bytes_per_second = 0;
  bool knee_reached = false;

  std::string name() const;  // "random-r70"
};

// Bytes per second of what was served.
std::uint64_t rate_of(const LoadPoint& point);

// The offered loads in bytes per second.
std::vector<std::uint64_t> offered_loads(const dram::Config& memory, unsigned points);

// `progress` is told how many curves of how many are done.
std::vector<Curve> load_curves(const dram::Config& memory, const CurveOptions& options,
                               const std::function<void(std::size_t, std::size_t)>& progress = nullptr);

}  // namespace takt::replay
