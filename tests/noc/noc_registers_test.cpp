// The NoC's registers as a processor sees them: who may do what, and what a write changes when. Rates and bursts are
// chosen so that times are whole nanoseconds.
#include "models/noc/noc_registers.h"

#include <gtest/gtest.h>

#include <functional>

#include "firmware/abi/noc_registers.h"
#include "tests/base/story.h"
#include "tests/noc/bench.h"

namespace takt::noc::testing {
namespace {

using base::test::Story;

constexpr std::uint32_t port(std::uint32_t n, std::uint32_t offset) { return TAKT_NOC_PORT(n) + offset; }

void set_limit(Story& s, std::uint32_t n, std::uint64_t bytes_per_s, std::uint32_t burst, std::uint32_t control) {
  s.write(port(n, TAKT_NOCP_RATE_LO), static_cast<std::uint32_t>(bytes_per_s));
  s.write(port(n, TAKT_NOCP_RATE_HI), static_cast<std::uint32_t>(bytes_per_s >> 32));
  s.write(port(n, TAKT_NOCP_BURST), burst);
  s.write(port(n, TAKT_NOCP_CONTROL), control);
}

void tell(const Config& c, const std::function<void(Story&, Bench&)>& story) {
  Bench bench("noc", c);
  NocRegisters block("registers", bench.noc);
  Story processor("processor", [&](Story& s) { story(s, bench); });
  processor.socket.bind(block.registers);
  sc_core::sc_start(base::to_sc(units::milliseconds(10)));
  EXPECT_TRUE(processor.finished());
}

TEST(NocRegisters, AfterResetHoldWhatTheConfigurationSays) {
  Config c = config(2);
  c.initiators[1].limit_bytes_per_s = 0x5'0000'0001;
  c.initiators[1].burst_bytes = 8192;
  tell(c, [](Story& s, Bench&) {
    EXPECT_EQ(s.read(TAKT_NOC_PORTS), 2u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_CONTROL)), 0u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_RATE_LO)), 0u);
    EXPECT_EQ(s.read(port(1, TAKT_NOCP_CONTROL)), TAKT_NOC_ENABLE);
    EXPECT_EQ(s.read(port(1, TAKT_NOCP_RATE_LO)), 1u);
    EXPECT_EQ(s.read(port(1, TAKT_NOCP_RATE_HI)), 5u);
    EXPECT_EQ(s.read(port(1, TAKT_NOCP_BURST)), 8192u);
  });
}

TEST(NocRegisters, RefuseWhatIsNoRegisterOrNotAllowed) {
  tell(config(2), [](Story& s, Bench&) {
    std::uint32_t value = 1;
    for (const std::uint32_t read_only :
         {std::uint32_t{TAKT_NOC_PORTS}, port(0, TAKT_NOCP_GRANTED_LO), port(0, TAKT_NOCP_GRANTED_HI),
          port(1, TAKT_NOCP_THROTTLED_LO), port(1, TAKT_NOCP_THROTTLED_HI)}) {
      EXPECT_EQ(s.access(true, read_only, value), tlm::TLM_COMMAND_ERROR_RESPONSE) << read_only;
    }
    EXPECT_EQ(s.access(false, port(2, TAKT_NOCP_CONTROL), value), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(s.access(true, port(0, 0x20), value), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(s.access(false, port(0, TAKT_NOCP_CONTROL), value, 2), tlm::TLM_BURST_ERROR_RESPONSE);
  });
}

TEST(NocRegisters, BitsWithoutMeaningReadAsZero) {
  tell(config(1), [](Story& s, Bench&) {
    s.write(port(0, TAKT_NOCP_CONTROL), ~0u & ~TAKT_NOC_ENABLE);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_CONTROL)), TAKT_NOC_QOS_OVERRIDE | TAKT_NOC_QOS_MASK);
  });
}

