#include "sim/replay/curve_scales.h"

#include <algorithm>

#include "models/units/random.h"

namespace takt::replay {
namespace {

using units::Time;

constexpr std::uint64_t steps[] = {1, 2, 3, 5, 7};

// The largest round number that is not above `n`, n >= 1; and the next one above a round number.
std::uint64_t round_down(std::uint64_t n) {
  std::uint64_t power = 1;
  while (n / power >= 10) power *= 10;
  std::uint64_t best = power;
  for (const std::uint64_t step : steps)
    if (step * power <= n) best = step * power;
  return best;
}

std::uint64_t next_above(std::uint64_t n) {
  std::uint64_t power = 1;
  while (n / power >= 10) power *= 10;
  for (const std::uint64_t step : steps)
    if (step * power > n) return step * power;
  return 10 * power;
}

}  // namespace

std::vector<std::uint64_t> LoadScale::ticks() const {
  const std::uint64_t step = std::max<std::uint64_t>(round_down(peak_ / 5), 1);
  std::vector<std::uint64_t> all;
  for (std::uint64_t tick = 0; tick <= peak_; tick += step) all.push_back(tick);
  return all;
}

LatencyScale::LatencyScale(const std::vector<Curve>& curves, std::uint64_t height) : height_(height) {
  Time least = units::never();
  Time most(1);
  for (const Curve& curve : curves) {
    least = units::min(least, curve.unloaded.latency().mean());
    most = units::max(most, curve.unloaded.latency().mean());
    for (const LoadPoint& point : curve.points) {
      least = units::min(least, point.latency().mean());
      most = units::max(most, point.latency().mean());
    }
  }
  std::uint64_t tick = round_down(std::max<std::uint64_t>(units::min(least, most).value, 1));
  ticks_.push_back(Time(tick));
  do ticks_.push_back(Time(tick = next_above(tick)));
  while (tick < most.value);
}

std::uint64_t LatencyScale::at(Time latency) const {
  const Time inside = units::max(ticks_.front(), units::min(ticks_.back(), latency));
  const std::uint64_t bottom = units::log2_q32(ticks_.front().value);
  return units::mul_div(units::log2_q32(inside.value) - bottom, height_, units::log2_q32(ticks_.back().value) - bottom);
}

}  // namespace takt::replay
