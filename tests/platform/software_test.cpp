// What a deployed software stack adds stands beside what takt simulates itself, and is shown as its own.
#include <gtest/gtest.h>

#include "models/units/clock.h"
#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::Cycles;
using units::nanoseconds;
using units::Time;

constexpr const char* soc = "snapdragon-8-gen-2-like";
constexpr std::uint64_t requests = 2;
const config::Overrides deployed = {"software.preset=qnn-2024-like"};

TEST(Software, ADeployedStackDelaysEveryRequestByItsCall) {
  const config::Scenario s = alone("squeezenet1_1", soc, requests, deployed);
  const RunRecord record = run(s);
  const Time call = nanoseconds(s.config.soc.software.submit_ns + s.config.soc.software.complete_ns);
  ASSERT_GT(call, Time(0));
  EXPECT_EQ(record.streams[0].software_per_request, call);
  for (const RequestRecord& request : record.streams[0].requests) {
    EXPECT_GE(request.accepted - request.submitted, nanoseconds(s.config.soc.software.submit_ns));
    EXPECT_GE(request.finished - request.started, nanoseconds(s.config.soc.software.complete_ns));
  }
}

TEST(Software, ADeployedStackChargesEveryOperatorItsClass) {
  const config::Scenario s = alone("squeezenet1_1", soc, requests, deployed);
  const npu::Config& npu = s.config.soc.npu;
  const compiler::CompiledModel model = compiler::compile(zoo::build("squeezenet1_1"), target_of(s.config.soc));
  std::uint64_t cycles = 0, commands = 0;
  for (const auto& list : model.programs.at(0).lists)
    for (const takt_command& command : list) {
      if (command.overhead == TAKT_OVERHEAD_REGULAR) cycles += npu.regular_overhead_cycles;
      if (command.overhead == TAKT_OVERHEAD_IRREGULAR) cycles += npu.irregular_overhead_cycles;
      commands += command.overhead == TAKT_OVERHEAD_NONE ? 0 : 1;
    }
  ASSERT_GT(cycles, 0u);
  const Time expected = units::Clock(npu.clock_hz).duration(Cycles(cycles * requests));
  const Time overhead = run(s).npu.software_overhead;
  // Each command's share is rounded to the picosecond.
  EXPECT_GE(overhead + Time(commands * requests), expected);
  EXPECT_LE(overhead, expected + Time(commands * requests));
}

TEST(Software, NoneAddsNothing) {
  const RunRecord record = run(alone("squeezenet1_1", soc, requests, {"software.preset=none"}));
  EXPECT_EQ(record.streams[0].software_per_request, Time(0));
  EXPECT_EQ(record.npu.software_overhead, Time(0));
}

TEST(Software, TheFirmwaresOwnTimeIsSimulatedAndCanBeSwitchedOff) {
  const auto dispatch = [](const std::string& cost) {
    return measured<std::uint64_t>([&] {
      const RunRecord record = run(alone("squeezenet1_1", soc, 1, {"control_cpu.cost=" + cost}));
      return record.cpu.dispatch.at(0).value;
    });
  };
  EXPECT_LT(dispatch("zero"), dispatch("table"));
}

}  // namespace
}  // namespace takt::platform::test
