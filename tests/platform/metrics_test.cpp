// `metrics` of results.json as a user sees them: a stream's figures alone are those of a run of its own, and the cache
// changes nothing but the time that it takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <future>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

const std::string head = R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[run]
warm_up_us = 1000
measure_us = 12000
)";
// Jitter: the arrivals depend on the stream's seed.
const std::string camera = R"(
[[stream]]
name = "camera"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 1500
jitter_us = 700
seed = 5
band = "realtime"
deadline_us = 500
)";
const std::string hog = R"(
[[stream]]
name = "hog"
model = "mobilenet_v2"
arrival = "poisson"
rate_per_s = 3000
seed = 6
)";
const std::string display = R"(
[[traffic]]
name = "display"
port = "display"
kind = "constant"
memory = "llw"
bytes_per_s = 40000000000
bytes_per_access = 1024
working_set_kib = 64
)";

class MetricsRun : public testing::Test {
 protected:
  MetricsRun() { setenv("XDG_CACHE_HOME", (folder_ / "cache").c_str(), 1); }

  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }
  void scenario(const std::string& name, const std::string& text) const {
    write_file(folder_ / (name + ".toml"), text);
  }
  Outcome run(const std::string& name, const std::string& output, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"run", name + ".toml", "-o", output, "--trace-level", "off", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return call(arguments);
  }
  std::string text_of(const std::string& output) const {
    return without_host(read_file(folder_ / output / "results.json"));
  }
  json results(const std::string& output) const { return json::parse(text_of(output)); }
  // Of the scenario "mix" with metrics, which must go well.
  json measured(const std::string& output, const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"--set", "metrics.isolated=true"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = run("mix", output, arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return results(output);
  }
  std::filesystem::path cache() const { return folder_ / "cache" / "takt" / "isolated"; }
  std::map<std::string, std::string> entries() const {
    std::map<std::string, std::string> all;
    if (!std::filesystem::exists(cache())) return all;
    for (const auto& entry : std::filesystem::directory_iterator(cache()))
      all[entry.path().filename().string()] = read_file(entry.path());
    return all;
  }

  const Folder folder_;
};

const json& stream(const json& list, const std::string& name) {
  for (const json& each : list)
    if (each["name"] == name) return each;
  throw std::runtime_error("no stream " + name);
}

double close(double a, double b) { return std::abs(a - b) / b; }

TEST_F(MetricsRun, IsolatedFiguresAreThoseOfRunsWithTheStreamAlone) {
  scenario("mix", head + camera + hog + display);
  scenario("camera", head + camera);
  scenario("hog", head + hog);
  const json mix = measured("mix");
  for (const std::string name : {"camera", "hog"}) {
    ASSERT_EQ(run(name, name).code, 0);
    const json alone = results(name);
    const json& metrics = stream(mix["metrics"]["streams"], name);
    const json& here = stream(mix["streams"], name);
    const json& there = alone["streams"][0];
    EXPECT_EQ(metrics["isolated_us"], there["latency_us"]["mean"]);
    EXPECT_EQ(metrics["turnaround_us"], here["latency_us"]["mean"]);
    EXPECT_EQ(here["requests"]["submitted"], there["requests"]["submitted"]) << "the same arrivals";
    EXPECT_GT(metrics["turnaround_us"], metrics["isolated_us"]);
    EXPECT_LT(
        close(metrics["ntt"], here["latency_us"]["mean"].get<double>() / there["latency_us"]["mean"].get<double>()),
        1e-8);
    const double energy = here["energy_mj_per_request"].get<double>() / there["energy_mj_per_request"].get<double>();
    EXPECT_LT(close(metrics["normalized_energy"], energy), 1e-8);
    EXPECT_LT(close(metrics["sla_target_us"], 10 * there["latency_us"]["mean"].get<double>()), 1e-8);
  }
}

