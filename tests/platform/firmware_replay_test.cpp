// A run's firmware once more, on what it read: both builds of takt's firmware do the same, whichever was recorded, and
// what is no longer the same is found where it begins.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"
#include "traces/formats/firmware/firmware_trace.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using traces::FirmwareAccess;
using traces::FirmwareAction;
using traces::FirmwareTrace;
using traces::FirmwareTraceReader;

// An urgent stream that preempts a long job at its cuts, beside one that nobody waits for.
const std::string load = R"(
soc = "exynos-llw-like"
[run]
warm_up_us = 200
measure_us = 3000
[[stream]]
name = "urgent"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 400
deadline_us = 2000
band = "realtime"
max_waiting = 2
drop = "oldest"
[[stream]]
name = "long"
model = "resnet18"
arrival = "closed_loop"
concurrency = 2
deadline_us = 5000
[[stream]]
name = "idle"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
band = "idle"
[firmware]
)";

const char* const crash = R"(
[[fault]]
name = "it"
kind = "firmware-crash"
at_us = 900
[watchdog]
timeout_us = 300
[recovery]
timeout_us = 1000
reply_timeout_us = 500
cold_boot = true
)";

struct Case {
  const char* name;
  std::string more;  // behind the table [firmware]
  std::uint64_t starts = 1;
  friend std::ostream& operator<<(std::ostream& to, const Case& one) { return to << one.name; }
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const char* policy : {"fcfs", "round-robin", "weighted-fair", "fixed-priority", "sjf", "edf", "least-laxity",
                             "k-edf", "prema", "dream", "chunked-prefill"})
    all.push_back({policy, "policy = \"" + std::string(policy) + "\"\n"});
  all.push_back({"bands", "policy = \"edf\"\nbands = true\n"});
  all.push_back({"forced", "policy = \"fixed-priority\"\npreemption = \"forced\"\n"});
  all.push_back({"governor", "policy = \"edf\"\ngovernor = \"deadline\"\n"});
  all.push_back({"log", "policy = \"fixed-priority\"\nscheduling_log = 64\n"});
  all.push_back({"metrics", "policy = \"fixed-priority\"\nmetrics_period_us = 20\nmetrics_samples = 16\n"});
  all.push_back({"cold boot", "policy = \"fixed-priority\"\n" + std::string(crash), 2});
  all.push_back({"warm boot", "policy = \"fixed-priority\"\n" + std::string(crash) + "warm_boot = true\n", 2});
  all.push_back({"warm boot with metrics",
                 "policy = \"edf\"\nmetrics_period_us = 20\n" + std::string(crash) + "warm_boot = true\n", 2});
  return all;
}

