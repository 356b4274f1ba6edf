#include <gtest/gtest.h>

#include <set>
#include <string>

#include "firmware/kernel/cost_table.h"
#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

std::uint64_t items(const Bench& bench, CostPoint point) {
  std::uint64_t sum = 0;
  for (const auto& charge : bench.soc.charges) {
    if (charge.first == point) sum += charge.second;
  }
  return sum;
}

TEST(CostTable, EveryRowHasANameOfItsOwnAndASource) {
  std::set<std::string> names;
  for (const CostRow& row : kCostTable) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_NE(std::string(row.source), "") << row.name;
    // A fitted row of 0 stands for instructions that another row of the same iteration holds.
    if (row.estimated) {
      EXPECT_GT(row.base_cycles + row.cycles_per_item, 0u) << row.name;
    }
  }
}

TEST(CostTable, AJobIsChargedForEachPrimitiveOnce) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  bench.add_queue(1);
  bench.settle();
  bench.soc.charges.clear();
  bench.submit(1, job(1, 0));
  bench.run();
  EXPECT_EQ(items(bench, CostPoint::RingSlot), 1u);
  EXPECT_EQ(items(bench, CostPoint::Decision), 1u);  // one candidate
  EXPECT_EQ(items(bench, CostPoint::Dispatch), 1u);
  EXPECT_EQ(items(bench, CostPoint::EngineEvent), 1u);
  EXPECT_EQ(items(bench, CostPoint::CompletionRecord), 1u);
  EXPECT_EQ(items(bench, CostPoint::Interrupt), 2u);  // doorbell, stop
  EXPECT_EQ(items(bench, CostPoint::PreemptRequest), 0u);
}

TEST(CostTable, ADecisionIsChargedByItsCandidates) {
  Bench bench;
  bench.boot();
  bench.add_program(0, 10);
  for (std::uint32_t queue = 1; queue <= 3; ++queue) bench.add_queue(queue);
  bench.settle();
  bench.soc.charges.clear();
  for (std::uint32_t queue = 1; queue <= 3; ++queue) bench.submit(queue, job(queue, 0));
  bench.firmware->step();
  EXPECT_EQ(items(bench, CostPoint::Decision), 3u);
}

}  // namespace
}  // namespace takt::firmware::test
