// Against the C library's exp2 and by hand.
#include "models/power/leakage.h"

#include <gtest/gtest.h>

#include <cmath>

namespace takt::power {
namespace {

constexpr LeakageModel phone{60, 25};

TEST(Leakage, IsTheReferenceAtTheReference) { EXPECT_EQ(leakage_ppm(phone, 750, 750, 60000), 1000000u); }

TEST(Leakage, DoublesEvery25Kelvin) {
  EXPECT_EQ(leakage_ppm(phone, 750, 750, 85000), 2000000u);
  EXPECT_EQ(leakage_ppm(phone, 750, 750, 110000), 4000000u);
  EXPECT_EQ(leakage_ppm(phone, 750, 750, 10000), 250000u);
}

TEST(Leakage, GoesWithTheCubeOfTheVoltage) { EXPECT_EQ(leakage_ppm(phone, 500, 1000, 60000), 125000u); }

TEST(Leakage, StaysWhereItDoesNotFollowTheTemperature) { EXPECT_EQ(leakage_ppm({60, 0}, 750, 750, 5000), 1000000u); }

TEST(Leakage, AgreesWithTheLibrary) {
  for (std::int64_t mc = -40000; mc <= 150000; mc += 137) {
    const double expected = std::pow(0.6 / 0.75, 3) * std::exp2((static_cast<double>(mc) / 1000 - 60) / 25) * 1e6;
    EXPECT_NEAR(static_cast<double>(leakage_ppm(phone, 600, 750, mc)), expected, 1) << mc;
  }
}

}  // namespace
}  // namespace takt::power
