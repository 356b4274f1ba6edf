// Clock domains and rates: cycles and bytes become picoseconds and back without drift.
#include "models/units/clock.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace takt::units {
namespace {

using Wide = unsigned __int128;

std::uint64_t hertz() { return *rc::gen::inRange<std::uint64_t>(1, 100000000000); }
Cycles cycles() { return Cycles(*rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 40)); }

TEST(Clock, ACycleAtAGigahertzIsANanosecond) { EXPECT_EQ(Clock(1000000000).duration(Cycles(1)), nanoseconds(1)); }

TEST(Clock, APeriodThatIsNoWholePicosecondDoesNotDrift) {
  // 19.2 MHz: a tick is 52083 1/3 ps, 19.2 million of them a second.
  const Clock timer(19200000);
  EXPECT_EQ(timer.duration(Cycles(1)), Time(52084));
  EXPECT_EQ(timer.duration(Cycles(3)), Time(156250));
  EXPECT_EQ(timer.duration(Cycles(19200000)), Time(picoseconds_per_second));
  EXPECT_EQ(timer.duration(Cycles(19200000ull * 86400)), Time(picoseconds_per_second * 86400));
}

RC_GTEST_PROP(Clock, ADurationIsTheLeastPicosecondThatHoldsItsCycles, ()) {
  const std::uint64_t f = *rc::gen::inRange<std::uint64_t>(1000000, 100000000000);
  const Cycles n = cycles();
  const Wide exact = Wide{n.value} * picoseconds_per_second;  // in 1 / f picoseconds
  const Wide t = Clock(f).duration(n).value;
  RC_ASSERT(t * f >= exact);
  RC_ASSERT(t == 0 || (t - 1) * f < exact);
}

RC_GTEST_PROP(Clock, CyclesSurviveTheRoundTripThroughTime, ()) {
  const Clock clock(*rc::gen::inRange<std::uint64_t>(1000000, 100000000000));
  const Cycles n = cycles();
  RC_ASSERT(clock.elapsed(clock.duration(n)) == n);
}

RC_GTEST_PROP(Clock, AnEdgesTimeMapsBackToItsIndex, ()) {
  const Time epoch(*rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 50));
  const Clock clock(*rc::gen::inRange<std::uint64_t>(1000000, 100000000000), epoch);
  const Cycles n = cycles();
  RC_ASSERT(clock.index_at_or_after(clock.at(n)) == n);
}

RC_GTEST_PROP(Clock, TheEdgeAtOrAfterATimeIsTheFirst, ()) {
  const Clock clock(hertz());
  const Time t(*rc::gen::inRange<std::uint64_t>(0, std::uint64_t{1} << 52));
  const Cycles edge = clock.index_at_or_after(t);
  RC_ASSERT(clock.at(edge) >= t);
  RC_ASSERT(edge == Cycles(0) || clock.at(edge - Cycles(1)) < t);
}

RC_GTEST_PROP(Clock, LaterCyclesAreLater, ()) {
  const Clock clock(hertz());
  const Cycles n(*rc::gen::inRange<std::uint64_t>(0, 1000000));
  RC_ASSERT(clock.at(n) < clock.at(n + Cycles(1)));
}

TEST(Rate, ATransferTakesItsBytesAtTheRateRoundedUp) {
  EXPECT_EQ(Rate(1000000000).duration(64), nanoseconds(64));
  EXPECT_EQ(Rate(3).duration(1), Time(333333333334));
  EXPECT_EQ(Rate(128000000000).duration(0), Time(0));
}

RC_GTEST_PROP(Rate, PiecesTakeAtMostAPicosecondEachLongerThanTheWhole, ()) {
  const Rate rate(*rc::gen::inRange<std::uint64_t>(1000000, 1000000000000));
  const auto pieces = *rc::gen::container<std::vector<std::uint64_t>>(8, rc::gen::inRange<std::uint64_t>(0, 1 << 20));
  std::uint64_t bytes = 0;
  Time sum;
  for (const std::uint64_t piece : pieces) {
    bytes += piece;
    sum += rate.duration(piece);
  }
  RC_ASSERT(sum >= rate.duration(bytes));
  RC_ASSERT(sum <= rate.duration(bytes) + Time(pieces.size()));
}

TEST(ClockDomain, CountsOnAcrossAStop) {
  ClockDomain clock(1000000000);
  clock.stop(Time(10500));  // edges 0 .. 10 have been
  EXPECT_EQ(clock.index_at_or_after(Time(11000)), Cycles(11));
  EXPECT_EQ(clock.at(Cycles(11)), never());
  clock.start(Time(20000), 500000000);
  EXPECT_EQ(clock.at(Cycles(11)), Time(20000));
  EXPECT_EQ(clock.at(Cycles(13)), Time(24000));
  EXPECT_EQ(clock.index_at_or_after(Time(12000)), Cycles(11));
  EXPECT_EQ(clock.index_at_or_after(Time(20001)), Cycles(12));
}

TEST(ClockDomain, AStopOfNoTimeDelaysNothing) {
  ClockDomain clock(1000000000);
  clock.stop(Time(10500));
  clock.start(Time(10500), 250000000);
  EXPECT_EQ(clock.at(Cycles(11)), Time(11000));
  EXPECT_EQ(clock.at(Cycles(12)), Time(15000));
}

}  // namespace
}  // namespace takt::units
