// trace.pftrace read back by a reader of the tests' own: its sums are those of the results, whatever the level, and its
// bounds hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "sim/config/load.h"
#include "tests/platform/models.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/takt_binary.h"
#include "tests/results/perfetto_decoder.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using traces::DecodedPoint;
using traces::DecodedSlice;
using traces::DecodedTrace;

std::uint64_t exact(const std::map<std::string, std::string>& annotations, const char* key, std::uint64_t ns) {
  const auto found = annotations.find(key);
  return found == annotations.end() ? ns * 1000 : std::stoull(found->second);
}
std::uint64_t begin_of(const DecodedSlice& slice) { return exact(slice.annotations, "begin_ps", slice.begin_ns); }
std::uint64_t end_of(const DecodedSlice& slice) { return exact(slice.annotations, "end_ps", slice.end_ns); }
std::uint64_t length(const DecodedSlice& slice) { return end_of(slice) - begin_of(slice); }
std::string note(const DecodedSlice& slice) {
  const auto found = slice.annotations.find("note");
  return found == slice.annotations.end() ? "" : found->second;
}

// Microseconds with up to six decimals as picoseconds.
std::uint64_t picoseconds(const std::string& microseconds) {
  const std::size_t point = microseconds.find('.');
  std::string decimals = point == std::string::npos ? "" : microseconds.substr(point + 1);
  decimals.resize(6, '0');
  return std::stoull(microseconds.substr(0, point)) * 1000000 + std::stoull(decimals);
}

// Sums of the columns of a table.
std::map<std::string, std::uint64_t> column_sums(const std::string& csv) {
  std::map<std::string, std::uint64_t> sums;
  std::vector<std::string> names;
  std::istringstream lines(csv);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream cells(line);
    std::size_t column = 0;
    const bool heading = names.empty();
    for (std::string cell; std::getline(cells, cell, ','); ++column) {
      if (heading) {
        names.push_back(cell);
      } else if (names[column].rfind("stall_", 0) == 0) {
        sums[names[column]] += picoseconds(cell);
      }
    }
  }
  return sums;
}

class Runs {
 protected:
  explicit Runs(const Case& scenario) { write_file(folder_ / "scenario.toml", scenario.text); }

  std::string run(const std::string& name, const std::vector<std::string>& options) const {
    std::vector<std::string> arguments = {"run", "scenario.toml", "-o", name};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome outcome = takt(arguments, folder_.path());
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.out;
  }
  DecodedTrace trace(const std::string& name) const {
    return traces::decode_trace(read_file(folder_.path() / name / "trace.pftrace"));
  }
  json results(const std::string& name) const { return json::parse(read_file(folder_.path() / name / "results.json")); }
  std::string figures(const std::string& name) const {
    return without_host(read_file(folder_.path() / name / "results.json"));
  }

  const Folder folder_;
};

class TraceFile : public Runs, public testing::TestWithParam<Case> {
 protected:
  TraceFile() : Runs(GetParam()) {}
};

bool is_command(const DecodedSlice& slice) {
  static const std::set<std::string> names = {"load", "load constants", "store", "compute"};
  return slice.track.rfind("npu/", 0) == 0 && names.count(slice.name) != 0;
}

std::uint64_t busy(const DecodedTrace& trace, const std::string& track) {
  std::uint64_t busy = 0;
  for (const DecodedSlice& slice : trace.slices) {
    if (slice.track != track) continue;
    if (is_command(slice)) busy += length(slice);
    if (slice.name == "software overhead") busy -= length(slice);
  }
  return busy;
}

