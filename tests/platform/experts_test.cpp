// Which experts tokens choose, and what a job loads of them.
#include "sim/platform/experts.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace takt::platform::test {
namespace {

config::ExpertsConfig skewed(std::uint64_t permille) {
  config::ExpertsConfig config;
  config.skew = permille;
  return config;
}

// Zipf's law: 1 / n^skew of the first one's.
TEST(Experts, PopularityFallsWithThePowerOfTheNumber) {
  for (const std::uint64_t permille : {0u, 500u, 1000u, 1700u, 3000u}) {
    const Popularity popularity = ExpertChoices(skewed(permille), {2, 64, 1}, 1).popularity();
    ASSERT_EQ(popularity.size(), 128u);
    for (std::size_t n = 1; n <= 64; ++n) {
      const double expected = std::pow(n, -static_cast<double>(permille) / 1000) * std::exp2(32);
      EXPECT_NEAR(static_cast<double>(popularity[n - 1]), expected, 1 + 1e-6 * expected) << n << " " << permille;
      EXPECT_EQ(popularity[64 + n - 1], popularity[n - 1]);
    }
  }
}

// Of many tokens that choose one expert each: within four standard deviations of its share.
TEST(Experts, TokensChooseByPopularity) {
  constexpr std::uint32_t experts = 8;
  constexpr double tokens = 100000;
  ExpertChoices choices(skewed(1000), {1, experts, 1}, 7);
  std::vector<double> counts(experts);
  for (int token = 0; token < tokens; ++token) counts[choices.next()[0]] += 1;
  double harmonic = 0;
  for (std::uint32_t n = 1; n <= experts; ++n) harmonic += 1.0 / n;
  for (std::uint32_t n = 1; n <= experts; ++n) {
    const double share = 1 / (n * harmonic);
    EXPECT_NEAR(counts[n - 1], tokens * share, 4 * std::sqrt(tokens * share * (1 - share))) << n;
  }
}

// Two of three, without replacement: the last one is left out with the chance that the other two come first.
TEST(Experts, TheSecondChoiceIsAmongThoseThatAreLeft) {
  ExpertChoices choices(skewed(1000), {1, 3, 2}, 7);
  constexpr double tokens = 100000;
  double without_last = 0;
  for (int token = 0; token < tokens; ++token) {
    const std::vector<std::uint16_t>& chosen = choices.next();
    without_last += chosen[0] != 2 && chosen[1] != 2;
  }
  const double sum = 1 + 1.0 / 2 + 1.0 / 3, first = 1 / sum, second = 0.5 / sum;
  const double share = first * second / (1 - first) + second * first / (1 - second);
  EXPECT_NEAR(without_last, tokens * share, 4 * std::sqrt(tokens * share * (1 - share)));
}

PlacedExperts placed(const traces::ExpertShape& shape, std::uint32_t near_experts) {
  PlacedExperts p;
  p.shape = shape;
  for (std::uint32_t i = 0; i < shape.layers * shape.experts; ++i) {
    p.address.push_back(1000 + i);
    p.near.push_back(i % shape.experts < near_experts);
  }
  return p;
}

RC_GTEST_PROP(Experts, AJobLoadsTheUnionOfItsTokensChoices, ()) {
  traces::ExpertShape shape;
  shape.layers = *rc::gen::inRange(1u, 4u);
  shape.experts = *rc::gen::inRange(1u, 20u);
  shape.per_token = *rc::gen::inRange(1u, shape.experts + 1);
  const auto tokens = *rc::gen::inRange(1u, 6u);
  const std::uint32_t slots = std::min(shape.experts, tokens * shape.per_token);
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const PlacedExperts p = placed(shape, shape.experts / 2);
  ExpertRouter router(skewed(800), p, seed);
  ExpertChoices same(skewed(800), shape, seed);
  std::uint64_t chosen = 0, loaded = 0, near = 0;
  for (int job = 0; job < 3; ++job) {
    const std::vector<std::uint64_t> table = router.route(tokens, slots).table;
    RC_ASSERT(table.size() == std::size_t{shape.layers} * slots);
    std::vector<std::set<std::uint64_t>> expected(shape.layers);
    for (std::uint32_t token = 0; token < tokens; ++token) {
      const std::vector<std::uint16_t>& experts = same.next();
      for (std::size_t i = 0; i < experts.size(); ++i, ++chosen)
        expected[i / shape.per_token].insert(1000 + i / shape.per_token * shape.experts + experts[i]);
    }
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer) {
      std::vector<std::uint64_t> row(expected[layer].begin(), expected[layer].end());
      loaded += row.size();
      for (const std::uint64_t address : row) near += p.near[address - 1000];
      row.resize(slots);
      RC_ASSERT(std::equal(row.begin(), row.end(), table.begin() + layer * slots));
    }
  }
  RC_ASSERT(router.chosen() == chosen);
  RC_ASSERT(router.loaded() == loaded);
  RC_ASSERT(router.loaded_near() == near);
}

