#include "sim/sweep/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "sim/config/config_error.h"
#include "sim/sweep/axis.h"

namespace takt::sweep {
namespace {

using testing::HasSubstr;

const std::string head = "scenario = \"single\"\nmetrics = [\"power.energy_mj\"]\n";

Sweep sweep_of(const std::string& rest) { return parse_sweep(head + rest, "x.toml"); }

std::string refusal(const std::string& text) {
  try {
    parse_sweep(text, "x.toml");
  } catch (const config::ConfigError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(SweepPlan, AGridIsTheProductOfItsAxes) {
  const Sweep sweep = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"seed\"\nvalues = [1, 2]\n"
      "[[axis]]\nkey = \"run.measure_us\"\nfrom = 1000\nto = 2000\nsteps = 3\n");
  ASSERT_EQ(sweep.points.size(), 2u * 3u);
  EXPECT_EQ(sweep.points.front().label, "seed=1 run.measure_us=1000");
  EXPECT_EQ(sweep.points[1].label, "seed=1 run.measure_us=1500");
  EXPECT_EQ(sweep.points.back().label, "seed=2 run.measure_us=2000");
}

TEST(SweepPlan, EqualPointsAreOne) {
  EXPECT_EQ(sweep_of("design = \"grid\"\n[[axis]]\nkey = \"seed\"\nvalues = [1, 2, 1, 0x2]\n").points.size(), 2u);
  EXPECT_EQ(sweep_of("design = \"list\"\n[[point]]\nseed = 3\n[[point]]\nrun.measure_us = 100000\n"
                     "[[point]]\nseed = 3\n")
                .points.size(),
            2u);
}

TEST(SweepPlan, ARandomDesignDrawsTheSameFromTheSameSeed) {
  const std::string axis = "[[axis]]\nkey = \"seed\"\nfrom = 1\nto = 1000\nsteps = 1000\n";
  const auto ids = [&](const std::string& seed) {
    std::set<std::string> drawn;
    for (const Point& point : sweep_of("design = \"random\"\nsamples = 5\nseed = " + seed + "\n" + axis).points)
      drawn.insert(point.id);
    return drawn;
  };
  EXPECT_EQ(ids("7"), ids("7"));
  EXPECT_NE(ids("7"), ids("8"));
}

TEST(SweepPlan, CornersAreEachEstimatedNumberLowAndHighAndAllOfThem) {
  config::Scenario scenario;
  scenario.keys = {{"a.cycles", "10", "preset x.toml:1", "estimated", "", true},
                   {"a.known", "10", "preset x.toml:2", "published", "", true},
                   {"b.volts", "0.5", "preset x.toml:3", "estimated", "", true},
                   {"b.word", "\"none\"", "preset x.toml:4", "estimated", "", true}};
  const std::vector<Corner> corners = corners_of(scenario, 200);
  ASSERT_EQ(corners.size(), 1u + 2u * 2u + 2u);
  EXPECT_TRUE(corners[0].params.empty());
  EXPECT_EQ(corners[1].label, "a.cycles low");
  EXPECT_THAT(corners[1].params, testing::ElementsAre(Assignment("a.cycles", "8")));
  EXPECT_THAT(corners[4].params, testing::ElementsAre(Assignment("b.volts", "0.6")));
  EXPECT_THAT(corners[5].params, testing::ElementsAre(Assignment("a.cycles", "8"), Assignment("b.volts", "0.4")));
  EXPECT_THAT(corners[6].params, testing::ElementsAre(Assignment("a.cycles", "12"), Assignment("b.volts", "0.6")));
}

TEST(SweepPlan, ScalingIsArithmetic) {
  EXPECT_EQ(scaled("100", 800), "80");
  EXPECT_EQ(scaled("1_000", 1200), "1200");
  EXPECT_EQ(scaled("3", 1200), "4");  // 3.6
  EXPECT_EQ(scaled("1", 1200), "1");
  EXPECT_EQ(scaled("0.55", 1200), "0.66");
  EXPECT_EQ(scaled("0.55", 801), "0.44055");
  EXPECT_EQ(scaled("2.5", 800), "2.0");
  EXPECT_EQ(scaled("12.0", 1000), "12.0");
}

TEST(SweepPlan, IdsDifferExactlyWhereContentDoes) {
  const Sweep forth = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"seed\"\nvalues = [5, 6, 7]\n"
      "[[axis]]\nkey = \"run.measure_us\"\nvalues = [1000, 2000]\n");
  const Sweep back = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"run.measure_us\"\nvalues = [2000, 1000]\n"
      "[[axis]]\nkey = \"seed\"\nvalues = [7, 6, 5]\n");
  rc::check([&] {
    const Point& a = forth.points.at(*rc::gen::inRange<std::size_t>(0, 6));
    const Point& b = back.points.at(*rc::gen::inRange<std::size_t>(0, 6));
    RC_ASSERT((a.id == b.id) == (a.params[0] == b.params[1] && a.params[1] == b.params[0]));
  });
}

TEST(SweepPlan, ShardsAreDisjointAndComplete) {
  rc::check([] {
    std::vector<Point> points(*rc::gen::inRange<std::size_t>(0, 40));
    for (std::size_t i = 0; i < points.size(); ++i) points[i].id = std::to_string(i);
    const auto shards = *rc::gen::inRange(1u, 10u);
    std::multiset<std::string> seen, all;
    for (const Point& point : points) all.insert(point.id);
    for (unsigned shard = 0; shard < shards; ++shard)
      for (const Point& point : shard_of(points, shard, shards)) seen.insert(point.id);
    RC_ASSERT(seen == all);
  });
}

std::vector<std::string> labels(const Sweep& sweep) {
  std::vector<std::string> labels;
  for (const Point& point : sweep.points) labels.push_back(point.label);
  return labels;
}

const std::string seeds = "[[axis]]\nkey = \"seed\"\nvalues = [1, 2, 3]\n";
const std::string windows = "[[axis]]\nkey = \"run.measure_us\"\nvalues = [1, 2, 3]\n";

TEST(SweepPlan, LinkedKeysMoveTogether) {
  const Sweep sweep = sweep_of(
      "design = \"grid\"\n[[axis]]\nkeys = [\"seed\", \"run.measure_us\"]\nvalues = [[1, 1000], [2, 3000]]\n"
      "[[axis]]\nkey = \"run.warm_up_us\"\nvalues = [5, 6]\n");
  EXPECT_THAT(labels(sweep), testing::ElementsAre("seed=1 run.measure_us=1000 run.warm_up_us=5",
                                                  "seed=1 run.measure_us=1000 run.warm_up_us=6",
                                                  "seed=2 run.measure_us=3000 run.warm_up_us=5",
                                                  "seed=2 run.measure_us=3000 run.warm_up_us=6"));
  EXPECT_THAT(sweep.axes, testing::ElementsAre(std::vector<std::string>{"seed", "run.measure_us"},
                                               std::vector<std::string>{"run.warm_up_us"}));
}

// The same points however they are written: ids are of what runs.
TEST(SweepPlan, ADesignDoesNotChangeAnId) {
  const Sweep linked =
      sweep_of("design = \"grid\"\n[[axis]]\nkeys = [\"seed\", \"run.measure_us\"]\nvalues = [[1, 10], [2, 100]]\n");
  const Sweep listed = sweep_of(
      "design = \"list\"\n[[point]]\nseed = 1\nrun.measure_us = 10\n[[point]]\nseed = 2\nrun.measure_us = 100\n");
  const Sweep ranged = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"seed\"\nvalues = [1, 2]\n[[axis]]\nkey = \"run.measure_us\"\n"
      "from = 10\nto = 100\nsteps = 2\nspacing = \"logarithmic\"\n"
      "[[exclude]]\nwhere = [\"seed == 1\", \"run.measure_us == 100\"]\n"
      "[[exclude]]\nwhere = [\"seed == 2\", \"run.measure_us == 10\"]\n");
  ASSERT_EQ(linked.points.size(), 2u);
  for (const Sweep* other : {&listed, &ranged}) {
    ASSERT_EQ(other->points.size(), 2u);
    for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(other->points[i].id, linked.points[i].id);
  }
  EXPECT_EQ(ranged.excluded, 2u);
}

