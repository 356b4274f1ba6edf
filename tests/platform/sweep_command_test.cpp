// takt sweep from outside: what it prints and leaves, what it refuses, parts, failed points, and what it says of a
// Slurm that is not there or refuses. tests/sweep/slurm has a real one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string head = R"(scenario = "single"
metrics = ["power.energy_mj", "streams[mobilenet].latency_us.mean"]
)";
// A millisecond each.
const std::string four = head + R"(design = "grid"
[[axis]]
key = "run.measure_us"
values = [1000]
[[axis]]
key = "npu.clock_hz"
values = [500000000, 1000000000]
[[axis]]
key = "seed"
values = [1, 2]
)";
// The second one is refused by takt run.
const std::string with_failure = head + R"(design = "list"
[[point]]
run.measure_us = 1000
[[point]]
run.measure_us = 1000
npu.clock_hz = 0
)";

class SweepCommand : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& more, const std::string& text) const {
    write_file(folder_ / "s.toml", text);
    std::vector<std::string> arguments = {"sweep", "s.toml"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return takt(arguments, folder_.path());
  }
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
  }
  std::set<std::string> names_in(const fs::path& folder) const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) names.insert(entry.path().filename().string());
    return names;
  }
  // Programs in Slurm's place, and nothing else on PATH.
  void programs(const std::vector<std::pair<std::string, std::string>>& scripts) const {
    fs::create_directories(folder_ / "bin");
    for (const auto& [name, script] : scripts) {
      write_file(folder_ / "bin" / name, "#!/bin/sh\n" + script + "\n");
      fs::permissions(folder_ / "bin" / name, fs::perms::owner_all);
    }
    setenv("PATH", (folder_ / "bin").c_str(), 1);
  }

  const Folder folder_;
};

TEST_F(SweepCommand, RunsEachPointOnceAndPrintsThem) {
  const Outcome first = call({"--csv", "--jobs", "2"}, four);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.err, HasSubstr("points: 4 ran, 0 failed, 0 were there"));
  EXPECT_THAT(first.out, HasSubstr("id,label,state,front,power.energy_mj,streams[mobilenet].latency_us.mean\n"));
  const std::set<std::string> points = names_in(folder_ / "out" / "s" / "points");
  EXPECT_EQ(points.size(), 4u);
  const std::string database = read_file(folder_ / "out" / "s" / "sweep.db");

  const Outcome again = call({"--json"}, four);
  EXPECT_EQ(again.code, 0);
  EXPECT_THAT(again.err, HasSubstr("points: 0 ran, 0 failed, 4 were there"));
  EXPECT_EQ(read_file(folder_ / "out" / "s" / "sweep.db"), database);
  const auto document = nlohmann::json::parse(again.out);
  ASSERT_EQ(document.at("points").size(), 4u);
  for (const auto& point : document.at("points")) {
    EXPECT_EQ(point.at("state"), "done");
    EXPECT_EQ(points.count(point.at("id")), 1u);
    // The figure is that of the point's own results.
    const auto results = nlohmann::json::parse(
        read_file(folder_ / "out" / "s" / "points" / point.at("id").get<std::string>() / "results.json"));
    EXPECT_EQ(point.at("metrics").at("power.energy_mj"), results.at("power").at("energy_mj"));
  }
  const Outcome table = call({}, four);
  EXPECT_THAT(table.out, AllOf(HasSubstr("* on the Pareto front"), HasSubstr("moved by")));
}

TEST_F(SweepCommand, ADryRunPrintsThePointsAndRunsNothing) {
  const Outcome outcome = call({"--dry-run"}, four + "[[exclude]]\nwhere = \"seed == 2\"\n");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("[0-9a-f]{16}  run.measure_us=1000 npu.clock_hz=500000000 seed=1\n"
                                                 "[0-9a-f]{16}  run.measure_us=1000 npu.clock_hz=1000000000 seed=1\n"));
  EXPECT_THAT(outcome.err, HasSubstr("points excluded: 2"));
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(SweepCommand, PartsTogetherAreTheWhole) {
  EXPECT_EQ(call({"-o", "whole"}, four).code, 0);
  const Outcome one = call({"-o", "parts", "--shard", "1/3", "--csv"}, four);
  EXPECT_EQ(one.code, 0);
  EXPECT_THAT(one.err, HasSubstr("points: 2 ran"));  // the first and the fourth
  EXPECT_EQ(std::count(one.out.begin(), one.out.end(), '\n'), 1 + 2);
  EXPECT_FALSE(fs::exists(folder_ / "parts" / "sweep.db"));
  EXPECT_EQ(call({"-o", "parts", "--shard", "2/3"}, four).code, 0);
  EXPECT_EQ(call({"-o", "parts", "--shard", "3/3"}, four).code, 0);
  const Outcome all = call({"-o", "parts"}, four);
  EXPECT_THAT(all.err, HasSubstr("points: 0 ran, 0 failed, 4 were there"));
  EXPECT_EQ(read_file(folder_ / "parts" / "sweep.db"), read_file(folder_ / "whole" / "sweep.db"));
}