RC_GTEST_PROP(Experts, ATokenChoosesDifferentOnes, ()) {
  traces::ExpertShape shape;
  shape.layers = *rc::gen::inRange(1u, 4u);
  shape.experts = *rc::gen::inRange(1u, 70u);
  shape.per_token = *rc::gen::inRange(1u, shape.experts + 1);
  ExpertChoices choices(skewed(*rc::gen::inRange(0u, 10001u)), shape, *rc::gen::arbitrary<std::uint64_t>());
  for (int token = 0; token < 3; ++token) {
    const std::vector<std::uint16_t>& chosen = choices.next();
    for (std::uint32_t layer = 0; layer < shape.layers; ++layer) {
      const auto begin = chosen.begin() + layer * shape.per_token;
      const std::set<std::uint16_t> different(begin, begin + shape.per_token);
      RC_ASSERT(different.size() == shape.per_token);
      RC_ASSERT(*different.rbegin() < shape.experts);
    }
  }
}

// Least recently used, as a list that is searched has it.
RC_GTEST_PROP(ExpertCache, TheOneNotUsedForTheLongestTimeGoes, ()) {
  const auto count = *rc::gen::inRange<std::size_t>(2, 20);
  const auto slots = *rc::gen::inRange<std::uint32_t>(1, static_cast<std::uint32_t>(count) + 1);
  std::vector<std::size_t> all(count);
  std::iota(all.begin(), all.end(), std::size_t{0});
  ExpertCache cache(count, all, slots);
  std::vector<std::size_t> there(all.begin(), all.begin() + slots);  // the latest used first
  for (const std::size_t expert :
       *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, count))) {
    const auto found = std::find(there.begin(), there.end(), expert);
    RC_ASSERT(cache.has(expert) == (found != there.end()));
    if (found != there.end()) {
      there.erase(found);
      cache.use(expert);
    } else {
      const std::uint32_t freed = cache.slot(there.back());
      there.pop_back();
      RC_ASSERT(cache.load(expert) == freed);
    }
    there.insert(there.begin(), expert);
    std::set<std::uint32_t> used;
    for (const std::size_t each : there) used.insert(cache.slot(each));
    RC_ASSERT(used.size() == slots && *used.rbegin() == slots - 1);
  }
}

// Four experts, one to a token and layer, room for two of both layers' eight: the two of the first number.
TEST(Experts, WhatIsNotInMemoryIsReadLayerByLayer) {
  PlacedExperts placed;
  placed.shape = {2, 4, 1};
  placed.bytes = placed.weights = 100;
  placed.address.resize(8);
  placed.near.resize(8);
  placed.stored = {0, 4, 1, 5, 2, 6, 3, 7};
  placed.slots = 4;  // 0 and 1 of each layer, at 1000, 1200 and 1100, 1300
  placed.far_area = 1000;
  ExpertRouter router(skewed(0), placed, 3);
  std::uint64_t reads = 0;
  for (int token = 0; token < 50; ++token) {
    const ExpertRoute route = router.route(1, 1);
    ASSERT_EQ(route.table.size(), 2u);
    for (const ExpertRoute::Read& read : route.reads) {
      EXPECT_TRUE(read.first_of_layer) << "each layer has but one";
      EXPECT_TRUE(read.address == route.table[0] || read.address == route.table[1]);
    }
    for (const std::uint64_t address : route.table)
      EXPECT_TRUE(address >= 1000 && address < 1400 && address % 100 == 0);
    EXPECT_NE(route.table[0], route.table[1]);
    reads += route.reads.size();
  }
  EXPECT_EQ(router.read(), reads);
  EXPECT_EQ(router.loaded(), 100u);
  // Drawn evenly of four with two or so there: about half of a hundred.
  EXPECT_GT(reads, 30u);
  EXPECT_LT(reads, 70u);
}

}  // namespace
}  // namespace takt::platform::test
