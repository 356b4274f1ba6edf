#include "sim/sweep/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <set>

#include "sim/config/config_error.h"

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
