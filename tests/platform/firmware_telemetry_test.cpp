// What the firmware tells of itself in a run: samples of its metric streamer against what the hardware saw, its state
// when asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "models/units/clock.h"
#include "sim/config/config_error.h"
#include "tests/platform/models.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using units::microseconds;
using units::Time;

constexpr units::Clock timer{19200000};      // of the preset
constexpr std::uint64_t period_ticks = 960;  // 50 us * 19.2 MHz

// The whole run of streams that end, and the last sample once they have: nothing goes on behind them.
const config::Overrides sampled = {"firmware.metrics_period_us=50", "run.measure_us=12000"};

config::Overrides with(config::Overrides more) {
  more.insert(more.end(), sampled.begin(), sampled.end());
  return more;
}

std::uint64_t decisions(const RunRecord& record, const std::string& what) {
  return static_cast<std::uint64_t>(std::count_if(record.decisions.begin(), record.decisions.end(),
                                                  [&](const DecisionRecord& d) { return d.what == what; }));
}

// A line for each.
std::string samples_of(const RunRecord& record) {
  std::string text;
  for (const FirmwareSampleRecord& s : record.firmware_metrics->samples) {
    for (const std::uint64_t figure : {s.at.value, s.busy.value}) text += std::to_string(figure) + " ";
    for (const std::uint32_t count : {s.interrupts, s.slots, s.dispatches, s.jobs_finished, s.waiting})
      text += std::to_string(count) + " ";
    text += "\n";
  }
  return text;
}

TEST(FirmwareMetrics, TheLastSampleCountsWhatTheHardwareSaw) {
  const RunRecord record = run(scenario(preempted.text, with({})));
  const FirmwareSampleRecord& last = record.firmware_metrics->samples.back();
  const std::uint64_t starts = decisions(record, "start"), resumes = decisions(record, "resume");
  ASSERT_GT(resumes, 0u);
  EXPECT_EQ(last.dispatches, starts + resumes);
  EXPECT_EQ(last.jobs_finished, starts) << "each job was started once";
  EXPECT_EQ(last.preemptions, resumes);
  EXPECT_EQ(last.rejected + last.timeouts + last.kills + last.collateral, 0u);
  EXPECT_EQ(last.waiting, 0u);
  // Job by job, of the engines' commands; the firmware counts from its dispatch to its own wake-up, some us more.
  Time engines;
  for (const StreamRecord& stream : record.streams)
    for (const PathRecord& path : stream.paths)
      for (const PathPart part : {PathPart::change, PathPart::front_end, PathPart::tensor, PathPart::vector,
                                  PathPart::overhead, PathPart::dma_in, PathPart::dma_out})
        engines += path.parts[static_cast<std::size_t>(part)];
  EXPECT_GE(last.busy, engines);
  EXPECT_LE(last.busy, engines + microseconds(5) * last.dispatches);
}

class FirmwareMetricsPeriod : public testing::TestWithParam<const char*> {};

// An idle firmware is woken on the tick; a busy one takes the sample late, within its period.
TEST_P(FirmwareMetricsPeriod, IsExactAndNoSampleIsLeftOut) {
  const RunRecord record =
      run(scenario(preempted.text, with({"control_cpu.cost=\"" + std::string(GetParam()) + "\""})));
  std::vector<std::uint64_t> ticks;
  for (const FirmwareSampleRecord& sample : record.firmware_metrics->samples)
    ticks.push_back(timer.elapsed(sample.at).value);
  ASSERT_GT(ticks.size(), 200u) << "12 ms / 50 us";
  for (std::size_t n = ticks.size() - 20; n < ticks.size(); ++n)
    EXPECT_EQ(ticks[n], ticks[n - 1] + period_ticks) << "all requests are over";
  std::uint64_t earliest = ticks[0], latest = 0;  // against a clock that strikes with the first sample
  for (std::size_t n = 0; n < ticks.size(); ++n) {
    earliest = std::min(earliest, ticks[n] - n * period_ticks);
    latest = std::max(latest, ticks[n] - n * period_ticks);
  }
  EXPECT_LT(latest - earliest, period_ticks);
}

INSTANTIATE_TEST_SUITE_P(Costs, FirmwareMetricsPeriod, testing::Values("zero", "table", "iss"),
                         [](const auto& test) { return test.param; });

