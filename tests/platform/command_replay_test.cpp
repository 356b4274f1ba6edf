// A recorded run and its replay without firmware: equal times where only NPU and memory matter, a defined story where
// the NPU is not as far, a refusal where the trace does not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/platform/models.h"
#include "tests/platform/takt_binary.h"
#include "traces/formats/commands/command_trace.h"

namespace takt::platform::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using traces::CommandControl;
using traces::CommandTrace;
using traces::ControlKind;

// A long job that a short one preempts every 330 us. The firmware reads each program's header from the NPU's memory
// once, at boot, which takes its channel out of self-refresh; a memory that stays awake does not show that.
const std::string preempting = R"(
soc = "exynos-llw-like"
[firmware]
policy = "fixed-priority"
[memory.llw]
self_refresh_after_ns = 1000000
[run]
warm_up_us = 500
measure_us = 3000
[[stream]]
name = "urgent"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 330
band = "realtime"
max_waiting = 2
drop = "oldest"
[[stream]]
name = "long"
model = "resnet18"
arrival = "closed_loop"
concurrency = 1
)";

class CommandReplay : public testing::Test {
 protected:
  Outcome call(const std::vector<std::string>& arguments) const { return takt(arguments, folder_.path()); }
  json results(const std::string& folder) const { return json::parse(read_file(folder_ / folder / "results.json")); }

