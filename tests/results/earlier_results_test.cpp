// Results of earlier forms of takt-results/1 (tests/results/earlier) against the present baseline of the same scenario.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "sim/results/compare.h"
#include "sim/results/metric_table.h"

namespace takt::results {
namespace {

using testing::HasSubstr;

const std::filesystem::path here = TAKT_EARLIER_RESULTS;
const std::filesystem::path present = TAKT_PRESENT_RESULTS;

std::size_t leaves(const nlohmann::json& value) {
  if (!value.is_structured() || value.empty()) return 1;
  std::size_t count = 0;
  for (const auto& child : value) count += leaves(child);
  return count;
}

std::vector<std::filesystem::path> folders() {
  std::vector<std::filesystem::path> found;
  for (int i = 1; std::filesystem::exists(here / std::to_string(i)); ++i) found.push_back(here / std::to_string(i));
  return found;
}

TEST(EarlierResults, LoadWithEveryFigureThatTheyHave) {
  EXPECT_EQ(folders().size(), 3u);
  for (const std::filesystem::path& folder : folders()) {
    const ResultsFile results = load_results(folder);
    const std::filesystem::path file = folder / "results.json";
    EXPECT_EQ(results.figures.size(), leaves(nlohmann::json::parse(std::ifstream(file)))) << file;
    for (const auto& [path, figure] : results.figures)
      if (figure.kind != Figure::Kind::empty) EXPECT_NE(metric_of(path), nullptr) << file << ": " << path;
  }
}

// What a form did not have yet is new in the comparison, and said so; nothing that it had is missing from the present
// one.
TEST(EarlierResults, CompareWithThePresentOnesAndWhatTheyDoNotHaveIsSaid) {
  const std::vector<std::vector<std::string>> first = {
      {}, {"power.rails.npu", "power.thermal.peak_c"}, {"streams[mobilenet].cost_per_answer.energy_mj"}};
  const std::vector<std::filesystem::path> earlier = folders();
  ASSERT_EQ(earlier.size(), first.size());
  for (std::size_t i = 0; i < earlier.size(); ++i) {
    const Comparison there = compare(load_results(earlier[i]), load_results(present));
    const Comparison back = compare(load_results(present), load_results(earlier[i]));
    for (const Change& change : there.changes)
      if (change.path.rfind("estimates", 0) != 0) EXPECT_NE(change.kind, Change::Kind::removed) << i << change.path;
    for (std::size_t k = 0; k < first.size(); ++k) {
      for (const std::string& path : first[k]) {
        const auto has = [&, path = path](const Comparison& c, Change::Kind kind) {
          return std::any_of(c.changes.begin(), c.changes.end(),
                             [&](const Change& change) { return change.path == path && change.kind == kind; });
        };
        EXPECT_EQ(has(there, Change::Kind::added), i < k) << earlier[i] << ": " << path;
        EXPECT_EQ(has(back, Change::Kind::removed), i < k) << earlier[i] << ": " << path;
        if (i < k) EXPECT_THAT(comparison_text(there), HasSubstr(path));
      }
    }
  }
}

}  // namespace
}  // namespace takt::results