TEST(SweepPlan, ALogarithmicRangeHasEqualRatios) {
  EXPECT_THAT(logarithmic(1, 1024, 11),
              testing::ElementsAre("1", "2", "4", "8", "16", "32", "64", "128", "256", "512", "1024"));
  EXPECT_THAT(logarithmic(1000, 1, 4), testing::ElementsAre("1000", "100", "10", "1"));
  EXPECT_THAT(logarithmic(10, 100, 3), testing::ElementsAre("10", "32", "100"));     // 31.6
  EXPECT_THAT(logarithmic(2, 8, 5), testing::ElementsAre("2", "3", "4", "6", "8"));  // 2.83, 5.66
  EXPECT_THAT(logarithmic(1, 1000000000000, 3), testing::ElementsAre("1", "1000000", "1000000000000"));
  EXPECT_THAT(logarithmic(7, 7, 2), testing::ElementsAre("7", "7"));
}

// value^n lies within half a step of from^(n-i) to^i, in integers that are wide enough.
TEST(SweepPlan, LogarithmicValuesAreTheNearestIntegers) {
  rc::check([] {
    const auto from = *rc::gen::inRange<std::uint64_t>(1, 2000), to = *rc::gen::inRange<std::uint64_t>(1, 2000);
    const auto n = *rc::gen::inRange<unsigned>(1, 8);  // 2^8 2000^8 < 2^96
    const auto power = [](unsigned __int128 base, unsigned exponent) {
      unsigned __int128 product = 1;
      while (exponent-- > 0) product *= base;
      return product;
    };
    const std::vector<std::string> values =
        logarithmic(static_cast<std::int64_t>(from), static_cast<std::int64_t>(to), n + 1);
    RC_ASSERT(values.size() == n + 1);
    RC_ASSERT(values.front() == std::to_string(from) && values.back() == std::to_string(to));
    for (unsigned i = 0; i <= n; ++i) {
      const unsigned __int128 exact = power(2, n) * power(from, n - i) * power(to, i), value = std::stoull(values[i]);
      RC_ASSERT(power(2 * value - 1, n) <= exact && exact < power(2 * value + 1, n));
    }
  });
}

