// The firmware's ELF on the simulated core serves what the native build serves, however far the core looks ahead.
#include <gtest/gtest.h>

#include "firmware/base/cost_point.h"
#include "sim/config/config_error.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "traces/formats/elf/elf_image.h"

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

// The native build's cost table stands for the instructions: what the fit leaves per iteration is a sixteenth.
TEST(FittedCostTable, GivesTheDispatchLatencyOfInstructions) {
  const auto mean_dispatch = [](const char* cost) {
    return measured<double>([cost] {
      const config::Scenario s =
          alone("mobilenet_v3_small", "exynos-llw-like", 20, {"control_cpu.cost=\"" + std::string(cost) + "\""});
      const std::vector<units::Time> dispatch = run(s).cpu.dispatch;
      double sum = 0;
      for (const units::Time time : dispatch) sum += static_cast<double>(time.value);
      return sum / static_cast<double>(dispatch.size());
    });
  };
  const double instructions = mean_dispatch("iss");
  EXPECT_NEAR(mean_dispatch("table") / instructions, 1, 2.0 / 16);
  EXPECT_LT(mean_dispatch("zero") / instructions, 0.75) << "what the table stands for";
}

// With a table of ones what the core does not wait for the bus is its instructions.
TEST(TracePoints, CostWhatTheConfigurationSays) {
  std::vector<std::string> keys = {"control_cpu.cost=\"iss\"", "firmware.elf=\"" TAKT_TRACED_ELF "\"",
                                   "control_cpu.cycles.load_use=0", "control_cpu.cycles.misaligned=0"};
  for (const char* key : {"branch_taken", "jump", "jump_register", "multiply", "divide", "csr", "atomic", "trap"})
    keys.push_back("control_cpu.cycles." + std::string(key) + "=1");
  RunOptions options;
  options.trace_points = true;
  const config::Scenario traced = scenario(llw_alone.text, keys);
  Platform platform(traced, options);
  const RunRecord record = platform.run();
  ASSERT_GT(record.trace_points.size(), 10u);
  for (std::size_t i = 1; i < record.trace_points.size(); ++i) {
    const TracePointRecord &before = record.trace_points[i - 1], &now = record.trace_points[i];
    if (before.asleep) continue;
    EXPECT_EQ(now.cycles - before.cycles, now.instructions - before.instructions + now.bus_cycles - before.bus_cycles)
        << i;
  }
}

// The firmware marks each iteration of its loop and what it does there.
TEST(TracePoints, CountWhatTheCoreDoes) {
  RunOptions options;
  options.trace_points = true;
  const config::Scenario traced =
      scenario(llw_alone.text, {"control_cpu.cost=\"iss\"", "firmware.elf=\"" TAKT_TRACED_ELF "\""});
  Platform platform(traced, options);
  const RunRecord record = platform.run();
  ASSERT_GT(record.trace_points.size(), 10u);
  std::uint64_t dispatches = 0, sleeps = 0;
  for (std::size_t i = 0; i < record.trace_points.size(); ++i) {
    const TracePointRecord& point = record.trace_points[i];
    sleeps += point.asleep;
    dispatches += !point.asleep && point.point == static_cast<std::uint32_t>(firmware::CostPoint::Dispatch);
    EXPECT_LE(point.bus_cycles + point.instructions, point.cycles) << i;  // an instruction takes a cycle at least
    if (i == 0) continue;
    EXPECT_GT(point.instructions, record.trace_points[i - 1].instructions) << i;
    EXPECT_GT(point.at, record.trace_points[i - 1].at) << i;
  }
  EXPECT_EQ(dispatches, 3u);  // the scenario's requests
  EXPECT_GE(sleeps, 3u);
}

// One that knows the ABI's header alone, and runs jobs in turn without preemption.
TEST(Firmware, OfSomebodyElseServesAScenario) {
  const config::Scenario foreign =
      scenario(mixed.text, {"control_cpu.cost=\"iss\"", "firmware.elf=\"" TAKT_THIRD_PARTY_ELF "\""});
  const RunRecord record = run(foreign);
  ASSERT_EQ(record.streams.size(), 2u);
  EXPECT_EQ(record.streams[0].requests.size(), 4u);
  EXPECT_EQ(record.streams[1].requests.size(), 3u);
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) {
      EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::completed));
      EXPECT_LT(request.accepted, request.finished);
    }
  EXPECT_EQ(record.npu.preemptions, 0u);
}

struct Recovered {
  RecoveryRecord recovery;
  std::uint64_t completed;
};

// It keeps nothing over a restart and says so, or its version is older than that and it is not asked.
TEST(Firmware, OfSomebodyElseThatCannotBootWarmIsBootedCold) {
  for (const auto& [elf, warm_boots] : {std::pair{TAKT_THIRD_PARTY_ELF, 1u}, {TAKT_OLD_ELF, 0u}}) {
    const Recovered seen = measured<Recovered>([elf = elf] {
      const RunRecord record = run(
          scenario(mixed.text + std::string("[[fault]]\nname = \"it\"\nkind = \"firmware-crash\"\nat_us = 300\n"),
                   {"control_cpu.cost=\"iss\"", "firmware.elf=\"" + std::string(elf) + "\"", "recovery.cold_boot=true",
                    "recovery.warm_boot=true", "recovery.timeout_us=3000", "recovery.reply_timeout_us=1000"}));
      Recovered seen{*record.recovery, 0};
      for (const StreamRecord& stream : record.streams)
        for (const RequestRecord& request : stream.requests)
          seen.completed += request.status == RequestStatus::completed;
      return seen;
    });
    EXPECT_EQ(seen.recovery.warm_boots, warm_boots) << elf;
    EXPECT_EQ(seen.recovery.cold_boots, 1u) << elf;
    EXPECT_GT(seen.recovery.jobs_submitted_again, 0u);
    EXPECT_EQ(seen.recovery.stale_records, 0u);
    EXPECT_EQ(seen.completed, 4u + 3u);
  }
}

// One word too far, at the first slot that it takes.
TEST(Firmware, ThatReadsBehindARingIsStopped) {
  const config::Scenario astray =
      scenario(mixed.text, {"control_cpu.cost=\"iss\"", "firmware.elf=\"" TAKT_ASTRAY_ELF "\""});
  try {
    run(astray);
    ADD_FAILURE() << "nobody noticed";
  } catch (const SimulationFailure& failure) {
    EXPECT_NE(std::string(failure.what()).find("queue 0's ring, behind its last slot"), std::string::npos)
        << failure.what();
  }
}

TEST(Firmware, ThatIsNoRv32ProgramIsRefused) {
  const auto build = [](const char* elf) {
    Platform platform(
        scenario(llw_alone.text, {"control_cpu.cost=\"iss\"", "firmware.elf=\"" + std::string(elf) + "\""}),
        RunOptions());
  };
  EXPECT_THROW(build("no-such-file.elf"), traces::ElfError);
  EXPECT_THROW(build("/proc/self/exe"), traces::ElfError);  // a 64-bit program of the host
  EXPECT_THROW(scenario(llw_alone.text, {"firmware.elf=\"x.elf\""}), config::ConfigError);  // natively
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Iss, testing::Values(llw_alone, behind_the_cache, mixed, preempted));

}  // namespace
}  // namespace takt::platform::test
