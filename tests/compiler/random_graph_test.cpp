// Properties of every compiled program, over random graphs, targets and options.
#include "tests/compiler/random_graph.h"

#include <gtest/gtest.h>

#include <array>

#include "sim/compiler/compiler.h"
#include "sim/compiler/passes.h"
#include "sim/graph/error.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

// How the compiler divides layers that have work.
class Divisions : public PassObserver {
 public:
  void after(std::string_view, const graph::Graph&) override {}
  void after(std::string_view, const Program&) override {}
  void after(std::string_view pass, const Network& network) override {
    if (pass != "divide") return;
    for (const Layer& layer : network.layers) ++count_[static_cast<std::size_t>(layer.division)];
  }
  std::uint64_t of(Division division) const { return count_[static_cast<std::size_t>(division)]; }
  std::uint64_t all() const { return of(Division::none) + of(Division::channels) + of(Division::rows); }

 private:
  std::array<std::uint64_t, 3> count_{};
};

// Small scratchpads refuse some graphs; the rest must be right. The number of refusals is bounded, so that the property
// does not hold by refusing.
Divisions check_seeds(std::uint64_t first, std::uint64_t count, std::uint32_t cores = 1) {
  CheckOptions checks;
  checks.whole_inputs = false;
  Divisions divisions;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + count && !testing::Test::HasFailure(); ++seed) {
    const graph::Graph graph = random_graph(seed);
    Target target = random_target(seed);
    target.cores = cores;
    if (cores > 1 && seed % 2 == 0) target.dma_bytes_per_cycle = 1000;  // more pays
    Options options;
    options.prefetch_cuts = static_cast<std::uint32_t>(seed % 5);
    options.min_cut_cycles = seed % 3 == 0 ? 20000 : 0;
    options.cores = cores;
    if (cores > 1 && seed % 5 < 2) options.least_tile_cycles = 1;
    try {
      const CompiledModel model = compile(graph, target, options, &divisions);
      for (const Program& program : model.programs) EXPECT_EQ(cores_of(program), cores);
      EXPECT_EQ(check_model(graph, model, target, checks), "") << "seed " << seed;
    } catch (const graph::GraphError& error) {
      EXPECT_NE(std::string(error.what()).find("does not fit into a scratchpad"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, count / 2);
  return divisions;
}

TEST(RandomGraphs, FirstHundred) { check_seeds(0, 100); }
TEST(RandomGraphs, SecondHundred) { check_seeds(100, 100); }
TEST(RandomGraphs, ThirdHundred) { check_seeds(200, 100); }

class RandomGraphsOnCores : public testing::TestWithParam<std::uint32_t> {};

TEST_P(RandomGraphsOnCores, AllThreeHundred) {
  const Divisions divisions = check_seeds(0, 300, GetParam());
  EXPECT_GT(divisions.of(Division::rows), divisions.all() / 10);
  EXPECT_GT(divisions.of(Division::channels), divisions.all() / 50);
  EXPECT_GT(divisions.of(Division::none), divisions.all() / 10);
}

INSTANTIATE_TEST_SUITE_P(Cores, RandomGraphsOnCores, testing::Values(2, 3, 4),
                         [](const auto& cores) { return std::to_string(cores.param); });

}  // namespace
}  // namespace takt::compiler::test