// The window of these runs has all of their commands.
TEST_P(TraceFile, CommandsAndWaitsAddUpToTheResults) {
  run("commands", {"--trace-level", "commands"});
  const DecodedTrace trace = this->trace("commands");
  const json results = this->results("commands");
  const double window =
      results["window_ns"]["end"].get<double>() * 1000 - results["window_ns"]["begin"].get<double>() * 1000;
  for (const char* engine : {"tensor", "vector", "dma_in", "dma_out"})
    EXPECT_NEAR(static_cast<double>(busy(trace, std::string("npu/") + engine)) / window,
                results["npu"]["utilization"][engine].get<double>(), 1e-9)
        << engine;

  std::map<std::string, std::uint64_t> waits, moved;
  std::uint64_t commands = 0;
  for (const DecodedSlice& slice : trace.slices) {
    const bool compute = slice.track == "npu/tensor" || slice.track == "npu/vector";
    const bool wait = slice.name.rfind("waits ", 0) == 0 || slice.name.rfind("shares ", 0) == 0;
    if (compute && wait) waits["stall_" + note(slice) + "_us"] += length(slice);
    if (!is_command(slice)) continue;
    ++commands;
    if (!compute) moved[slice.name] += std::stoull(note(slice));
  }
  for (const auto& [reason, sum] : column_sums(read_file(folder_.path() / "commands" / "layers.csv")))
    EXPECT_EQ(waits[reason], sum) << reason;
  EXPECT_EQ(commands, results["npu"]["commands"]);
  EXPECT_EQ(moved["load constants"], results["npu"]["dma_bytes"]["constants"]);
  EXPECT_EQ(moved["load"], results["npu"]["dma_bytes"]["activations_in"]);
  EXPECT_EQ(moved["store"], results["npu"]["dma_bytes"]["activations_out"]);
}

using Key = std::tuple<std::string, std::string, std::uint64_t, std::uint64_t>;

std::multiset<Key> slices(const DecodedTrace& trace, std::uint32_t most_depth) {
  std::multiset<Key> keys;
  for (const DecodedSlice& slice : trace.slices)
    if (slice.depth <= most_depth) keys.insert({slice.track, slice.name, begin_of(slice), end_of(slice)});
  return keys;
}

TEST_P(TraceFile, EachLevelHasAllOfTheOneBefore) {
  for (const char* level : {"jobs", "layers", "commands"}) run(level, {"--trace-level", level});
  const std::multiset<Key> commands = slices(trace("commands"), 0), layers = slices(trace("layers"), 0);
  EXPECT_TRUE(layers == commands) << "commands lie inside the layers";
  const std::multiset<Key> jobs = slices(trace("jobs"), 0);
  EXPECT_LT(jobs.size(), layers.size());
  EXPECT_TRUE(std::includes(layers.begin(), layers.end(), jobs.begin(), jobs.end()));
}

// Time is rounded to nanoseconds at each value: the integral may be off by a nanosecond of each step.
struct Integral {
  double sum = 0, bound = 0;
};

Integral integral(const DecodedTrace& trace, const std::string& track, double begin_ns, double end_ns) {
  Integral integral;
  double value = 0, since = begin_ns;
  for (const DecodedPoint& point : trace.counters) {
    if (point.track != track) continue;
    const double at = std::min(std::max(static_cast<double>(point.at_ns), begin_ns), end_ns);
    integral.sum += value * (at - since);
    integral.bound += std::abs(point.value - value);
    value = point.value;
    since = at;
  }
  integral.sum += value * (end_ns - since);
  return integral;
}

// What the network lets all initiators have under way at once. A memory's bytes count when they are asked for, a
// channel's when they are moved: at a window's ends they may be so far apart.
double bytes_in_flight(const json& results) {
  const config::SocConfig soc = config::load_soc(results["soc"].get<std::string>());
  double bytes = 0;
  for (const auto& initiator : results["memory"]["initiators"].items())
    for (const auto& port : soc.noc.initiators)
      if (initiator.key() == port.name || initiator.key().rfind(port.name + "_", 0) == 0)
        bytes += static_cast<double>(port.credit_bytes);
  return bytes;
}

