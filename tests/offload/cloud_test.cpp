// Latency against load and prices, against the published figures.
#include "sim/offload/cloud.h"

#include <gtest/gtest.h>

namespace takt::offload {
namespace {

using units::microseconds;
using units::Time;

// NVIDIA NIM 1.8.0, Llama-3.1-8B on one H100: requests at once, first token, inter-token time.
Cloud h100() {
  Cloud cloud;
  const struct {
    std::uint64_t requests, first_us, token_us;
  } rows[] = {{1, 10300, 4630},    {5, 16800, 4580},    {25, 36000, 5190},   {50, 67000, 5910},
              {100, 120000, 7570}, {150, 347000, 9810}, {250, 606000, 16100}};
  for (const auto& row : rows)
    cloud.curve.push_back({row.requests, microseconds(row.first_us), microseconds(row.token_us)});
  // DeepSeek Flash, checked 2026-10-27: 0.15, 0.003 and 0.60 dollars for a million tokens off peak, twice that at peak.
  cloud.off_peak = {150000, 3000, 600000};
  cloud.peak = {300000, 6000, 1200000};
  cloud.off_peak_begin = 16 * 60 + 30;
  cloud.off_peak_end = 30;
  return cloud;
}

TEST(Cloud, TheCurveGoesThroughItsPoints) {
  const Cloud cloud = h100();
  EXPECT_EQ(first_token(cloud, 1), microseconds(10300));
  EXPECT_EQ(first_token(cloud, 100), microseconds(120000));
  EXPECT_EQ(per_token(cloud, 250), microseconds(16100));
}

TEST(Cloud, BetweenPointsItIsLinearOutsideConstant) {
  const Cloud cloud = h100();
  EXPECT_EQ(first_token(cloud, 75), microseconds((67000 + 120000) / 2));
  EXPECT_EQ(per_token(cloud, 3), microseconds((4630 + 4580) / 2));  // falls there
  EXPECT_EQ(first_token(cloud, 0), microseconds(10300));
  EXPECT_EQ(per_token(cloud, 100000), microseconds(16100));
}

TEST(Cloud, AServiceAddsItsOverheadToTheFirstTokenAlone) {
  Cloud cloud = h100();
  cloud.overhead = microseconds(300000);
  EXPECT_EQ(first_token(cloud, 1), microseconds(310300));
  EXPECT_EQ(per_token(cloud, 1), microseconds(4630));
}

// 1000 tokens in, 400 of them known, 200 out.
TEST(Cloud, ThePriceGoesByTheTokenAndTheHour) {
  const Cloud cloud = h100();
  const Tokens tokens{1000, 400, 200};
  const Picodollars off_peak = 600 * 150000 + 400 * 3000 + 200 * 600000;
  EXPECT_EQ(price(cloud, tokens, 16 * 60 + 30), off_peak);
  EXPECT_EQ(price(cloud, tokens, 16 * 60 + 29), 2 * off_peak);
  EXPECT_EQ(price(cloud, tokens, 23 * 60 + 59), off_peak);
  EXPECT_EQ(price(cloud, tokens, 0), off_peak);  // behind midnight
  EXPECT_EQ(price(cloud, tokens, 29), off_peak);
  EXPECT_EQ(price(cloud, tokens, 30), 2 * off_peak);
}

TEST(Cloud, WithoutOffPeakHoursThePeakHoldsAllDay) {
  Cloud cloud = h100();
  cloud.off_peak_begin = cloud.off_peak_end = 600;
  for (std::uint32_t minute = 0; minute < 1440; ++minute) ASSERT_EQ(price(cloud, {1, 0, 0}, minute), 300000u);
}

}  // namespace
}  // namespace takt::offload
