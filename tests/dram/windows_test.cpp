// The two small books a channel keeps: ACT times and holes on the bus.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "models/dram/activate_window.h"
#include "models/dram/holes.h"

namespace takt::dram::testing {
namespace {

using units::Time;

RC_GTEST_PROP(DramActivateWindow, keeps_tRRD_and_tFAW_in_any_order_of_requests, (std::vector<unsigned short> ready)) {
  const Time rrd(*rc::gen::inRange<std::uint64_t>(0, 20));
  const Time faw(*rc::gen::inRange<std::uint64_t>(0, 100));
  ActivateWindow window(rrd, faw);
  std::vector<std::uint64_t> times;
  std::uint64_t horizon = 0;
  for (const unsigned short r : ready) {
    const Time wanted(horizon + r % 300);
    const Time at = window.earliest(wanted);
    RC_ASSERT(at >= wanted);
    window.insert(at);
    times.push_back(at.value);
    horizon += r % 7;
  }
  std::sort(times.begin(), times.end());
  for (std::size_t i = 1; i < times.size(); ++i) RC_ASSERT(times[i] - times[i - 1] >= rrd.value);
  for (std::size_t i = 4; i < times.size(); ++i) RC_ASSERT(times[i] - times[i - 4] >= faw.value);
}

TEST(DramActivateWindow, goes_between_two_acts_that_leave_room) {
  ActivateWindow window(Time(4), Time(16));
  window.insert(Time(0));
  window.insert(Time(100));
  EXPECT_EQ(window.earliest(Time(10)).value, 10u);
  EXPECT_EQ(window.earliest(Time(98)).value, 104u);
  EXPECT_EQ(window.earliest(Time(2)).value, 4u);
}

TEST(DramHoles, hands_out_slots_and_keeps_what_is_left) {
  Holes holes;
  holes.add({Time(100), Time(200), false});
  const Time spacing(10);
  const Time guard(20);
  EXPECT_EQ(holes.take(Time(0), true, 1, 1, spacing, guard).count, 0u);  // the bus goes the other way
  const Holes::Slots first = holes.take(Time(0), false, 2, 2, spacing, guard);
  EXPECT_EQ(first.start.value, 100u);  // columns at 100 and 110; 130 is free again
  const Holes::Slots second = holes.take(Time(150), false, 1, 9, spacing, guard);
  EXPECT_EQ(second.start.value, 150u);  // 150, 160, 170, 180: the guard ends at 200
  EXPECT_EQ(second.count, 4u);
  EXPECT_EQ(holes.take(Time(0), false, 1, 1, spacing, guard).start.value, 130u);
  EXPECT_EQ(holes.take(Time(0), false, 1, 1, spacing, guard).count, 0u);
}

TEST(DramHoles, forgets_what_has_passed) {
  Holes holes;
  holes.add({Time(100), Time(200), false});
  holes.forget_before(Time(200));
  EXPECT_TRUE(holes.empty());
}

}  // namespace
}  // namespace takt::dram::testing
