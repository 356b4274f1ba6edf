#include <gtest/gtest.h>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

struct Refusal {
  const char* name;
  void (*spoil)(takt_boot_info&);
};

void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.name; }

class Refused : public testing::TestWithParam<Refusal> {};

TEST(Boot, AcceptsItsOwnVersionAndReportsIt) {
  Bench bench;
  EXPECT_TRUE(bench.firmware->boot());
  EXPECT_EQ(bench.soc.boot_status, TAKT_BOOT_READY);
  EXPECT_EQ(bench.soc.boot_version, TAKT_ABI_DRIVER);
  EXPECT_EQ(bench.soc.watchdog_us, 70000u);  // as the boot information asks
  EXPECT_TRUE(bench.soc.violations.empty());
}

TEST(Boot, ServesALargerMinorAsItsOwn) {
  takt_boot_info info = boot_info("fcfs");
  info.hardware_version += 1;
  info.driver_version += 2;
  info.program_version += 3;
  info.bytes += 64;
  Bench bench(info);
  EXPECT_TRUE(bench.firmware->boot());
}

TEST(Boot, KnowsTheShippedPolicies) {
  for (const char* name : {"fcfs", "round-robin", "fixed-priority"}) {
    Bench bench(name);
    EXPECT_TRUE(bench.firmware->boot()) << name;
  }
}

TEST_P(Refused, AndSaysSo) {
  takt_boot_info info = boot_info("fcfs");
  GetParam().spoil(info);
  Bench bench(info);
  EXPECT_FALSE(bench.firmware->boot());
  EXPECT_EQ(bench.soc.boot_status, TAKT_BOOT_REFUSED);
  EXPECT_EQ(bench.soc.boot_version, TAKT_ABI_DRIVER);  // the driver learns what would have been served
}

constexpr std::uint32_t kOtherMajor = TAKT_ABI_VERSION(2, 0);

const Refusal kRefusals[] = {
    {"Magic", [](takt_boot_info& info) { info.magic ^= 1; }},
    {"ShorterRecord", [](takt_boot_info& info) { info.bytes -= 8; }},
    {"HardwareMajor", [](takt_boot_info& info) { info.hardware_version = kOtherMajor; }},
    {"DriverMajor", [](takt_boot_info& info) { info.driver_version = kOtherMajor; }},
    {"ProgramMajor", [](takt_boot_info& info) { info.program_version = kOtherMajor; }},
    {"NoTimer", [](takt_boot_info& info) { info.timer_hz = 0; }},
    {"NoHardwareQueue", [](takt_boot_info& info) { info.hardware_queues = 0; }},
    {"TooManyHardwareQueues", [](takt_boot_info& info) { info.hardware_queues = TAKT_NPU_MAX_QUEUES + 1; }},
    {"UnknownPolicy", [](takt_boot_info& info) { info.policy[0] = 'g'; }},
    {"NoPolicy", [](takt_boot_info& info) { info.policy[0] = 0; }},
    {"UnterminatedPolicy",
     [](takt_boot_info& info) { std::fill(std::begin(info.policy), std::end(info.policy), 'f'); }},
    {"NoControlRing", [](takt_boot_info& info) { info.control_ring = 0; }},
    {"ControlRingIsNone", [](takt_boot_info& info) { info.control_ring += 64; }},
    {"CompletionRingIsNone", [](takt_boot_info& info) { info.completion_ring += 64; }},
    {"MisalignedCompletionRing", [](takt_boot_info& info) { info.completion_ring += 4; }},
};

INSTANTIATE_TEST_SUITE_P(Boot, Refused, testing::ValuesIn(kRefusals),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(Boot, RunEndsOnlyThroughItsPort) {
  Bench bench;
  bench.boot();
  EXPECT_THROW(bench.firmware->run(), FakeSoc::Stop);
}

TEST(Boot, KicksTheHardwareWatchdogInEveryIteration) {
  Bench bench;
  bench.boot();
  bench.firmware->step();
  const std::uint32_t before = bench.soc.kicks;
  for (int i = 0; i < 5; ++i) bench.firmware->step();
  EXPECT_EQ(bench.soc.kicks, before + 5);
}

}  // namespace
}  // namespace takt::firmware::test
