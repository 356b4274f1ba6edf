// What moved between two runs, from tables of a few lines whose means are done by hand.
#include "sim/results/where.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace takt::results {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string parts =
    "driver_us,firmware_us,own_us,others_us,switch_us,front_end_us,tensor_us,vector_us,overhead_us,"
    "dma_in_us,dma_out_us,operators_us,answer_us,blockers\n";

RunTables tables(const std::string& layers, const std::string& paths, const std::string& decisions) {
  RunTables run;
  run.layers =
      parse_csv("model,index,name,runs,wall_us,dma_in_cycles,dma_out_cycles,stall_data_us\n" + layers, "layers");
  run.paths = parse_csv("stream,request,latency_us," + parts + paths, "paths");
  run.decisions = parse_csv("at_us,decision,stream,request,step\n" + decisions, "decisions");
  run.keys = std::map<std::string, std::string>{{"seed", "1"}};
  return run;
}

ResultsFile results(const std::string& latency) {
  return parse_results(
      "{\"schema\": \"takt-results/1\", \"memory\": {\"initiators\": {\"npu\": {\"latency_ns\": " + latency + "}}}}",
      "r");
}

// Two executions of a layer of 10 us became one of 7; its transfers went from 100 to 140 cycles each, its stall from 2
// to 5.
TEST(Where, MeansArePerExecutionAndPerRequest) {
  const RunTables a = tables("net,0,conv,2,20,200,0,4\n",
                             "camera,0,4,1,0,0,0,0,0,3,0,0,0,0,0,0,\ncamera,1,6,1,0,0,0,0,0,5,0,0,0,0,0,0,\n", "");
  RunTables b = tables("net,0,conv,1,7,100,40,5\n", "camera,0,6,1,0,0,0,0,0,3,0,0,2,0,0,0,\n", "");
  (*b.keys)["seed"] = "2";
  const Where where = where_moved(results("10"), a, results("12.5"), b);
  ASSERT_EQ(where.layers.size(), 1u);
  EXPECT_EQ(where.layers[0].name, "net #0 conv");
  EXPECT_DOUBLE_EQ(where.layers[0].delta(), -3);
  EXPECT_DOUBLE_EQ(where.transfers.at(0).delta(), 40);
  EXPECT_EQ(where.stalls.at(0).name, "net data");
  EXPECT_DOUBLE_EQ(where.stalls[0].delta(), 3);
  ASSERT_EQ(where.parts.size(), 2u);
  EXPECT_EQ(where.parts[0].name, "camera dma_in");
  EXPECT_DOUBLE_EQ(where.parts[0].delta(), 2);
  EXPECT_EQ(where.parts[1].name, "camera tensor");
  EXPECT_DOUBLE_EQ(where.parts[1].delta(), -1);
  EXPECT_EQ(where.memory.at(0).name, "port npu");
  EXPECT_DOUBLE_EQ(where.memory[0].delta(), 2.5);
  EXPECT_THAT(where.keys, ElementsAre("seed 1 -> 2"));
  EXPECT_TRUE(where.unknown.empty());
}

std::string decided(const std::string& a, const std::string& b) {
  return where_moved(results("1"), tables("", "", a), results("1"), tables("", "", b)).decisions;
}

TEST(Where, TheFirstOtherDecisionIsNamed) {
  const std::string first = "1,start,a,0,0\n", second = "5.5,start,b,0,0\n";
  EXPECT_EQ(decided(first + second, first + second), "the same 2, at the same times");
  EXPECT_EQ(decided(first + second, first + "6,start,b,0,0\n"),
            "the same 2 in the same order; at other times from number 2 on: start of b #0 at 6 us, in the baseline at "
            "5.5 us");
  EXPECT_EQ(
      decided(first + second, first + "4,preempt,a,0,0\n"),
      "the first 1 of 2 are the same; then preempt of a #0 at 4 us, where the baseline has start of b #0 at 5.5 us");
  EXPECT_THAT(decided(first, first + second), HasSubstr("the new run goes on with 1 more, start of b #0 at 5.5 us"));
}

TEST(Where, ATableThatOneDoesNotHaveIsNamed) {
  RunTables without = tables("", "", "");
  without.layers.reset();
  EXPECT_THAT(where_moved(results("1"), without, results("1"), tables("", "", "")).unknown, ElementsAre("layers.csv"));
}

TEST(Csv, WhatIsNoneIsNamedWithItsLine) {
  EXPECT_THAT(parse_csv("a,b\n\"x,\"\"y\",2\n", "t").rows.at(0), ElementsAre("x,\"y", "2"));
  for (const auto& [text, said] : {std::pair{"", "is empty"},
                                   {"a,b\n1\n", "t:2: found 1 fields, expected 2"},
                                   {"a\n1", "t:2: the last line has no end"},
                                   {"a\n\"1\n", "has no end"}}) {
    try {
      parse_csv(text, "t");
      FAIL() << text;
    } catch (const ResultsFileError& e) {
      EXPECT_THAT(e.what(), HasSubstr(said));
    }
  }
  const Table table = parse_csv("a\n1.5\nx\n", "t");
  EXPECT_EQ(millionths(table.rows[0][0], table), 1500000);
  EXPECT_THROW(millionths(table.rows[1][0], table), ResultsFileError);
  EXPECT_THROW(table.column("b"), ResultsFileError);
}

}  // namespace
}  // namespace takt::results
