#include "sim/replay/load_curve.h"

#include <algorithm>

namespace takt::replay {
namespace {

using units::Time;

// Thousandths of the saturated rate: a load above it has no steady state to measure.
constexpr std::uint64_t nearly_saturated = 995;
// Percent of the saturated rate: where a curve turns upwards, whatever the distance of the offered loads.
constexpr std::uint64_t bends[] = {90, 96};

Load load_of(const Curve& curve, LoadKind kind, const CurveOptions& options) {
  Load load;
  load.pattern = curve.pattern;
  load.read_percent = curve.read_percent;
  load.kind = kind;
  load.seed = options.seed * 1000;  // three generators of a point begin at seed, seed + 1, seed + 2
  return load;
}

// Twice the unloaded latency, looked for between the points, and between the last one and saturation.
void find_knee(Curve& curve) {
  const Time twice = curve.unloaded.latency().mean() * 2;
  std::uint64_t below_rate = 0;
  Time below = curve.unloaded.latency().mean();
  curve.knee_bytes_per_second = rate_of(curve.saturated);
  if (twice == Time(0)) return;  // posted writes that nothing delays
  for (const LoadPoint& point : curve.points) {
    const Time mean = point.latency().mean();
    const std::uint64_t rate = point.load.bytes_per_second;
    if (mean >= twice) {
      curve.knee_reached = true;
      curve.knee_bytes_per_second =
          below_rate + units::mul_div(rate - below_rate, units::saturating_sub(twice, below).value,
                                      units::saturating_sub(mean, below).value);
      return;
    }
    below_rate = rate;
    below = mean;
  }
}

std::vector<std::uint64_t> loads_of(const Curve& curve, const dram::Config& memory, unsigned points) {
  const std::uint64_t most = rate_of(curve.saturated);
  std::vector<std::uint64_t> loads = offered_loads(memory, points);
  const std::uint64_t near = dram::peak_bytes_per_second(memory) / 50;
  for (const std::uint64_t bend : bends) {
    const std::uint64_t load = most / 100 * bend;
    const auto next = std::lower_bound(loads.begin(), loads.end(), load > near ? load - near : 0);
    if (next == loads.end() || *next > load + near) loads.insert(next, load);
  }
  while (!loads.empty() && loads.back() > most / 1000 * nearly_saturated) loads.pop_back();
  return loads;
}

Curve curve_of(const dram::Config& memory, const Pattern* pattern, unsigned read_percent, const CurveOptions& options) {
  Curve curve;
  curve.pattern = pattern;
  curve.read_percent = read_percent;
  curve.unloaded = simulate(load_of(curve, LoadKind::unloaded, options), memory, options.fidelity);
  curve.saturated = simulate(load_of(curve, LoadKind::saturated, options), memory, options.fidelity);
  for (const std::uint64_t rate : loads_of(curve, memory, options.points)) {
    Load load = load_of(curve, LoadKind::offered, options);
    load.bytes_per_second = rate;
    LoadPoint point = simulate(load, memory, options.fidelity);
    if (point.overloaded()) break;
    curve.points.push_back(std::move(point));
  }
  find_knee(curve);
  return curve;
}

}  // namespace

std::string Curve::name() const { return std::string(pattern->name) + "-r" + std::to_string(read_percent); }

std::uint64_t rate_of(const LoadPoint& point) {
  return point.span == Time(0) ? 0
                               : units::mul_div(point.served_bytes, units::picoseconds_per_second, point.span.value);
}

std::vector<std::uint64_t> offered_loads(const dram::Config& memory, unsigned points) {
  const std::uint64_t peak = dram::peak_bytes_per_second(memory);
  const std::uint64_t step = peak / (points - 1);
  std::vector<std::uint64_t> loads{std::min(peak / 100 * least_load_percent, step / 2)};
  for (unsigned i = 1; i < points; ++i) loads.push_back(units::mul_div(peak, i, points - 1));
  return loads;
}

std::vector<Curve> load_curves(const dram::Config& memory, const CurveOptions& options,
                               const std::function<void(std::size_t, std::size_t)>& progress) {
  std::vector<Curve> curves;
  const std::size_t all = options.patterns.size() * options.read_percents.size();
  for (const Pattern* pattern : options.patterns) {
    for (const unsigned read_percent : options.read_percents) {
      if (progress) progress(curves.size(), all);
      curves.push_back(curve_of(memory, pattern, read_percent, options));
    }
  }
  return curves;
}

}  // namespace takt::replay