TEST_F(MetricsRun, NothingElseChanges) {
  scenario("mix", head + camera + hog);
  json with = measured("with");
  ASSERT_EQ(run("mix", "without").code, 0);
  EXPECT_EQ(with.erase("metrics"), 1u);
  EXPECT_EQ(with, results("without"));
}

// A seed that a stream does not have itself is drawn from its place: alone the second stream keeps its arrivals, which
// the same stream written first does not have. One that never asks only shifts it against the memory's refresh.
TEST_F(MetricsRun, AStreamAloneKeepsTheArrivalsOfItsPlace) {
  const std::string poisson =
      "[[stream]]\nname = \"late\"\nmodel = \"squeezenet1_1\"\narrival = \"poisson\"\nrate_per_s = 4000\n";
  const std::string nobody =
      "[[stream]]\nname = \"nobody\"\nmodel = \"squeezenet1_1\"\narrival = \"periodic\"\n"
      "period_us = 1000\nstart_us = 1000000\n";
  scenario("mix", head + nobody + poisson);
  scenario("first", head + poisson);
  const json late = stream(measured("mix")["metrics"]["streams"], "late");
  ASSERT_EQ(run("first", "first").code, 0);
  EXPECT_LT(close(late["isolated_us"], late["turnaround_us"]), 0.01);
  EXPECT_GT(close(results("first")["streams"][0]["latency_us"]["mean"], late["turnaround_us"]), 0.05);
}

TEST_F(MetricsRun, AWarmCacheGivesTheSameResultsAndIsLeftAlone) {
  scenario("mix", head + camera + hog + display);
  measured("cold");
  const std::map<std::string, std::string> before = entries();
  EXPECT_EQ(before.size(), 2u);
  std::map<std::string, ino_t> files;
  for (const auto& [name, text] : before) {
    struct stat status {};
    ASSERT_EQ(stat((cache() / name).c_str(), &status), 0);
    files[name] = status.st_ino;
  }
  measured("warm");
  EXPECT_EQ(text_of("warm"), text_of("cold"));
  EXPECT_EQ(entries(), before);
  for (const auto& [name, inode] : files) {
    struct stat status {};
    ASSERT_EQ(stat((cache() / name).c_str(), &status), 0);
    EXPECT_EQ(status.st_ino, inode) << "written again";
  }
}

TEST_F(MetricsRun, ADamagedEntryIsComputedAnew) {
  scenario("mix", head + camera);
  measured("good");
  const std::map<std::string, std::string> good = entries();
  ASSERT_EQ(good.size(), 1u);
  const auto& [name, text] = *good.begin();
  std::string digit = text;
  digit[text.find("turnaround_ps ") + 14] ^= 1;  // another digit
  std::string other_key = text;
  other_key.replace(text.find("npu.clock_hz="), 14, "npu.clock_hz=9");
  const std::string damaged[] = {"",
                                 text.substr(0, text.size() / 2),
                                 text.substr(0, text.size() - 1),
                                 text.substr(0, text.rfind("sum ")),
                                 digit,
                                 other_key,
                                 text + "\n",
                                 "nothing of the kind\n",
                                 std::string(1000, '\0'),
                                 "result\nsum "};
  for (const std::string& bytes : damaged) {
    SCOPED_TRACE(bytes.size());
    write_file(cache() / name, bytes);
    measured("again");
    EXPECT_EQ(text_of("again"), text_of("good"));
    EXPECT_EQ(entries(), good);
  }
}

// FNV-1a of the published constants.
std::string sum_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  return digits;
}

// Without this the tests above would pass without a cache.
TEST_F(MetricsRun, AWholeEntryIsBelieved) {
  scenario("mix", head + camera);
  measured("cold");
  const auto [name, text] = *entries().begin();
  const std::size_t at = text.find("turnaround_ps "), sum = text.rfind("sum ");
  std::string forged = text.substr(0, at) + "turnaround_ps 123456000000" + text.substr(text.find('\n', at));
  forged = forged.substr(0, forged.rfind("sum "));
  ASSERT_EQ(text.substr(sum), "sum " + sum_of(text.substr(0, sum)) + "\n");
  write_file(cache() / name, forged + "sum " + sum_of(forged) + "\n");
  EXPECT_EQ(measured("warm")["metrics"]["streams"][0]["isolated_us"], 123456);
}

