// takt compare, explain and results from outside, on real runs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "sim/results/metric_table.h"
#include "sim/results/results_file.h"
#include "sim/results/run_tables.h"
#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"
#include "tests/support/json_schema.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Judging : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }

  void run(const std::string& folder, const std::string& scenario, const std::vector<std::string>& keys = {},
           const std::vector<std::string>& more = {}) const {
    write_file(folder_ / "scenario.toml", scenario);
    std::vector<std::string> arguments = {"run", "./scenario.toml", "--quiet", "--trace-level", "off", "-o", folder};
    for (const std::string& key : keys) arguments.insert(arguments.end(), {"--set", key});
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = call(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  json compared(const std::string& a, const std::string& b) const {
    return json::parse(call({"compare", a, b, "--json"}).out);
  }

  const Folder folder_;
};

// A network whose weights come from memory, each time anew.
const std::string bound_by_memory = R"(
soc = "exynos-llw-like"
npu.memory = "lpddr5x"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "resnet50"
arrival = "closed_loop"
concurrency = 1
requests = 4
)";

double number(const json& value) { return std::stod(value.get<std::string>()); }

// resnet50's largest weights are the 3x3 convolutions of its last stage, 2.36 MB each, and its classifier's 2.05 MB.
TEST_F(Judging, AMemoryThreePercentSlowerIsCaughtAndAttributed) {
  run("a", bound_by_memory);
  run("b", bound_by_memory,
      {"memory.lpddr5x.data_rate_mbps=8277", "memory.lpddr5x.clock_hz=1034625000"});  // 8533 x 0.97
  EXPECT_EQ(call({"compare", "a", "b", "--quiet"}).code, 1);
  const json comparison = compared("a", "b"), where = comparison["where"];
  EXPECT_GT(comparison["worse"], comparison["better"]);
  EXPECT_EQ(where["latency_us"][0]["name"], "only dma_in");
  EXPECT_GT(number(where["latency_us"][0]["new"]), number(where["latency_us"][0]["baseline"]));
  EXPECT_EQ(where["stalls_us"][0]["name"], "resnet50 data");
  EXPECT_EQ(where["memory_ns"][0]["name"], "port npu_dma_in");
  EXPECT_EQ(where["keys"][0], "memory.lpddr5x.clock_hz 1066625000 -> 1034625000");
  EXPECT_THAT(where["decisions"].get<std::string>(), StartsWith("the same 4 in the same order; at other times"));
  ASSERT_EQ(where["layers_us"].size(), 5u);
  double more = 0;
  for (const json& layer : where["layers_us"]) {
    const std::string name = layer["name"];
    EXPECT_TRUE(name.find("layer4") != name.npos || name.find("fc") != name.npos) << name;
    more += number(layer["new"]) - number(layer["baseline"]);
  }
  EXPECT_GT(more, 0);  // one may gain what its neighbour loses: constants come ahead of their layer
  EXPECT_GT(number(where["layers_us"][0]["new"]), number(where["layers_us"][0]["baseline"]));
  const Outcome markdown = call({"compare", "a", "b", "--markdown", "--junit", "junit.xml"});
  EXPECT_EQ(markdown.code, 1);
  EXPECT_THAT(markdown.out, HasSubstr("streams[only].latency_us.p50"));
  EXPECT_THAT(read_file(folder_ / "junit.xml"), HasSubstr("<failure message="));
}

// The same requests in another order: who waits changes, and nothing is moved, computed or spent otherwise by the NPU.
TEST_F(Judging, ASwappedPolicyMovesLatenciesAndNoBytes) {
  const std::string streams = R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
preemption = "none"
[[stream]]
name = "light"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 400
requests = 6
band = "realtime"
[[stream]]
name = "heavy"
model = "mobilenet_v2"
arrival = "closed_loop"
concurrency = 3
requests = 9
)";
  run("a", streams);
  run("b", streams, {"firmware.policy=fixed-priority"});
  std::size_t latencies = 0;
  const json comparison = compared("a", "b");
  for (const json& change : comparison["changes"]) {
    const std::string path = change["path"];
    latencies += path.find("latency_us") != path.npos && path.find("streams[") == 0 ? 1 : 0;
    EXPECT_THAT(path,
                Not(testing::AnyOf(StartsWith("npu.dma_bytes"), StartsWith("npu.macs"), StartsWith("npu.commands"),
                                   HasSubstr("npu_dma_in.bytes"), HasSubstr("npu_dma_in.port_bytes"))));
  }
  EXPECT_GT(latencies, 0u);
  EXPECT_THAT(comparison["where"]["decisions"].get<std::string>(), HasSubstr("where the baseline has start of heavy"));
}

const std::string small = R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 3
)";

