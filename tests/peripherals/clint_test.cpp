// The system timer: mtime counts a fixed clock, the line is high while mtime >= mtimecmp.
#include "models/peripherals/clint.h"

#include <gtest/gtest.h>

#include "tests/base/story.h"

namespace takt::peripherals {
namespace {

using base::now;
using base::test::Story;
using units::Time;

constexpr std::uint64_t hertz = 19200000;  // a tick is 52083 1/3 ps

struct Bench {
  Clint clint{"clint", TimerConfig{hertz}};
  sc_core::sc_signal<bool> line{"line"};
  Bench() { clint.interrupt.bind(line); }
};

void set_compare(Story& s, std::uint64_t ticks) {
  s.write(TAKT_CLINT_MTIMECMP_HI, 0xffffffff);
  s.write(TAKT_CLINT_MTIMECMP_LO, static_cast<std::uint32_t>(ticks));
  s.write(TAKT_CLINT_MTIMECMP_HI, static_cast<std::uint32_t>(ticks >> 32));
}

std::uint64_t mtime(Story& s) {
  const std::uint64_t low = s.read(TAKT_CLINT_MTIME_LO);
  return low | std::uint64_t{s.read(TAKT_CLINT_MTIME_HI)} << 32;
}

void tell(const std::function<void(Story&, Bench&)>& story) {
  Bench bench;
  Story initiator("initiator", [&](Story& s) { story(s, bench); });
  initiator.socket.bind(bench.clint.registers);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(Clint, CountsWholeTicks) {
  tell([](Story& s, Bench&) {
    EXPECT_EQ(mtime(s), 0u);
    s.wait_until(Time(52083));  // a third of a picosecond early
    EXPECT_EQ(mtime(s), 0u);
    s.wait_until(Time(52084));
    EXPECT_EQ(mtime(s), 1u);
    s.wait_until(Time(156250));  // three ticks exactly
    EXPECT_EQ(mtime(s), 3u);
  });
}

TEST(Clint, CarriesIntoItsHighWord) {
  tell([](Story& s, Bench&) {
    // 2^32 ticks are 2^32 / 19.2 MHz = 223.696 s.
    s.wait_until(units::Clock(hertz).duration(units::Cycles(std::uint64_t{1} << 32)));
    EXPECT_EQ(mtime(s), std::uint64_t{1} << 32);
  });
}

TEST(Clint, InterruptsAtTheExactPicosecondOfItsTick) {
  tell([](Story& s, Bench& b) {
    set_compare(s, 1000);
    sc_core::wait(b.line.posedge_event());
    EXPECT_EQ(now(), Time(52083334));  // 1000 / 19.2 MHz = 52083333.3 ps
    EXPECT_EQ(mtime(s), 1000u);
  });
}

TEST(Clint, ACompareValueInThePastInterruptsAtOnce) {
  tell([](Story& s, Bench& b) {
    s.wait_until(units::microseconds(10));
    set_compare(s, 5);
    s.settle();
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(now(), units::microseconds(10));
  });
}

TEST(Clint, ALaterCompareValueLowersTheLine) {
  tell([](Story& s, Bench& b) {
    s.wait_until(units::microseconds(10));
    set_compare(s, 5);
    s.settle();
    set_compare(s, 1000);
    s.settle();
    EXPECT_FALSE(b.line.read());
    sc_core::wait(b.line.posedge_event());
    EXPECT_EQ(now(), Time(52083334));
  });
}

TEST(Clint, AnEarlierCompareValueReplacesALaterOne) {
  tell([](Story& s, Bench& b) {
    set_compare(s, 1000);
    set_compare(s, 300);
    sc_core::wait(b.line.posedge_event());
    EXPECT_EQ(now(), units::nanoseconds(15625));  // 300 / 19.2 MHz
    EXPECT_EQ(mtime(s), 300u);
  });
}

TEST(Clint, ALaterOneReplacesAnEarlier) {
  tell([](Story& s, Bench& b) {
    set_compare(s, 300);
    set_compare(s, 600);
    sc_core::wait(b.line.posedge_event());
    EXPECT_EQ(now(), units::nanoseconds(31250));
  });
}

TEST(Clint, NeverInterruptsOutOfReset) {
  tell([](Story& s, Bench& b) {
    s.wait_until(units::milliseconds(10000));
    EXPECT_FALSE(b.line.read());
  });
}

TEST(Clint, ComparesAllSixtyFourBits) {
  tell([](Story& s, Bench& b) {
    set_compare(s, std::uint64_t{3} << 32);
    s.wait_until(units::milliseconds(1000));
    EXPECT_FALSE(b.line.read());
  });
}

TEST(Clint, MtimeIsReadOnly) {
  tell([](Story& s, Bench&) {
    std::uint32_t value = 0;
    EXPECT_EQ(s.access(true, TAKT_CLINT_MTIME_LO, value), tlm::TLM_COMMAND_ERROR_RESPONSE);
  });
}

}  // namespace
}  // namespace takt::peripherals
