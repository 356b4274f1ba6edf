// When requests arrive: a property of the stream and its seed alone.
#include "sim/platform/arrivals.h"

#include <gtest/gtest.h>

#include <cmath>

namespace takt::platform {
namespace {

using config::Arrival;
using units::microseconds;
using units::Time;

config::StreamConfig periodic(std::uint64_t period_us, std::uint64_t requests = 0, std::uint64_t start_us = 0) {
  config::StreamConfig stream;
  stream.arrival = Arrival::periodic;
  stream.period_us = period_us;
  stream.requests = requests;
  stream.start_us = start_us;
  return stream;
}

config::StreamConfig poisson(std::uint64_t rate_millihertz) {
  config::StreamConfig stream;
  stream.arrival = Arrival::poisson;
  stream.rate_millihertz = rate_millihertz;
  return stream;
}

config::StreamConfig closed_loop(std::uint32_t concurrency, std::uint64_t requests = 0) {
  config::StreamConfig stream;
  stream.arrival = Arrival::closed_loop;
  stream.concurrency = concurrency;
  stream.requests = requests;
  return stream;
}

std::vector<Time> gaps(const config::StreamConfig& stream, std::uint64_t seed, std::size_t count) {
  Arrivals arrivals(stream, seed);
  std::vector<Time> result;
  for (Time before; result.size() < count; arrivals.advance()) {
    result.push_back(arrivals.next() - before);
    before = arrivals.next();
  }
  return result;
}

TEST(PeriodicArrivals, AreExactHoweverManyThereAre) {
  Arrivals arrivals(periodic(33333, 0, 7), 1);
  for (std::uint64_t n = 0; n < 100000; ++n) {
    ASSERT_EQ(arrivals.next(), microseconds(7 + 33333 * n));
    arrivals.advance();
  }
}

TEST(PeriodicArrivals, WithJitterAreLateByUpToItUniformly) {
  config::StreamConfig stream = periodic(100, 0, 7);
  stream.jitter_us = 40;
  Arrivals arrivals(stream, 1);
  constexpr std::uint64_t count = 10000;
  double sum = 0, squares = 0;
  for (std::uint64_t n = 0; n < count; ++n) {
    const Time grid = microseconds(7 + 100 * n);
    ASSERT_GE(arrivals.next(), grid);
    ASSERT_LE(arrivals.next(), grid + microseconds(40));
    const double late = static_cast<double>((arrivals.next() - grid).value) / 40e6;
    sum += late;
    squares += late * late;
    arrivals.advance();
  }
  // Mean 1/2, variance 1/12; four standard errors.
  EXPECT_NEAR(sum / count, 0.5, 4 * std::sqrt(1.0 / 12 / count));
  EXPECT_NEAR(squares / count, 1.0 / 3, 4 * std::sqrt(4.0 / 45 / count));
}

TEST(PeriodicArrivals, EndAfterTheirRequests) {
  Arrivals arrivals(periodic(10, 3), 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_NE(arrivals.next(), units::never());
    arrivals.advance();
  }
  EXPECT_EQ(arrivals.next(), units::never());
}

TEST(PeriodicArrivals, TakeNoNoticeOfCompletions) {
  Arrivals arrivals(periodic(10), 1);
  arrivals.completed(microseconds(3));
  arrivals.advance();
  EXPECT_EQ(arrivals.next(), microseconds(10));
}

// The mean of n exponential gaps has the standard deviation mean / sqrt(n).
TEST(PoissonArrivals, HaveTheirMeanWithinThreeSigma) {
  constexpr std::size_t count = 100000;
  for (const std::uint64_t rate : {1000ull, 30000ull, 2000000ull})
    for (const std::uint64_t seed : {1ull, 42ull, 977ull}) {
      long double sum = 0;
      for (const Time gap : gaps(poisson(rate), seed, count)) sum += static_cast<long double>(gap.value);
      const long double mean = 1e15L / static_cast<long double>(rate);  // picoseconds at a rate in millihertz
      EXPECT_NEAR(static_cast<double>(sum / count / mean), 1.0, 3 / std::sqrt(double{count})) << rate << ' ' << seed;
    }
}

// A share e^-k of exponential gaps is longer than k means; the count is binomial.
TEST(PoissonArrivals, HaveExponentialGaps) {
  constexpr std::size_t count = 100000;
  const std::vector<Time> all = gaps(poisson(1000), 5, count);
  for (const int k : {1, 2, 4}) {
    const double share = std::exp(-k);
    const auto longer = std::count_if(all.begin(), all.end(), [&](Time gap) {
      return gap > units::milliseconds(1000) * static_cast<std::uint64_t>(k);
    });
    EXPECT_NEAR(static_cast<double>(longer), share * count, 3 * std::sqrt(share * (1 - share) * count)) << k;
  }
}

TEST(PoissonArrivals, RepeatWithTheirSeed) {
  EXPECT_EQ(gaps(poisson(1000), 3, 100), gaps(poisson(1000), 3, 100));
  EXPECT_NE(gaps(poisson(1000), 3, 100), gaps(poisson(1000), 4, 100));
}

TEST(PoissonArrivals, BeginBehindTheStart) {
  config::StreamConfig stream = poisson(1000);
  stream.start_us = 500;
  Arrivals arrivals(stream, 1);
  EXPECT_EQ(arrivals.next(), microseconds(500) + gaps(poisson(1000), 1, 1)[0]);
}

TEST(ClosedLoop, BeginsWithItsConcurrencyAtOnce) {
  Arrivals arrivals(closed_loop(3), 1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(arrivals.next(), Time(0));
    arrivals.advance();
  }
  EXPECT_EQ(arrivals.next(), units::never());
}

TEST(ClosedLoop, ACompletionIsTheNextArrival) {
  Arrivals arrivals(closed_loop(1), 1);
  arrivals.advance();
  arrivals.completed(microseconds(70));
  EXPECT_EQ(arrivals.next(), microseconds(70));
}

TEST(ClosedLoop, EndsAfterItsRequests) {
  Arrivals arrivals(closed_loop(2, 3), 1);
  arrivals.advance();
  arrivals.advance();
  arrivals.completed(microseconds(1));
  arrivals.completed(microseconds(2));
  EXPECT_EQ(arrivals.next(), microseconds(1));
  arrivals.advance();
  EXPECT_EQ(arrivals.next(), units::never());
}

}  // namespace
}  // namespace takt::platform