TEST(SweepPlan, APointIsLeftOutWhereAllConditionsOfAnExclusionHold) {
  const auto left = [](const std::string& exclude) {
    return sweep_of("design = \"grid\"\n" + seeds + windows + exclude).points.size();
  };
  EXPECT_EQ(left(""), 9u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed < run.measure_us\"\n"), 6u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed <= run.measure_us\"\n"), 3u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed != run.measure_us\"\n"), 3u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed >= 2.5\"\n"), 6u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed > 0x2\"\n"), 6u);
  EXPECT_EQ(left("[[exclude]]\nwhere = [\"seed > 1\", \"run.measure_us > 1\"]\n"), 5u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed > 1\"\n[[exclude]]\nwhere = \"run.measure_us > 1\"\n"), 1u);
  EXPECT_EQ(left("[[exclude]]\nwhere = 'firmware.policy == \"none such\"'\n"), 9u);
  EXPECT_EQ(left("[[exclude]]\nwhere = \"seed > 1e30\"\n"), 9u);
}

// What a preset says counts as what the file says: the condition is on what would run.
TEST(SweepPlan, ConditionsAreOnTheResolvedConfiguration) {
  const Sweep sweep = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"soc\"\nvalues = [\"exynos-llw-like\", \"apple-ane-like\"]\n"
      "[[exclude]]\nwhere = ['soc == \"exynos-llw-like\"']\n");
  EXPECT_THAT(labels(sweep), testing::ElementsAre("soc=\"apple-ane-like\""));
  const config::Scenario scenario = config::load_scenario("single", {"soc=apple-ane-like"});
  std::string clock;
  for (const config::ResolvedKey& key : scenario.keys)
    if (key.path == "npu.clock_hz") clock = key.value;
  const Sweep by_clock = sweep_of(
      "design = \"grid\"\n[[axis]]\nkey = \"soc\"\nvalues = [\"exynos-llw-like\", \"apple-ane-like\"]\n"
      "[[exclude]]\nwhere = \"npu.clock_hz == " +
      clock + "\"\n");
  EXPECT_THAT(labels(by_clock), testing::ElementsAre("soc=\"exynos-llw-like\""));
}