TEST_P(TraceFile, CountersIntegrateToTheResults) {
  for (const char* level : {"jobs", "layers"}) {
    run(level, {"--trace-level", level});
    const DecodedTrace trace = this->trace(level);
    const json results = this->results(level);
    const double begin = results["window_ns"]["begin"].get<double>(), end = results["window_ns"]["end"].get<double>();
    const auto expect = [&](const std::string& track, double wanted) {  // of unit x ns
      const Integral found = integral(trace, track, begin, end);
      EXPECT_NEAR(found.sum, wanted, found.bound + 1e-6 * wanted) << level << ' ' << track;
    };
    const json& power = results["power"];
    expect("power/SoC power", power["energy_mj"].get<double>() * 1e9);  // mW x ns = pJ
    for (const auto& [rail, energy] : power["rails"].items()) expect("power/rail " + rail, energy.get<double>() * 1e9);
    for (const auto& [port, figures] : results["memory"]["initiators"].items())
      expect("bandwidth by initiator/" + port,  // GB/s x ns = byte
             figures["port_bytes_read"].get<double>() + figures["port_bytes_written"].get<double>());
    for (const auto& [name, figures] : results["memory"]["memories"].items()) {
      const double bytes = figures["bytes_read"].get<double>() + figures["bytes_written"].get<double>();
      expect("memory/dram_" + name + " bandwidth", bytes);
      Integral channels;
      std::set<std::string> tracks;
      for (const std::string& track : trace.tracks)
        if (track.rfind("memory channels/dram_" + name + " ", 0) == 0) tracks.insert(track);
      for (const std::string& track : tracks) {
        const Integral channel = integral(trace, track, begin, end);
        channels.sum += channel.sum;
        channels.bound += channel.bound;
      }
      EXPECT_NEAR(channels.sum, bytes, channels.bound + 1e-6 * bytes + bytes_in_flight(results)) << name;
    }
  }
}

