#include "sim/offload/cloud.h"

#include "models/units/clock.h"

namespace takt::offload {
namespace {

using units::Time;

Time between(Time a, Time b, std::uint64_t step, std::uint64_t steps) {
  if (b < a) return a - Time(units::mul_div((a - b).value, step, steps));
  return a + Time(units::mul_div((b - a).value, step, steps));
}

Time at_load(const Cloud& cloud, std::uint64_t requests, Time LoadPoint::*time) {
  const std::vector<LoadPoint>& curve = cloud.curve;
  if (requests <= curve.front().requests) return curve.front().*time;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    if (requests > curve[i].requests) continue;
    const LoadPoint &below = curve[i - 1], &above = curve[i];
    return between(below.*time, above.*time, requests - below.requests, above.requests - below.requests);
  }
  return curve.back().*time;
}

bool is_off_peak(const Cloud& cloud, std::uint32_t minute) {
  const std::uint32_t begin = cloud.off_peak_begin, end = cloud.off_peak_end;
  return begin <= end ? minute >= begin && minute < end : minute >= begin || minute < end;
}

}  // namespace

Time first_token(const Cloud& cloud, std::uint64_t requests) {
  return cloud.overhead + at_load(cloud, requests, &LoadPoint::first_token);
}

Time per_token(const Cloud& cloud, std::uint64_t requests) { return at_load(cloud, requests, &LoadPoint::per_token); }

Picodollars price(const Cloud& cloud, const Tokens& tokens, std::uint32_t minute) {
  const Price& price = is_off_peak(cloud, minute) ? cloud.off_peak : cloud.peak;
  return (tokens.prompt - tokens.cached) * price.prompt + tokens.cached * price.cached + tokens.answer * price.answer;
}

}  // namespace takt::offload
