// Operating points, sleep and throttling on the whole SoC, under both builds of the firmware: what changes is the
// clock, what does not are the answers and the books.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::milliseconds;
using units::Time;

// A network every 20 ms that takes about half a millisecond at the fastest point.
config::Scenario frames(config::Overrides overrides) {
  return scenario(
      "soc = \"snapdragon-8-gen-2-like\"\n[firmware]\npolicy = \"edf\"\n[run]\nmeasure_us = 100000\n"
      "[[stream]]\nname = \"camera\"\nmodel = \"mobilenet_v2\"\narrival = \"periodic\"\nperiod_us = 20000\n"
      "deadline_us = 10000\n",
      overrides);
}

Attojoules total(const RunRecord& record) {
  Attojoules sum = 0;
  for (const ComponentEnergy& c : record.power.components) sum += c.energy;
  return sum;
}

// Of all but the first, which finds everything awake.
Time mean_latency(const RunRecord& record) {
  Time sum;
  std::uint64_t n = 0;
  for (const RequestRecord& r : record.streams[0].requests)
    if (n++ != 0) sum += r.finished - r.submitted;
  return sum / (n - 1);
}

class PowerControl : public testing::TestWithParam<const char*> {
 public:
  static config::Scenario with(config::Overrides overrides) {
    overrides.push_back(std::string("control_cpu.cost=\"") + GetParam() + "\"");
    return frames(overrides);
  }
};
INSTANTIATE_TEST_SUITE_P(Builds, PowerControl, testing::Values("table", "iss"));

// The same work at a point of so many volts: dynamic energy of the engines goes with their square, to the last count.
TEST_P(PowerControl, EnergyOfTheSameWorkGoesWithTheSquareOfTheVoltage) {
  struct Figures {
    std::uint64_t tensor;
    Time latency;
  };
  const auto figures = [](const config::Overrides& overrides) {
    return measured<Figures>([&] {
      const RunRecord r = run(with(overrides));
      return Figures{static_cast<std::uint64_t>(energy(r, "npu_tensor") / 1000000), mean_latency(r)};
    });
  };
  const Figures fast = figures({}), slow = figures({"firmware.power_level=6"});
  // 770 mV and 500 mV; rates are whole attojoules.
  const double expected = 500.0 * 500.0 / (770.0 * 770.0);
  EXPECT_NEAR(static_cast<double>(slow.tensor) / static_cast<double>(fast.tensor), expected, 1e-5);
  EXPECT_GT(slow.latency, fast.latency);
  // Memory and the CPU's part do not slow down: less than the clocks' ratio of 1200 to 350.
  EXPECT_LT(slow.latency.value, fast.latency.value * 1200 / 350);
}

TEST_P(PowerControl, TheDeadlineGovernorMeetsThemForLess) {
  struct Figures {
    std::uint64_t microjoules;
    std::uint64_t missed;
  };
  const auto figures = [](const config::Overrides& overrides) {
    return measured<Figures>([&] {
      const RunRecord r = run(with(overrides));
      std::uint64_t missed = 0;
      for (const RequestRecord& q : r.streams[0].requests) missed += q.finished > q.deadline ? 1 : 0;
      return Figures{static_cast<std::uint64_t>(total(r) / 1000000000000), missed};
    });
  };
  const Figures fixed = figures({}),
                governed = figures({"firmware.governor=\"deadline\"", "firmware.governor_least_us=0"});
  EXPECT_EQ(governed.missed, 0u);
  EXPECT_LT(governed.microjoules, fixed.microjoules);
}

// A sleep between frames: the leakage is gone, and each frame pays the exit.
TEST_P(PowerControl, SleepSavesLeakageAndCostsItsExit) {
  struct Figures {
    std::uint64_t leakage;
    Time latency, off;
  };
  const auto figures = [](const config::Overrides& overrides) {
    return measured<Figures>([&] {
      const RunRecord r = run(with(overrides));
      return Figures{static_cast<std::uint64_t>(energy(r, "npu_leakage") / 1000000), mean_latency(r), r.power.off};
    });
  };
  const Figures awake = figures({"heat.leakage_doubling_k=0"});
  const Figures asleep = figures({"heat.leakage_doubling_k=0", "firmware.suspend=\"off\"", "firmware.suspend_us=1000"});
  EXPECT_GT(asleep.off, milliseconds(80));
  EXPECT_LT(asleep.off, milliseconds(99));
  // The window is 100 ms: what is left is the part of it that was not spent off.
  const double awake_share = 1 - static_cast<double>(asleep.off.value) / static_cast<double>(milliseconds(100).value);
  EXPECT_NEAR(static_cast<double>(asleep.leakage) / static_cast<double>(awake.leakage), awake_share, 1e-4);
  EXPECT_GT(asleep.latency, awake.latency + microseconds(45));
  EXPECT_LT(asleep.latency, awake.latency + microseconds(55));
}

