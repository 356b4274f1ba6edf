// The interrupt controller as firmware sees it: RISC-V PLIC specification 1.0.0, one context.
#include "models/peripherals/plic.h"

#include <gtest/gtest.h>

#include "tests/base/story.h"

namespace takt::peripherals {
namespace {

using base::test::Story;

constexpr std::uint32_t all_sources = 1u << 1 | 1u << 2 | 1u << 3;

struct Bench {
  Plic plic{"plic"};
  sc_core::sc_vector<sc_core::sc_signal<bool>> sources{"sources", TAKT_IRQ_END - 1};
  sc_core::sc_signal<bool> line{"line"};

  Bench() {
    for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n) plic.source[n - 1].bind(sources[n - 1]);
    plic.interrupt.bind(line);
  }
  // Drives source n.
  void drive(Story& s, std::uint32_t n, bool level) {
    sources[n - 1].write(level);
    s.settle();
  }
  // Priority 1 for everyone, nothing masked.
  void open(Story& s) {
    for (std::uint32_t n = 1; n < TAKT_IRQ_END; ++n) s.write(TAKT_PLIC_PRIORITY_1 + 4 * (n - 1), 1);
    s.write(TAKT_PLIC_ENABLE, all_sources);
    s.settle();
  }
};

void tell(const std::function<void(Story&, Bench&)>& story) {
  Bench bench;
  Story initiator("initiator", [&](Story& s) { story(s, bench); });
  initiator.socket.bind(bench.plic.registers);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(Plic, AnEnabledSourceAboveTheThresholdRaisesTheLine) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    EXPECT_FALSE(b.line.read());
    b.drive(s, 2, true);
    EXPECT_TRUE(b.line.read());
  });
}

TEST(Plic, NothingIsRaisedOutOfReset) {
  tell([](Story& s, Bench& b) {
    b.drive(s, 1, true);
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, ADisabledSourceIsPendingAndSilent) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_ENABLE, all_sources & ~(1u << 2));
    b.drive(s, 2, true);
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING), 1u << 2);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, PriorityZeroNeverInterrupts) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_PRIORITY_2, 0);
    b.drive(s, 2, true);
    EXPECT_FALSE(b.line.read());
  });
}

TEST(Plic, APriorityAtTheThresholdIsMaskedAndOneAboveIsNot) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_PRIORITY_1, 4);
    s.write(TAKT_PLIC_THRESHOLD, 4);
    b.drive(s, 1, true);
    EXPECT_FALSE(b.line.read());
    s.write(TAKT_PLIC_PRIORITY_1, 5);
    s.settle();
    EXPECT_TRUE(b.line.read());
  });
}

TEST(Plic, TheHighestPriorityIsClaimedFirst) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_PRIORITY_3, 7);
    b.drive(s, 1, true);
    b.drive(s, 3, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 3u);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
  });
}

TEST(Plic, AmongEqualPrioritiesTheLowestNumberIsClaimedFirst) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    for (const std::uint32_t n : {3u, 2u, 1u}) b.drive(s, n, true);
    for (const std::uint32_t n : {1u, 2u, 3u}) EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), n);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, AClaimedSourceIsMaskedUntilItsCompletion) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 1, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    s.settle();
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING), 0u);
    s.write(TAKT_PLIC_CLAIM, 1);
    s.settle();
    EXPECT_TRUE(b.line.read());  // a level that is still high interrupts again
  });
}

TEST(Plic, ACompletionBehindALoweredLevelIsTheEnd) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 1, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    b.drive(s, 1, false);
    s.write(TAKT_PLIC_CLAIM, 1);
    s.settle();
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, AnotherSourceInterruptsWhileOneIsClaimed) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 1, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    b.drive(s, 2, true);
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
  });
}