TEST_P(TraceFile, EachRequestIsAChainFromItsArrivalToItsAnswer) {
  run("out", {"--trace-level", "jobs"});
  const DecodedTrace trace = this->trace("out");
  struct Chain {
    std::vector<std::pair<std::uint64_t, std::string>> events;  // when and on which track
    std::uint64_t ends = 0, end_ns = 0;
  };
  std::map<std::uint64_t, Chain> chains;
  const auto pass = [&](const traces::DecodedFlow& flow, std::uint64_t at, const std::string& track) {
    if (flow.id == 0) return;
    Chain& chain = chains[flow.id];
    chain.events.emplace_back(at, track);
    chain.ends += flow.ends;
    if (flow.ends) chain.end_ns = at;
  };
  for (const DecodedSlice& slice : trace.slices) pass(slice.flow, slice.begin_ns, slice.track);
  for (const DecodedPoint& instant : trace.instants) pass(instant.flow, instant.at_ns, instant.track);
  std::uint64_t requests = 0;
  const json results = this->results("out");
  for (const json& stream : results["streams"]) requests += stream["requests"]["submitted"].get<std::uint64_t>();
  EXPECT_EQ(chains.size(), requests);
  for (auto& [id, chain] : chains) {
    std::stable_sort(chain.events.begin(), chain.events.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    EXPECT_THAT(chain.events.front().second, testing::MatchesRegex("streams/.* requests.*"));
    EXPECT_EQ(chain.events.back().second, "cpu/driver");
    EXPECT_EQ(chain.ends, 1u);
    EXPECT_EQ(chain.end_ns, chain.events.back().first);
    for (const char* track : {"firmware/scheduling log", "npu/job"})
      EXPECT_TRUE(
          std::any_of(chain.events.begin(), chain.events.end(), [&](const auto& e) { return e.second == track; }))
          << id << ' ' << track;
  }
}

// The last value of each counter at `at`.
std::map<std::string, double> values_at(const DecodedTrace& trace, std::uint64_t at_ns) {
  std::map<std::string, double> values;
  for (const DecodedPoint& point : trace.counters)
    if (point.at_ns <= at_ns) values[point.track] = point.value;
  return values;
}

TEST_P(TraceFile, AWindowHasWhatReachesIntoItAndNothingElse) {
  run("all", {});
  run("window", {"--trace-window", "500:900"});
  EXPECT_EQ(figures("all"), figures("window"));
  const DecodedTrace all = trace("all"), window = trace("window");
  const std::uint64_t begin = 500000, end = 900000;  // ns
  std::multiset<Key> inside;
  for (const DecodedSlice& slice : all.slices)
    if (begin_of(slice) < end * 1000 && (end_of(slice) > begin * 1000 || begin_of(slice) >= begin * 1000))
      inside.insert({slice.track, slice.name, begin_of(slice), end_of(slice)});
  EXPECT_TRUE(slices(window, ~0u) == inside);
  EXPECT_GT(inside.size(), 10u);
  for (const auto* points : {&window.instants, &window.counters})
    for (const DecodedPoint& point : *points) {
      EXPECT_GE(point.at_ns, begin) << point.track;
      EXPECT_LT(point.at_ns, end) << point.track;
    }
  for (const std::uint64_t at : {begin, (begin + end) / 2, end - 1})
    EXPECT_EQ(values_at(window, at), values_at(all, at)) << at;
}

class BoundTraceFile : public Runs, public testing::Test {
 protected:
  BoundTraceFile() : Runs(preempted) {}
};

TEST_F(BoundTraceFile, EndsThereAndIsNamed) {
  const std::string free = run("free", {"--trace-level", "commands"});
  EXPECT_THAT(free, Not(HasSubstr("--trace-limit")));
  const std::size_t limit = 120000;
  ASSERT_GT(read_file(folder_.path() / "free" / "trace.pftrace").size(), limit);
  const std::string bound = run("bound", {"--trace-level", "commands", "--trace-limit", std::to_string(limit)});
  EXPECT_LE(read_file(folder_.path() / "bound" / "trace.pftrace").size(), limit);
  EXPECT_EQ(figures("free"), figures("bound"));
  const DecodedTrace trace = this->trace("bound");
  const auto stop = std::find_if(trace.instants.begin(), trace.instants.end(),
                                 [](const DecodedPoint& point) { return point.track == "timeline/limit of size"; });
  ASSERT_NE(stop, trace.instants.end());
  EXPECT_EQ(stop->name, "nothing is recorded from here on");
  EXPECT_THAT(bound, HasSubstr("timeline  ends at " + std::to_string(stop->at_ns / 1000) +
                               " us: it has reached "
                               "--trace-limit 120000\n"));
  for (const DecodedSlice& slice : trace.slices) EXPECT_LE(slice.end_ns, stop->at_ns) << slice.track;
}

INSTANTIATE_TEST_SUITE_P(Scenarios, TraceFile, testing::Values(llw_alone, mixed, preempted),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(TraceOptions, BadOnesAreNamed) {
  const Folder folder;
  write_file(folder / "scenario.toml", llw_alone.text);
  const auto refused = [&](const std::vector<std::string>& options, const char* what) {
    std::vector<std::string> arguments = {"run", "scenario.toml", "-o", "out"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const Outcome outcome = takt(arguments, folder.path());
    EXPECT_EQ(outcome.code, 2);
    EXPECT_THAT(outcome.err, HasSubstr(what));
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
  };
  refused({"--trace-level", "everything"}, "--trace-level: everything not in {off,jobs,layers,commands}");
  refused({"--trace-window", "9:5"}, "--trace-window: found '9:5', expected BEGIN:END");
  refused({"--trace-window", "5"}, "--trace-window: found '5', expected BEGIN:END");
  refused({"--trace-window", "5:9", "--trace-level", "off"}, "--trace-window: found no trace, expected");
  refused({"--trace-limit", "99999"}, "--trace-limit: Value 99999 not in range 100000 to");
}

}  // namespace
}  // namespace takt::platform::test