TEST_F(SweepCommand, AFailedPointIsRecordedAndTheOthersGoOn) {
  const Outcome outcome = call({"-o", "r"}, with_failure);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("points: 2 ran, 1 failed"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("failed: "), HasSubstr("exit code 2"), HasSubstr("npu.clock_hz")));
  const Outcome again = call({"-o", "r"}, with_failure);
  EXPECT_EQ(again.code, 4);
  EXPECT_THAT(again.err, HasSubstr("points: 0 ran, 0 failed, 2 were there"));
  EXPECT_THAT(call({"-o", "r", "--retry-failed"}, with_failure).err, HasSubstr("points: 1 ran, 1 failed"));
}

// 100 MiB of address space hold the sweep and MobileNetV2; a network of 16,825 operators needs more.
TEST_F(SweepCommand, APointThatRunsOutOfMemoryFailsAndTheOthersGoOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "AddressSanitizer takes terabytes of address space";
#endif
  const rlimit limit = {100 << 20, 100 << 20};
  ASSERT_EQ(setrlimit(RLIMIT_AS, &limit), 0);
  const std::string two = head + R"(design = "list"
[[point]]
run.measure_us = 1000
stream.mobilenet.model = "deepseek-v2-lite-prefill"
[[point]]
run.measure_us = 1000
)";
  const Outcome outcome = call({"-o", "r", "--jobs", "1"}, two);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("points: 2 ran, 1 failed, 0 were there"));
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("exit code 4"), HasSubstr("takt: out of memory")));
  EXPECT_THAT(call({"-o", "r"}, two).err, HasSubstr("points: 0 ran, 0 failed, 2 were there"));
}

TEST_F(SweepCommand, WhatCannotBeUsedIsRefusedAndNothingRuns) {
  expect_refused(takt({"sweep", "none.toml"}, folder_.path()), {"none.toml", "No such file"});
  expect_refused(takt({"sweep", folder_.path().string()}, folder_.path()), {folder_.path().string(), "Is a directory"});
  expect_refused(call({}, "scenario = \"single\"\ndesign = \"gird\"\nmetrics = [\"power.energy_mj\"]\n"),
                 {"s.toml:2:"});
  expect_refused(call({}, four + "[[exclude]]\nwhere = \"sed == 2\"\n"), {"s.toml:14:", "nearest 'seed'"});
  expect_refused(call({"--shard", "3/2"}, four), {"--shard", "'3/2'"});
  expect_refused(call({"--chunk", "2"}, four), {"--chunk", "--slurm"});
  expect_refused(call({"--slurm", "--shard", "1/2"}, four), {"--slurm", "--shard"});
}

TEST_F(SweepCommand, WithoutSlurmItsMissingProgramIsNamed) {
  programs({});
  expect_refused(call({"--slurm"}, four), {"'sbatch'", "PATH"});
}

TEST_F(SweepCommand, WhatSlurmRefusesIsPassedOn) {
  programs(
      {{"squeue", "exit 0"},
       {"scontrol", "echo 'MaxArraySize            = 3'"},
       {"sbatch", "[ \"$1\" = --version ] || { echo 'sbatch: error: invalid partition specified: no' >&2; exit 1; }"}});
  const Outcome outcome = call({"--slurm", "-o", "r", "--sbatch", "partition=no"}, four);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("sbatch failed (exit code 1): sbatch: error: invalid partition specified: no"));
  EXPECT_FALSE(fs::exists(folder_ / "r" / "points"));
  EXPECT_THAT(read_file(folder_ / "r" / "slurm" / "array.sh"),
              AllOf(HasSubstr("#SBATCH --array=1-2\n"), HasSubstr("#SBATCH --partition='no'\n")));
  // 4 points in tasks of 1 are more than numbers 1 and 2.
  expect_refused(call({"--slurm", "--chunk", "1"}, four),
                 {"--chunk 1 makes 4 tasks", "MaxArraySize is 3", "--chunk 2"});
  expect_refused(call({"--slurm", "--sbatch", "array=1"}, four), {"--sbatch", "'array=1'"});
  expect_refused(call({"--slurm", "--sbatch", "--partition"}, four), {"--sbatch"});
}

TEST_F(SweepCommand, AQueueThatCannotBeSeenIsNamed) {
  programs({{"squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller' >&2; exit 1"},
            {"sbatch", "exit 0"}});
  expect_refused(call({"--slurm"}, four), {"squeue failed", "Unable to contact slurm controller"});
}

}  // namespace
}  // namespace takt::platform::test
