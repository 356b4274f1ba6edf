// The same input gives the same bytes, whatever else is written meanwhile.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/platform/models.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

class Determinism : public testing::TestWithParam<Case> {
 protected:
  Determinism() { write_file(folder_ / "scenario.toml", GetParam().text); }

  // Runs the scenario into a folder of that name.
  void run(const std::string& name, const std::vector<std::string>& options = {}) const {
    std::vector<std::string> arguments = {"run", "scenario.toml", "-o", name, "--quiet"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome outcome = takt(arguments, folder_.path());
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  std::string file(const std::string& run, const std::string& name) const {
    return read_file(folder_.path() / run / name);
  }
  std::string results(const std::string& run) const { return without_host(file(run, "results.json")); }

  const Folder folder_;
};

TEST_P(Determinism, TwoRunsLeaveTheSameResults) {
  run("a");
  run("b");
  EXPECT_EQ(results("a"), results("b"));
}

TEST_P(Determinism, TwoRunsLeaveTheSameTablesAndTimeline) {
  run("a");
  run("b");
  for (const char* name : {"jobs.csv", "layers.csv", "resolved.toml", "trace.pftrace"})
    EXPECT_TRUE(file("a", name) == file("b", name)) << name;
}

TEST_P(Determinism, ATimelineChangesNoResult) {
  run("without", {"--trace-level", "off"});
  for (const char* level : {"jobs", "layers", "commands"}) {
    run("with", {"--trace-level", level});
    EXPECT_EQ(results("with"), results("without")) << level;
    for (const char* name : {"jobs.csv", "layers.csv", "paths.csv", "timeline.csv", "power.csv"})
      EXPECT_TRUE(file("with", name) == file("without", name)) << level << ' ' << name;
  }
}

TEST_P(Determinism, ComputingAnswersChangesNoOtherResult) {
  run("with", {"--functional"});
  run("without");
  nlohmann::json with = nlohmann::json::parse(results("with"));
  for (nlohmann::json& stream : with["streams"]) {
    EXPECT_EQ(stream["answers"]["distinct"], 1) << stream;
    stream.erase("answers");
  }
  EXPECT_EQ(with, nlohmann::json::parse(results("without")));
  for (const char* name : {"jobs.csv", "layers.csv", "trace.pftrace"})
    EXPECT_TRUE(file("with", name) == file("without", name)) << name;
}

TEST_P(Determinism, AResolvedConfigurationRunsToTheSameResults) {
  run("a");
  write_file(folder_ / "scenario.toml", file("a", "resolved.toml"));
  run("b");
  EXPECT_EQ(results("a"), results("b"));
}

// "fast" takes fewer steps to the same figures: only what names the fidelity differs.
TEST_P(Determinism, BothFidelitiesGiveTheSameFigures) {
  nlohmann::json documents[2];
  for (const auto& [index, fidelity] : {std::pair(0, "fast"), std::pair(1, "detailed")}) {
    run(fidelity, {"--fidelity", fidelity});
    documents[index] = nlohmann::json::parse(results(fidelity));
    EXPECT_EQ(documents[index]["fidelity"], fidelity);
    for (const char* key : {"fidelity", "config_hash"}) EXPECT_EQ(documents[index].erase(key), 1u) << key;
  }
  EXPECT_EQ(documents[0].dump(1), documents[1].dump(1));
  for (const char* name : {"jobs.csv", "layers.csv", "trace.pftrace"})
    EXPECT_TRUE(file("fast", name) == file("detailed", name)) << name;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Determinism, testing::Values(behind_the_cache, mixed, preempted),
                         [](const auto& each) { return std::string(each.param.name); });

constexpr const char* poisson = R"(
name = "arrivals"
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "poisson"
rate_per_s = 5000
requests = 5
)";

TEST(Seeds, AnotherSeedGivesOtherPoissonArrivals) {
  const Folder folder;
  write_file(folder / "scenario.toml", poisson);
  for (const char* seed : {"1", "2"})
    ASSERT_EQ(takt({"run", "scenario.toml", "-o", seed, "--quiet", "--seed", seed}, folder.path()).code, 0);
  EXPECT_NE(read_file(folder / "1" / "jobs.csv"), read_file(folder / "2" / "jobs.csv"));
}

TEST(Seeds, AStreamWithASeedOfItsOwnKeepsItsArrivals) {
  const Folder folder;
  write_file(folder / "scenario.toml", std::string(poisson) + "seed = 9\n");
  for (const char* seed : {"1", "2"})
    ASSERT_EQ(takt({"run", "scenario.toml", "-o", seed, "--quiet", "--seed", seed}, folder.path()).code, 0);
  EXPECT_EQ(read_file(folder / "1" / "jobs.csv"), read_file(folder / "2" / "jobs.csv"));
}

}  // namespace
}  // namespace takt::platform::test
