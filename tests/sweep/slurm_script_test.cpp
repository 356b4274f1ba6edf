#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <sstream>

#include "sim/sweep/slurm.h"

namespace takt::sweep {
namespace {

using testing::HasSubstr;

// What sbatch(1) says of --array: comma-separated numbers and ranges.
std::vector<std::size_t> read(const std::string& text) {
  std::vector<std::size_t> numbers;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) {
    const std::size_t first = std::stoull(part), dash = part.find('-');
    const std::size_t last = dash == part.npos ? first : std::stoull(part.substr(dash + 1));
    for (std::size_t i = first; i <= last; ++i) numbers.push_back(i);
  }
  return numbers;
}

TEST(SweepSlurm, RangesAreAsSlurmReadsThem) {
  EXPECT_EQ(ranges({1, 2, 3, 4, 7, 9, 10}), "1-4,7,9-10");
  rc::check([] {
    const auto unique = *rc::gen::unique<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(1, 60));
    std::vector<std::size_t> numbers = unique;
    std::sort(numbers.begin(), numbers.end());
    RC_ASSERT(read(ranges(numbers)) == numbers);
  });
}

TEST(SweepSlurm, TheScriptSaysAllThatATaskDoes) {
  SlurmOptions options;
  options.program = "/opt/takt";
  options.file = "/data/a/it's.toml";
  options.folder = "/out/50% done";
  options.jobs = 3;
  options.retry_failed = true;
  options.sbatch = {"partition=long", "exclusive", "comment=two words"};
  const std::string script = batch_script(options, {2, 3, 5}, 6);
  EXPECT_THAT(script, testing::StartsWith("#!/bin/sh\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --array=2-3,5\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --cpus-per-task=3\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --output='/out/50%% done/slurm/%A_%a.log'\n"));
  EXPECT_THAT(script, HasSubstr("\n#SBATCH --partition='long'\n#SBATCH --exclusive\n#SBATCH --comment='two words'\n"));
  EXPECT_THAT(script, testing::EndsWith("\nexec '/opt/takt' sweep '/data/a/it'\\''s.toml' -o '/out/50% done' --jobs 3 "
                                        "--shard $SLURM_ARRAY_TASK_ID/6 --retry-failed\n"));
}

}  // namespace
}  // namespace takt::sweep