  void record(const std::string& scenario, std::vector<std::string> more = {}) const {
    write_file(folder_ / "s.toml", scenario);
    std::vector<std::string> arguments = {"run",  "s.toml",        "-o", "recorded", "--quiet", "--record-commands",
                                          "t.tc", "--trace-level", "off"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = call(arguments);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
  }
  json replay(std::vector<std::string> more = {}) const {
    std::vector<std::string> arguments = {"replay", "t.tc", "-o", "replayed", "--quiet"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = call(arguments);
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    return outcome.code == 0 ? results("replayed") : json();
  }
  void expect_refused(const std::vector<std::string>& more, const std::vector<std::string>& parts) const {
    std::vector<std::string> arguments = {"replay", "t.tc", "-o", "refused"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const Outcome outcome = call(arguments);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.out, IsEmpty());
    for (const std::string& part : parts) EXPECT_THAT(outcome.err, HasSubstr(part));
    EXPECT_FALSE(std::filesystem::exists(folder_ / "refused"));
  }
  // Of a stream's jobs in the replay, in microseconds: the least of a column.
  double least(const std::string& stream, const std::string& column) const {
    std::istringstream lines(read_file(folder_ / "replayed" / "jobs.csv"));
    std::vector<std::string> names;
    double least = std::numeric_limits<double>::infinity();
    for (std::string line; std::getline(lines, line);) {
      std::vector<std::string> cells;
      std::istringstream text(line);
      for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
      if (names.empty()) names = cells;
      const auto at = static_cast<std::size_t>(std::find(names.begin(), names.end(), column) - names.begin());
      if (cells.at(0) == stream) least = std::min(least, std::stod(cells.at(at)));
    }
    return least;
  }
  CommandTrace trace() const { return traces::read_command_trace(folder_ / "t.tc"); }
  void rewrite(const CommandTrace& trace) const {
    traces::PackedFileWriter(folder_ / "t.tc", traces::command_trace_kind).write(traces::encode(trace));
  }

  const Folder folder_;
};

TEST_F(CommandReplay, gives_the_recorded_times_to_the_picosecond) {
  record(preempting);
  const json r = replay();
  EXPECT_GT(r["trace"]["jobs"].get<int>(), 10);
  EXPECT_GT(r["preemptions"]["count"].get<int>(), 3);
  EXPECT_EQ(r["jobs_at_recorded_times"], r["trace"]["jobs"]);
  EXPECT_EQ(r["controls"]["late"], 0);
  EXPECT_EQ(r["controls"]["start"]["given"], r["trace"]["jobs"]);
  EXPECT_EQ(r["controls"]["resume"]["dropped"], 0);
  for (const json& stream : r["streams"]) {
    EXPECT_EQ(stream["latency_us"], stream["recorded_latency_us"]);
    EXPECT_EQ(stream["preemptions"], stream["recorded_preemptions"]);
    EXPECT_EQ(stream["latency_ratio"], 1);
  }
  EXPECT_TRUE(r["cpu"].is_null());
  EXPECT_EQ(r["soc"], "exynos-llw-like");
}

// The same networks, each on a core of its own.
TEST_F(CommandReplay, gives_the_recorded_times_of_partitions_to_the_picosecond) {
  std::string beside = preempting;
  beside.replace(beside.find("[firmware]"), 10, "[npu]\ncores = 2\n[firmware]\npartitions = \"1+1\"");
  record(beside + "partition = 1\n");
  const CommandTrace recorded = trace();
  EXPECT_TRUE(std::any_of(recorded.controls.begin(), recorded.controls.end(),
                          [](const CommandControl& control) { return control.first_core == 1; }));
  const json r = replay();
  EXPECT_GT(r["trace"]["jobs"].get<int>(), 10);
  EXPECT_EQ(r["jobs_at_recorded_times"], r["trace"]["jobs"]);
}

TEST_F(CommandReplay, differs_by_little_where_the_firmware_reads_the_memory_too) {
  std::string all_in_one = preempting;
  all_in_one.replace(all_in_one.find("exynos-llw-like"), 15, "snapdragon-8-gen-2-like");
  all_in_one.erase(all_in_one.find("[memory.llw]"), all_in_one.find("[run]") - all_in_one.find("[memory.llw]"));
  record(all_in_one);
  const json r = replay();
  // A job that is to leave may do so a cut later than it did, and the next one waits for it: what meets no such one is
  // left.
  EXPECT_EQ(r["streams"][0]["preemptions"], 0);
  EXPECT_NEAR(least("urgent", "latency_us") / least("urgent", "recorded_latency_us"), 1, 0.01);
}

TEST_F(CommandReplay, recording_changes_nothing_in_the_run) {
  record(preempting);
  const std::string with = without_host(read_file(folder_ / "recorded" / "results.json"));
  ASSERT_EQ(call({"run", "s.toml", "-o", "plain", "--quiet", "--trace-level", "off"}).code, 0);
  EXPECT_EQ(with, without_host(read_file(folder_ / "plain" / "results.json")));
}

TEST_F(CommandReplay, gives_the_same_bytes_twice) {
  record(preempting);
  ASSERT_EQ(call({"replay", "t.tc", "-o", "a", "--quiet"}).code, 0);
  ASSERT_EQ(call({"replay", "t.tc", "-o", "b", "--json", "--soc", "exynos-llw-like", "--set",
                  "memory.llw.self_refresh_after_ns=1000000"})
                .code,
            0);
  EXPECT_EQ(without_host(read_file(folder_ / "a" / "results.json")),
            without_host(read_file(folder_ / "b" / "results.json")));
  EXPECT_EQ(read_file(folder_ / "a" / "jobs.csv"), read_file(folder_ / "b" / "jobs.csv"));
  EXPECT_EQ(call({"compare", "a", "b"}).code, 0);
}

TEST_F(CommandReplay, on_a_slower_npu_every_job_is_done_and_starts_wait) {
  record(preempting);
  const json r = replay({"--set", "npu.clock_hz=200000000"});
  EXPECT_GT(r["controls"]["late"].get<int>(), 0);
  EXPECT_EQ(r["jobs_at_recorded_times"], 0);
  std::uint64_t done = 0;
  for (const json& stream : r["streams"]) {
    done += stream["jobs"]["done"].get<std::uint64_t>();
    EXPECT_GT(stream["latency_ratio"].get<double>(), 1.5);
  }
  EXPECT_EQ(done, r["trace"]["jobs"]);
}

TEST_F(CommandReplay, a_preempt_that_comes_too_late_is_dropped_with_its_resume) {
  record(preempting);
  CommandTrace late = trace();
  const auto preempt = std::find_if(late.controls.begin(), late.controls.end(),
                                    [](const CommandControl& c) { return c.kind == ControlKind::preempt; });
  const auto preempts = std::count_if(late.controls.begin(), late.controls.end(), [&](const CommandControl& c) {
    return c.kind == ControlKind::preempt && c.job == preempt->job;
  });
  // What comes behind its job is left out: in other refreshes of the memory, others might come too late as well.
  const auto own = [&](const CommandControl& c) { return is_of_job(c.kind) && c.job == preempt->job; };
  const auto last = std::find_if(late.controls.rbegin(), late.controls.rend(), own).base();
  late.controls.erase(last, late.controls.end());
  late.jobs.resize(
      static_cast<std::size_t>(std::count_if(late.controls.begin(), late.controls.end(),
                                             [](const CommandControl& c) { return c.kind == ControlKind::start; })));
  const auto gone = [&](const traces::CommandEvent& event) { return event.job >= late.jobs.size(); };
  late.events.erase(std::remove_if(late.events.begin(), late.events.end(), gone), late.events.end());
  const units::Time shift = units::milliseconds(5);  // its job is done by then
  for (auto control = preempt; control != late.controls.end(); ++control) control->at += shift;
  for (traces::CommandEvent& event : late.events)
    if (event.at >= preempt->at - shift) event.at += shift;
  late.end += shift;
  rewrite(late);
  const json r = replay();
  EXPECT_EQ(r["controls"]["preempt"]["dropped"], preempts);
  EXPECT_EQ(r["controls"]["resume"]["dropped"], preempts);
  EXPECT_EQ(r["controls"]["start"]["dropped"], 0);
}

TEST_F(CommandReplay, plays_on_another_soc_at_other_addresses) {
  record(preempting);
  const json r = replay({"--soc", "snapdragon-8-gen-3-like"});
  EXPECT_EQ(r["soc"], "snapdragon-8-gen-3-like");
  std::uint64_t done = 0;
  for (const json& stream : r["streams"]) done += stream["jobs"]["done"].get<std::uint64_t>();
  EXPECT_EQ(done, r["trace"]["jobs"]);
  EXPECT_EQ(r["npu"]["dma_bytes"]["constants"], replay()["npu"]["dma_bytes"]["constants"]);
}

TEST_F(CommandReplay, starts_that_crowd_wait_for_each_other_in_order) {
  record(preempting);
  CommandTrace crowded = trace();
  std::vector<CommandControl> starts;
  for (CommandControl control : crowded.controls)
    if (control.kind == ControlKind::start && starts.size() < 6) {
      control.at = units::Time(1000 + starts.size());
      control.queue = 0;
      starts.push_back(control);
    }
  crowded.controls = starts;
  crowded.jobs.resize(starts.size());
  crowded.events.clear();
  rewrite(crowded);
  const json r = replay();
  EXPECT_EQ(r["controls"]["start"]["given"], 6);
  EXPECT_EQ(r["controls"]["late"], 5);
  EXPECT_EQ(r["npu"]["commands"].get<int>() > 0, true);
  std::istringstream csv(read_file(folder_ / "replayed" / "jobs.csv"));
  std::string line;
  std::getline(csv, line);
  double last_end = 0;
  while (std::getline(csv, line)) {
    std::vector<std::string> fields;
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');) fields.push_back(cell);
    EXPECT_GE(std::stod(fields[10]), last_end);  // start_us: not before the job before has stopped
    last_end = std::stod(fields[12]);            // end_us
  }
}

TEST_F(CommandReplay, a_reset_and_an_abort_end_the_job_that_runs) {
  record(preempting);
  CommandTrace cut = trace();
  cut.controls.resize(2);  // the queue's windows, and the start
  cut.jobs.resize(1);
  cut.events.clear();
  CommandControl stop = cut.controls[1];
  ASSERT_EQ(static_cast<int>(stop.kind), static_cast<int>(ControlKind::start));
  stop.at = stop.at + units::microseconds(20);
  for (const ControlKind kind : {ControlKind::reset, ControlKind::abort}) {
    stop.kind = kind;
    cut.controls.resize(2);
    cut.controls.push_back(stop);
    rewrite(cut);
    const json r = replay();
    EXPECT_EQ(r["controls"][kind == ControlKind::reset ? "reset" : "abort"]["given"], 1);
    EXPECT_THAT(read_file(folder_ / "replayed" / "jobs.csv"), HasSubstr(",aborted,"));
  }
  stop.at = stop.at + units::microseconds(900);
  cut.controls.back() = stop;
  rewrite(cut);
  EXPECT_EQ(replay()["controls"]["abort"]["dropped"], 1) << "the job has ended by then";
}

TEST_F(CommandReplay, an_npu_or_memory_that_is_too_small_is_refused) {
  record(preempting);
  expect_refused({"--set", "npu.scratchpad_kib=64"}, {"t.tc", "bytes of scratchpad", "at most 65536"});
  expect_refused({"--set", "npu.hardware_queues=1"}, {"t.tc", "2 hardware queues", "at most 1"});
  const CommandTrace whole = trace();
  CommandTrace far = whole;
  far.controls.front().first_core = 3;
  rewrite(far);
  expect_refused({}, {"t.tc", "4 cores", "at most 1"});
  CommandTrace large = whole;
  large.memory_bytes = std::uint64_t{1} << 45;
  large.areas.push_back({traces::AreaKind::buffers, large.memory_base + (std::uint64_t{1} << 44), 4096});
  rewrite(large);
  expect_refused({}, {"t.tc", "bytes of memory", "memory 'llw' of exynos-llw-like"});
}

TEST_F(CommandReplay, programs_of_two_cores_are_played_on_two) {
  record(preempting, {"--set", "npu.cores=2", "--set", "compiler.cores=2"});
  const json r = replay();
  EXPECT_GT(r["preemptions"]["count"].get<int>(), 3);
  EXPECT_EQ(r["jobs_at_recorded_times"], r["trace"]["jobs"]);
  expect_refused({"--set", "npu.cores=1", "--set", "compiler.cores=1"}, {"t.tc", "2 cores", "at most 1"});
}

TEST_F(CommandReplay, options_of_memory_traces_are_refused) {
  record(preempting);
  expect_refused({"--memory", "llw-dram"}, {"--memory with a command trace"});
  expect_refused({"--limit", "3"}, {"--limit with a command trace"});
  expect_refused({"--soc", "exynos"}, {"exynos"});
  expect_refused({"--set", "npu.nonsense=3"}, {"npu.nonsense"});
  write_file(folder_ / "t.tc", "0: (64) read 0x0\n");
  expect_refused({}, {"no --memory"});
  expect_refused({"--memory", "llw-dram", "--soc", "exynos-llw-like"}, {"--soc"});
}

TEST_F(CommandReplay, damaged_traces_are_refused_or_played) {
  record(preempting);
  const std::string whole = read_file(folder_ / "t.tc");
  for (const std::size_t size : {std::size_t{9}, std::size_t{19}, whole.size() / 2, whole.size() - 1}) {
    write_file(folder_ / "t.tc", whole.substr(0, size));
    expect_refused({}, {"t.tc", "found", "expected"});
  }
  CommandTrace senseless = traces::read_command_trace([&] {
    write_file(folder_ / "t.tc", whole);
    return folder_ / "t.tc";
  }());
  senseless.programs[0].image.resize(100);
  rewrite(senseless);
  expect_refused({}, {"a program of 100 bytes"});
  senseless.programs[0].image.assign(5000, '\x55');
  senseless.programs[0].scratchpad_bytes = 1;
  rewrite(senseless);
  replay();  // the NPU refuses the program, job by job
  EXPECT_THAT(read_file(folder_ / "replayed" / "jobs.csv"), HasSubstr(",faulted,"));
}

TEST_F(CommandReplay, a_trace_that_cannot_be_written_is_refused_before_the_run) {
  write_file(folder_ / "s.toml", preempting);
  const Outcome outcome = call({"run", "s.toml", "-o", "refused", "--record-commands", "nowhere/t.tc"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.err, HasSubstr("nowhere/t.tc"));
}

TEST_F(CommandReplay, a_limit_ends_it_with_4) {
  record(preempting);
  const Outcome outcome =
      call({"replay", "t.tc", "-o", "x", "--set", "npu.clock_hz=20000000", "--set", "limits.max_time_us=100"});
  EXPECT_EQ(outcome.code, 4) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("max_time_us"));
}

}  // namespace
}  // namespace takt::platform::test
