// Decisions, on cases whose scores are computed by hand.
#include "sim/offload/guideline.h"

#include <gtest/gtest.h>

#include <set>

#include "models/units/random.h"

namespace takt::offload {
namespace {

using units::milliseconds;
using units::Time;

constexpr Femtojoules joule = 1000000000000000;
constexpr Picodollars microdollar = 1000000;

Guideline guideline() {
  Guideline g;
  g.latency_weight = 500;
  g.energy_weight = 300;
  g.price_weight = 200;
  g.deadline = milliseconds(2000);
  g.energy_reference = 10 * joule;
  g.price_reference = 100 * microdollar;
  g.hysteresis = 100;
  g.battery_floor = 150;
  g.skin_limit_mc = 43000;
  return g;
}

Circumstances fine() {
  Circumstances now;
  now.online = true;
  return now;
}

// Device: 500 x 1000 / 2000 + 300 x 5 / 10 = 400. Cloud: 500 x 600 / 2000 + 300 x 6 / 10 + 200 x 20 / 100 = 370.
Question even() {
  Question q;
  q.device = Prediction{milliseconds(1000), 5 * joule, 0};
  q.cloud = {milliseconds(600), 6 * joule, 20 * microdollar};
  return q;
}

TEST(Guideline, TheScoreIsTheWeightedSum) {
  const Decision d = decide(guideline(), fine(), even(), Place::nowhere);
  EXPECT_EQ(d.device_score, 400u);
  EXPECT_EQ(d.cloud_score, 370u);
  EXPECT_EQ(d.place, Place::cloud);
  EXPECT_EQ(d.reason, Reason::score);
}

TEST(Guideline, ARequestsOwnDeadlineCounts) {
  Question q = even();
  q.deadline = milliseconds(4000);  // device 125 + 150 = 275, cloud 75 + 180 + 40 = 295
  const Decision d = decide(guideline(), fine(), q, Place::nowhere);
  EXPECT_EQ(d.device_score, 275u);
  EXPECT_EQ(d.cloud_score, 295u);
  EXPECT_EQ(d.place, Place::device);
}

TEST(Guideline, OfEqualScoresTheDeviceIsTaken) {
  Question q = even();
  q.cloud = *q.device;
  EXPECT_EQ(decide(guideline(), fine(), q, Place::nowhere).place, Place::device);
}

TEST(Guideline, ItStaysWhereItWasUnlessTheOtherIsBetterByTheHysteresis) {
  // 370 is 7.5 % less than 400.
  Decision d = decide(guideline(), fine(), even(), Place::device);
  EXPECT_EQ(d.place, Place::device);
  EXPECT_EQ(d.reason, Reason::hysteresis);
  Question q = even();
  q.cloud.latency = milliseconds(480);  // 340: 15 % less
  d = decide(guideline(), fine(), q, Place::device);
  EXPECT_EQ(d.place, Place::cloud);
  EXPECT_EQ(d.reason, Reason::score);
  q.cloud.latency = milliseconds(560);  // 360: exactly a tenth less is not enough
  EXPECT_EQ(decide(guideline(), fine(), q, Place::device).place, Place::device);
  EXPECT_EQ(decide(guideline(), fine(), even(), Place::cloud).reason, Reason::score);
}

TEST(Guideline, HardRulesComeFirstInTheirOrder) {
  Circumstances now = fine();
  Question q = even();
  q.quality = 2;
  q.device_quality = 1;
  now.battery = 100;
  now.skin_mc = 50000;
  EXPECT_EQ(decide(guideline(), now, q, Place::device).reason, Reason::quality);
  q.quality = 1;
  EXPECT_EQ(decide(guideline(), now, q, Place::device).reason, Reason::battery);
  EXPECT_EQ(decide(guideline(), now, q, Place::cloud).place, Place::device);  // 5 J, not 6
  now.charging = true;
  EXPECT_EQ(decide(guideline(), now, q, Place::device).reason, Reason::temperature);
  EXPECT_EQ(decide(guideline(), now, q, Place::device).place, Place::cloud);
  now.skin_mc = 43000;
  EXPECT_EQ(decide(guideline(), now, q, Place::nowhere).reason, Reason::score);
  q.device.reset();
  EXPECT_EQ(decide(guideline(), now, q, Place::device).reason, Reason::unfit);
  EXPECT_EQ(decide(guideline(), now, q, Place::device).place, Place::cloud);
}

TEST(Guideline, WithoutANetworkWhatMayRunGoesToTheDeviceAndTheRestNowhere) {
  Circumstances now = fine();
  now.online = false;
  Question q = even();
  q.quality = 9;
  Decision d = decide(guideline(), now, q, Place::cloud);
  EXPECT_EQ(d.place, Place::device);
  EXPECT_EQ(d.reason, Reason::offline);
  q.device.reset();
  d = decide(guideline(), now, q, Place::cloud);
  EXPECT_EQ(d.place, Place::nowhere);
  EXPECT_EQ(d.reason, Reason::offline);
}

TEST(Guideline, EveryReasonHasAName) {
  EXPECT_STREQ(name_of(Reason::private_request), "private");
  EXPECT_STREQ(name_of(Reason::hysteresis), "hysteresis");
}

// Small, usual and extreme values alike: a random number of random bits.
std::uint64_t any(units::Random& random) {
  const std::uint64_t bits = random.below(65);
  return bits == 0 ? 0 : random.next() >> (64 - bits);
}
bool any_bool(units::Random& random) { return random.below(2) == 1; }
std::uint32_t any32(units::Random& random) { return static_cast<std::uint32_t>(any(random)); }

Prediction any_prediction(units::Random& random) { return {Time(any(random)), any(random), any(random)}; }

struct Case {
  Guideline g;
  Circumstances now;
  Question q;
  Place latest = Place::nowhere;
};

Case any_case(units::Random& random) {
  Case c;
  c.g.latency_weight = any32(random);
  c.g.energy_weight = any32(random);
  c.g.price_weight = any32(random);
  c.g.deadline = Time(any(random) | 1);
  c.g.energy_reference = any(random) | 1;
  c.g.price_reference = any(random) | 1;
  c.g.hysteresis = any32(random);
  c.g.battery_floor = static_cast<std::uint32_t>(random.below(1001));
  c.g.skin_limit_mc = static_cast<std::int32_t>(any32(random));
  c.now = {any_bool(random), static_cast<std::uint32_t>(random.below(1001)), any_bool(random),
           static_cast<std::int32_t>(any32(random))};
  c.q.is_private = any_bool(random);
  c.q.quality = any32(random);
  c.q.device_quality = any32(random);
  c.q.deadline = Time(any(random));
  if (any_bool(random)) c.q.device = any_prediction(random);
  c.q.cloud = any_prediction(random);
  c.latest = static_cast<Place>(random.below(3));
  return c;
}

constexpr int cases = 200000;

TEST(GuidelineSearch, APrivateRequestNeverLeaves) {
  units::Random random(1);
  for (int i = 0; i < cases; ++i) {
    Case c = any_case(random);
    c.q.is_private = true;
    const Decision d = decide(c.g, c.now, c.q, c.latest);
    ASSERT_NE(d.place, Place::cloud) << i;
    ASSERT_EQ(d.reason, Reason::private_request) << i;
  }
}

TEST(GuidelineSearch, ItGoesWhereItCanAndAllReasonsOccur) {
  units::Random random(2);
  std::set<Reason> reasons;
  for (int i = 0; i < cases; ++i) {
    const Case c = any_case(random);
    const Decision d = decide(c.g, c.now, c.q, c.latest);
    reasons.insert(d.reason);
    const bool may_leave = c.now.online && !c.q.is_private;
    ASSERT_TRUE(may_leave || d.place != Place::cloud) << i;
    ASSERT_TRUE(c.q.device || d.place != Place::device) << i;
    ASSERT_EQ(d.place == Place::nowhere, !may_leave && !c.q.device) << i;
  }
  EXPECT_EQ(reasons.size(), 8u);
}

// 0.17 dollars for a kilowatt-hour: 10 J are 10 / 3,600,000 of one.
TEST(Price, ElectricityByItsTariff) { EXPECT_EQ(price_of(10 * joule, 170000000000), 472222u); }

// The break-even of a chat answer: 200 tokens of a model on the device at 3 W and 30 tokens/s are 20 J; the tail of LTE
// alone takes 12.3 J. By energy the cloud is chosen from then on where the device needs more.
TEST(Guideline, BreakEvenOfLteIsAtItsTail) {
  Guideline g = guideline();
  g.latency_weight = g.price_weight = 0;
  g.hysteresis = 0;
  Question q = even();
  q.cloud.energy = 14 * joule;
  for (const std::uint64_t device : {5u, 13u, 15u, 20u}) {
    q.device->energy = device * joule;
    EXPECT_EQ(decide(g, fine(), q, Place::nowhere).place, device < 14 ? Place::device : Place::cloud) << device;
  }
}

// 370 and 400: 400 is 8.1 % more.
TEST(Guideline, BothPlacesAreAskedWhereScoresAreNear) {
  Guideline g = guideline();
  g.hedge = 82;
  Decision d = decide(g, fine(), even(), Place::nowhere);
  EXPECT_TRUE(d.hedged());
  EXPECT_EQ(d.place, Place::cloud);
  EXPECT_EQ(decide(g, fine(), even(), Place::device).place, Place::device);  // by hysteresis
  g.hedge = 81;
  EXPECT_EQ(decide(g, fine(), even(), Place::nowhere).reason, Reason::score);
}

TEST(Guideline, AHardRuleIsNotHedged) {
  Guideline g = guideline();
  g.hedge = 10000;
  Question q = even();
  q.is_private = true;
  EXPECT_EQ(decide(g, fine(), q, Place::nowhere).reason, Reason::private_request);
  Circumstances low = fine();
  low.battery = 0;
  EXPECT_EQ(decide(g, low, even(), Place::nowhere).reason, Reason::battery);
}

}  // namespace
}  // namespace takt::offload
