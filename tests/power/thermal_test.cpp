#include "models/power/thermal.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>
#include <stdexcept>

namespace takt::power {
namespace {

constexpr double ambient = 25;

// Rise of one node: P R (1 - exp(-t / (R C))).
TEST(Thermal, OneNodeFollowsItsExponential) {
  constexpr double watts = 3, resistance = 4, capacity = 0.175;  // 0.7 s
  ThermalNetwork network({{"package", capacity}}, {{0, surroundings, resistance}}, ambient, 0.01);
  for (int n = 1; n <= 500; ++n) {
    network.step({watts});
    const double t = 0.01 * n;
    EXPECT_NEAR(network.celsius(0), ambient + watts * resistance * (1 - std::exp(-t / (resistance * capacity))), 1e-9);
  }
}

// Two equal nodes, each with G to the surroundings and g between them: their mean and their difference are exponentials
// of C / G and C / (G + 2 g).
TEST(Thermal, TwoNodesFollowTheirModes) {
  constexpr double c = 2, big = 0.5, small = 0.8, watts = 6;
  ThermalNetwork network({{"a", c}, {"b", c}},
                         {{0, surroundings, 1 / big}, {1, surroundings, 1 / big}, {0, 1, 1 / small}}, ambient, 0.1);
  for (int n = 1; n <= 200; ++n) {
    network.step({watts, 0});
    const double t = 0.1 * n;
    const double mean = watts / 2 / big * (1 - std::exp(-t * big / c));
    const double half = watts / 2 / (big + 2 * small) * (1 - std::exp(-t * (big + 2 * small) / c));
    EXPECT_NEAR(network.celsius(0), ambient + mean + half, 1e-9);
    EXPECT_NEAR(network.celsius(1), ambient + mean - half, 1e-9);
  }
}

// A phone (facts: die 2 K/W, package 4, board 4.5, case 5.5): at 5 W the junction ends at the sum of them.
TEST(Thermal, AChainSettlesAtTheSumOfItsResistances) {
  const std::vector<double> resistance = {2, 4, 4.5, 5.5}, tau = {0.005, 0.7, 9, 720};
  std::vector<ThermalNode> nodes;
  std::vector<ThermalPath> paths;
  for (std::size_t i = 0; i < 4; ++i) {
    nodes.push_back({"n" + std::to_string(i), tau[i] / resistance[i]});
    paths.push_back({i, i == 3 ? surroundings : i + 1, resistance[i]});
  }
  ThermalNetwork network(nodes, paths, ambient, 1);
  for (int n = 0; n < 20000; ++n) network.step({5, 0, 0, 0});
  EXPECT_NEAR(network.celsius(0), ambient + 5 * 16, 1e-6);
  EXPECT_NEAR(network.celsius(3), ambient + 5 * 5.5, 1e-6);
  EXPECT_NEAR(network.settled_rise({5, 0, 0, 0})[0], 80, 1e-9);
}

TEST(Thermal, ANodeWithoutAWayOutIsRefused) {
  EXPECT_THROW(ThermalNetwork({{"a", 1}, {"b", 1}}, {{0, surroundings, 1}}, ambient, 1), std::invalid_argument);
  EXPECT_THROW(ThermalNetwork({{"a", 1}, {"b", 1}}, {{0, 1, 1}}, ambient, 1), std::invalid_argument);
}

struct Drawn {
  std::vector<ThermalNode> nodes;
  std::vector<ThermalPath> paths;
  std::vector<double> watts;
};

Drawn draw() {
  const auto tenths = [](int most) { return *rc::gen::inRange(1, most) / 10.0; };
  Drawn drawn;
  const auto n = *rc::gen::inRange<std::size_t>(1, 7);
  for (std::size_t i = 0; i < n; ++i) {
    drawn.nodes.push_back({"n", tenths(1000)});
    drawn.paths.push_back({i, i == 0 ? surroundings : *rc::gen::inRange<std::size_t>(0, i), tenths(100)});
    drawn.watts.push_back(*rc::gen::inRange(0, 60) / 10.0);
  }
  return drawn;
}

// However the time is cut into steps.
TEST(Thermal, HalfTheStepLeadsToTheSameTemperatures) {
  rc::check([] {
    const Drawn d = draw();
    ThermalNetwork whole(d.nodes, d.paths, ambient, 0.5), half(d.nodes, d.paths, ambient, 0.25);
    for (int n = 0; n < 20; ++n) {
      whole.step(d.watts);
      half.step(d.watts);
      half.step(d.watts);
    }
    for (std::size_t i = 0; i < d.nodes.size(); ++i) RC_ASSERT(std::fabs(whole.celsius(i) - half.celsius(i)) < 1e-7);
  });
}

// From the surroundings' temperature with constant power every node rises, and never beyond where it settles.
TEST(Thermal, RisesAndNeverPassesWhereItSettles) {
  rc::check([] {
    const Drawn d = draw();
    ThermalNetwork network(d.nodes, d.paths, ambient, 0.3);
    const std::vector<double> settled = network.settled_rise(d.watts);
    std::vector<double> before(d.nodes.size(), ambient);
    for (int n = 0; n < 50; ++n) {
      network.step(d.watts);
      for (std::size_t i = 0; i < before.size(); ++i) {
        RC_ASSERT(network.celsius(i) >= before[i] - 1e-9);
        RC_ASSERT(network.celsius(i) <= ambient + settled[i] + 1e-9);
        before[i] = network.celsius(i);
      }
    }
  });
}

// What is put in is stored, or has left: over a step, with the mean of the ends for what leaves.
TEST(Thermal, HeatIsNotLost) {
  rc::check([] {
    const Drawn d = draw();
    constexpr double step = 0.001;
    ThermalNetwork network(d.nodes, d.paths, ambient, step);
    double put = 0, left = 0;
    for (int n = 0; n < 2000; ++n) {
      const double before = network.celsius(0) - ambient;
      network.step(d.watts);
      for (const double watts : d.watts) put += watts * step;
      left += (before + network.celsius(0) - ambient) / 2 / d.paths[0].kelvin_per_watt * step;
    }
    double stored = 0;
    for (std::size_t i = 0; i < d.nodes.size(); ++i)
      stored += (network.celsius(i) - ambient) * d.nodes[i].joules_per_kelvin;
    RC_ASSERT(std::fabs(put - stored - left) <= 1e-4 * put + 1e-9);
  });
}

}  // namespace
}  // namespace takt::power
