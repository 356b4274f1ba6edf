// Charge by hand: 1 mWh is 3.6 J, 1 mW for 1 s is 1 mJ.
#include "sim/offload/battery.h"

#include <gtest/gtest.h>

namespace takt::offload {
namespace {

constexpr Attojoules joule = 1000000000000000000;
constexpr units::Time second(1000000000000);

TEST(Battery, FallsByWhatIsSpent) {
  Battery battery(1000, 500, 0, 0);  // half of 3600 J
  EXPECT_TRUE(battery.capacity() == 3600 * joule);
  battery.pass(second, 360 * joule, false);
  EXPECT_TRUE(battery.charge() == 1440 * joule);
  battery.pass(second * 2, 363 * joule, false);
  EXPECT_TRUE(battery.charge() == 1437 * joule);
  EXPECT_EQ(battery.permille(), 399u);
}

TEST(Battery, FallsByWhatThePhoneDrawsBesides) {
  Battery battery(1000, 1000, 500, 0);
  battery.pass(second * 10, joule, false);
  EXPECT_TRUE(battery.charge() == 3594 * joule);
}

TEST(Battery, IsEmptyAndFullAtItsEnds) {
  Battery battery(1, 1000, 0, 1000);
  battery.pass(second, 10 * joule, false);
  EXPECT_EQ(battery.permille(), 0u);
  battery.pass(second * 2, 20 * joule, true);  // a joule comes in; what is spent is the socket's
  EXPECT_TRUE(battery.charge() == joule);
  battery.pass(second * 60, 20 * joule, true);
  EXPECT_EQ(battery.permille(), 1000u);
}

}  // namespace
}  // namespace takt::offload
