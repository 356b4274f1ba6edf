#include "sim/sweep/collect.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace takt::sweep {
namespace {

std::vector<Result> two_by_two() {
  std::vector<Result> results;
  for (const char* a : {"1", "2"}) {
    for (const char* b : {"10", "20"}) {
      Result result;
      result.point = {std::string("id") + a + b, "label", {{"a", a}, {"b", b}}};
      result.state = State::done;
      // cost = 100 a + b
      result.metrics = {{"cost", std::string(a) + b}, {"other.figure", "0.125"}};
      results.push_back(result);
    }
  }
  return results;
}

// "row|row", columns joined by commas.
std::string query(const std::string& file, const std::string& sql) {
  sqlite3* handle = nullptr;
  std::string rows;
  EXPECT_EQ(sqlite3_open_v2(file.c_str(), &handle, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  const auto row = [](void* out, int count, char** values, char**) {
    auto& text = *static_cast<std::string*>(out);
    if (!text.empty()) text += "|";
    for (int i = 0; i < count; ++i)
      text += std::string(i == 0 ? "" : ",") + (values[i] != nullptr ? values[i] : "null");
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(handle, sql.c_str(), row, &rows, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
  sqlite3_close(handle);
  return rows;
}

std::string bytes(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(SweepPareto, IsWhatEveryPairComparedSays) {
  rc::check([] {
    const auto count = *rc::gen::inRange<std::size_t>(0, 12);
    std::vector<std::vector<double>> rows;
    for (std::size_t i = 0; i < count; ++i)
      rows.push_back({double(*rc::gen::inRange(0, 5)), double(*rc::gen::inRange(0, 5))});
    const std::vector<bool> front = pareto_front(rows);
    for (std::size_t i = 0; i < count; ++i) {
      bool beaten = false;
      for (const auto& o : rows)
        beaten |= o[0] <= rows[i][0] && o[1] <= rows[i][1] && (o[0] < rows[i][0] || o[1] < rows[i][1]);
      RC_ASSERT(front[i] == !beaten);
    }
  });
}

TEST(SweepSensitivity, IsTheSpanOfTheMeansOfEachAxis) {
  Sweep sweep;
  sweep.objectives = {{"cost", results::Better::lower}};
  sweep.axes = {{"b"}, {"a"}};
  const std::vector<Sensitivity> rows = sensitivities(sweep, two_by_two());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].axis, "a");  // 115 to 215
  EXPECT_DOUBLE_EQ(rows[0].low, 115);
  EXPECT_DOUBLE_EQ(rows[0].high, 215);
  EXPECT_EQ(rows[0].high_at, "2");
  EXPECT_EQ(rows[1].axis, "b");  // 160 to 170
  EXPECT_DOUBLE_EQ(rows[1].swing, 10.0 / 160);
}

TEST(SweepSensitivity, OfLinkedKeysIsThatOfThePair) {
  Sweep sweep;
  sweep.objectives = {{"cost", results::Better::lower}};
  sweep.axes = {{"a", "b"}};
  const std::vector<Sensitivity> rows = sensitivities(sweep, two_by_two());
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].axis, "a, b");
  EXPECT_EQ(rows[0].low_at, "1, 10");
  EXPECT_DOUBLE_EQ(rows[0].low, 110);
  EXPECT_EQ(rows[0].high_at, "2, 20");
  EXPECT_DOUBLE_EQ(rows[0].high, 220);
}

// A point of a list may be the scenario as it is; it names no key, and the others are no corners.
TEST(SweepSensitivity, APointOfAListThatNamesNoKeyIsLeftOut) {
  Sweep sweep;
  sweep.objectives = {{"cost", results::Better::lower}};
  sweep.axes = {{"a"}, {"b"}};
  std::vector<Result> results = two_by_two();
  results.insert(results.begin(), Result{});
  results[0].metrics = {{"cost", "1"}};
  const std::vector<Sensitivity> rows = sensitivities(sweep, results);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_DOUBLE_EQ(rows[0].low, 115);
  EXPECT_DOUBLE_EQ(rows[0].high, 215);
}

// Part of a sweep of corners has no nominal point.
TEST(SweepSensitivity, OfCornersIsTheSpanOfEachFiguresBounds) {
  Sweep sweep;
  sweep.corners = true;
  sweep.objectives = {{"cost", results::Better::lower}};
  sweep.axes = {{"a"}, {"b"}};
  std::vector<Result> results;
  for (const auto& [params, cost] : {std::pair<std::vector<Assignment>, const char*>{{{"a", "8"}}, "10"},
                                     {{{"a", "12"}}, "15"},
                                     {{{"a", "8"}, {"b", "8"}}, "1"}}) {
    results.emplace_back();
    results.back().point.params = params;
    results.back().metrics = {{"cost", cost}};
  }
  const std::vector<Sensitivity> rows = sensitivities(sweep, results);
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].axis, "a");
  EXPECT_DOUBLE_EQ(rows[0].swing, 0.5);
}

TEST(SweepDatabase, AnswersSqlAndHasTheSameBytesFromTheSameResults) {
  const std::string file = testing::TempDir() + "takt_sweep_test.db", again = file + "2";
  std::vector<Result> results = two_by_two();
  results[3].state = State::failed;
  results[3].exit_code = 4;
  results[3].error = "it's \"broken\"";
  results[3].metrics.clear();
  write_database(results, file);
  write_database(results, file);
  write_database(results, again);
  EXPECT_EQ(query(file, "PRAGMA user_version"), "1");
  EXPECT_EQ(query(file, "SELECT id, exit_code, error FROM points WHERE state = 'failed'"), "id220,4,it's \"broken\"");
  EXPECT_EQ(query(file, "SELECT SUM(value) FROM metrics WHERE path = 'cost'"), "440.0");  // 110 + 120 + 210
  EXPECT_EQ(query(file,
                  "SELECT AVG(m.value) FROM metrics m JOIN params p ON p.point = m.point"
                  " WHERE p.key = 'a' AND p.value = '1' AND m.path = 'cost'"),
            "115.0");
  EXPECT_EQ(bytes(file), bytes(again));
}

}  // namespace
}  // namespace takt::sweep
