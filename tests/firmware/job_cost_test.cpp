// Cost tables as the firmware reads them, against the rules of firmware/abi/program.h in floating point.
#include "firmware/kernel/job_cost.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/firmware/bench.h"

namespace takt::firmware::test {
namespace {

constexpr std::uint64_t kTable = kDram + 0xd0000;
constexpr std::uint64_t kParameters = kDram + 0xd1000;

takt_cost_table random_table(std::mt19937_64& random, std::uint32_t ratios, std::uint32_t values) {
  takt_cost_table table = {};
  table.ratios = ratios;
  table.values = values;
  table.parameter = static_cast<std::uint32_t>(random() % TAKT_PARAMETERS);
  for (std::uint32_t r = 0; r < ratios; ++r)
    table.bytes_per_kilocycle[r] = (r == 0 ? 0 : table.bytes_per_kilocycle[r - 1]) + 1 + random() % 100000;
  for (std::uint32_t v = 0; v < values; ++v) table.value[v] = (v == 0 ? 0 : table.value[v - 1]) + 1 + random() % 5000;
  for (std::uint32_t v = 0; v < values; ++v)
    for (std::uint32_t r = 0; r < ratios; ++r) table.cycles[v][r] = random() % 10000000000ull;
  return table;
}

double along_ratios(const takt_cost_table& t, std::uint32_t v, double ratio) {
  const std::uint32_t* const r = t.bytes_per_kilocycle;
  if (ratio <= r[0]) return static_cast<double>(t.cycles[v][0]) * r[0] / ratio;
  for (std::uint32_t i = 1; i < t.ratios; ++i) {
    if (ratio > r[i]) continue;
    const double share = (1 / ratio - 1.0 / r[i]) / (1.0 / r[i - 1] - 1.0 / r[i]);
    return static_cast<double>(t.cycles[v][i]) * (1 - share) + static_cast<double>(t.cycles[v][i - 1]) * share;
  }
  return static_cast<double>(t.cycles[v][t.ratios - 1]);
}

double expected(const takt_cost_table& t, double ratio, double value) {
  if (value <= t.value[0]) return along_ratios(t, 0, ratio);
  for (std::uint32_t i = 1; i < t.values; ++i) {
    if (value > t.value[i]) continue;
    const double share = (value - t.value[i - 1]) / (double{1} * t.value[i] - t.value[i - 1]);
    return along_ratios(t, i, ratio) * share + along_ratios(t, i - 1, ratio) * (1 - share);
  }
  return along_ratios(t, t.values - 1, ratio);
}

class JobCosts : public testing::Test {
 protected:
  JobCosts() : hal_(soc_) {}

  bool load(const takt_cost_table& table, std::uint32_t ratio, JobCost* cost) {
    soc_.put(kTable, table);
    return cost->load(hal_, {kTable}, ratio);
  }
  std::uint64_t cycles(const JobCost& cost, std::uint32_t parameter, std::uint32_t value) {
    takt_parameters parameters = {};
    parameters.magic = TAKT_PARAMETERS_MAGIC;
    parameters.value[parameter] = value;
    soc_.put(kParameters, parameters);
    return cost.cycles(hal_, {kParameters});
  }

  FakeSoc soc_;
  Hal hal_;
};

TEST_F(JobCosts, AreLinearBetweenEntries) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 2000; ++i) {
    const takt_cost_table table =
        random_table(random, 1 + random() % TAKT_COST_RATIOS, 1 + random() % TAKT_COST_VALUES);
    const auto ratio = static_cast<std::uint32_t>(1 + random() % (table.bytes_per_kilocycle[table.ratios - 1] * 3 / 2));
    const auto value = static_cast<std::uint32_t>(random() % (table.value[table.values - 1] * 3 / 2));
    JobCost cost;
    ASSERT_TRUE(load(table, ratio, &cost));
    const double exact = expected(table, ratio, value);
    // Each of the two steps rounds to 2^-20 of what it spans.
    EXPECT_NEAR(static_cast<double>(cycles(cost, table.parameter, value)), exact, 3e10 / (1 << 20) + exact / (1 << 19));
    if (::testing::Test::HasFailure()) return;
  }
}

TEST_F(JobCosts, OfAJobWithoutParametersAreTheLargest) {
  std::mt19937_64 random(2);
  takt_cost_table table = random_table(random, 4, 3);
  JobCost cost;
  ASSERT_TRUE(load(table, table.bytes_per_kilocycle[2], &cost));
  EXPECT_EQ(cost.cycles(hal_, {0}), table.cycles[2][2]);
}

TEST_F(JobCosts, MalformedTablesAreRefused) {
  std::mt19937_64 random(3);
  const takt_cost_table good = random_table(random, 4, 3);
  JobCost cost;
  const auto refused = [&](auto spoil) {
    takt_cost_table table = good;
    spoil(table);
    return !load(table, 1000, &cost);
  };
  EXPECT_FALSE(refused([](takt_cost_table&) {}));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.ratios = 0; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.ratios = TAKT_COST_RATIOS + 1; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.values = 0; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.values = TAKT_COST_VALUES + 1; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.parameter = TAKT_PARAMETERS; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.bytes_per_kilocycle[0] = 0; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { t.bytes_per_kilocycle[2] = t.bytes_per_kilocycle[1]; }));
  EXPECT_TRUE(refused([](takt_cost_table& t) { std::swap(t.value[0], t.value[2]); }));
}

TEST_F(JobCosts, ARatioIsBytesPerThousandCycles) {
  EXPECT_EQ(bytes_per_kilocycle(43200000000, 1200000), 36000u);
  EXPECT_EQ(bytes_per_kilocycle(43200000000, 0), 0u);
  EXPECT_EQ(bytes_per_kilocycle(~0ull, 1), 0xffffffffu);
}

// What a policy is told: the table's cycles where there is one and the operating point is known, else the header's.
TEST(JobCost, ReachesThePolicy) {
  for (const bool known : {false, true}) {
    takt_boot_info info = boot_info("fcfs");
    info.npu_clock_khz = known ? 1000 : 0;
    info.npu_bytes_per_s = known ? 5000000 : 0;
    ProgramTable programs(info.npu_bytes_per_s, info.npu_clock_khz);
    FakeSoc soc;
    Hal hal(soc);
    takt_program_header header = program_header(77, 0);
    header.cost_offset = header.total_bytes;
    header.total_bytes += sizeof(takt_cost_table);
    takt_cost_table table = {};
    table.ratios = table.values = 1;
    table.bytes_per_kilocycle[0] = 5000;
    table.cycles[0][0] = 33;
    soc.put(program_at(0), header);
    soc.put(program_at(0) + header.cost_offset, table);
    ASSERT_EQ(programs.add(hal, 0, {program_at(0)}), TAKT_STATUS_OK);
    EXPECT_EQ(programs.find(0)->cost.cycles(hal, {0}), known ? 33u : 77u);
  }
}

}  // namespace
}  // namespace takt::firmware::test
