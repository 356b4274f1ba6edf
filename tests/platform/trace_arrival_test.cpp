// Streams that play request traces, and workloads of other tools, run as a user runs them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/platform/takt_binary.h"
#include "tests/traces/request_files.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;

class TraceArrival : public testing::Test {
 protected:
  TraceArrival() : folder_(std::filesystem::temp_directory_path() / ("takt_trace_" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~TraceArrival() override { std::filesystem::remove_all(folder_); }

  Outcome run(const std::vector<std::string>& arguments) const {
    std::vector<std::string> all = {"run", "--quiet", "--trace-level", "off", "-o", "out"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    return takt(all, folder_);
  }
  json results() const { return json::parse(read_file(folder_ / "out" / "results.json")); }
  // Of a stream's requests: fields [0, 16) of jobs.csv.
  std::vector<std::vector<std::string>> jobs(const std::string& stream) const {
    std::istringstream file(read_file(folder_ / "out" / "jobs.csv"));
    std::vector<std::vector<std::string>> result;
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::vector<std::string> row(16);
      for (std::string& field : row) std::getline(fields, field, ',');
      if (row[0] == stream) result.push_back(std::move(row));
    }
    return result;
  }
  // In picoseconds behind the first.
  std::vector<std::int64_t> submitted(const std::string& stream) const {
    std::vector<std::int64_t> times;
    for (const auto& row : jobs(stream)) times.push_back(std::llround(std::stold(row[4]) * 1e6L));
    for (std::size_t i = times.size(); i-- > 0;) times[i] -= times[0];
    return times;
  }
  // "prompt answer" in tokens.
  std::vector<std::string> lengths(const std::string& stream) const {
    std::vector<std::string> result;
    for (const auto& row : jobs(stream)) result.push_back(row[14] + ' ' + row[15]);
    return result;
  }

  const std::filesystem::path folder_;
};

const std::string head = "soc = \"snapdragon-8-gen-2-like\"\nseed = 7\n[firmware]\npolicy = \"fcfs\"\n";

std::string stream(const std::string& arrival) {
  return "[[stream]]\nname = \"only\"\nmodel = \"busy-1x10us\"\n" + arrival;
}

TEST_F(TraceArrival, RequestsComeAtTheTimesOfTheFile) {
  write_file(folder_ / "t.csv", "time_us\n100\n250.5\n1000\n");
  write_file(folder_ / "s.toml", head + stream("arrival = \"trace\"\ntrace = \"t.csv\"\nstart_us = 40\n"));
  const Outcome outcome = run({"s.toml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(submitted("only"), (std::vector<std::int64_t>{0, 150500000, 900000000}));
  EXPECT_EQ(results()["streams"][0]["requests"]["completed"], 3);
}

TEST_F(TraceArrival, ARunsRequestsReplayInAnotherRun) {
  write_file(folder_ / "first.toml", head + stream("arrival = \"poisson\"\nrate_per_s = 5000\nrequests = 50\n"));
  ASSERT_EQ(run({"first.toml"}).code, 0);
  const std::vector<std::int64_t> before = submitted("only");
  ASSERT_EQ(before.size(), 50u);
  std::filesystem::copy(folder_ / "out" / "jobs.csv", folder_ / "jobs.csv");
  write_file(folder_ / "second.toml",
             "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n" +
                 stream("arrival = \"trace\"\ntrace = \"jobs.csv\"\ntrace_stream = \"only\"\n"));
  const Outcome outcome = run({"second.toml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(submitted("only"), before);
}

std::string chat(const std::string& keys) {
  return "[[stream]]\nname = \"chat\"\nmodel = \"stories15m\"\narrival = \"trace\"\nprompt_tokens = 2\n"
         "prompt_tokens_max = 100\nanswer_tokens = 1\nanswer_tokens_max = 6\n" +
         keys;
}

TEST_F(TraceArrival, PromptsAndAnswersAreAsLongAsTheFileSays) {
  write_file(folder_ / "t.csv", "time_us,prompt_tokens,answer_tokens\n0,90,3\n20,2,6\n50,33,1\n");
  write_file(folder_ / "s.toml", head + chat("trace = \"t.csv\"\ntrace_lengths = true\n"));
  const Outcome outcome = run({"s.toml"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(lengths("chat"), (std::vector<std::string>{"90 3", "2 6", "33 1"}));
  // What one run has recorded another plays; without the key lengths are drawn.
  std::filesystem::copy(folder_ / "out" / "jobs.csv", folder_ / "jobs.csv");
  const std::string recorded = "trace = \"jobs.csv\"\ntrace_stream = \"chat\"\n";
  write_file(folder_ / "again.toml", head + chat(recorded + "trace_lengths = true\n"));
  ASSERT_EQ(run({"again.toml"}).code, 0);
  EXPECT_EQ(lengths("chat"), (std::vector<std::string>{"90 3", "2 6", "33 1"}));
  write_file(folder_ / "drawn.toml", head + chat(recorded));
  ASSERT_EQ(run({"drawn.toml"}).code, 0);
  EXPECT_NE(lengths("chat"), (std::vector<std::string>{"90 3", "2 6", "33 1"}));
}

TEST_F(TraceArrival, LengthsOutOfTheStreamsBoundsAreNamed) {
  write_file(folder_ / "t.csv", "time_us,prompt_tokens,answer_tokens\n0,90,3\n20,101,3\n");
  write_file(folder_ / "s.toml", head + chat("trace = \"t.csv\"\ntrace_lengths = true\n"));
  const Outcome outcome = run({"s.toml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("t.csv: found a request at 20 us with prompt_tokens 101, expected 2 to 100, as stream "
                             "'chat' has prompt_tokens"),
            std::string::npos)
      << outcome.err;
  write_file(folder_ / "s.toml", head + stream("arrival = \"trace\"\ntrace = \"t.csv\"\ntrace_lengths = true\n"));
  const Outcome silent = run({"s.toml"});
  EXPECT_EQ(silent.code, 2);
  EXPECT_NE(silent.err.find("expected false without prompt_tokens"), std::string::npos) << silent.err;
}

TEST_F(TraceArrival, ThinningKeepsAShareAtRandom) {
  std::string trace = "time_us\n";
  constexpr int count = 2000, one_of = 10;
  for (int i = 0; i < count; ++i) trace += std::to_string(i * 20) + "\n";
  write_file(folder_ / "t.csv", trace);
  write_file(folder_ / "s.toml", head + stream("arrival = \"trace\"\ntrace = \"t.csv\"\ntrace_one_of = 10\n"));
  ASSERT_EQ(run({"s.toml"}).code, 0);
  const std::vector<std::int64_t> kept = submitted("only");
  EXPECT_NEAR(static_cast<double>(kept.size()), count / one_of, 4 * std::sqrt(count * 0.1 * 0.9));
  for (const std::int64_t at : kept) EXPECT_EQ(at % 20000000, 0);
  ASSERT_EQ(run({"s.toml"}).code, 0);
  EXPECT_EQ(submitted("only"), kept);
  ASSERT_EQ(run({"s.toml", "--seed", "8"}).code, 0);
  EXPECT_NE(submitted("only"), kept);
}

TEST_F(TraceArrival, AWrongFileIsWrongInput) {
  write_file(folder_ / "t.csv", "time_us\n100\nlater\n");
  write_file(folder_ / "s.toml", head + stream("arrival = \"trace\"\ntrace = \"t.csv\"\n"));
  const Outcome outcome = run({"s.toml"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("t.csv:3:1: found \"later\", expected microseconds"), std::string::npos) << outcome.err;
  EXPECT_EQ(run({"s.toml", "--set", "stream.only.trace=gone.csv"}).code, 2);
}

TEST_F(TraceArrival, ADisbFileIsAScenario) {
  write_file(folder_ / "mix.json", R"({ "time": 60, "tasks": [
    { "id": "eye_rt", "load": { "type": "periodic", "frequency": 100 }, "client": { "model_name": "mobilenetv1-imagenet" } },
    { "id": "hog_be", "load": { "type": "continuous" }, "client": { "model_name": "squeezenet1_1" } },
    { "id": "real_rt", "load": { "type": "trace", "trace": [ 0, 20, 51 ] }, "client": { "model_name": "squeezenet1_1" } }
  ] })");
  const Outcome outcome = run({"--workload", "mix.json", "--soc", "exynos-2400-like", "--set", "run.measure_us=50000"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json all = results();
  EXPECT_EQ(all["scenario"]["name"], "mix");
  EXPECT_EQ(all["soc"], "exynos-2400-like");
  EXPECT_EQ(all["streams"][0]["model"], "mobilenet_v1");
  EXPECT_EQ(all["streams"][0]["requests"]["submitted"], 5);  // 100 a second
  EXPECT_EQ(all["streams"][0]["band"], "realtime");
  EXPECT_EQ(all["streams"][1]["model"], "squeezenet1_1");
  EXPECT_EQ(all["streams"][2]["requests"]["submitted"], 2);  // at 0 and 20 of 50 ms
}

TEST_F(TraceArrival, AnRtAppFileIsAScenarioOfStatedLengths) {
  write_file(folder_ / "tasks.json", traces::rt_app_file);
  const Outcome outcome = run({"--workload", "tasks.json"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json streams = results()["streams"];
  ASSERT_EQ(streams.size(), 5u);
  EXPECT_EQ(streams[0]["name"], "thread0-0");
  EXPECT_EQ(streams[0]["model"], "busy-1x10000us");
  EXPECT_EQ(streams[0]["requests"]["submitted"], 20);  // every 100 ms of 2 s
  EXPECT_EQ(streams[2]["requests"]["submitted"], 6);
  EXPECT_EQ(streams[3]["requests"]["submitted"], streams[2]["requests"]["completed"]);
}

TEST_F(TraceArrival, AnXrBenchFileIsAScenario) {
  write_file(folder_ / "vr.m", traces::xrbench_file);
  const Outcome outcome = run({"--workload", "vr.m", "--set", "run.measure_us=200000"});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  const json streams = results()["streams"];
  EXPECT_EQ(streams[0]["model"], "quicksrnet_medium");
  EXPECT_EQ(streams[0]["requests"]["submitted"], 12);  // 60 a second
  EXPECT_EQ(streams[1]["model"], "efficientnet_b0");
  EXPECT_LE(streams[1]["requests"]["submitted"], 12);
}

TEST_F(TraceArrival, AWorkloadThatCannotBeSaidIsWrongInput) {
  write_file(folder_ / "w.json", "{ \"tasks\": { \"a\": { \"lock\": \"m\" } } }");
  const Outcome outcome = run({"--workload", "w.json"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.err.find("w.json:1:21: found the event \"lock\", expected run"), std::string::npos) << outcome.err;
  EXPECT_EQ(run({"--workload", "gone.json"}).code, 2);
  EXPECT_EQ(run({"--workload", "w.json", "--model", "resnet50"}).code, 2);
}

}  // namespace
}  // namespace takt::platform::test
