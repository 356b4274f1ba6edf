#include "firmware/kernel/timer.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace takt::firmware::test {
namespace {

// The timer's four registers alone. Every access takes a tick.
class Clock final : public HalPort {
 public:
  explicit Clock(std::uint64_t start) : now(start) {}
  std::uint32_t read(std::uint32_t address) override {
    const std::uint64_t at = now++;
    return static_cast<std::uint32_t>(address == TAKT_CLINT_BASE + TAKT_CLINT_MTIME_HI ? at >> 32 : at);
  }
  void write(std::uint32_t address, std::uint32_t value) override {
    const bool high = address == TAKT_CLINT_BASE + TAKT_CLINT_MTIMECMP_HI;
    compare = high ? std::uint64_t{value} << 32 | (compare & 0xffffffff) : compare >> 32 << 32 | value;
    earliest = std::min(earliest, compare);
    ++writes;
  }
  void load(DeviceAddr, void*, std::uint32_t) override {}
  void store(DeviceAddr, const void*, std::uint32_t) override {}
  void fence() override {}
  void cost(CostPoint, std::uint32_t) override {}
  void wait_for_interrupt() override {}
  void log(LogEvent, std::uint32_t, std::uint64_t) override {}

  std::uint64_t now;
  std::uint64_t compare = kNever;
  std::uint64_t earliest = kNever;  // value the comparison ever had
  int writes = 0;
};

TEST(Timer, IsReadRightAcrossACarryOfTheLowWord) {
  for (std::uint64_t before = 0; before < 6; ++before) {
    Clock clock(0x1'0000'0000 - before);
    Hal hal(clock);
    const std::uint64_t start = clock.now;
    const std::uint64_t read = Timer(hal).now();
    EXPECT_GE(read, start);
    EXPECT_LT(read, clock.now);
  }
}

TEST(Timer, IsArmedWithoutAnEarlierValueInBetween) {
  Clock clock(0);
  Hal hal(clock);
  Timer timer(hal);
  const std::uint64_t times[] = {0x1'0000'0005, 0x0'ffff'0000, 0x2'0000'0000, 0x1'ffff'ffff, kNever, 0x1'0000'0000};
  for (const std::uint64_t time : times) {
    const std::uint64_t previous = clock.compare;
    clock.earliest = kNever;
    timer.arm(time);
    EXPECT_EQ(clock.compare, time);
    EXPECT_GE(clock.earliest, std::min(previous, time));
  }
}

TEST(Timer, IsWrittenOnlyWhenItsTimeChanges) {
  Clock clock(0);
  Hal hal(clock);
  Timer timer(hal);
  timer.arm(kNever);
  EXPECT_EQ(clock.writes, 0);
  timer.arm(100);
  const int once = clock.writes;
  timer.arm(100);
  EXPECT_EQ(clock.writes, once);
}

}  // namespace
}  // namespace takt::firmware::test
