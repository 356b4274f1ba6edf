// takt memory: what it writes.
#include <gmock/gmock.h>

#include "tests/replay/commands.h"

namespace takt::replay::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class MemoryCommand : public Commands {
 protected:
  static int memory(const std::string& folder, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments{"memory", "lpddr5x-8533", "--points", "3", "--quiet", "-o", folder};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }
};

TEST_F(MemoryCommand, leaves_a_table_a_picture_and_results) {
  ASSERT_EQ(memory("out", {"--pattern", "random,blocks4k", "--reads", "100,50"}), 0);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator("out")) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre(".takt-output", "memory.csv", "memory.svg", "resolved.toml", "results.json"));
  const nlohmann::json r = results("out");
  EXPECT_EQ(r["schema"], "takt-results/1");
  std::vector<std::string> curves;
  for (const nlohmann::json& curve : r["curves"]) curves.push_back(curve["name"]);
  EXPECT_THAT(curves, ElementsAre("random-r100", "random-r50", "blocks4k-r100", "blocks4k-r50"));
  for (const nlohmann::json& curve : r["curves"]) {
    EXPECT_GT(curve["saturated"]["served_gbps"], 10.0);
    EXPECT_LT(curve["efficiency"], 1.0);
    EXPECT_GT(curve["unloaded"]["read_latency_ns"]["mean"], 40.0);
    EXPECT_GT(curve["points"][0]["pj_per_bit"], curve["saturated"]["pj_per_bit"]) << "standby at a low load";
  }
}

TEST_F(MemoryCommand, has_one_line_for_each_point) {
  ASSERT_EQ(memory("out", {"--pattern", "sequential", "--reads", "100"}), 0);
  const std::string csv = read("out/memory.csv");
  const std::size_t points = results("out")["curves"][0]["points"].size();
  EXPECT_EQ(static_cast<std::size_t>(std::count(csv.begin(), csv.end(), '\n')), 1 + 2 + points);
  EXPECT_THAT(csv, HasSubstr("sequential,64,100,unloaded,,"));
  EXPECT_THAT(csv, HasSubstr("sequential,64,100,offered,3.413200,"));
  EXPECT_THAT(csv, HasSubstr("sequential,64,100,saturated,,"));
}

TEST_F(MemoryCommand, gives_the_same_bytes_twice) {
  for (const char* folder : {"a", "b"}) ASSERT_EQ(memory(folder, {"--pattern", "random", "--reads", "70"}), 0);
  EXPECT_EQ(without_host("a").dump(), without_host("b").dump());
  for (const char* file : {"memory.csv", "memory.svg", "resolved.toml"})
    EXPECT_EQ(read(std::string("a/") + file), read(std::string("b/") + file)) << file;
}

TEST_F(MemoryCommand, another_seed_gives_other_arrivals) {
  ASSERT_EQ(memory("a", {"--pattern", "random", "--reads", "70"}), 0);
  ASSERT_EQ(memory("b", {"--pattern", "random", "--reads", "70", "--seed", "2"}), 0);
  EXPECT_NE(read("a/memory.csv"), read("b/memory.csv"));
}

TEST_F(MemoryCommand, overrides_keys_of_the_memory) {
  ASSERT_EQ(memory("a", {"--pattern", "random", "--reads", "100"}), 0);
  ASSERT_EQ(memory("b", {"--pattern", "random", "--reads", "100", "--set", "controller_ns=50"}), 0);
  const double a = results("a")["curves"][0]["unloaded"]["read_latency_ns"]["mean"];
  const double b = results("b")["curves"][0]["unloaded"]["read_latency_ns"]["mean"];
  EXPECT_NEAR(b - a, 50 - 12, 3) << "lpddr5x-8533 has 12 ns";
}

TEST_F(MemoryCommand, refuses_what_it_does_not_know) {
  EXPECT_EQ(memory("out", {"--pattern", "zigzag"}), 2);
  EXPECT_EQ(memory("out", {"--reads", "101"}), 2);
  EXPECT_EQ(memory("out", {"--points", "1"}), 2);
  EXPECT_ANY_THROW(call({"memory", "lpddr9", "--quiet"}));
  EXPECT_FALSE(std::filesystem::exists("out"));
}

}  // namespace
}  // namespace takt::replay::testing