TEST(SweepPlan, WhatADesignCannotUseIsNamedWithItsPlace) {
  const std::string grid = head + "design = \"grid\"\n";
  const auto link = [&](const std::string& rest) { return refusal(grid + "[[axis]]\nkeys = " + rest); };
  EXPECT_THAT(link("[\"seed\", \"run.measure_us\"]\nvalues = [[1, 2], [3]]\n"),
              AllOf(HasSubstr("x.toml:6:"), HasSubstr("found 1 values, expected 2")));
  EXPECT_THAT(link("[\"seed\", \"run.measure_us\"]\nvalues = [1, 2]\n"), HasSubstr("an array of 2 values"));
  EXPECT_THAT(link("[\"seed\", \"seed\"]\nvalues = [[1, 2]]\n"), HasSubstr("each key on one axis only"));
  EXPECT_THAT(link("[\"seed\", \"sed\"]\nvalues = [[1, 2]]\n"), AllOf(HasSubstr("x.toml:5:"), HasSubstr("'seed'")));
  EXPECT_THAT(link("[\"seed\"]\nfrom = 1\nto = 2\nsteps = 2\n"), AllOf(HasSubstr("x.toml:6:"), HasSubstr("'from'")));
  const auto range = [&](const std::string& rest) { return refusal(grid + "[[axis]]\nkey = \"seed\"\n" + rest); };
  EXPECT_THAT(range("from = 0\nto = 8\nsteps = 4\nspacing = \"logarithmic\"\n"),
              AllOf(HasSubstr("x.toml:6:"), HasSubstr("from 1")));
  EXPECT_THAT(range("from = 1\nto = 8\nsteps = 4\nspacing = \"log\"\n"),
              AllOf(HasSubstr("x.toml:9:"), HasSubstr("\"logarithmic\"")));
  const auto exclude = [&](const std::string& where) {
    return refusal(grid + seeds + "[[exclude]]\nwhere = " + where + "\n");
  };
  EXPECT_THAT(exclude("\"sed > 1\""), AllOf(HasSubstr("x.toml:8:"), HasSubstr("nearest 'seed'")));
  EXPECT_THAT(exclude("\"seed => 1\""), AllOf(HasSubstr("x.toml:8:"), HasSubstr("== != < <= > >=")));
  EXPECT_THAT(exclude("\"seed>1\""), HasSubstr("blanks in between"));
  EXPECT_THAT(exclude("\"seed == fcfs\""), HasSubstr("a string in quotes"));
  EXPECT_THAT(exclude("\"seed == true\""), HasSubstr("a number of 'seed' beside true or false"));
  EXPECT_THAT(exclude("'firmware.policy < \"fcfs\"'"), HasSubstr("== or !="));
  EXPECT_THAT(exclude("\"seed >= 1\""), HasSubstr("at least one point that is left"));
  EXPECT_THAT(exclude("[]"), HasSubstr("at least one condition"));
  EXPECT_THAT(exclude("3"), HasSubstr("a condition as a string"));
  EXPECT_THAT(refusal(grid + seeds + "[[exclude]]\nwere = \"seed > 1\"\n"), HasSubstr("nearest 'where'"));
}

TEST(SweepPlan, WhatCannotBeUsedIsNamedWithItsPlace) {
  const std::string grid = head + "design = \"grid\"\n";
  EXPECT_THAT(refusal(head + "design = \"gird\"\n"), HasSubstr("x.toml:3:"));
  EXPECT_THAT(refusal(grid + "[[axis]]\nkey = \"sed\"\nvalues = [1]\n"),
              AllOf(HasSubstr("x.toml:5:"), HasSubstr("'sed'"), HasSubstr("nearest 'seed'")));
  EXPECT_THAT(refusal(grid + "[[axis]]\nkey = \"seed\"\nvalue = [1]\n"),
              AllOf(HasSubstr("x.toml:6:"), HasSubstr("nearest 'values'")));
  EXPECT_THAT(refusal(grid + "samples = 3\n[[axis]]\nkey = \"seed\"\nvalues = [1]\n"), HasSubstr("'samples'"));
  EXPECT_THAT(refusal(grid + "[[axis]]\nkey = \"seed\"\nvalues = []\n"), HasSubstr("at least one value"));
  EXPECT_THAT(refusal("scenario = \"single\"\ndesign = \"grid\"\nmetrics = [\"power.enrgy\"]\n"),
              HasSubstr("x.toml:3:"));
}

}  // namespace
}  // namespace takt::sweep
