// Doorbells one way, an interrupt the other, and the boot handshake.
#include "models/peripherals/mailbox.h"

#include <gtest/gtest.h>

#include "firmware/abi/boot.h"
#include "tests/base/story.h"

namespace takt::peripherals {
namespace {

using base::test::Story;

struct Bench {
  Mailbox mailbox{"mailbox"};
  sc_core::sc_signal<bool> control{"control"}, host{"host"};
  Bench() {
    mailbox.control_interrupt.bind(control);
    mailbox.host_interrupt.bind(host);
  }
};

void tell(const std::function<void(Story&, Bench&)>& story) {
  Bench bench;
  Story initiator("initiator", [&](Story& s) { story(s, bench); });
  initiator.socket.bind(bench.mailbox.registers);
  sc_core::sc_start();
  EXPECT_TRUE(initiator.finished());
}

TEST(Mailbox, ADoorbellInterruptsTheControlProcessorOnly) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_MAILBOX_DOORBELL_SET, 1u << 5);
    s.settle();
    EXPECT_TRUE(b.control.read());
    EXPECT_FALSE(b.host.read());
    EXPECT_EQ(s.read(TAKT_MAILBOX_DOORBELL), 1u << 5);
  });
}

TEST(Mailbox, DoorbellsOfSeveralQueuesAddUp) {
  tell([](Story& s, Bench&) {
    s.write(TAKT_MAILBOX_DOORBELL_SET, 1u << 5);
    s.write(TAKT_MAILBOX_DOORBELL_SET, 1u << 31 | 1u << 5);
    EXPECT_EQ(s.read(TAKT_MAILBOX_DOORBELL), 1u << 31 | 1u << 5);
  });
}

TEST(Mailbox, AcknowledgingOneDoorbellKeepsTheOthersAndTheLine) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_MAILBOX_DOORBELL_SET, 3);
    s.write(TAKT_MAILBOX_DOORBELL_CLEAR, 1);
    s.settle();
    EXPECT_EQ(s.read(TAKT_MAILBOX_DOORBELL), 2u);
    EXPECT_TRUE(b.control.read());
    s.write(TAKT_MAILBOX_DOORBELL_CLEAR, 2);
    s.settle();
    EXPECT_FALSE(b.control.read());
  });
}

TEST(Mailbox, TheControlProcessorInterruptsTheApplicationsOnly) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_MAILBOX_HOST_SET, 1);
    s.settle();
    EXPECT_TRUE(b.host.read());
    EXPECT_FALSE(b.control.read());
    EXPECT_EQ(s.read(TAKT_MAILBOX_HOST), 1u);
  });
}

TEST(Mailbox, TheApplicationAcknowledges) {
  tell([](Story& s, Bench& b) {
    s.write(TAKT_MAILBOX_HOST_SET, 1);
    s.settle();
    s.write(TAKT_MAILBOX_HOST_CLEAR, 1);
    s.settle();
    EXPECT_FALSE(b.host.read());
    EXPECT_EQ(s.read(TAKT_MAILBOX_HOST), 0u);
  });
}

TEST(Mailbox, TheBootStatusIsOffUntilTheFirmwareWritesIt) {
  tell([](Story& s, Bench& b) {
    EXPECT_EQ(s.read(TAKT_MAILBOX_BOOT_STATUS), std::uint32_t{TAKT_BOOT_OFF});
    s.write(TAKT_MAILBOX_BOOT_STATUS, TAKT_BOOT_READY);
    s.write(TAKT_MAILBOX_BOOT_VERSION, TAKT_ABI_DRIVER);
    EXPECT_EQ(b.mailbox.boot_status(), std::uint32_t{TAKT_BOOT_READY});
    EXPECT_EQ(b.mailbox.boot_version(), TAKT_ABI_DRIVER);
  });
}

TEST(Mailbox, SettersAreWriteOnlyAndStateIsReadOnly) {
  tell([](Story& s, Bench&) {
    std::uint32_t value = 0;
    for (const std::uint32_t setter :
         {TAKT_MAILBOX_DOORBELL_SET, TAKT_MAILBOX_DOORBELL_CLEAR, TAKT_MAILBOX_HOST_SET, TAKT_MAILBOX_HOST_CLEAR})
      EXPECT_EQ(s.access(false, setter, value), tlm::TLM_COMMAND_ERROR_RESPONSE);
    for (const std::uint32_t state : {TAKT_MAILBOX_DOORBELL, TAKT_MAILBOX_HOST})
      EXPECT_EQ(s.access(true, state, value), tlm::TLM_COMMAND_ERROR_RESPONSE);
  });
}

TEST(Mailbox, AnInterruptOfTheApplicationMayBeLost) {
  struct Once final : base::FaultSource {
    std::uint32_t left = 1;
    std::uint32_t strikes(base::Fault fault, base::Owner) override {
      return fault == base::Fault::host_interrupt_lost && left != 0 ? left-- : 0;
    }
  };
  tell([](Story& s, Bench& b) {
    Once faults;
    b.mailbox.set_faults(&faults);
    s.write(TAKT_MAILBOX_HOST_SET, 1);
    s.settle();
    EXPECT_FALSE(b.host.read());
    EXPECT_EQ(s.read(TAKT_MAILBOX_HOST), 0u);
    s.write(TAKT_MAILBOX_HOST_SET, 1);
    s.settle();
    EXPECT_TRUE(b.host.read());
    b.mailbox.set_faults(nullptr);
  });
}

TEST(Mailbox, TheResetLineForgetsWhatWasThereAtBothEdges) {
  tell([](Story& s, Bench& b) {
    std::vector<bool> edges;
    b.mailbox.on_reset([&](bool hold) { edges.push_back(hold); });
    const auto fill = [&] {
      s.write(TAKT_MAILBOX_DOORBELL_SET, 2);
      s.write(TAKT_MAILBOX_BOOT_STATUS, TAKT_BOOT_READY);
    };
    const auto expect_empty = [&](std::uint32_t line) {
      s.settle();
      EXPECT_FALSE(b.control.read());
      EXPECT_EQ(s.read(TAKT_MAILBOX_DOORBELL), 0u);
      EXPECT_EQ(s.read(TAKT_MAILBOX_BOOT_STATUS), std::uint32_t{TAKT_BOOT_OFF});
      EXPECT_EQ(s.read(TAKT_MAILBOX_RESET), line);
    };
    fill();
    s.write(TAKT_MAILBOX_RESET, TAKT_RESET_HOLD);
    expect_empty(TAKT_RESET_HOLD);
    fill();
    s.write(TAKT_MAILBOX_RESET, TAKT_RESET_HOLD);  // no edge
    EXPECT_EQ(s.read(TAKT_MAILBOX_DOORBELL), 2u);
    s.write(TAKT_MAILBOX_RESET, TAKT_RESET_NONE);
    expect_empty(TAKT_RESET_NONE);
    EXPECT_EQ(edges, (std::vector<bool>{true, false}));
  });
}

}  // namespace
}  // namespace takt::peripherals
