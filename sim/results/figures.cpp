#include "sim/results/figures.h"

#include <algorithm>

namespace takt::results {
namespace {

constexpr unsigned rate_places = 6;
constexpr unsigned share_places = 9;

unsigned __int128 power_of_ten(unsigned n) {
  unsigned __int128 power = 1;
  for (unsigned i = 0; i < n; ++i) power *= 10;
  return power;
}

struct Percentile {
  const char* key;
  unsigned percent;
};
constexpr Percentile percentiles[] = {{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}};

}  // namespace

Decimal microseconds(units::Time t) { return {t.value, 6}; }
Decimal nanoseconds(units::Time t) { return {t.value, 3}; }
Decimal milliseconds(units::Time t) { return {t.value, 9}; }
Decimal millijoules(Attojoules energy) { return {energy, 15}; }

Decimal quotient(unsigned __int128 numerator, unsigned __int128 denominator, unsigned places) {
  // Long division: numerator * 10^places may not fit.
  unsigned __int128 digits = numerator / denominator;
  unsigned __int128 rest = numerator % denominator;
  for (unsigned i = 0; i < places; ++i) {
    rest *= 10;
    digits = digits * 10 + rest / denominator;
    rest %= denominator;
  }
  if (rest >= denominator - rest) ++digits;
  return {digits, places};
}

Value share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return nullptr;
  return quotient(part, whole, share_places);
}

Value gigabytes_per_second(std::uint64_t bytes, units::Time time) {
  if (time.value == 0) return nullptr;
  // bytes / (ps * 10^-12) / 10^9
  return quotient(static_cast<unsigned __int128>(bytes) * 1000, time.value, rate_places);
}

Value milliwatts(Attojoules energy, units::Time time) {
  if (time.value == 0) return nullptr;
  // (aJ * 10^-18) / (ps * 10^-12) * 10^3
  return quotient(energy, static_cast<unsigned __int128>(time.value) * 1000, rate_places);
}

Value per_second(std::uint64_t events, units::Time time) {
  if (time.value == 0) return nullptr;
  return quotient(events * power_of_ten(12), time.value, rate_places);
}

Distribution::Distribution(std::vector<units::Time> samples) : sorted_(std::move(samples)) {
  std::sort(sorted_.begin(), sorted_.end());
}

units::Time Distribution::mean() const {
  unsigned __int128 sum = 0;
  for (const units::Time t : sorted_) sum += t.value;
  return units::Time(static_cast<std::uint64_t>(quotient(sum, sorted_.size(), 0).digits));
}

units::Time Distribution::percentile(unsigned percent) const {
  return sorted_[units::ceil_div(sorted_.size() * percent, 100) - 1];
}

Value distribution_us(const Distribution& distribution, const std::string& path, Value& notes) {
  Value value;
  value["samples"] = distribution.samples();
  if (distribution.empty()) {
    for (const Percentile& p : percentiles) value[p.key] = nullptr;
    value["mean"] = nullptr;
    value["max"] = nullptr;
    notes[path] = "no samples";
    return value;
  }
  if (distribution.samples() < enough_samples)
    notes[path] = "percentiles from fewer than " + std::to_string(enough_samples) + " samples";
  for (const Percentile& p : percentiles) value[p.key] = microseconds(distribution.percentile(p.percent));
  value["mean"] = microseconds(distribution.mean());
  value["max"] = microseconds(distribution.max());
  return value;
}

}  // namespace takt::results
