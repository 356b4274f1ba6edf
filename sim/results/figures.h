// Exact arithmetic behind every figure: units, quotients, distributions. No floating point.
#pragma once

#include <vector>

#include "sim/platform/run_record.h"
#include "sim/results/value.h"

namespace takt::results {

using platform::Attojoules;

Decimal microseconds(units::Time t);
Decimal nanoseconds(units::Time t);
Decimal milliseconds(units::Time t);
Decimal millijoules(Attojoules energy);

// numerator / denominator with `places` decimals, a half rounded up. The denominator must not be zero.
Decimal quotient(unsigned __int128 numerator, unsigned __int128 denominator, unsigned places);

// A share, 9 decimals; null where the whole is zero.
Value share(std::uint64_t part, std::uint64_t whole);

// 10^9 bytes per second, 6 decimals; null where no time has passed.
Value gigabytes_per_second(std::uint64_t bytes, units::Time time);

// Milliwatts, 6 decimals; null where no time has passed.
Value milliwatts(Attojoules energy, units::Time time);

// Events per second of simulated time, 6 decimals; null where no time has passed.
Value per_second(std::uint64_t events, units::Time time);

// All samples of one quantity. Percentiles are nearest-rank: the smallest sample such that at least p percent of all
// samples are less than or equal to it. The mean is rounded to the picosecond.
class Distribution {
 public:
  Distribution() = default;
  explicit Distribution(std::vector<units::Time> samples);

  std::uint64_t samples() const { return sorted_.size(); }
  bool empty() const { return sorted_.empty(); }
  // Of at least one sample.
  units::Time mean() const;
  units::Time percentile(unsigned percent) const;  // 1..100
  units::Time max() const { return sorted_.back(); }

 private:
  std::vector<units::Time> sorted_;
};

// Fewer samples than this say little about a tail, and the result says so.
constexpr std::uint64_t enough_samples = 100;

// {samples, mean, p50, p90, p95, p99, max} in microseconds. Without samples the figures are null; few samples and none
// are noted at `path`.
Value distribution_us(const Distribution& distribution, const std::string& path, Value& notes);

}  // namespace takt::results
