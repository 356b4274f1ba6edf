#include "sim/results/results_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "sim/results/document.h"
#include "sim/results/output_folder.h"
#include "tests/results/sample_run.h"

namespace takt::results {
namespace {

using testing::HasSubstr;

std::string refusal(const std::string& json) {
  try {
    parse_results(json, "x.json");
  } catch (const ResultsFileError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(ResultsFile, FiguresStandUnderTheirPathsAsWritten) {
  const ResultsFile file = parse_results(
      R"({"schema": "takt-results/1", "power": {"energy_mj": 36893.488147419103233, "peak_mw": null},
          "streams": [{"band": "focus", "name": "a", "n": 1}, {"band": "idle", "name": "b", "n": 2}], "estimates": [], "list": ["x", "y"]})",
      "x.json");
  EXPECT_EQ(file.figures.at("power.energy_mj").text, "36893.488147419103233");
  EXPECT_EQ(file.figures.at("power.peak_mw").kind, Figure::Kind::null);
  EXPECT_EQ(file.figures.at("streams[b].n").text, "2");
  EXPECT_EQ(file.figures.at("list[y]").text, "y");
  EXPECT_EQ(file.figures.at("estimates").kind, Figure::Kind::empty);
}

TEST(ResultsFile, ElementsThatShareANameGoByTheirPlace) {
  const ResultsFile file =
      parse_results(R"({"schema": "takt-results/1", "a": [{"name": "x", "n": 1}, {"name": "x", "n": 2}]})", "x.json");
  EXPECT_EQ(file.figures.at("a[1].n").text, "2");
}

TEST(ResultsFile, WhatIsNoResultIsRefusedWithTheReason) {
  EXPECT_THAT(refusal(""), HasSubstr("x.json: is not JSON: parse error at line 1, column 1"));
  EXPECT_THAT(refusal("{\n\"schema\": "), HasSubstr("line 2"));
  EXPECT_THAT(refusal("[1, 2]"), HasSubstr("no key \"schema\""));
  EXPECT_THAT(refusal("{\"schema\": 1}"), HasSubstr("no key \"schema\""));
  EXPECT_THAT(refusal("{\"schema\": \"takt-results/2\"}"),
              HasSubstr("has schema \"takt-results/2\"; this takt reads \"takt-results/1\""));
  EXPECT_THAT(refusal("{\"schema\": \"\xff\"}"), HasSubstr("is not JSON"));
  EXPECT_THAT(refusal(std::string(100, '[')), HasSubstr("nested deeper"));
}

TEST(ResultsFile, DamagedFilesAreRefusedOrReadButNeverCrash) {
  const std::string good = results_document(sample_run(), {}).json();
  rc::check("any byte replaced, any tail cut off", [&] {
    std::string bad = good.substr(0, *rc::gen::inRange<std::size_t>(0, good.size() + 1));
    if (!bad.empty()) bad[*rc::gen::inRange<std::size_t>(0, bad.size())] = *rc::gen::arbitrary<char>();
    try {
      parse_results(bad, "x.json");
    } catch (const ResultsFileError& error) {
      RC_ASSERT(std::string(error.what()).compare(0, 7, "x.json:") == 0);
    }
  });
}

TEST(ResultsFile, AMissingFileIsNamed) {
  try {
    load_results("no/such/run");
    FAIL();
  } catch (const ResultsFileError& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("no/such/run: does not exist; expected a results.json or the output folder of a run"));
  }
}

TEST(ResultsFile, AFolderStandsForTheResultsInIt) {
  const std::filesystem::path target = std::filesystem::path(testing::TempDir()) / "results_file_test_folder";
  {
    OutputFolder folder(target);
    folder.write("results.json", "{\"schema\": \"takt-results/1\", \"seed\": 3}\n");
    folder.commit();
  }
  EXPECT_EQ(load_results(target).figures.at("seed").text, "3");
  std::filesystem::remove(target / "results.json");
  EXPECT_THROW(load_results(target), ResultsFileError);
  std::filesystem::remove_all(target);
}

}  // namespace
}  // namespace takt::results
