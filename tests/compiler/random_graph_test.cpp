// Properties of every compiled program, over random graphs, targets and options.
#include "tests/compiler/random_graph.h"

#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/graph/error.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

// Small scratchpads refuse some graphs; the rest must be right. The number of refusals is bounded, so that the property
// does not hold by refusing.
void check_seeds(std::uint64_t first, std::uint64_t count) {
  CheckOptions checks;
  checks.whole_inputs = false;
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    const graph::Graph graph = random_graph(seed);
    const Target target = random_target(seed);
    Options options;
    options.prefetch_cuts = static_cast<std::uint32_t>(seed % 5);
    options.min_cut_cycles = seed % 3 == 0 ? 20000 : 0;
    try {
      const CompiledModel model = compile(graph, target, options);
      ASSERT_EQ(check_model(graph, model, target, checks), "") << "seed " << seed;
    } catch (const graph::GraphError& error) {
      EXPECT_NE(std::string(error.what()).find("does not fit into a scratchpad"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, count / 2);
}

TEST(RandomGraphs, FirstHundred) { check_seeds(0, 100); }
TEST(RandomGraphs, SecondHundred) { check_seeds(100, 100); }
TEST(RandomGraphs, ThirdHundred) { check_seeds(200, 100); }

}  // namespace
}  // namespace takt::compiler::test