TEST_F(MetricsRun, WhatTheStreamDoesNotDependOnFindsItsEntry) {
  scenario("mix", head + camera + hog);
  measured("first");
  measured("factor", {"--set", "metrics.sla_factor=2.5", "--set", "name=other"});
  measured("beside", {"--set", "stream.hog.rate_per_s=2000"});  // camera's is there, hog's is new
  EXPECT_EQ(entries().size(), 3u);
  measured("clock", {"--set", "npu.clock_hz=900000000"});
  EXPECT_EQ(entries().size(), 5u);
}

TEST_F(MetricsRun, AModelFileThatChangedIsAnotherModel) {
  const auto with_layers = [&](int layers) {
    write_file(folder_ / "net.tflite", read_file(convolution_chain(folder_, layers, 32, 32)));
    scenario("mix", head +
                        "[[stream]]\nname = \"only\"\nmodel = \"./net.tflite\"\narrival = \"closed_loop\"\n"
                        "concurrency = 1\n");
    return measured("mix")["metrics"]["streams"][0];
  };
  const json small = with_layers(2), large = with_layers(8);
  EXPECT_EQ(small["ntt"], 1);
  EXPECT_EQ(large["ntt"], 1);
  EXPECT_GT(large["isolated_us"], small["isolated_us"]);
  EXPECT_EQ(entries().size(), 2u);
}

TEST_F(MetricsRun, WithoutAPlaceForTheCacheItGoesWithout) {
  scenario("mix", head + camera);
  measured("cached");
  write_file(folder_ / "file", "");
  setenv("XDG_CACHE_HOME", (folder_ / "file").c_str(), 1);  // no folder can be made in it
  measured("unwritable");
  EXPECT_EQ(text_of("unwritable"), text_of("cached"));
  setenv("XDG_CACHE_HOME", "relative", 1);
  unsetenv("HOME");
  measured("homeless");
  EXPECT_EQ(text_of("homeless"), text_of("cached"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "relative"));
}

TEST_F(MetricsRun, ProcessesShareTheCache) {
  scenario("mix", head + camera + hog);
  std::vector<std::future<json>> runs;
  for (int i = 0; i < 4; ++i)
    runs.push_back(std::async(std::launch::async, [this, i] { return measured("out" + std::to_string(i)); }));
  const json first = runs[0].get();
  for (std::size_t i = 1; i < runs.size(); ++i) EXPECT_EQ(runs[i].get(), first);
  EXPECT_EQ(entries().size(), 2u) << "no half-written files stay";
  EXPECT_EQ(measured("after"), first);
}

TEST_F(MetricsRun, AStreamThatNeverAsksHasNullAndANote) {
  scenario("mix", head + camera +
                      "[[stream]]\nname = \"later\"\nmodel = \"squeezenet1_1\"\narrival = \"periodic\"\n"
                      "period_us = 1000\nstart_us = 50000\n");
  const json results = measured("mix");
  EXPECT_TRUE(results["metrics"]["antt"].is_null());
  EXPECT_EQ(results["notes"]["metrics.antt"], "stream 'later': alone no request completed");
  const json& later = stream(results["metrics"]["streams"], "later");
  for (const char* key : {"turnaround_us", "isolated_us", "ntt", "sla_rate", "sla_target_us", "normalized_energy"}) {
    EXPECT_TRUE(later[key].is_null()) << key;
    EXPECT_TRUE(results["notes"].contains(std::string("metrics.streams[later].") + key)) << key;
  }
  EXPECT_FALSE(stream(results["metrics"]["streams"], "camera")["ntt"].is_null());
}