TEST(Plic, CompletingWhatIsNoSourceChangesNothing) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 1, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    for (const std::uint32_t n : {0u, TAKT_IRQ_END, 0xffffffffu}) s.write(TAKT_PLIC_CLAIM, n);
    s.settle();
    EXPECT_FALSE(b.line.read());
  });
}

// "Interrupt Completion": "If the completion ID does not match an interrupt source that is currently enabled for the
// target, the completion is silently ignored."
TEST(Plic, CompletingASourceThatIsNotEnabledIsIgnored) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 2, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    s.write(TAKT_PLIC_ENABLE, all_sources & ~(1u << 2));
    s.write(TAKT_PLIC_CLAIM, 2);
    s.write(TAKT_PLIC_ENABLE, all_sources);
    s.settle();
    EXPECT_FALSE(b.line.read()) << "the gateway still waits for its completion";
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
  });
}

// "Interrupt Gateways": "does not have the facility to retract an interrupt request once forwarded".
TEST(Plic, ARequestStaysPendingThoughItsLevelFalls) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 2, true);
    b.drive(s, 2, false);
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING), 1u << 2);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_FALSE(b.line.read());
  });
}

TEST(Plic, ALevelThatComesAndGoesBeforeTheCompletionIsNoFurtherRequest) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 2, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    for (const bool level : {false, true, false}) b.drive(s, 2, level);
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING), 0u);
  });
}

// What is pending has been forwarded once, and is claimed once, whatever is completed before.
TEST(Plic, ACompletionBeforeTheClaimDoublesNothing) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 2, true);
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

// "The PLIC does not check whether the completion ID is the same as the last claim ID for that target."
TEST(Plic, CompletionsComeInAnyOrder) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 1, true);
    b.drive(s, 2, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    s.write(TAKT_PLIC_CLAIM, 1);
    s.settle();
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 1u);
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
  });
}

// "Interrupt Claim Process": "not affected by the setting of the priority threshold register".
TEST(Plic, AClaimTakesWhatTheThresholdMasks) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_THRESHOLD, 7);
    b.drive(s, 2, true);
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
  });
}

TEST(Plic, WhatHasPriorityZeroIsNeverClaimed) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    s.write(TAKT_PLIC_PRIORITY_2, 0);
    b.drive(s, 2, true);
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING), 1u << 2);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, SourceZeroIsHardwiredToZero) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_PLIC_ENABLE, 0xffffffffu);
    EXPECT_EQ(s.read(TAKT_PLIC_ENABLE), (1u << TAKT_IRQ_END) - 2);
    b.drive(s, 1, true);
    EXPECT_EQ(s.read(TAKT_PLIC_PENDING) & 1, 0u);
  });
}

TEST(Plic, PendingIsReadOnly) {
  tell([](Story& s, Bench&) {
    std::uint32_t value = 2;
    EXPECT_EQ(s.access(true, TAKT_PLIC_PENDING, value), tlm::TLM_COMMAND_ERROR_RESPONSE);
  });
}

TEST(Plic, ARaisedSourceIsClaimedOnceThoughItsLineIsLow) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    int claimed = 0;
    b.plic.raise(2, [&] { ++claimed; });
    b.plic.raise(2, [&] { ++claimed; });
    s.settle();
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(claimed, 0);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    EXPECT_EQ(claimed, 2) << "a source is pending, or it is not";
    s.write(TAKT_PLIC_CLAIM, 2);
    s.settle();
    EXPECT_FALSE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 0u);
  });
}

TEST(Plic, ForgetsWhatWasClaimedAndEnabledWithItsPower) {
  tell([](Story& s, Bench& b) {
    b.open(s);
    b.drive(s, 2, true);
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u);
    b.plic.power_cycle();
    s.settle();
    EXPECT_FALSE(b.line.read());
    b.open(s);
    EXPECT_TRUE(b.line.read());
    EXPECT_EQ(s.read(TAKT_PLIC_CLAIM), 2u) << "nobody has claimed it since";
  });
}

}  // namespace
}  // namespace takt::peripherals
