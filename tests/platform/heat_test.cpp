// Temperatures follow from the energy that the components spend.
#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

// A phone that weighs next to nothing, so that a tenth of a second warms all of it.
const config::Overrides light = {"heat.board_j_per_k=0.1", "heat.skin_j_per_k=0.1", "heat.step_us=1000"};

// Some 60 ms of work.
config::Scenario warm(config::Overrides overrides) {
  overrides.insert(overrides.end(), light.begin(), light.end());
  return alone("resnet50", "exynos-llw-like", 100, overrides);
}

const TemperatureRecord& node(const RunRecord& record, const std::string& name) {
  for (const TemperatureRecord& n : record.power.temperatures)
    if (n.node == name) return n;
  throw std::out_of_range(name);
}

double rise(const TemperatureRecord& n) { return (static_cast<double>(n.end) - static_cast<double>(n.begin)) / 1000; }

// With next to no way out, what is spent is stored: 1 ms of it may fall into another step at either end.
TEST(Heat, WhatIsSpentIsStored) {
  const config::Scenario s = warm({"heat.skin_k_per_w=1000"});
  const RunRecord record = run(s);
  const config::HeatConfig& heat = s.config.soc.heat;
  double stored = 0;
  for (const auto& [name, n] : {std::pair{"npu", heat.npu},
                                {"soc", heat.soc},
                                {"dram", heat.dram},
                                {"package", heat.package},
                                {"board", heat.board},
                                {"skin", heat.skin}})
    stored += rise(node(record, name)) * n.microjoules_per_kelvin / 1e6;
  double spent = 0;
  for (const ComponentEnergy& c : record.power.components) spent += static_cast<double>(c.energy) / 1e18;
  EXPECT_GT(spent, 0.1);
  EXPECT_NEAR(stored, spent, spent * 0.025);
}

TEST(Heat, FlowsFromTheEnginesOutwards) {
  const RunRecord record = run(warm({}));
  EXPECT_GT(node(record, "npu").end, node(record, "package").end);
  EXPECT_GT(node(record, "package").end, node(record, "board").end);
  EXPECT_GT(node(record, "board").end, node(record, "skin").end);
  EXPECT_GT(node(record, "skin").end, 25000u);
  for (const TemperatureRecord& n : record.power.temperatures) EXPECT_GE(n.most, std::max(n.begin, n.end)) << n.node;
}

// All are warmer by as much as the air is.
TEST(Heat, BeginsAtTheTemperatureOfTheAir) {
  const auto end = [](const config::Overrides& overrides) {
    return measured<std::uint64_t>([&] { return node(run(warm(overrides)), "npu").end; });
  };
  const std::string constant = "heat.leakage_doubling_k=0";
  EXPECT_EQ(end({"heat.ambient_c=40", constant}), end({constant}) + 15000);
}

}  // namespace
}  // namespace takt::platform::test