TEST_F(Judging, ABaselineIsMadeAndRenewedWithItsReasons) {
  run("a", small);
  run("b", small, {"npu.clock_hz=900000000"});
  EXPECT_EQ(call({"compare", "base", "a", "--bless"}).code, 2);
  EXPECT_EQ(call({"compare", "base", "a", "--bless", "--reason", "the first"}).code, 0);
  EXPECT_EQ(call({"compare", "base", "a"}).code, 0);
  EXPECT_THAT(read_file(folder_ / "base/results.json"), Not(HasSubstr("\"host\"")));
  EXPECT_EQ(call({"compare", "base", "b"}).code, 1);
  EXPECT_EQ(call({"compare", "base", "b", "--bless", "--reason", "a slower NPU"}).code, 0);
  EXPECT_EQ(call({"compare", "base", "b"}).code, 0);
  EXPECT_THAT(read_file(folder_ / "base/REASONS"),
              testing::MatchesRegex("takt .*: the first\ntakt .*: a slower NPU\n"));
  std::filesystem::create_directory(folder_ / "mine");
  write_file(folder_ / "mine/results.json", read_file(folder_ / "a/results.json"));
  EXPECT_EQ(call({"compare", "mine", "b", "--bless", "--reason", "not takt's folder"}).code, 2);
}

