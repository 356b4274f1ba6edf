#include "sim/results/compare.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sim/results/document.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using testing::HasSubstr;

ResultsFile file_of(const platform::RunRecord& run, const platform::HostRecord& host = {}) {
  return parse_results(results_document(run, host).json(), "run");
}

ResultsFile with(const std::string& members) {
  return parse_results("{\"schema\": \"takt-results/1\", " + members + "}", "run");
}

Change only_change(const std::string& before, const std::string& after) {
  const Comparison c = compare(with(before), with(after));
  EXPECT_EQ(c.changes.size(), 1u);
  return c.changes.empty() ? Change{} : c.changes[0];
}

TEST(Compare, TheSameRunIsIdenticalWhateverTheHost) {
  const Comparison c = compare(file_of(sample_run(), {1, 2}), file_of(sample_run(), {3, 4}));
  EXPECT_TRUE(c.identical());
  EXPECT_EQ(c.exit_code(), 0);
  EXPECT_THAT(comparison_text(c), HasSubstr("identical: all"));
}

TEST(Compare, AChangeHasOldNewDeltaAndPercent) {
  const Change change = only_change(R"("a": {"x_us": 200})", R"("a": {"x_us": 150.5})");
  EXPECT_EQ(change.path, "a.x_us");
  EXPECT_EQ(change.before, "200");
  EXPECT_EQ(change.after, "150.5");
  EXPECT_EQ(change.delta, "-49.5");
  EXPECT_DOUBLE_EQ(*change.percent, -24.75);
}

// The two differ by 10^-15, which their doubles do not show.
TEST(Compare, ADifferenceBelowTheResolutionOfDoublesIsFoundAndExact) {
  const Change change = only_change(R"("e": 36893.488147419103233)", R"("e": 36893.488147419103234)");
  EXPECT_EQ(change.delta, "+0.000000000000001");
}

TEST(Compare, FromZeroThereIsNoPercentage) {
  const Change change = only_change(R"("n": 0)", R"("n": 5)");
  EXPECT_EQ(change.delta, "+5");
  EXPECT_FALSE(change.percent.has_value());
}

TEST(Compare, NumbersWithExponentsAreComparedToo) {
  EXPECT_DOUBLE_EQ(*only_change(R"("n": 1e30)", R"("n": 3e30)").percent, 200.0);
}

TEST(Compare, MissingAndNewFiguresAreReported) {
  const Comparison c = compare(with(R"("old": 1, "same": 2)"), with(R"("new": 1, "same": 2)"));
  ASSERT_EQ(c.changes.size(), 2u);
  EXPECT_EQ(c.changes[0].path, "new");
  EXPECT_EQ(c.changes[0].kind, Change::Kind::added);
  EXPECT_EQ(c.changes[1].path, "old");
  EXPECT_EQ(c.changes[1].kind, Change::Kind::removed);
  EXPECT_THAT(comparison_text(c), HasSubstr("removed"));
  EXPECT_EQ(c.exit_code(), 1);
}

TEST(Compare, ANumberThatBecomesNullIsAChangeWithoutADelta) {
  const Change change = only_change(R"("p": 5)", R"("p": null)");
  EXPECT_EQ(change.after, "null");
  EXPECT_TRUE(change.delta.empty());
}

TEST(Compare, NullAndTheTextNullDiffer) { only_change(R"("p": null)", R"("p": "null")"); }

TEST(Compare, ChangedInputsComeFirstAndAreNamedAsSuch) {
  platform::RunRecord other = sample_run();
  other.seed = 8;
  other.config_hash = "f00d";
  other.cpu.interrupts = 10;
  const Comparison c = compare(file_of(sample_run()), file_of(other));
  ASSERT_EQ(c.changes.size(), 3u);
  EXPECT_TRUE(c.changes[0].input && c.changes[1].input);
  EXPECT_EQ(c.changes[2].path, "cpu.interrupts");
  const std::string text = comparison_text(c);
  EXPECT_THAT(text, HasSubstr("not run with the same inputs"));
  EXPECT_THAT(text, HasSubstr("1 of "));
}

TEST(Compare, AStreamThatMovesIsNoChangeToItsFigures) {
  platform::RunRecord other = sample_run();
  std::swap(other.streams[0], other.streams[1]);
  EXPECT_TRUE(compare(file_of(sample_run()), file_of(other)).identical());
}

