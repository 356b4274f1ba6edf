// The firmware's ELF on the simulated core serves what the native build serves, however far the core looks ahead.
#include <gtest/gtest.h>

#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

std::string with_iss(const Case& c, const std::string& look_ahead_ns) {
  return in_child([&] {
    RunRecord record =
        run(scenario(c.text, {"control_cpu.cost=\"iss\"", "control_cpu.look_ahead_ns=" + look_ahead_ns}));
    record.config_hash.clear();
    record.scenario_hash.clear();
    return document(record);
  });
}

class Iss : public testing::TestWithParam<Case> {};

TEST_P(Iss, LookAheadChangesNoResult) {
  const std::string at_once = with_iss(GetParam(), "1");
  EXPECT_NE(at_once.find("\"rv32\""), std::string::npos);
  EXPECT_EQ(with_iss(GetParam(), "1000"), at_once);
  EXPECT_EQ(with_iss(GetParam(), "10000"), at_once);
}

struct Served {
  std::uint64_t completed = 0, failed = 0, pending = 0, instructions = 0, interrupts = 0;
};

Served served(const Case& c, const char* cost) {
  return measured<Served>([&] {
    const RunRecord record = run(scenario(c.text, {"control_cpu.cost=\"" + std::string(cost) + "\""}));
    Served served;
    for (const StreamRecord& stream : record.streams)
      for (const RequestRecord& request : stream.requests) {
        served.completed += request.status == RequestStatus::completed;
        served.failed += request.status == RequestStatus::failed;
        served.pending += request.status == RequestStatus::pending;
      }
    served.instructions = record.cpu.instructions.value_or(0);
    served.interrupts = record.cpu.interrupts;
    return served;
  });
}

TEST_P(Iss, ServesWhatTheNativeBuildServes) {
  const Served native = served(GetParam(), "table"), elf = served(GetParam(), "iss");
  EXPECT_EQ(elf.completed, native.completed);
  EXPECT_EQ(elf.failed, 0u);
  EXPECT_EQ(elf.pending, 0u);
  EXPECT_EQ(native.instructions, 0u);
  EXPECT_GT(elf.instructions, 100 * elf.interrupts);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Iss, testing::Values(llw_alone, behind_the_cache, mixed, preempted));

}  // namespace
}  // namespace takt::platform::test
