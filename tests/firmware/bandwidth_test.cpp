// SET_BANDWIDTH: from a control slot to the registers of a NoC port.
#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

using Writes = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

constexpr std::uint32_t port(std::uint32_t n, std::uint32_t offset) { return TAKT_NOC_PORT(n) + offset; }

TEST(SetBandwidth, WritesRateAndBurstThenPutsThemInForce) {
  Bench bench;
  bench.boot();
  takt_set_bandwidth_slot slot = set_bandwidth(1, 8);
  slot.bytes_per_s = 0x12'3456'7890;
  slot.control |= TAKT_NOC_QOS_OVERRIDE | 5u << TAKT_NOC_QOS_SHIFT;
  EXPECT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.noc_writes, (Writes{{port(8, TAKT_NOCP_RATE_LO), 0x34567890},
                                          {port(8, TAKT_NOCP_RATE_HI), 0x12},
                                          {port(8, TAKT_NOCP_BURST), 4096},
                                          {port(8, TAKT_NOCP_CONTROL), 0x503}}));
  EXPECT_TRUE(bench.soc.violations.empty());
}

TEST(SetBandwidth, WithoutEnableLiftsTheLimit) {
  Bench bench;
  bench.boot();
  takt_set_bandwidth_slot slot = set_bandwidth(1, 0);
  slot.control = 0;
  slot.bytes_per_s = 0;
  slot.burst_bytes = 0;
  EXPECT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_OK);
  EXPECT_EQ(bench.soc.noc_writes.back(), std::make_pair(port(0, TAKT_NOCP_CONTROL), 0u));
}

TEST(SetBandwidth, IsChargedAsAControlRequest) {
  Bench bench;
  bench.boot();
  bench.settle();
  bench.soc.charges.clear();
  EXPECT_EQ(bench.control(as_slot(set_bandwidth(1, 0))), TAKT_STATUS_OK);
  std::uint32_t requests = 0;
  for (const auto& charge : bench.soc.charges)
    requests += charge.first == CostPoint::ControlRequest ? charge.second : 0;
  EXPECT_EQ(requests, 1u);
}

struct BadLimit {
  const char* name;
  void (*spoil)(takt_set_bandwidth_slot&);
};
void PrintTo(const BadLimit& bad, std::ostream* out) { *out << bad.name; }

constexpr BadLimit kBadLimits[] = {
    {"Flags", [](takt_set_bandwidth_slot& s) { s.flags = 1; }},
    {"Reserved0", [](takt_set_bandwidth_slot& s) { s.reserved0 = 1; }},
    {"Reserved1", [](takt_set_bandwidth_slot& s) { s.reserved1[2] = 1; }},
    {"UnknownControlBit", [](takt_set_bandwidth_slot& s) { s.control |= 4; }},
    {"QosWithoutOverride", [](takt_set_bandwidth_slot& s) { s.control |= 1u << TAKT_NOC_QOS_SHIFT; }},
    {"RateZero", [](takt_set_bandwidth_slot& s) { s.bytes_per_s = 0; }},
    {"RateTooLarge", [](takt_set_bandwidth_slot& s) { s.bytes_per_s = TAKT_NOC_RATE_MAX + 1; }},
    {"BurstTooSmall", [](takt_set_bandwidth_slot& s) { s.burst_bytes = TAKT_NOC_BURST_MIN - 1; }},
    {"RateOfNothing", [](takt_set_bandwidth_slot& s) { s.control = s.burst_bytes = 0; }},
    {"BurstOfNothing", [](takt_set_bandwidth_slot& s) { s.control = 0, s.bytes_per_s = 0; }},
    {"NoSuchPort", [](takt_set_bandwidth_slot& s) { s.initiator = 9; }},
    {"PortBehindTheWindow", [](takt_set_bandwidth_slot& s) { s.initiator = ~0u; }},
};

class SetBandwidthRefuses : public testing::TestWithParam<BadLimit> {};

TEST_P(SetBandwidthRefuses, AndWritesNothing) {
  Bench bench;
  bench.boot();
  takt_set_bandwidth_slot slot = set_bandwidth(1, 8);
  GetParam().spoil(slot);
  EXPECT_EQ(bench.control(as_slot(slot)), TAKT_STATUS_BAD_SLOT);
  EXPECT_TRUE(bench.soc.noc_writes.empty());
  EXPECT_EQ(bench.control(as_slot(set_bandwidth(2, 8))), TAKT_STATUS_OK);
}

INSTANTIATE_TEST_SUITE_P(Bad, SetBandwidthRefuses, testing::ValuesIn(kBadLimits),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(SetBandwidth, BelongsToTheControlQueue) {
  Bench bench;
  bench.boot();
  bench.add_queue(1);
  bench.submit(1, as_slot(set_bandwidth(9, 0)));
  bench.run();
  EXPECT_EQ(bench.record(9).status, TAKT_STATUS_BAD_SLOT);
  EXPECT_TRUE(bench.soc.noc_writes.empty());
}

TEST(SetBandwidth, HardwareOfVersion1Minor0HasNoRegulators) {
  takt_boot_info info = boot_info("fcfs");
  info.hardware_version = TAKT_ABI_VERSION(1, 0);
  Bench bench(info);
  bench.boot();
  EXPECT_EQ(bench.control(as_slot(set_bandwidth(1, 0))), TAKT_STATUS_UNSUPPORTED);
  EXPECT_TRUE(bench.soc.violations.empty());
}

}  // namespace
}  // namespace takt::firmware::test