// Both rings take four pages: what lies behind them in memory lies where it did, so both runs are the same.
TEST(FirmwareMetrics, TheRingKeepsTheNewestAndTheRestIsSaidToBeLost) {
  const auto with_room = [](const std::string& samples) {
    return in_child([&] {
      const RunRecord record = run(scenario(llw_alone.text, with({"firmware.metrics_samples=" + samples})));
      const FirmwareMetricsRecord& metrics = *record.firmware_metrics;
      std::string text = std::to_string(metrics.written);
      for (const std::uint64_t lost : {metrics.lost, metrics.samples[0].lost, metrics.samples[1].lost})
        text += " " + std::to_string(lost);
      return text + "\n" + samples_of(record);
    });
  };
  const std::string all = with_room("255"), last = with_room("200");
  const auto samples = static_cast<std::uint64_t>(std::count(all.begin(), all.end(), '\n') - 1);
  const std::string written = std::to_string(samples), lost = std::to_string(samples - 200);
  EXPECT_EQ(all.substr(0, all.find('\n')), written + " 0 0 0");
  EXPECT_EQ(last.substr(0, last.find('\n')), written + " " + lost + " " + lost + " 0") << "said before the first kept";
  const std::string kept = last.substr(last.find('\n') + 1);
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), 200);
  EXPECT_EQ(kept, all.substr(all.size() - kept.size()));
}

// Times of the core's own instructions lie between: what has happened by a sample is the same.
TEST(FirmwareMetrics, AnElfCountsAsTheNativeBuildDoes) {
  const auto counts = [](const std::string& cost) {
    return in_child([&] {
      const RunRecord record = run(scenario(llw_alone.text, with({"control_cpu.cost=\"" + cost + "\""})));
      const FirmwareSampleRecord& last = record.firmware_metrics->samples.back();
      std::string text;
      for (const std::uint32_t count : {last.interrupts, last.slots, last.dispatches, last.jobs_finished, last.waiting})
        text += std::to_string(count) + " ";
      return text;
    });
  };
  const std::string native = counts("zero");
  EXPECT_EQ(counts("table"), native);
  EXPECT_EQ(counts("iss"), native);
}

// A stream without end, and a firmware that dies in the middle.
std::string crashing(bool warm) {
  return std::string(R"(
soc = "exynos-llw-like"
[run]
measure_us = 3000
[firmware]
policy = "fcfs"
metrics_period_us = 20
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
[[fault]]
name = "it"
kind = "firmware-crash"
at_us = 900
[watchdog]
timeout_us = 300
[recovery]
timeout_us = 1000
reply_timeout_us = 500
cold_boot = true
warm_boot = )") +
         (warm ? "true\n" : "false\n");
}

class FirmwareMetricsBoot : public testing::TestWithParam<bool> {};

TEST_P(FirmwareMetricsBoot, CountsBeginAnewAndNoSampleIsReadTwice) {
  const RunRecord record = run(scenario(crashing(GetParam())));
  ASSERT_EQ(GetParam() ? record.recovery->warm_boots : record.recovery->cold_boots, 1u);
  const FirmwareMetricsRecord& metrics = *record.firmware_metrics;
  EXPECT_EQ(metrics.written, metrics.samples.size());
  const FirmwareSampleRecord* before = nullptr;
  for (const FirmwareSampleRecord& sample : metrics.samples) {
    if (before != nullptr) {
      EXPECT_GT(sample.at, before->at);
      if (sample.boot == before->boot)
        EXPECT_GE(sample.jobs_finished, before->jobs_finished);
      else
        EXPECT_LT(sample.slots, before->slots);
    }
    before = &sample;
  }
  EXPECT_EQ(metrics.samples.front().boot, 1u);
  EXPECT_EQ(metrics.samples.back().boot, 2u);
}

INSTANTIATE_TEST_SUITE_P(Boots, FirmwareMetricsBoot, testing::Bool(),
                         [](const auto& test) { return test.param ? "warm" : "cold"; });

std::string error_of(const config::Overrides& overrides) {
  try {
    scenario(llw_alone.text, overrides);
  } catch (const config::ConfigError& e) {
    return e.what();
  }
  return "accepted";
}

TEST(FirmwareMetricsKeys, ArePresentOnlyWithAPeriodInRange) {
  EXPECT_THAT(error_of({"firmware.metrics_period_us=9"}),
              testing::AllOf(HasSubstr("firmware.metrics_period_us"), HasSubstr("9"), HasSubstr("from 10 to 1000000")));
  EXPECT_THAT(error_of({"firmware.metrics_period_us=1000001"}), HasSubstr("from 10 to 1000000"));
  EXPECT_THAT(error_of({"firmware.metrics_period_us=10", "firmware.metrics_samples=0"}),
              HasSubstr("firmware.metrics_samples"));
  EXPECT_THAT(error_of({"firmware.metrics_samples=10"}), HasSubstr("firmware.metrics_samples"));
  EXPECT_EQ(error_of({"firmware.metrics_period_us=10"}), "accepted");
}

