// takt from outside: exit codes, what stands on which output, what is left in folders. 0 done, 1 different, 2 wrong
// input, 4 the simulation failed or reached a limit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Cli : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }
  // A short run into `folder`, with more options.
  Outcome run(const std::string& folder, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"run", "--model", "squeezenet1_1", "--requests", "2", "-o", folder};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }
  // Exit code 2, nothing on stdout, and a message with all of these.
  void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
    expect_nothing_written();
  }
  void expect_nothing_written() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      EXPECT_THAT(entry.path().filename().string(), Not(testing::AnyOf(HasSubstr("partial"), "result", "out")));
  }
  std::set<std::string> names_in(const std::filesystem::path& folder) const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
      names.insert(entry.path().filename().string());
    return names;
  }
  void scenario(const std::string& text) const { write_file(folder_ / "scenario.toml", text); }

  const Folder folder_;
};

const std::string stream = R"(
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 1
)";
const std::string head = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n";

TEST_F(Cli, HelpIsForStdoutAndIsNoError) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"--help"}, {"run", "--help"}, {"compare", "--help"}}) {
    const Outcome outcome = call(arguments);
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr("Usage"));
    EXPECT_THAT(outcome.err, IsEmpty());
  }
}

TEST_F(Cli, VersionIsOneLine) {
  const Outcome outcome = call({"--version"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(Cli, NoCommandIsWrong) { EXPECT_EQ(call({}).code, 2); }

TEST_F(Cli, AnUnknownCommandIsWrongAndTheNearestIsNamed) { expect_refused(call({"rum"}), {"'rum'", "'run'"}); }

TEST_F(Cli, AnUnknownOptionIsWrong) { expect_refused(call({"run", "default", "--frobnicate"}), {"--frobnicate"}); }

TEST_F(Cli, AnOptionThatNeedsAnotherIsWrongWithoutIt) {
  expect_refused(call({"run", "default", "--requests", "3"}), {"--model"});
}

TEST_F(Cli, AMissingScenarioFileIsNamed) { expect_refused(call({"run", "nowhere.toml"}), {"nowhere.toml"}); }

TEST_F(Cli, AMissingModelFileIsNamed) {
  expect_refused(call({"run", "--model", "nowhere.tflite", "-o", "result"}), {"nowhere.tflite"});
  expect_refused(call({"inspect", "nowhere.tflite"}), {"nowhere.tflite"});
  expect_refused(call({"compile", "nowhere.tflite"}), {"nowhere.tflite"});
}

TEST_F(Cli, APrecisionThatDoesNotExistIsRefused) {
  expect_refused(run("result", {"--precision", "w2a2"}), {"--precision", "w2a2", "w8a16"});
  expect_refused(call({"compile", "squeezenet1_1", "--precision", "int8"}), {"--precision", "int8", "w8a8"});
  expect_refused(call({"inspect", "squeezenet1_1", "--precision", "W8A8"}), {"--precision", "W8A8"});
  expect_refused(call({"run", "default", "--precision", "fp16"}), {"--model"});
  scenario(head + stream + "precision = \"fp32\"\n");
  expect_refused(call({"run", "scenario.toml", "-o", "result"}), {"scenario.toml:11", "fp32", "fp16"});
}

TEST_F(Cli, AModelFileHasAPrecisionOfItsOwn) {
  const std::string file = with_custom_operator(folder_);
  expect_refused(call({"compile", file, "--precision", "fp16"}), {"fp16", file});
  expect_refused(call({"inspect", file, "--precision", "fp16"}), {"fp16", file});
  expect_refused(call({"run", "--model", file, "--precision", "fp16", "-o", "result"}), {"precision", file});
}

TEST_F(Cli, APrecisionChangesTypesAndTime) {
  EXPECT_THAT(call({"inspect", "squeezenet1_1", "--precision", "fp16"}).out, HasSubstr(" float16 "));
  EXPECT_THAT(call({"compile", "squeezenet1_1", "--precision", "w4a16"}).out, HasSubstr("0 CPU operators"));
  ASSERT_EQ(run("narrow").code, 0);
  ASSERT_EQ(run("wide", {"--precision", "w8a16"}).code, 0);
  const auto time = [&](const std::string& folder) {
    return nlohmann::json::parse(read_file(folder_ / folder / "results.json"))["simulated_ns"].get<std::uint64_t>();
  };
  EXPECT_GT(time("wide"), time("narrow"));
}

TEST_F(Cli, ATruncatedModelIsRefusedWhereverItIsCut) {
  const std::string file = read_file(with_custom_operator(folder_));
  for (const std::size_t length : {std::size_t{0}, std::size_t{7}, file.size() / 3, file.size() - 1}) {
    write_file(folder_ / "cut.tflite", file.substr(0, length));
    expect_refused(call({"run", "--model", "./cut.tflite", "-o", "result"}), {"cut.tflite"});
  }
}

TEST_F(Cli, AnUnknownKeyIsRefusedWithItsPlaceAndTheNearestName) {
  scenario(head + stream + "deadline_usec = 5\n");
  expect_refused(call({"run", "scenario.toml", "-o", "result"}), {"scenario.toml:11", "deadline_usec", "deadline_us"});
}

TEST_F(Cli, AKeyInAnotherUnitIsRefused) {
  scenario(head + "[run]\nmeasure_ms = 5\n" + stream);
  expect_refused(call({"run", "scenario.toml", "-o", "result"}), {"scenario.toml:5", "measure_ms", "measure_us"});
}

TEST_F(Cli, AValueOutsideItsRangeIsRefused) {
  scenario(head + "[npu]\nclock_hz = 5\n" + stream);
  expect_refused(call({"run", "scenario.toml", "-o", "result"}), {"scenario.toml:5", "npu.clock_hz", "1000000"});
}

TEST_F(Cli, TextThatIsNoTomlIsRefusedWithItsLine) {
  scenario(head + "][\n");
  expect_refused(call({"run", "scenario.toml", "-o", "result"}), {"scenario.toml:4"});
}

TEST_F(Cli, AnImpossiblePresetIsRefused) {
  expect_refused(run("result", {"--set", "memory.lpddr5x.channels=3"}), {"memory.lpddr5x.channels", "power of two"});
}

TEST_F(Cli, AnUnknownPresetIsRefused) { expect_refused(run("result", {"--soc", "abacus"}), {"'abacus'"}); }

TEST_F(Cli, AnOverrideOfAnUnknownKeyIsRefused) {
  expect_refused(run("result", {"--set", "npu.clok_hz=1"}), {"npu.clok_hz"});
}

TEST_F(Cli, AnOverrideWithoutAValueIsRefused) {
  expect_refused(run("result", {"--set", "npu.clock_hz"}), {"KEY=VALUE"});
}

TEST_F(Cli, AnOverrideOfTheWrongTypeIsRefused) {
  expect_refused(run("result", {"--set", "npu.clock_hz=fast"}), {"'fast'", "npu.clock_hz"});
}

TEST_F(Cli, AnUnknownFidelityIsRefused) {
  expect_refused(run("result", {"--fidelity", "rough"}), {"rough", "detailed", "fast"});
}

TEST_F(Cli, AWorkloadThatDoesNotFitIsRefused) {
  expect_refused(run("result", {"--set", "memory.lpddr5x.capacity_mib=1"}), {"'lpddr5x' is full"});
}

TEST_F(Cli, AnImpossiblePolicyIsRefused) {
  expect_refused(run("result", {"--set", "firmware.policy=wishful"}), {"wishful", "fcfs"});
}

TEST_F(Cli, ReachingTheTimeLimitIsExitFourAndLeavesNothing) {
  const Outcome outcome = run("result", {"--max-time", "150"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("max_time_us = 150"));
  EXPECT_THAT(outcome.out, IsEmpty());
  expect_nothing_written();
}

TEST_F(Cli, ACheckThatFailsIsExitOneAndSaysWhereInTheTimeline) {
  scenario(head + stream + "deadline_us = 5\n");
  EXPECT_EQ(call({"run", "scenario.toml", "-o", "result"}).code, 0) << "a missed deadline is a result";
  const Outcome late = call({"run", "scenario.toml", "-o", "result", "--check"});
  EXPECT_EQ(late.code, 1);
  EXPECT_THAT(late.err, HasSubstr("check: stream 'only': 1 missed deadlines; in the timeline under \"only requests\""));
  EXPECT_THAT(late.err, testing::ContainsRegex("at [0-9.]+ us: #0 "));
  scenario(head + stream + "deadline_us = 5000\n");
  EXPECT_EQ(call({"run", "scenario.toml", "-o", "result", "--check"}).code, 0);
  EXPECT_EQ(call({"run", "scenario.toml", "-o", "result", "--check", "--set", "limits.starvation_us=1"}).code, 1);
}

TEST_F(Cli, AFailedRunLeavesTheResultsBeforeItAlone) {
  ASSERT_EQ(run("result").code, 0);
  const std::string before = read_file(folder_ / "result" / "results.json");
  EXPECT_EQ(run("result", {"--max-time", "150"}).code, 4);
  EXPECT_EQ(read_file(folder_ / "result" / "results.json"), before);
  EXPECT_EQ(names_in(folder_.path()), std::set<std::string>{"result"});
}

TEST_F(Cli, FirmwareThatDoesNotBootIsExitFour) {
  const Outcome outcome =
      run("result", {"--set", "watchdog.boot_timeout_us=1000", "--set", "control_cpu.register_bus_hz=1000"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("boot_timeout_us"));
}

TEST_F(Cli, AFolderThatTaktDidNotWriteIsNotTouched) {
  std::filesystem::create_directory(folder_ / "mine");
  write_file(folder_ / "mine" / "letter.txt", "dear diary");
  const Outcome outcome = run("mine");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("mine"));
  EXPECT_EQ(names_in(folder_ / "mine"), std::set<std::string>{"letter.txt"});
  EXPECT_EQ(names_in(folder_.path()), std::set<std::string>{"mine"});
}

TEST_F(Cli, AFileInTheWayIsNotTouched) {
  write_file(folder_ / "mine", "dear diary");
  EXPECT_EQ(run("mine").code, 2);
  EXPECT_EQ(read_file(folder_ / "mine"), "dear diary");
}

TEST_F(Cli, ARunReplacesAnEarlierOne) {
  ASSERT_EQ(run("result", {"--trace-level", "layers"}).code, 0);
  ASSERT_EQ(run("result", {"--trace-level", "off"}).code, 0);
  EXPECT_EQ(names_in(folder_ / "result"),
            (std::set<std::string>{".takt-output", "results.json", "resolved.toml", "jobs.csv", "layers.csv",
                                   "paths.csv", "decisions.csv", "timeline.csv", "power.csv", "report.html"}));
}

TEST_F(Cli, ARunLeavesItsResultsTablesConfigurationAndTimeline) {
  ASSERT_EQ(run("result").code, 0);
  EXPECT_EQ(
      names_in(folder_ / "result"),
      (std::set<std::string>{".takt-output", "results.json", "resolved.toml", "jobs.csv", "layers.csv", "paths.csv",
                             "decisions.csv", "timeline.csv", "power.csv", "report.html", "trace.pftrace"}));
}

TEST_F(Cli, TheDefaultFolderIsNamedAfterTheScenario) {
  scenario("name = \"tiny\"\n" + head + stream);
  ASSERT_EQ(call({"run", "scenario.toml", "--quiet"}).code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "out" / "tiny" / "results.json"));
}

TEST_F(Cli, ATableSaysWhatHappenedAndWhereTheResultsAre) {
  const Outcome outcome = run("result");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("squeezenet1_1"), HasSubstr("results: result\n")));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(Cli, ARunOfALanguageModelEndsWithWhatAnAnswerCosts) {
  scenario(head +
           "[[stream]]\nname = \"chat\"\nmodel = \"stories15m\"\nprecision = \"w8a8\"\narrival = \"closed_loop\"\n"
           "concurrency = 1\nrequests = 1\nprompt_tokens = 4\nanswer_tokens = 2\ncontext_tokens = 64\n"
           "chunk_tokens = 32\nkv_page_tokens = 32\n");
  const std::string out = call({"run", "scenario.toml", "-o", "result"}).out;
  const std::string last = out.substr(out.rfind('\n', out.size() - 2) + 1);
  EXPECT_THAT(last, testing::MatchesRegex("cost per answer of chat: [0-9.]+ J, [0-9.]+ MB of DRAM traffic, [0-9.]+ s, "
                                          "[0-9.]+ microdollars of electricity\n"));
}

TEST_F(Cli, JsonPrintsExactlyTheFile) {
  const Outcome outcome = run("result", {"--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.out, read_file(folder_ / "result" / "results.json"));
  EXPECT_EQ(nlohmann::json::parse(outcome.out)["schema"], "takt-results/1");
}

TEST_F(Cli, QuietPrintsNothing) {
  const Outcome outcome = run("result", {"--quiet"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, IsEmpty());
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(Cli, BoundSaysWhatEachResourceCosts) {
  const Outcome outcome = run("result", {"--bound", "--trace-level", "off"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("what if one resource cost no time"));
  const std::string csv = read_file(folder_ / "result" / "bound.csv");
  for (const char* row :
       {"ideal,stream,", "\nnone,", "\nmemory,", "\nnoc,", "\nscratchpad,", "\ntensor,", "\nvector,", "\nfirmware,"}) {
    EXPECT_THAT(csv, HasSubstr(row));
  }
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 8);
}

TEST_F(Cli, ABoundThatFailsIsTheRunsFailure) {
  EXPECT_EQ(run("result", {"--bound", "--max-time", "10"}).code, 4);
  expect_nothing_written();
}

TEST_F(Cli, ListNamesWhatIsBuiltIn) {
  const std::pair<const char*, const char*> rows[] = {{"socs", "exynos-llw-like"}, {"memories", "llw-dram"},
                                                      {"models", "mobilenet_v2"},  {"policies", "fixed-priority"},
                                                      {"scenarios", "default"},    {"software", "none"}};
  for (const auto& [what, name] : rows) {
    const Outcome outcome = call({"list", what});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_THAT(outcome.out, HasSubstr(name));
  }
}

TEST_F(Cli, InspectNamesWhatTheNpuLacks) {
  const Outcome outcome = call({"inspect", with_custom_operator(folder_)});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("Wobble"), HasSubstr("cpu: "), HasSubstr(" %  1 x Wobble: ")));
}

TEST_F(Cli, InspectIsOfOneSoc) {
  EXPECT_THAT(call({"inspect", "squeezenet1_1"}).out, HasSubstr("100.0 %"));
  EXPECT_THAT(call({"inspect", "squeezenet1_1", "--soc", "exynos-llw-like"}).out,
              HasSubstr("estimate for exynos-llw-like"));
  const std::string slow = call({"inspect", "squeezenet1_1", "--set", "npu.clock_hz=1000000"}).out;
  EXPECT_NE(slow, call({"inspect", "squeezenet1_1"}).out);
  expect_refused(call({"inspect", "squeezenet1_1", "--soc", "nowhere"}), {"nowhere"});
}

TEST_F(Cli, CompilePrintsWhatAPassLeaves) {
  const Outcome outcome = call({"compile", "squeezenet1_1", "--print-after", "fuse"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, testing::StartsWith("after fuse, npu program 0:\n"));
  expect_refused(call({"compile", "squeezenet1_1", "--print-after", "fold"}), {"fold", "{partition,legalize", ",emit"});
}

TEST_F(Cli, CompileListsTheLayers) {
  const Outcome outcome = call({"compile", "squeezenet1_1"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("conv2d"), HasSubstr("cuts")));
}

class Compare : public Cli {
 protected:
  void SetUp() override {
    ASSERT_EQ(run("a").code, 0);
    ASSERT_EQ(run("b").code, 0);
    ASSERT_EQ(run("c", {"--set", "npu.clock_hz=1300000000"}).code, 0);
  }
  // Replaces the one place of a text in a run's results.json.
  void edit(const std::string& folder, const std::string& from, const std::string& to) const {
    const std::filesystem::path file = folder_ / folder / "results.json";
    std::string text = read_file(file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    ASSERT_EQ(text.find(from, at + 1), std::string::npos);
    write_file(file, text.replace(at, from.size(), to));
  }
};

TEST_F(Compare, EqualResultsAreExitZeroWhateverTheHostMeasured) {
  edit("b", "\"wall_s\": ", "\"wall_s\": 9");
  EXPECT_EQ(call({"compare", "a", "b"}).code, 0);
}

TEST_F(Compare, ADifferenceIsExitOneAndIsNamed) {
  const Outcome outcome = call({"compare", "a", "c"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("latency_us"));
  EXPECT_THAT(outcome.err, IsEmpty());
}

TEST_F(Compare, OneChangedFigureIsADifference) {
  edit("b", "\"macs\": ", "\"macs\": 1");
  const Outcome outcome = call({"compare", "a", "b"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.out, HasSubstr("npu.macs"));
  EXPECT_THAT(outcome.out, Not(HasSubstr("latency_us")));
}

TEST_F(Compare, AMissingResultIsExitTwo) { EXPECT_EQ(call({"compare", "a", "nowhere"}).code, 2); }

TEST_F(Compare, WhatIsNoResultIsExitTwo) {
  write_file(folder_ / "b" / "results.json", "{\"schema\": \"takt-results/1\", ");
  EXPECT_EQ(call({"compare", "a", "b"}).code, 2);
  write_file(folder_ / "b" / "results.json", "{\"schema\": \"grocery-list/1\"}");
  EXPECT_EQ(call({"compare", "a", "b"}).code, 2);
}

TEST_F(Compare, JsonIsJsonAndQuietIsSilent) {
  EXPECT_EQ(nlohmann::json::parse(call({"compare", "a", "c", "--json"}).out)["schema"], "takt-comparison/1");
  const Outcome quiet = call({"compare", "a", "c", "--quiet"});
  EXPECT_EQ(quiet.code, 1);
  EXPECT_THAT(quiet.out, IsEmpty());
}

}  // namespace
}  // namespace takt::platform::test
