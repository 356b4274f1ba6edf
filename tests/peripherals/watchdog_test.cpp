// The hardware watchdog: counts down while the processor is awake.
#include "models/peripherals/watchdog.h"

#include <gtest/gtest.h>

#include "tests/base/story.h"

namespace takt::peripherals {
namespace {

using base::now;
using base::test::Story;
using units::microseconds;
using units::Time;

struct Bench {
  Watchdog watchdog{"watchdog"};
  sc_core::sc_signal<bool> sleeping{"sleeping"}, line{"line"};
  Bench() {
    watchdog.sleeping.bind(sleeping);
    watchdog.interrupt.bind(line);
  }
  // When the line rises from here on.
  Time expiry() {
    sc_core::wait(line.posedge_event());
    return now();
  }
};

void tell(const std::function<void(Story&, Bench&)>& story) {
  Bench bench;
  Story initiator("initiator", [&](Story& s) { story(s, bench); });
  initiator.socket.bind(bench.watchdog.registers);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(Watchdog, ExpiresItsTimeoutAfterItWasLoaded) {
  tell([](Story& s, Bench& b) {
    s.wait_until(microseconds(5));
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    EXPECT_EQ(b.expiry(), microseconds(105));
    EXPECT_EQ(s.read(TAKT_WATCHDOG_EXPIRED), 1u);
    EXPECT_TRUE(b.watchdog.expired());
  });
}

TEST(Watchdog, AKickStartsTheTimeoutAgain) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    for (const std::uint64_t at : {90, 170, 260}) {
      s.wait_until(microseconds(at));
      s.write(TAKT_WATCHDOG_KICK, 1);
      EXPECT_EQ(s.read(TAKT_WATCHDOG_EXPIRED), 0u);
    }
    EXPECT_EQ(b.expiry(), microseconds(360));
  });
}

TEST(Watchdog, StandsStillWhileTheProcessorSleeps) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    s.wait_until(microseconds(60));
    b.sleeping.write(true);
    s.wait_until(microseconds(1060));
    EXPECT_FALSE(b.line.read());
    b.sleeping.write(false);
    EXPECT_EQ(b.expiry(), microseconds(1100));  // the 40 us that were left
  });
}

TEST(Watchdog, AddsUpTheTimeBetweenSleeps) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    for (const std::uint64_t at : {30, 230, 430}) {  // awake for 30 us, asleep for 170, three times
      s.wait_until(microseconds(at));
      b.sleeping.write(true);
      s.wait_until(microseconds(at + 170));
      b.sleeping.write(false);
    }
    EXPECT_EQ(b.expiry(), microseconds(600 + 10));
  });
}

TEST(Watchdog, AKickInItsSleepGivesTheWholeTimeoutBehindIt) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    s.wait_until(microseconds(60));
    b.sleeping.write(true);
    s.wait_until(microseconds(80));
    s.write(TAKT_WATCHDOG_KICK, 1);
    s.wait_until(microseconds(500));
    b.sleeping.write(false);
    EXPECT_EQ(b.expiry(), microseconds(600));
  });
}

TEST(Watchdog, IsOffWithATimeoutOfZero) {
  tell([](Story& s, Bench& b) {
    s.wait_until(units::milliseconds(1000));
    EXPECT_FALSE(b.line.read());
    s.write(TAKT_WATCHDOG_LOAD_US, 0);
    s.wait_until(units::milliseconds(2000));
    EXPECT_FALSE(b.line.read());
  });
}

TEST(Watchdog, AnExpiryIsNotTakenBackByAKick) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    b.expiry();
    s.write(TAKT_WATCHDOG_KICK, 1);
    s.settle();
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(s.read(TAKT_WATCHDOG_EXPIRED), 1u);
  });
}

TEST(Watchdog, IsOffAfterItsPowerHasGoneAndCanExpireAgain) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    s.wait_until(microseconds(200));
    b.watchdog.power_cycle();
    s.settle();
    EXPECT_FALSE(b.line.read());
    s.wait_until(microseconds(400));
    EXPECT_EQ(s.read(TAKT_WATCHDOG_EXPIRED), 0u);
    s.wait_until(microseconds(500));
    s.write(TAKT_WATCHDOG_LOAD_US, 100);
    EXPECT_EQ(b.expiry(), microseconds(600));
  });
}

}  // namespace
}  // namespace takt::peripherals