// Alone the one request is over before the window begins, and the run with it.
TEST_F(MetricsRun, ARunAloneThatFailsIsNotedAndNotKept) {
  const std::string endless = "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"fcfs\"\n[run]\nwarm_up_us = 3000\n";
  scenario("mix", endless +
                      "[[stream]]\nname = \"once\"\nmodel = \"squeezenet1_1\"\narrival = \"closed_loop\"\n"
                      "concurrency = 1\nrequests = 1\n" +
                      camera + "requests = 6\n");
  const json results = measured("mix");
  EXPECT_EQ(results["notes"]["metrics.streams[once].isolated_us"],
            "alone: every request ended before the measurement window began");
  EXPECT_TRUE(results["metrics"]["sla_rate"].is_null());
  EXPECT_EQ(entries().size(), 1u);
}

TEST_F(MetricsRun, AStreamThatCannotBeSimulatedIsWrongInput) {
  scenario("mix", head +
                      "[[stream]]\nname = \"gone\"\nmodel = \"nowhere.tflite\"\narrival = \"closed_loop\"\n"
                      "concurrency = 1\n");
  const Outcome outcome = run("mix", "out", {"--set", "metrics.isolated=true"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere.tflite"));
}

TEST_F(MetricsRun, ValuesOutsideTheirRangeAreWrongInput) {
  scenario("mix", head + camera);
  for (const std::string value : {"0", "0.999", "1000001", "10.0005", "-1", "many", ""}) {
    const Outcome outcome = run("mix", "out", {"--set", "metrics.sla_factor=" + value});
    EXPECT_EQ(outcome.code, 2) << value;
    EXPECT_THAT(outcome.err, AllOf(HasSubstr("metrics.sla_factor"), HasSubstr("from 1 to 1000000"))) << value;
  }
  EXPECT_EQ(run("mix", "out", {"--set", "metrics.isolated=maybe"}).code, 2);
  EXPECT_THAT(run("mix", "out", {"--set", "metrics.sla_faktor=3"}).err, HasSubstr("nearest 'metrics.sla_factor'"));
  scenario("mix", head + "[metrics]\nisolated = 1\n" + camera);
  EXPECT_EQ(run("mix", "out").code, 2);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "out"));
}

TEST_F(MetricsRun, ACompareNamesTheFactorAsAnInput) {
  scenario("mix", head + camera + hog);
  measured("ten");
  measured("two", {"--set", "metrics.sla_factor=2"});
  const Outcome outcome = call({"compare", "ten", "two"});
  EXPECT_EQ(outcome.code, 1);
  const std::size_t inputs = outcome.out.find("not run with the same inputs"), figures = outcome.out.find("figure ");
  const std::size_t factor = outcome.out.find("metrics.sla_factor"), target = outcome.out.find("[hog].sla_target_us");
  ASSERT_NE(target, std::string::npos);
  EXPECT_TRUE(inputs < factor && factor < figures && figures < target) << outcome.out;
  EXPECT_THAT(outcome.out, Not(HasSubstr("config_hash")));
}

TEST_F(MetricsRun, TheLatencyTableIsPrintedAndWrittenWhereAskedFor) {
  scenario("mix", head + camera + hog);
  const Outcome outcome = call({"run", "mix.toml", "-o", "out", "--trace-level", "off", "--latency-table"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.out,
              AllOf(HasSubstr("stream  runtime ms  count  avg delay ms  max delay ms  max start s  max end s\n"),
                    HasSubstr("\ncamera "), HasSubstr("\ntotal "), HasSubstr("\nresults: out\n")));
  EXPECT_THAT(read_file(folder_ / "out" / "latency.csv"), HasSubstr("\ncamera,"));
  ASSERT_EQ(run("mix", "plain").code, 0);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "plain" / "latency.csv"));
  EXPECT_EQ(text_of("plain"), text_of("out"));
}

}  // namespace
}  // namespace takt::platform::test
