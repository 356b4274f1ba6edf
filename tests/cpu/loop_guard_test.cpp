// The native build's firmware in an endless loop: the program ends, and says where the firmware was last.
#include "models/cpu/native/loop_guard.h"

#include <gtest/gtest.h>

#include <ctime>

namespace takt::cpu {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds limit{100};

// Until so much processor time is spent.
void spin(milliseconds time, Pulse* calls = nullptr) {
  const std::clock_t end = std::clock() + time.count() * CLOCKS_PER_SEC / 1000;
  while (std::clock() < end)
    if (calls != nullptr) ++calls->calls;
}

Pulse& inside(Pulse& pulse) {
  pulse.inside = true;
  pulse.point = static_cast<std::uint32_t>(firmware::CostPoint::RingScan);
  return pulse;
}

TEST(LoopGuardDeathTest, EndsTheProgramWhereTheFirmwareLoops) {
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_EXIT(
      {
        Pulse pulse;
        const LoopGuard guard(inside(pulse), limit);
        spin(limit * 100);
      },
      testing::ExitedWithCode(4), "without a call of its HAL.*last cost point 'ring_scan'");
}

TEST(LoopGuard, LetsALongSimulationBe) {
  Pulse calling, outside;
  const LoopGuard first(inside(calling), limit), second(outside, limit);
  spin(limit * 3, &calling);
}

TEST(LoopGuard, EndsAtOnceWithTheRun) {
  Pulse pulse;
  const std::time_t begin = std::time(nullptr);
  { const LoopGuard guard(inside(pulse), std::chrono::hours(1)); }
  EXPECT_LE(std::time(nullptr) - begin, 2);
}

}  // namespace
}  // namespace takt::cpu
