// What an exchange over a radio takes, by hand.
#include "sim/offload/link.h"

#include <gtest/gtest.h>

namespace takt::offload {
namespace {

using units::microseconds;
using units::milliseconds;
using units::Time;

constexpr Femtojoules millijoule = 1000000000000;

// Huang et al., MobiSys 2012: 438.39 mW per Mb/s up, 51.97 down, 1288.04 mW base; promotion 260 ms at 1211 mW,
// tail 11.6 s at 1060 mW; medians 13 Mb/s down and 6 up. The base without its decimals.
Link lte() {
  Link link;
  link.up_kbps = 6000;
  link.down_kbps = 13000;
  link.round_trip = milliseconds(70);
  link.promotion = milliseconds(260);
  link.promotion_mw = 1211;
  link.up_uw_per_mbps = 438390;
  link.down_uw_per_mbps = 51970;
  link.base_mw = 1288;
  link.tail = milliseconds(11600);
  link.tail_mw = 1060;
  return link;
}

TEST(Radio, TimesAddUp) {
  Exchange exchange;
  exchange.up_bytes = 7500;    // 60 kbit: 10 ms
  exchange.down_bytes = 3250;  // 26 kbit: 2 ms
  exchange.until_answer = milliseconds(300);
  exchange.answering = milliseconds(500);
  const Transfer transfer = Radio(lte()).predict(Time(0), exchange);
  EXPECT_EQ(transfer.first_byte, milliseconds(260 + 10 + 70 + 300));
  EXPECT_EQ(transfer.last_byte, milliseconds(260 + 10 + 70 + 300 + 500));
  exchange.answering = milliseconds(1);  // less than its bytes need
  EXPECT_EQ(Radio(lte()).predict(Time(0), exchange).last_byte, milliseconds(260 + 10 + 70 + 300 + 2));
}

TEST(Radio, EnergyIsPromotionConnectionBytesAndTail) {
  Exchange exchange;
  exchange.up_bytes = 7500;
  exchange.down_bytes = 3250;
  exchange.until_answer = milliseconds(300);
  exchange.answering = milliseconds(500);
  const Transfer transfer = Radio(lte()).predict(Time(0), exchange);
  // 260 ms x 1211 mW + 880 ms x 1288 mW + 10 ms x 6 Mb/s x 438.39 mW + 2 ms x 13 Mb/s x 51.97 mW + 11.6 s x 1060 mW
  const Femtojoules microjoules = 260 * 1211 + 880 * 1288;
  EXPECT_EQ(transfer.energy, microjoules * 1000000000 + 26303400000000 + 1351220000000 + 12296 * millijoule);
}

// Text of some kB: the tail is nine tenths of it.
TEST(Radio, OfAShortTextTheTailIsMost) {
  Exchange exchange;
  exchange.up_bytes = 2000;
  exchange.down_bytes = 1000;
  const Transfer transfer = Radio(lte()).predict(Time(0), exchange);
  EXPECT_GT(12296 * millijoule * 10, transfer.energy * 9);
}

TEST(Radio, AnExchangeInTheTailPaysNoPromotionAndItsShareOfTheTail) {
  Radio radio(lte());
  const Exchange nothing;
  const Transfer first = radio.use(Time(0), nothing);
  EXPECT_EQ(first.last_byte, milliseconds(330));
  const Time again = milliseconds(2000);
  const Transfer second = radio.predict(again, nothing);
  EXPECT_EQ(second.last_byte, milliseconds(70));
  // The first tail would end at 11.93 s, the second ends at 13.67 s.
  EXPECT_EQ(second.energy, (70 * 1288ull + 1740 * 1060ull) * 1000000000);
  EXPECT_EQ(radio.predict(milliseconds(11930), nothing).last_byte, milliseconds(330));
  EXPECT_EQ(radio.predict(milliseconds(11929), nothing).last_byte, milliseconds(70));
}

TEST(Radio, APredictionChangesNothing) {
  Radio radio(lte());
  const Exchange nothing;
  const Femtojoules before = radio.predict(Time(0), nothing).energy;
  radio.predict(Time(0), nothing);
  EXPECT_EQ(radio.predict(Time(0), nothing).energy, before);
}

// Two exchanges together cost what the radio was up for, however they lie.
TEST(Radio, TailsAreCountedOnce) {
  for (const std::uint64_t gap_ms : {100u, 5000u, 11000u, 20000u}) {
    Radio radio(lte());
    const Exchange nothing;
    const Transfer first = radio.use(Time(0), nothing);
    const Transfer second = radio.use(milliseconds(gap_ms + 330), nothing);
    const bool asleep = gap_ms >= 11600;
    const std::uint64_t promotions = asleep ? 2 : 1;
    // The second one's 70 ms lie in the first one's tail, which the model charges on top of the connection.
    const std::uint64_t tails = asleep ? 2 * 11600 : gap_ms + 70 + 11600;
    EXPECT_EQ(first.energy + second.energy,
              (promotions * 260 * 1211 + 2 * 70 * 1288 + tails * 1060) * std::uint64_t{1000000000})
        << gap_ms;
  }
}

}  // namespace
}  // namespace takt::offload