TEST_F(Judging, AStaleBaselineIsNamedAsSuch) {
  run("a", small);
  run("b", small, {"npu.clock_hz=900000000"});
  EXPECT_THAT(call({"compare", "a", "b"}).out, HasSubstr("stale: the baseline was made from another configuration"));
  std::string text = read_file(folder_ / "a/results.json");
  write_file(folder_ / "old.json", text.replace(text.find("takt-results/1"), 14, "takt-results/0"));
  const Outcome outcome = call({"compare", "old.json", "b"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(
      outcome.err,
      HasSubstr(
          "has schema \"takt-results/0\"; this takt reads \"takt-results/1\": a baseline of another schema is stale"));
}

TEST_F(Judging, TolerancesAreReadFromAFile) {
  run("a", small);
  run("b", small, {"memory.lpddr5x.rcd_ns=18.5"});
  const auto with = [&](const std::string& text) {
    write_file(folder_ / "t.toml", text);
    return call({"compare", "a", "b", "--tolerances", "t.toml"});
  };
  EXPECT_EQ(with("").code, 1);
  EXPECT_EQ(with("[[metric]]\nmatch = \"*\"\ndirection = \"any\"\n").code, 0);
  for (const auto& [text, said] :
       {std::pair{"[[metric]]\npercent = 1\n", "t.toml:1:1: found a rule without a key 'match'"},
        {"[[metric]]\nmatch = \"*\"\ndirection = \"up\"\n", "t.toml:3:13: found the string \"up\""},
        {"[[metric]]\nmatch = \"*\"\npercent = -1\n", "t.toml:3:11: found -1"},
        {"[[metric]]\nmatch = \"*\"\npercents = 1\n", "nearest 'percent'"},
        {"metric = 3\n", "found key 'metric'"}}) {
    const Outcome outcome = with(text);
    EXPECT_EQ(outcome.code, 2) << text;
    EXPECT_THAT(outcome.err, HasSubstr(said));
  }
}

TEST_F(Judging, DamagedTablesAreExitTwoAndNamed) {
  run("a", small);
  run("b", small, {"npu.clock_hz=900000000"});
  for (const char* name : {"layers.csv", "paths.csv", "decisions.csv"}) {
    const std::string whole = read_file(folder_ / "b" / name);
    for (const std::string& damaged : {whole.substr(0, whole.size() / 2), std::string("a,b\n1,2\n"), std::string()}) {
      write_file(folder_ / "b" / name, damaged);
      const Outcome outcome = call({"compare", "a", "b"});
      EXPECT_EQ(outcome.code, 2) << name << " " << outcome.err;
      EXPECT_THAT(outcome.err, HasSubstr(name));
    }
    std::filesystem::remove(folder_ / "b" / name);
    EXPECT_THAT(call({"compare", "a", "b"}).out, HasSubstr(std::string("one of the two has no ") + name));
    write_file(folder_ / "b" / name, whole);
  }
}

// The lines' times, before "us".
std::vector<std::int64_t> times_of(const std::string& text, const results::Table& any) {
  std::vector<std::int64_t> times;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    if (line.rfind("  ", 0) == 0 && line.find(" %") != line.npos)
      times.push_back(results::millionths(
          line.substr(line.find_first_not_of(' '), line.find(" us") - line.find_first_not_of(' ')), any));
  return times;
}

TEST_F(Judging, AnExplanationAddsUpToTheLatency) {
  run("a", small);
  const results::Table table = results::parse_csv(read_file(folder_ / "a/paths.csv"), "paths.csv");
  for (unsigned job = 0; job < 3; ++job) {
    const Outcome outcome = call({"explain", "a", "--job", std::to_string(job)});
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    std::vector<std::int64_t> times = times_of(outcome.out, table);
    ASSERT_GT(times.size(), 3u);
    const std::int64_t whole = times.back();
    times.pop_back();
    EXPECT_EQ(std::accumulate(times.begin(), times.end(), std::int64_t{0}), whole);
    EXPECT_EQ(whole, results::millionths(table.rows[job][table.column("latency_us")], table));
    EXPECT_THAT(outcome.out, HasSubstr("start of only #" + std::to_string(job)));
    EXPECT_THAT(outcome.out, HasSubstr("10^9 bytes/s: npu_dma_in "));
  }
  EXPECT_EQ(call({"explain", "a"}).code, 0);
  EXPECT_EQ(call({"explain", "a", "--job", "3"}).code, 2);
  EXPECT_THAT(call({"explain", "a", "--stream", "lonely"}).err, HasSubstr("no request of a stream 'lonely'"));
}

TEST_F(Judging, AFigureIsExplained) {
  EXPECT_THAT(call({"explain", "streams[camera].wait_us.p99"}).out, StartsWith("streams[*].wait_us\n"));
  const Outcome outcome = call({"explain", "thruput_per_s"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("did you mean 'throughput_per_s'"));
}

// With everything that adds keys: faults, metrics alone, answers, an ELF, background traffic.
const std::string everything = R"(
soc = "exynos-llw-like"
[npu]
memory = "lpddr5x"
[firmware]
policy = "fixed-priority"
[recovery]
timeout_us = 5000
[metrics]
isolated = true
[[stream]]
name = "light"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 700
deadline_us = 500
requests = 4
band = "realtime"
[[stream]]
name = "heavy"
model = "deeplabv3_plus_mobilenet_v2"
arrival = "closed_loop"
concurrency = 1
requests = 1
[[traffic]]
name = "display"
port = "display"
kind = "display"
memory = "lpddr5x"
[[traffic]]
name = "pictures"
port = "camera"
kind = "camera"
memory = "lpddr5x"
[[traffic]]
name = "game"
port = "gpu"
kind = "gpu"
memory = "lpddr5x"
[[fault]]
name = "slow"
kind = "engine-slow"
factor = 2
stream = "light"
request = 1
)";

TEST_F(Judging, EveryFigureOfARunHasARowAndTheSchemaHolds) {
  const takt::test::JsonSchema schema(call({"results", "--schema"}).out);
  run("everything", everything, {"control_cpu.cost=iss"}, {"--functional"});
  run("small", small);
  const std::string others =
      small + "[[traffic]]\nname = \"cores\"\nport = \"gpu\"\nkind = \"cpu\"\nmemory = \"llw\"\n";
  run("others", others);
  for (const char* name : {"everything", "small", "others"}) {
    const std::string file = read_file(folder_ / name / "results.json");
    for (const auto& [path, figure] : results::parse_results(file, name).figures)
      EXPECT_TRUE(figure.kind == results::Figure::Kind::empty || results::metric_of(path) != nullptr) << path;
    EXPECT_EQ(schema.wrong_with(json::parse(file)), "") << name;
  }
}

// tests/results/earlier: results as earlier versions wrote them. What they did not have yet is said, and nothing else
// stops.
TEST_F(Judging, ResultsOfEarlierFormsAreReadByEveryCommand) {
  const std::filesystem::path earlier = TAKT_EARLIER_RESULTS;
  const std::string present = TAKT_PRESENT_RESULTS;
  for (const char* form : {"1", "2", "3"}) {
    const std::string old = (earlier / form).string();
    const Outcome forth = call({"compare", old, present});
    EXPECT_EQ(forth.code, 1) << forth.err;
    EXPECT_THAT(forth.out, testing::ContainsRegex("power.layers_mj +[0-9.]+ +added"));
    const Outcome back = call({"compare", present, old});
    EXPECT_EQ(back.code, 1) << back.err;
    EXPECT_THAT(back.out, testing::ContainsRegex("power.layers_mj +[0-9.]+ +removed"));
    EXPECT_THAT(back.out, HasSubstr("paths.csv"));  // the table that the old one lacks
    EXPECT_EQ(call({"compare", old, old}).code, 0);
    EXPECT_EQ(call({"report", old, present, "-o", "r.html"}).code, 0);
    const Outcome account = call({"explain", old});
    EXPECT_EQ(account.code, 2);
    EXPECT_THAT(account.err, AllOf(HasSubstr("paths.csv"), Not(HasSubstr("defect"))));
  }
  EXPECT_THAT(call({"compare", (earlier / "3").string(), present}).out, HasSubstr("their transfers, per execution"));
}

}  // namespace
}  // namespace takt::platform::test