TEST(NocRegisters, ALimitWrittenInTheMiddleOfATransferHoldsFromTheNextPieceOn) {
  tell(config(1), [](Story& s, Bench& b) {
    b.initiators[0].send(false, 0, 16384 * 8);
    s.wait_until(nanoseconds(300));  // pieces of 16384 bytes, 256 ns each: the second is under way
    set_limit(s, 0, 1024000000, 4096, TAKT_NOC_ENABLE);
    s.wait_until(nanoseconds(20000));
    const auto& pieces = b.targets[0].pieces;
    ASSERT_GE(pieces.size(), 6u);
    EXPECT_EQ(pieces[1].bytes(), 16384u);
    // The bucket was full at 300 ns; 4096 bytes take 4 us to fill it again.
    const std::uint64_t expected[] = {0, 256, 512, 4512, 8512, 12512};
    for (std::size_t n = 0; n < 6; ++n) EXPECT_EQ(pieces[n].arrival.value, nanoseconds(expected[n] + 16).value) << n;
    EXPECT_EQ(pieces[5].bytes(), 4096u);
  });
}

TEST(NocRegisters, RateAndBurstWaitForControl) {
  tell(config(1), [](Story& s, Bench& b) {
    set_limit(s, 0, 1024000000, 4096, TAKT_NOC_ENABLE);
    s.settle();
    b.initiators[0].send(false, 0, 4096 * 4);
    s.wait_until(nanoseconds(1000));
    s.write(port(0, TAKT_NOCP_RATE_LO), 4096000000u);
    s.wait_until(nanoseconds(4500));
    EXPECT_EQ(b.targets[0].pieces.size(), 2u);  // the second at 4000
    EXPECT_EQ(b.noc.regulation(0).bytes_per_s, 1024000000u);
    s.write(port(0, TAKT_NOCP_CONTROL), TAKT_NOC_ENABLE);  // 512 bytes are there, 3584 take 875 ns
    s.wait_until(nanoseconds(9000));
    EXPECT_EQ(b.targets[0].pieces.at(2).arrival.value, nanoseconds(4500 + 875 + 16).value);
    EXPECT_EQ(b.targets[0].pieces.at(3).arrival.value, nanoseconds(5375 + 1000 + 16).value);
  });
}

TEST(NocRegisters, ValuesOutOfRangeCountAsTheNearest) {
  tell(config(1), [](Story& s, Bench& b) {
    set_limit(s, 0, ~0ull, 0, TAKT_NOC_ENABLE);
    s.settle();
    EXPECT_EQ(b.noc.regulation(0).bytes_per_s, TAKT_NOC_RATE_MAX);
    EXPECT_EQ(b.noc.regulation(0).burst_bytes, TAKT_NOC_BURST_MIN);
  });
}

TEST(NocRegisters, TheQosOfAPortIsThatOfItsPiecesAlsoWithoutALimit) {
  tell(config(1), [](Story& s, Bench& b) {
    s.write(port(0, TAKT_NOCP_CONTROL), TAKT_NOC_QOS_OVERRIDE | 6u << TAKT_NOC_QOS_SHIFT);
    s.settle();
    b.initiators[0].send(false, 0, 64);
    s.wait_until(nanoseconds(1000));
    EXPECT_EQ(b.targets[0].pieces.at(0).qos, 6);
  });
}

TEST(NocRegisters, CountBytesAndNanosecondsAndKeepTheHighWordOfALowOne) {
  tell(config(1), [](Story& s, Bench& b) {
    set_limit(s, 0, 1024000000, 4096, TAKT_NOC_ENABLE);
    s.settle();
    b.initiators[0].send(true, 0, 4096 * 2);
    s.wait_until(nanoseconds(2064));
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_GRANTED_LO)), 4096u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_THROTTLED_LO)), 2000u);  // the link was busy for 64 ns
    s.wait_until(nanoseconds(9000));
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_GRANTED_LO)), 8192u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_GRANTED_HI)), 0u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_THROTTLED_LO)), 3936u);
    EXPECT_EQ(s.read(port(0, TAKT_NOCP_THROTTLED_HI)), 0u);
  });
}

}  // namespace
}  // namespace takt::noc::testing
