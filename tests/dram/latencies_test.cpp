// The distribution of latencies and the busiest window: within their stated precision of the samples themselves.
#include "models/dram/latencies.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "models/dram/statistics.h"
#include "models/units/random.h"

namespace takt::dram::testing {
namespace {

using units::Random;
using units::Time;

TEST(Latencies, of_nothing_are_zero) {
  const Latencies none;
  EXPECT_EQ(none.samples(), 0u);
  EXPECT_EQ(none.mean().value, 0u);
  EXPECT_EQ(none.percentile(50).value, 0u);
}

TEST(Latencies, are_exact_up_to_127_ps) {
  Latencies all;
  for (std::uint64_t i = 0; i < 128; ++i) all.add(Time(i));
  EXPECT_EQ(all.percentile(50).value, 63u);
  EXPECT_EQ(all.percentile(100).value, 127u);
  EXPECT_EQ(all.mean().value, 63u);
  EXPECT_EQ(all.max().value, 127u);
}

// A bucket is a sixty-fourth of a power of two: a percentile is at most 1/64 above the sample itself.
TEST(Latencies, have_percentiles_within_a_sixty_fourth) {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    std::vector<std::uint64_t> samples(1 + random.below(500));
    Latencies all;
    std::uint64_t sum = 0;
    for (std::uint64_t& sample : samples) {
      sample = random.below(std::uint64_t{1} << (1 + random.below(40)));
      all.add(Time(sample));
      sum += sample;
    }
    std::sort(samples.begin(), samples.end());
    EXPECT_EQ(all.sum().value, sum);
    EXPECT_EQ(all.mean().value, sum / samples.size());
    EXPECT_EQ(all.max().value, samples.back());
    for (unsigned percent : {1u, 50u, 90u, 99u, 100u}) {
      const std::uint64_t exact = samples[(samples.size() * percent + 99) / 100 - 1];
      EXPECT_GE(all.percentile(percent).value, exact);
      EXPECT_LE(all.percentile(percent).value, exact + exact / 64) << percent << " of " << samples.size();
    }
  }
}

TEST(Latencies, take_the_largest_time) {
  Latencies all;
  all.add(Time(~std::uint64_t{0}));
  EXPECT_EQ(all.percentile(99).value, ~std::uint64_t{0});
}

TEST(PeakWindow, is_the_fullest_of_the_windows) {
  PeakWindow window;
  window.add(units::microseconds(10), 100);
  window.add(units::microseconds(99), 100);
  window.add(units::microseconds(100), 300);
  EXPECT_EQ(window.peak(), 300u);
  window.add(units::microseconds(95), 150);  // a step back into the window before
  EXPECT_EQ(window.peak(), 350u);
  window.add(units::microseconds(1000), 200);
  window.add(units::microseconds(1099), 200);
  EXPECT_EQ(window.peak(), 400u);
}

}  // namespace
}  // namespace takt::dram::testing