class Folders : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }

  void record(const std::string& scenario, const std::vector<std::string>& keys) const {
    write_file(folder_ / "s.toml", scenario);
    std::vector<std::string> arguments = {
        "run",         "s.toml",        "-o", "recorded", "--quiet", "--record-firmware", "t.trace",
        "--no-report", "--trace-level", "off"};
    for (const std::string& key : keys) arguments.insert(arguments.end(), {"--set", key});
    const Outcome outcome = call(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  FirmwareTrace recorded() const { return traces::read_firmware_trace(folder_ / "t.trace"); }
  void write(const FirmwareTrace& trace) const {
    traces::PackedFileWriter(folder_ / "t.trace", traces::firmware_trace_kind).write(encode(trace));
  }
  Outcome replay(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"replay", "t.trace", "--json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }

  const Folder folder_;
};

class FirmwareReplay : public Folders, public testing::WithParamInterface<std::tuple<Case, const char*>> {};

TEST_P(FirmwareReplay, BothBuildsDoWhatWasRecorded) {
  const auto& [one, cost] = GetParam();
  record(load + one.more, {"control_cpu.cost=" + std::string(cost)});
  const Outcome outcome = replay();
  EXPECT_EQ(outcome.code, 0) << outcome.out << outcome.err;
  const json document = json::parse(outcome.out);
  EXPECT_EQ(document["starts"], one.starts);
  EXPECT_GT(document["accesses"], 1000) << "of three milliseconds";
  ASSERT_EQ(document["builds"].size(), 2u);
  for (const json& build : document["builds"]) EXPECT_EQ(build["identical"], document["accesses"]) << build;
}

INSTANTIATE_TEST_SUITE_P(Cases, FirmwareReplay,
                         testing::Combine(testing::ValuesIn(cases()), testing::Values("table", "iss")),
                         [](const auto& test) {
                           std::string name = std::get<0>(test.param).name + std::string("_") + std::get<1>(test.param);
                           for (char& c : name)
                             if (c == '-' || c == ' ') c = '_';
                           return name;
                         });

// Each access as it was, but for those that `change` makes other ones.
template <class Change>
FirmwareTrace changed(const FirmwareTrace& trace, Change change) {
  FirmwareTrace other;
  FirmwareTraceReader reader(trace);
  while (std::optional<FirmwareAccess> access = reader.next()) {
    change(*access);
    other.add(*access);
  }
  return other;
}

class FirmwareDifference : public Folders {};

TEST_F(FirmwareDifference, AnotherPolicyDiffersAtItsFirstOtherDecision) {
  record(load + "policy = \"fixed-priority\"\n", {});
  constexpr std::size_t policy_at = 56;  // takt_boot_info.policy
  std::string info;
  write(changed(recorded(), [&info](FirmwareAccess& access) {
    if (access.action != FirmwareAction::start) return;
    info = std::string(access.boot_info);
    info.replace(policy_at, 15, std::string("fcfs") + std::string(11, '\0'));
    access.boot_info = info;
  }));
  const Outcome outcome = replay();
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  const json builds = json::parse(outcome.out)["builds"];
  ASSERT_EQ(builds.size(), 2u);
  EXPECT_EQ(builds[0]["difference"], builds[1]["difference"]) << "both builds differ at the same place";
  EXPECT_GT(builds[0]["identical"], 100);
  EXPECT_LT(builds[0]["identical"], recorded().accesses());
}

TEST_F(FirmwareDifference, AWriteThatWasAnotherOneIsNamed) {
  record(load + "policy = \"edf\"\n", {});
  std::uint64_t writes = 0, before = 0, accesses = 0;
  write(changed(recorded(), [&](FirmwareAccess& access) {
    if (access.action == FirmwareAction::start) return;
    const bool it = access.action == FirmwareAction::write && ++writes == 40;
    if (it) {
      access.value ^= 0x10000000;
      before = accesses;
    }
    ++accesses;
  }));
  const Outcome outcome = replay({"--firmware", "native"});
  EXPECT_EQ(outcome.code, 1) << outcome.err;
  const json build = json::parse(outcome.out)["builds"][0];
  EXPECT_EQ(build["identical"], before);
  EXPECT_NE(build["difference"]["recorded"], build["difference"]["found"]);
  EXPECT_THAT(build["difference"]["recorded"].get<std::string>(), HasSubstr(" to "));
}

// A trace that ends in the middle is one of a run that was cut short.
TEST_F(FirmwareDifference, AShorterTraceIsReplayedToItsEnd) {
  record(load + "policy = \"fcfs\"\n", {});
  const FirmwareTrace whole = recorded();
  FirmwareTrace half;
  FirmwareTraceReader reader(whole);
  while (half.accesses() < whole.accesses() / 2) half.add(*reader.next());
  write(half);
  const Outcome outcome = replay();
  EXPECT_EQ(outcome.code, 0) << outcome.out;
  const json told = json::parse(outcome.out);
  for (const json& build : told["builds"]) EXPECT_EQ(build["identical"], half.accesses());
}

TEST_F(FirmwareDifference, SomebodyElsesFirmwareDoesAsRecordedAndTaktsDoesNot) {
  record(load, {"control_cpu.cost=iss", "firmware.elf=" TAKT_THIRD_PARTY_ELF, "firmware.policy=fcfs"});
  EXPECT_EQ(recorded().firmware, "minimal.elf");
  EXPECT_EQ(replay({"--firmware", TAKT_THIRD_PARTY_ELF}).code, 0);
  EXPECT_EQ(replay().code, 1);
}

TEST_F(FirmwareDifference, OptionsOfOtherTracesAreRefused) {
  record(load + "policy = \"fcfs\"\n", {});
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"--memory", "lpddr5x-8533"}, {"--soc", "exynos-llw-like"}, {"--output", "x"}}) {
    const Outcome outcome = replay(more);
    EXPECT_EQ(outcome.code, 2) << outcome.out;
    EXPECT_THAT(outcome.err, HasSubstr("a firmware trace, expected"));
  }
  EXPECT_EQ(replay({"--firmware", "nothing.elf"}).code, 2);
}

TEST_F(FirmwareDifference, TheLimitOfTracesEndsTheRun) {
  write_file(folder_ / "s.toml", load + "policy = \"fcfs\"\n");
  const Outcome outcome =
      call({"run", "s.toml", "-o", "r", "--quiet", "--record-firmware", "t.trace", "--max-log", "1000"});
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.err, HasSubstr("max_log_bytes = 1000"));
  EXPECT_LT(recorded().accesses(), 1000u) << "what was recorded until then";
}

}  // namespace
}  // namespace takt::platform::test
