// A distribution of times in constant memory: buckets of a sixty-fourth of a power of two, so that a percentile is
// right within 1.6 %.
#pragma once

#include <cstdint>
#include <vector>

#include "models/units/quantity.h"

namespace takt::dram {

class Latencies {
 public:
  void add(units::Time t) {
    const unsigned bucket = bucket_of(t.value);
    if (bucket >= count_.size()) count_.resize(bucket + 1);
    ++count_[bucket];
    ++samples_;
    sum_ += t;
    max_ = units::max(max_, t);
  }

  void add(const Latencies& other) {
    if (other.count_.size() > count_.size()) count_.resize(other.count_.size());
    for (std::size_t i = 0; i < other.count_.size(); ++i) count_[i] += other.count_[i];
    samples_ += other.samples_;
    sum_ += other.sum_;
    max_ = units::max(max_, other.max_);
  }
  // What was added after `earlier`, an older state of this distribution; the maximum stays that of all.
  Latencies since(const Latencies& earlier) const {
    Latencies later = *this;
    for (std::size_t i = 0; i < earlier.count_.size(); ++i) later.count_[i] -= earlier.count_[i];
    later.samples_ -= earlier.samples_;
    later.sum_ -= earlier.sum_;
    return later;
  }

  std::uint64_t samples() const { return samples_; }
  units::Time sum() const { return sum_; }
  units::Time max() const { return max_; }
  // The mean, rounded down; 0 without samples.
  units::Time mean() const { return samples_ == 0 ? units::Time(0) : sum_ / samples_; }
  // The least time that at least `percent` of the samples do not exceed, up to the bucket's width; 0 without samples.
  units::Time percentile(unsigned percent) const {
    const std::uint64_t wanted = units::mul_div_ceil(samples_, percent, 100);
    std::uint64_t seen = 0;
    for (unsigned i = 0; i < count_.size(); ++i) {
      seen += count_[i];
      if (seen >= wanted && seen > 0) return units::min(units::Time(top_of(i)), max_);
    }
    return units::Time(0);
  }

 private:
  static constexpr unsigned fraction_bits = 6;
  static unsigned bucket_of(std::uint64_t value) {
    if (value < (1u << fraction_bits)) return static_cast<unsigned>(value);
    const unsigned exponent = 63 - static_cast<unsigned>(__builtin_clzll(value)) - fraction_bits;
    return (exponent << fraction_bits) + static_cast<unsigned>(value >> exponent);
  }
  // The largest value of a bucket.
  static std::uint64_t top_of(unsigned bucket) {
    if (bucket < (2u << fraction_bits)) return bucket;
    const unsigned exponent = (bucket >> fraction_bits) - 1;
    const std::uint64_t mantissa = bucket - (exponent << fraction_bits);
    return ((mantissa + 1) << exponent) - 1;
  }

  std::vector<std::uint64_t> count_;
  std::uint64_t samples_ = 0;
  units::Time sum_;
  units::Time max_;
};

}  // namespace takt::dram
