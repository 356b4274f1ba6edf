// Every scenario that ships runs, shortened; those that are published mixes say what was published.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "models/base/embedded_file.h"
#include "sim/replay/workload_text.h"
#include "tests/platform/simulate.h"
#include "traces/formats/requests/workload.h"

namespace takt {
extern const EmbeddedFile scenario_files[];
extern const unsigned scenario_files_count;
}  // namespace takt

namespace takt::platform::test {
namespace {

std::vector<std::string> names() {
  std::vector<std::string> result;
  for (const config::PresetName& scenario : config::list_scenarios()) result.push_back(scenario.name);
  return result;
}

class Shipped : public ::testing::TestWithParam<std::string> {};

TEST_P(Shipped, RunsShortened) {
  config::Overrides shortened = {"run.warm_up_us=0", "run.measure_us=3000", "run.drain=\"stop\""};
  if (GetParam() == "chat") shortened.push_back("stream.chat.rate_per_s=1000");  // a prompt every half minute
  if (GetParam() == "copilot") shortened.push_back("stream.complete.rate_per_s=1000");
  if (GetParam() == "hybrid-assistant") shortened.push_back("stream.questions.rate_per_s=1000");
  const config::Scenario s = config::load_scenario(GetParam(), shortened);
  const RunRecord record = run(s);
  std::size_t submitted = 0;
  for (const StreamRecord& stream : record.streams)
    for (const RequestRecord& request : stream.requests) {
      EXPECT_NE(request.status, RequestStatus::failed) << stream.name;
      ++submitted;
    }
  EXPECT_GT(submitted, 0u);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Shipped, ::testing::ValuesIn(names()), [](const auto& scenario) {
  std::string name = scenario.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(ShippedScenarios, BeginWithAParagraphAndHaveADescription) {
  for (unsigned i = 0; i < scenario_files_count; ++i) {
    const std::string text = scenario_files[i].text;
    EXPECT_EQ(text.front(), '#') << scenario_files[i].path;
  }
  for (const config::PresetName& scenario : config::list_scenarios())
    EXPECT_FALSE(scenario.description.empty()) << scenario.name;
}

// Rates, dependencies and probabilities of the seven usage scenarios, in the order of XRBench's files.
TEST(ShippedScenarios, XrBenchsAreThoseOfItsFiles) {
  const char* shared = std::getenv("TAKT_SHARED");
  const std::string folder = std::string(shared == nullptr ? "" : shared) + "/data/xrbench/";
  if (!std::ifstream(folder + "VR_gaming.m")) GTEST_SKIP() << "no " << folder;
  const std::pair<const char*, const char*> files[] = {
      {"xr-social-a", "social_interactionA"}, {"xr-social-b", "social_interactionB"},
      {"xr-outdoor-a", "outdoor_activity_A"}, {"xr-outdoor-b", "outdoor_activity_B"},
      {"xr-assistant", "AR_Assistant"},       {"xr-ar-gaming", "AR_gaming"},
      {"xr-vr-gaming", "VR_gaming"}};
  for (const auto& [name, file] : files) {
    const std::vector<config::StreamConfig> streams = config::load_scenario(name).config.streams;
    const traces::Workload workload = traces::read_workload(folder + file + ".m");
    ASSERT_EQ(streams.size(), workload.tasks.size()) << name;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      const traces::WorkloadTask& task = workload.tasks[i];
      EXPECT_EQ(streams[i].model, replay::network_for(task.network)) << name;
      EXPECT_EQ(streams[i].arrival == config::Arrival::dependent, task.load == traces::Load::dependent) << name;
      if (task.load == traces::Load::periodic) {
        EXPECT_EQ(streams[i].period_us, task.period_us) << name << ' ' << task.name;
        continue;
      }
      EXPECT_EQ(streams[i].probability, task.probability) << name << ' ' << task.name;
      const auto before = std::find_if(workload.tasks.begin(), workload.tasks.end(),
                                       [&](const traces::WorkloadTask& t) { return t.name == task.after; });
      EXPECT_EQ(streams[i].after, streams[static_cast<std::size_t>(before - workload.tasks.begin())].name) << name;
    }
  }
}

}  // namespace
}  // namespace takt::platform::test