class FirmwareState : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& more) const {
    std::vector<std::string> arguments = {"run", "s.toml", "--quiet", "--no-report", "--trace-level", "off"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return takt(arguments, folder_.path());
  }
  json state() const { return json::parse(read_file(folder_ / "state.json")); }
  json results(const std::string& folder) const {
    return json::parse(without_host(read_file(folder_ / folder / "results.json")));
  }

  const Folder folder_;
};

TEST_F(FirmwareState, AtTheEndNothingWaits) {
  write_file(folder_ / "s.toml", preempted.text);
  ASSERT_EQ(call({"-o", "plain"}).code, 0);
  for (const char* cost : {"table", "iss"}) {
    const Outcome outcome =
        call({"-o", "r", "--dump-state", "state.json", "--set", std::string("control_cpu.cost=") + cost});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const json all = state();
    EXPECT_EQ(all["schema"], "takt-firmware-state/1");
    EXPECT_EQ(all["jobs_finished"], 4 + 3);  // requests of the scenario, one job each
    EXPECT_EQ(all["waiting"], 1) << "this request itself";
    ASSERT_EQ(all["queues"].size(), 3u) << "control, light, heavy";
    EXPECT_EQ(all["queues"][1]["band"], "realtime");
    EXPECT_EQ(all["queues"][1]["ring_head"], 4) << "slots taken";
    EXPECT_EQ(all["queues"][2]["ring_head"], 3);
    for (const std::size_t queue : {1, 2}) {
      EXPECT_EQ(all["queues"][queue]["running"], false);
      EXPECT_EQ(all["queues"][queue]["waiting"], 0);
      EXPECT_TRUE(all["queues"][queue]["job"].is_null());
    }
  }
}

// The firmware is asked when all is over.
TEST_F(FirmwareState, NoFigureIsAnotherOne) {
  write_file(folder_ / "s.toml", preempted.text);
  ASSERT_EQ(call({"-o", "plain"}).code, 0);
  ASSERT_EQ(call({"-o", "asked", "--dump-state", "state.json"}).code, 0);
  json plain = results("plain"), asked = results("asked");
  EXPECT_LT(plain["simulated_ns"], asked["simulated_ns"]);
  plain.erase("simulated_ns");
  asked.erase("simulated_ns");
  EXPECT_EQ(plain, asked);
  for (const char* file : {"jobs.csv", "layers.csv", "paths.csv", "decisions.csv", "timeline.csv", "resolved.toml"})
    EXPECT_EQ(read_file(folder_ / "plain" / file), read_file(folder_ / "asked" / file)) << file;
}

TEST_F(FirmwareState, ARunAtItsTimeLimitSaysWhoHasTheEngines) {
  write_file(folder_ / "s.toml", preempted.text);
  const Outcome outcome = call({"-o", "r", "--dump-state", "state.json", "--max-time", "1500"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("max_time_us = 1500"));
  const json all = state();
  EXPECT_GE(all["time_us"], 1500);
  unsigned running = 0;
  for (const json& queue : all["queues"]) {
    if (!queue["running"]) continue;
    ++running;
    EXPECT_GE(queue["waiting"], 1);
    EXPECT_EQ(queue["job"]["stream"], queue["queue"] == 1 ? "light" : "heavy");
  }
  EXPECT_EQ(running, 1u);
}

TEST_F(FirmwareState, SamplesAreATableOfTheOutputFolder) {
  write_file(folder_ / "s.toml", llw_alone.text);
  ASSERT_EQ(call({"-o", "r", "--set", "firmware.metrics_period_us=100"}).code, 0);
  const std::string table = read_file(folder_ / "r" / "firmware_metrics.csv");
  EXPECT_EQ(table.substr(0, table.find('\n')),
            "time_us,boot,lost,busy_us,interrupts,slots,rejected,dispatches,jobs_finished,preemptions,timeouts,waiting,"
            "preemption_limited,kills,collateral");
  const json metrics = results("r")["cpu"]["metric_samples"];
  EXPECT_EQ(metrics["written"], std::count(table.begin(), table.end(), '\n') - 1);
  EXPECT_EQ(metrics["lost"], 0);
  ASSERT_EQ(call({"-o", "off"}).code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "off" / "firmware_metrics.csv"));
}

TEST_F(FirmwareState, AFirmwareThatKnowsNeitherIsNamedAsSuch) {
  write_file(folder_ / "s.toml", llw_alone.text);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--dump-state", "state.json"}, {"--set", "firmware.metrics_period_us=100"}}) {
    std::vector<std::string> arguments = {"-o", "r", "--firmware", TAKT_THIRD_PARTY_ELF};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = call(arguments);
    EXPECT_EQ(outcome.code, 4);
    EXPECT_THAT(outcome.err, HasSubstr("refused control request"));
  }
}

}  // namespace
}  // namespace takt::platform::test
