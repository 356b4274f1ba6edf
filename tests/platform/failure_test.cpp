// Runs that cannot be: the platform says which and why.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/graph/error.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using testing::HasSubstr;

template <class Error>
std::string message(const config::Scenario& scenario) {
  try {
    run(scenario);
  } catch (const Error& e) {
    return e.what();
  }
  return "nothing was thrown";
}

TEST(SimulationFails, WhereTheFirmwareLacksThePolicy) {
  config::Scenario s = scenario(llw_alone.text);
  s.config.firmware.policy = "wishful";
  EXPECT_THAT(message<SimulationFailure>(s), HasSubstr("'wishful'"));
}

TEST(SimulationFails, WhereTheFirmwareIsNotReadyInTime) {
  // One register access takes 12 ms at 1 kHz, and the firmware makes several before it is READY.
  const config::Scenario s =
      scenario(llw_alone.text, {"control_cpu.register_bus_hz=1000", "watchdog.boot_timeout_us=1000"});
  EXPECT_THAT(message<SimulationFailure>(s), HasSubstr("boot_timeout_us = 1000"));
}

TEST(SimulationFails, WhereTheLimitOfSimulatedTimeIsReached) {
  EXPECT_THAT(message<SimulationFailure>(scenario(llw_alone.text, {"limits.max_time_us=150"})),
              HasSubstr("max_time_us = 150"));
}

TEST(SimulationFails, WhereNothingIsLeftToMeasure) {
  EXPECT_THAT(message<SimulationFailure>(scenario(llw_alone.text, {"run.warm_up_us=1000000"})),
              HasSubstr("before the measurement window"));
}

TEST(Workload, ThatDoesNotFitItsMemoryIsRefused) {
  // 3.5 MB of constants in a memory of 1 MiB.
  const std::string text = message<graph::GraphError>(scenario(llw_alone.text, {"memory.llw.capacity_mib=1"}));
  EXPECT_THAT(text, HasSubstr("'llw' is full"));
  EXPECT_THAT(text, HasSubstr("constants of mobilenet_v2"));
}

TEST(Workload, WithMoreStreamsThanTheFirmwareHasQueuesIsRefused) {
  std::string text = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n";
  for (int i = 0; i < 32; ++i)
    text += "[[stream]]\nname = \"s" + std::to_string(i) +
            "\"\nmodel = \"squeezenet1_1\"\narrival = \"closed_loop\"\nconcurrency = 1\nrequests = 1\n";
  EXPECT_THAT(message<graph::GraphError>(scenario(text)), HasSubstr("32 streams, expected at most 31"));
}

TEST(Workload, WithAnUnknownNetworkIsRefused) {
  EXPECT_THAT(message<graph::GraphError>(alone("mobilenet_v9", "exynos-llw-like", 1)), HasSubstr("mobilenet_v2"));
}

}  // namespace
}  // namespace takt::platform::test