TEST(Compare, TheJsonFormHoldsEveryChange) {
  const auto json = nlohmann::json::parse(comparison_json(compare(with(R"("a": 1, "b": 2)"), with(R"("a": 3)"))));
  EXPECT_EQ(json["schema"], "takt-comparison/1");
  EXPECT_EQ(json["identical"], false);
  EXPECT_EQ(json["changes"][0]["path"], "a");
  EXPECT_EQ(json["changes"][0]["change"], "+2");
  EXPECT_TRUE(json["changes"][1]["new"].is_null());
}

Comparison compare_with(const std::vector<Rule>& rules, const std::string& before, const std::string& after) {
  return compare(with(before), with(after), Tolerances{rules});
}

const std::string slow = R"("streams": [{"name": "a", "latency_us": {"p99": 103}, "throughput_per_s": 97}])",
                  fast = R"("streams": [{"name": "a", "latency_us": {"p99": 100}, "throughput_per_s": 100}])";

TEST(Compare, TheTableSaysWhatIsWorse) {
  const Comparison c = compare(with(fast), with(slow));
  EXPECT_EQ(c.count(Change::Effect::worse), 2u);
  EXPECT_EQ(compare(with(slow), with(fast)).count(Change::Effect::better), 2u);
  EXPECT_EQ(compare(with(slow), with(fast)).exit_code(), 1);  // without tolerances nothing may differ
}

TEST(Compare, WhatIsWithinItsToleranceDoesNotFail) {
  EXPECT_EQ(compare_with({{"streams[*].*", Direction::same, 3, 0}}, fast, slow).exit_code(), 0);
  EXPECT_EQ(compare_with({{"streams[*].*", Direction::same, 2.9, 0}}, fast, slow).failures(), 2u);
  EXPECT_EQ(compare_with({{"*.p99", Direction::same, 0, 3}}, fast, slow).failures(), 1u);
  EXPECT_EQ(compare_with({{"*", Direction::any, 0, 0}}, fast, slow).exit_code(), 0);
}

TEST(Compare, ARuleWithADirectionLetsTheOtherOnePass) {
  const std::vector<Rule> rules = {{"*", Direction::table, 0, 0}};
  EXPECT_EQ(compare_with(rules, slow, fast).exit_code(), 0);
  EXPECT_EQ(compare_with(rules, fast, slow).failures(), 2u);
  EXPECT_EQ(compare_with({{"*", Direction::higher, 0, 0}}, fast, slow).failures(), 1u);
}

TEST(Compare, TheLastRuleThatMatchesWins) {
  EXPECT_EQ(compare_with({{"*", Direction::any, 0, 0}, {"*.p99", Direction::same, 0, 0}}, fast, slow).failures(), 1u);
}

TEST(Compare, AMissingFigureFailsAndANewOneWhereNothingMayDiffer) {
  const std::vector<Rule> rules = {{"*", Direction::lower, 0, 0}};
  EXPECT_EQ(compare_with(rules, R"("old": 1)", R"("new": 1)").failures(), 1u);
  EXPECT_EQ(compare_with({}, R"("old": 1)", R"("new": 1)").failures(), 2u);
}

TEST(Compare, TextsOfAListAreComparedAsASet) {
  const Comparison c = compare(with(R"("estimates": ["a.x", "b.y", "c.z"])"), with(R"("estimates": ["a.x", "c.z"])"));
  ASSERT_EQ(c.changes.size(), 1u);
  EXPECT_EQ(c.changes[0].path, "estimates[b.y]");
  EXPECT_EQ(c.changes[0].kind, Change::Kind::removed);
}

TEST(Compare, MarkdownSaysWhatFailsFirst) {
  const std::string text = comparison_markdown(compare(with(fast), with(slow)));
  EXPECT_THAT(text,
              testing::StartsWith("**takt: 2 beyond their tolerance**, 2 of 4 figures differ: 2 worse, 0 better\n"));
  EXPECT_THAT(text, HasSubstr("| `streams[a].latency_us.p99` | 100 | 103 | +3 | +3.00 % | worse |\n"));
  EXPECT_EQ(comparison_markdown(compare(with(fast), with(fast))), "**takt: identical** (4 figures)\n");
}

}  // namespace
}  // namespace takt::results