// A light phone in warm air: without a trip it gets hotter than with one.
config::Scenario hot(config::Overrides overrides) {
  const config::Overrides light = {"heat.package_j_per_k=0.005", "heat.board_j_per_k=0.02", "heat.skin_j_per_k=0.02",
                                   "heat.step_us=1000",          "heat.npu_sensor_us=1000", "heat.skin_sensor_us=1000",
                                   "heat.skin_trip_c=200"};
  overrides.insert(overrides.begin(), light.begin(), light.end());
  return alone("resnet50", "snapdragon-8-gen-2-like", 80, overrides);
}

std::uint64_t hottest(const RunRecord& record) {
  for (const TemperatureRecord& n : record.power.temperatures)
    if (n.node == "npu") return n.most;
  throw std::out_of_range("npu");
}

TEST(Throttling, HoldsTheLimitAtThePriceOfLatency) {
  struct Figures {
    std::uint64_t hottest;
    Time latency, hot;
    std::uint64_t changes;
  };
  const auto figures = [](const config::Overrides& overrides) {
    return measured<Figures>([&] {
      const RunRecord r = run(hot(overrides));
      return Figures{hottest(r), mean_latency(r), r.power.hot, r.power.level_changes};
    });
  };
  const Figures free = figures({"heat.npu_trip_c=150"});
  ASSERT_GT(free.hottest, 34000u);
  ASSERT_EQ(free.changes, 0u);
  EXPECT_EQ(free.hot, Time(0));
  const Figures held = figures({"heat.npu_trip_c=31", "heat.npu_hysteresis_k=1"});
  EXPECT_GT(held.changes, 0u);
  EXPECT_GT(held.hot, Time(0));
  EXPECT_LT(held.hottest, free.hottest);
  EXPECT_LT(held.hottest, 32500u);  // a few samples' overshoot
  EXPECT_GT(held.latency, free.latency);
}

// A job that heat has made slow is no job that hangs.
TEST(Throttling, BlamesNobody) {
  struct Figures {
    std::uint64_t changes, resets, failed;
  };
  const Figures held = measured<Figures>([] {
    const RunRecord r = run(hot({"heat.npu_trip_c=31", "heat.npu_hysteresis_k=1", "firmware.job_timeout_us=400",
                                 "recovery.cold_boot=true", "recovery.timeout_us=5000"}));
    std::uint64_t failed = 0;
    for (const RequestRecord& request : r.streams[0].requests) failed += request.status != RequestStatus::completed;
    return Figures{r.power.level_changes, r.recovery->engine_resets + r.recovery->cold_boots, failed};
  });
  EXPECT_GT(held.changes, 0u);
  EXPECT_EQ(held.resets, 0u);
  EXPECT_EQ(held.failed, 0u);
}

// What the driver had asked of the firmware it asks again of the one that boots in its place.
TEST(SleepAfterACrash, GoesOnAsBefore) {
  const auto off = [](const char* crash) {
    return measured<Time>([&] {
      const std::string text =
          "soc = \"snapdragon-8-gen-2-like\"\n[firmware]\npolicy = \"edf\"\nsuspend = \"off\"\nsuspend_us = 1000\n"
          "[run]\nmeasure_us = 100000\n[watchdog]\ntimeout_us = 2000\n[recovery]\ntimeout_us = 3000\ncold_boot = true\n"
          "[[stream]]\nname = \"camera\"\nmodel = \"mobilenet_v2\"\narrival = \"periodic\"\nperiod_us = 20000\n";
      const RunRecord r = run(scenario(text + crash));
      EXPECT_EQ(r.recovery->cold_boots, crash[0] == 0 ? 0u : 1u);
      return r.power.off;
    });
  };
  const Time whole = off(""), broken = off("[[fault]]\nname = \"it\"\nkind = \"firmware-crash\"\nat_us = 30500\n");
  EXPECT_GT(whole, milliseconds(80));
  EXPECT_GT(broken, whole - milliseconds(20)) << "of a hundred, seventy lie behind the crash";
}

// Rails are components are streams and what is shared, across changes of level and temperature; the waveform's steps
// add up to them whatever the step.
TEST(PowerBooks, BalanceAcrossChanges) {
  for (const char* step : {"run.waveform_us=100", "run.waveform_us=700", "run.waveform_us=50000"}) {
    EXPECT_TRUE(measured<bool>([&] {
      const RunRecord r = run(
          frames({"firmware.governor=\"race\"", "firmware.suspend=\"retention\"", "firmware.suspend_us=300", step}));
      std::array<Attojoules, rail_count> rails{}, steps{};
      for (const ComponentEnergy& c : r.power.components) rails[static_cast<std::size_t>(rail_of(c.name))] += c.energy;
      for (const PowerStep& s : r.power.steps)
        for (std::size_t rail = 0; rail < rail_count; ++rail) steps[rail] += s.rails[rail];
      return rails == steps && r.power.level_changes > 0 && r.power.retention > Time(0);
    })) << step;
  }
}

}  // namespace
}  // namespace takt::platform::test
