#include "sim/results/figures.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace takt::results {
namespace {

using units::Time;

std::vector<Time> one_to(std::uint64_t n) {
  std::vector<Time> samples;
  for (std::uint64_t i = n; i > 0; --i) samples.push_back(units::microseconds(i));
  return samples;
}

TEST(Figures, QuotientsRoundAHalfUp) {
  EXPECT_EQ(to_text(quotient(1, 3, 6)), "0.333333");
  EXPECT_EQ(to_text(quotient(2, 3, 6)), "0.666667");
  EXPECT_EQ(to_text(quotient(1, 8, 2)), "0.13");
  EXPECT_EQ(to_text(quotient(7, 7, 9)), "1");
  EXPECT_EQ(to_text(quotient(999, 1000, 2)), "1");
}

TEST(Figures, UnitsFollowFromThePicosecondAndTheAttojoule) {
  EXPECT_EQ(to_text(microseconds(Time(1234567))), "1.234567");
  EXPECT_EQ(to_text(nanoseconds(Time(1234567))), "1234.567");
  EXPECT_EQ(to_text(millijoules(Attojoules{1500000000000000ull})), "1.5");
}

// 1 GB in 1 s is 1 GB/s; 1 mJ in 1 s is 1 mW; 30 events in half a second are 60 per second.
TEST(Figures, RatesPerSecond) {
  const Time second = units::milliseconds(1000);
  EXPECT_EQ(gigabytes_per_second(1000000000, second).json(), "1\n");
  EXPECT_EQ(milliwatts(Attojoules{1000000000000000ull}, second).json(), "1\n");
  EXPECT_EQ(per_second(30, units::milliseconds(500)).json(), "60\n");
  EXPECT_TRUE(gigabytes_per_second(1, Time(0)).is_null());
  EXPECT_TRUE(milliwatts(1, Time(0)).is_null());
  EXPECT_TRUE(per_second(1, Time(0)).is_null());
  EXPECT_TRUE(share(0, 0).is_null());
}

// Ranks ceil(p / 100 * n) of 1..n, by hand.
TEST(Figures, PercentilesAreNearestRank) {
  const Distribution hundred(one_to(100));
  EXPECT_EQ(hundred.percentile(50), units::microseconds(50));
  EXPECT_EQ(hundred.percentile(99), units::microseconds(99));
  EXPECT_EQ(hundred.percentile(100), units::microseconds(100));
  const Distribution ten(one_to(10));
  EXPECT_EQ(ten.percentile(50), units::microseconds(5));
  EXPECT_EQ(ten.percentile(90), units::microseconds(9));
  EXPECT_EQ(ten.percentile(95), units::microseconds(10));
  const Distribution one(one_to(1));
  EXPECT_EQ(one.percentile(1), units::microseconds(1));
  EXPECT_EQ(one.percentile(99), units::microseconds(1));
}

TEST(Figures, TheMeanIsRoundedToThePicosecond) {
  EXPECT_EQ(Distribution({Time(1), Time(2)}).mean(), Time(2));
  EXPECT_EQ(Distribution({Time(1), Time(1), Time(2)}).mean(), Time(1));
  const Time large(~0ull - 1);
  EXPECT_EQ(Distribution({large, large, large}).mean(), large) << "the sum does not fit 64 bits";
}

TEST(Figures, APercentileIsTheSmallestSampleThatEnoughSamplesDoNotExceed) {
  rc::check("definition of nearest rank", [](const std::vector<std::uint16_t>& raw) {
    RC_PRE(!raw.empty());
    const auto percent = *rc::gen::inRange(1u, 101u);
    std::vector<Time> samples;
    for (const std::uint16_t r : raw) samples.emplace_back(r);
    const Time found = Distribution(samples).percentile(percent);
    std::size_t below = 0, up_to = 0;
    for (const Time t : samples) {
      below += t < found ? 1 : 0;
      up_to += t <= found ? 1 : 0;
    }
    RC_ASSERT(up_to * 100 >= percent * samples.size());
    RC_ASSERT(below * 100 < percent * samples.size());
  });
}

TEST(Figures, FewSamplesAreNoted) {
  Value notes{Value::Object{}};
  distribution_us(Distribution(one_to(100)), "enough", notes);
  EXPECT_THROW(notes.at("enough"), std::out_of_range);
  distribution_us(Distribution(one_to(99)), "few", notes);
  EXPECT_EQ(notes.at("few").json(), "\"percentiles from fewer than 100 samples\"\n");
  const Value none = distribution_us(Distribution(), "none", notes);
  EXPECT_TRUE(none.at("p99").is_null());
  EXPECT_EQ(none.at("samples").json(), "0\n");
  EXPECT_EQ(notes.at("none").json(), "\"no samples\"\n");
}

}  // namespace
}  // namespace takt::results
