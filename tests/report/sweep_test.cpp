#include "sim/report/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fstream>

#include "sim/report/page.h"
#include "tests/report/run_folder.h"

namespace takt::report {
namespace {

using test::Folder;
using testing::HasSubstr;

const std::string written = R"({
  "schema": "takt-sweep/1", "scenario": "single",
  "objectives": [{"path": "power.energy_mj", "better": "lower"}, {"path": "npu.macs", "better": "higher"}],
  "points": [
    {"id": "a", "label": "seed=1", "state": "done", "front": false, "params": {"seed": "1"}, "metrics": {"power.energy_mj": 2.50, "npu.macs": 7}},
    {"id": "b", "label": "seed=2", "state": "failed", "front": false, "params": {}, "metrics": {}, "exit_code": 4, "error": "no"},
    {"id": "c", "label": "seed=3", "state": "done", "front": false, "params": {}, "metrics": {"power.energy_mj": 3}},
    {"id": "d", "label": "seed=4", "state": "done", "front": true, "params": {}, "metrics": {"power.energy_mj": 1, "npu.macs": 9}}],
  "sensitivities": [{"objective": "power.energy_mj", "axis": "seed", "low": 1, "low_at": "4", "high": 3, "high_at": "3", "swing": 2}]
})";

std::string refusal(const Folder& folder, const std::string& text) {
  folder.write("sweep.json", text);
  try {
    sweep_data(folder.path());
  } catch (const results::ResultsFileError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(SweepPageData, HasEachPointWithItsFiguresAndTheirUnits) {
  const Folder folder;
  folder.write("sweep.json", written);
  ASSERT_TRUE(is_sweep(folder.path()));
  const Json sweep = sweep_data(folder.path())["sweep"];
  EXPECT_EQ(sweep["objectives"][0]["unit"], "mJ");
  EXPECT_EQ(sweep["objectives"][1]["better"], "higher");
  ASSERT_EQ(sweep["points"].size(), 4U);
  EXPECT_EQ(sweep["points"][0]["values"], Json({"2.5", "7"}));
  EXPECT_EQ(sweep["points"][1]["error"], "no");
  EXPECT_EQ(sweep["points"][2]["values"], Json({"3", nullptr}));
  EXPECT_EQ(sweep["counts"], Json({{"done", 3}, {"failed", 1}, {"missing", 0}, {"left_out", 0}}));
  EXPECT_EQ(sweep["sensitivities"][0]["low_at"], "4");
}

TEST(SweepPageData, APageKeepsTheFrontWhereThereIsNotRoomForAll) {
  const Folder folder;
  folder.write("sweep.json", written);
  const Json sweep = sweep_data(folder.path(), 1)["sweep"];
  ASSERT_EQ(sweep["points"].size(), 2U);
  EXPECT_EQ(sweep["points"][0]["id"], "a");
  EXPECT_EQ(sweep["points"][1]["id"], "d");
  EXPECT_EQ(sweep["counts"]["left_out"], 2);
  EXPECT_EQ(sweep["counts"]["done"], 3);
}

TEST(SweepPageData, ARunsFolderIsNoSweep) {
  const Folder folder;
  EXPECT_FALSE(is_sweep(folder.path()));
  folder.write("sweep.json", written);
  folder.write("results.json", "{}");
  EXPECT_FALSE(is_sweep(folder.path()));
}

TEST(SweepPageData, WhatIsDamagedIsNamed) {
  const Folder folder;
  EXPECT_THAT(refusal(folder, "{"), HasSubstr("sweep.json: is not what takt sweep writes"));
  EXPECT_THAT(refusal(folder, R"({"schema": "other/1"})"), HasSubstr("sweep.json: found the schema \"other/1\""));
  EXPECT_THAT(refusal(folder, R"({"schema": "takt-sweep/1"})"), HasSubstr("objectives"));
  std::string strange = written;
  strange.replace(strange.find("\"done\""), 6, "\"odd\"");
  EXPECT_THAT(refusal(folder, strange), HasSubstr("found the state 'odd'"));
}

// Whatever byte is replaced: data, or an error that names the file.
TEST(SweepPageData, AnyByteMayBeDamaged) {
  const Folder folder;
  rc::check([&] {
    std::string text = written;
    text[*rc::gen::inRange<std::size_t>(0, text.size())] = *rc::gen::arbitrary<char>();
    const std::string said = refusal(folder, text);
    RC_ASSERT(said == "accepted" || said.find("sweep.json: ") != said.npos);
  });
}

}  // namespace
}  // namespace takt::report
