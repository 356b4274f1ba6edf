// What the policies mean for who waits how long. Every expected time is taken from the heavy network running alone:
// when its engines pass each cut, and when its inferences end.
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <sstream>

#include "models/units/clock.h"
#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/simulate.h"
#include "tests/platform/timeline_probe.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

const std::string heavy = R"(
[[stream]]
name = "heavy"
model = "resnet50"
arrival = "closed_loop"
concurrency = 2
requests = 2
)";

std::string head(const std::string& policy) {
  return "soc = \"exynos-llw-like\"\n[firmware]\npolicy = \"" + policy + "\"\n";
}

std::string light(std::uint64_t start_us) {
  return "[[stream]]\nname = \"light\"\nmodel = \"squeezenet1_1\"\narrival = \"periodic\"\nperiod_us = 1000\n"
         "requests = 1\nband = \"realtime\"\nstart_us = " +
         std::to_string(start_us) + "\n";
}

std::string text_of(const std::vector<std::uint64_t>& numbers) {
  std::ostringstream text;
  for (const std::uint64_t n : numbers) text << n << ' ';
  return text.str();
}

std::vector<std::uint64_t> numbers_of(const std::string& text) {
  std::istringstream from(text);
  return {std::istream_iterator<std::uint64_t>(from), {}};
}

// The heavy network alone, relative to the first arrival. By cut of its first inference:
struct Alone {
  std::vector<Time> passed;  // the engines have done everything before it
  std::vector<Time> quiet;   // and so has the list of loads, which runs ahead of them
  Time turn;                 // from the end of the first inference to the start of the second
  Time end;                  // of the second inference
  Time save;                 // time that saving the most live bytes takes at half the memory's peak
};

using Ends = std::map<std::string, Time>;

// When an engine was done with each layer of the first inference.
void note_ends(const TimelineProbe& probe, const std::string& engine, Time inference_end, Ends& ends) {
  for (const TimelineProbe::Slice& slice : probe.slices(engine))
    if (slice.end <= inference_end) ends[slice.name] = units::max(ends[slice.name], slice.end);
}

// The two times of each cut, then the turn, the end, the save. The light network comes when all is over: with it, both
// begin at the same time of the memory's refresh as where it comes earlier.
std::string observe_alone() {
  const config::Scenario s = scenario(head("fcfs") + heavy + light(5000));
  TimelineProbe probe;
  const RunRecord record = run(s, &probe);
  const compiler::CompiledModel model = compiler::compile(zoo::build("resnet50"), target_of(s.config.soc));
  const compiler::Program& program = model.programs.at(0);
  const std::vector<TimelineProbe::Slice> jobs = probe.slices("npu/job");
  Ends done, loaded;
  for (const char* engine : {"npu/tensor", "npu/vector", "npu/dma_out"}) note_ends(probe, engine, jobs.at(0).end, done);
  note_ends(probe, "npu/dma_in", jobs.at(0).end, loaded);
  std::vector<std::uint64_t> answer;
  for (const takt_cut& cut : program.cuts) {
    Time passed;
    for (std::uint32_t layer = 0; layer < cut.layer; ++layer)
      passed = units::max(passed, done[program.layers[layer].name]);
    Time quiet = passed;
    for (std::uint32_t load = 0; load < cut.position[TAKT_ENGINE_DMA_IN]; ++load)
      quiet = units::max(quiet, loaded[program.layers[program.lists[TAKT_ENGINE_DMA_IN][load].layer].name]);
    answer.push_back((passed - record.window.begin).value);
    answer.push_back((quiet - record.window.begin).value);
  }
  answer.push_back((record.streams[0].requests.at(1).started - jobs.at(0).end).value);
  answer.push_back((jobs.at(1).end - record.window.begin).value);
  answer.push_back(units::Rate(memory(record, "llw").peak_bytes_per_second / 2).duration(program.max_save_bytes).value);
  return text_of(answer);
}

Alone alone_times() {
  const std::vector<std::uint64_t> numbers = numbers_of(in_child(observe_alone));
  Alone times;
  for (std::size_t i = 0; i + 3 < numbers.size(); i += 2) {
    times.passed.emplace_back(numbers[i]);
    times.quiet.emplace_back(numbers[i + 1]);
  }
  times.turn = Time(numbers[numbers.size() - 3]);
  times.end = Time(numbers[numbers.size() - 2]);
  times.save = Time(numbers.back());
  return times;
}

// When the light network's request gets the engines, from the first arrival on.
Time start_of_light(const std::string& policy, const std::string& beside, std::uint64_t at_us) {
  return Time(measured<std::uint64_t>([&] {
    const RunRecord record = run(scenario(head(policy) + beside + light(at_us)));
    return (record.streams.back().requests[0].started - record.window.begin).value;
  }));
}

// From a request's arrival to its dispatch with nobody else there: the driver's and the firmware's own time.
Time switch_time() { return start_of_light("fixed-priority", "", 100) - microseconds(100); }

TEST(FixedPriority, AStrongRequestWaitsAtMostToTheNextCutPlusTheSwitch) {
  const Alone hog = alone_times();
  const Time own = switch_time();
  for (const std::uint64_t at : {50, 120, 190, 260, 330, 400, 470}) {
    SCOPED_TRACE(at);
    // The firmware asks for the preemption within `own`. Loads run at most one cut ahead of the engines, so the
    // earliest cut that no list has passed is the engines' next one or the one behind it.
    const auto next = std::lower_bound(hog.passed.begin(), hog.passed.end(), microseconds(at) + own);
    const auto behind = static_cast<std::size_t>(next - hog.passed.begin()) + 1;
    ASSERT_LT(behind, hog.quiet.size());
    EXPECT_LE(start_of_light("fixed-priority", heavy, at), hog.quiet[behind] + hog.save + own);
  }
}

TEST(FixedPriority, AStrongRequestDoesNotWaitForTheInference) {
  const Alone hog = alone_times();
  Time widest;
  for (std::size_t i = 2; i < hog.quiet.size(); ++i) widest = units::max(widest, hog.quiet[i] - hog.passed[i - 2]);
  ASSERT_LT(widest * 4, hog.end);  // else cuts would mean little
  EXPECT_LT(start_of_light("fixed-priority", heavy, 200) - microseconds(200), widest + hog.save + switch_time() * 2);
}

TEST(Fcfs, AStrongRequestWaitsForWholeInferences) {
  const Alone hog = alone_times();
  const Time own = switch_time();
  for (const std::uint64_t at : {50, 260, 470}) {
    SCOPED_TRACE(at);
    const Time started = start_of_light("fcfs", heavy, at);
    EXPECT_GE(started, hog.end);
    // The firmware ends one job before it looks at the next, which then takes what it takes with nobody else there.
    EXPECT_LE(started, hog.end + hog.turn + own);
  }
}

TEST(FixedPriority, EqualBandsAreNotPreempted) {
  const std::string second =
      "[[stream]]\nname = \"second\"\nmodel = \"squeezenet1_1\"\narrival = \"periodic\"\n"
      "period_us = 100\nrequests = 5\n";
  const RunRecord record = run(scenario(head("fixed-priority") + heavy + second));
  EXPECT_EQ(record.npu.preemptions, 0u);
}

TEST(FixedPriority, EveryCommandRetiresOnceHoweverOftenAJobIsPreempted) {
  std::string text = light(100);
  text.replace(text.find("requests = 1"), 12, "requests = 6");
  text.replace(text.find("period_us = 1000"), 16, "period_us = 200");
  const config::Scenario s = scenario(head("fixed-priority") + heavy + text);
  std::uint64_t commands = 0;
  for (const auto& [model, inferences] : {std::pair("resnet50", 2), std::pair("squeezenet1_1", 6)}) {
    const compiler::CompiledModel compiled = compiler::compile(zoo::build(model), target_of(s.config.soc));
    for (const auto& list : compiled.programs.at(0).lists)
      commands += list.size() * static_cast<std::size_t>(inferences);
  }
  const RunRecord record = run(s);
  EXPECT_GE(record.npu.preemptions, 3u);
  std::uint64_t retired = 0;
  for (const EngineRecord& engine : record.npu.engines) retired += engine.commands;
  EXPECT_EQ(retired, commands);
}

// The streams' numbers in the order in which their requests got the engines.
std::vector<int> order_of_starts(const std::string& policy) {
  const std::string streams = R"(
[[stream]]
name = "crowd"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 3
requests = 6
[[stream]]
name = "single"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
requests = 4
)";
  const RunRecord record = run(scenario(head(policy) + streams));
  std::vector<std::pair<Time, int>> starts;
  for (int s = 0; s < 2; ++s)
    for (const RequestRecord& request : record.streams[static_cast<std::size_t>(s)].requests)
      starts.emplace_back(request.started, s);
  std::sort(starts.begin(), starts.end());
  std::vector<int> order;
  for (const auto& [at, stream] : starts) order.push_back(stream);
  return order;
}

TEST(RoundRobin, AlternatesBetweenAStreamWithThreeRequestsAndOneWithOne) {
  const std::vector<int> order = order_of_starts("round-robin");
  EXPECT_EQ(std::vector<int>(order.begin(), order.begin() + 8), (std::vector<int>{0, 1, 0, 1, 0, 1, 0, 1}));
}

TEST(Fcfs, ServesThreeWaitingRequestsBeforeALaterOne) {
  const std::vector<int> order = order_of_starts("fcfs");
  EXPECT_EQ(std::vector<int>(order.begin(), order.begin() + 4), (std::vector<int>{0, 0, 0, 1}));
}

std::uint64_t preemptions_of_two(const std::string& quantum_us) {
  const std::string streams = R"(
[[stream]]
name = "a"
model = "resnet18"
arrival = "closed_loop"
concurrency = 1
requests = 2
[[stream]]
name = "b"
model = "resnet18"
arrival = "closed_loop"
concurrency = 1
requests = 2
)";
  return measured<std::uint64_t>([&] {
    return run(scenario(head("round-robin") + streams,
                        {"firmware.quantum_us=" + quantum_us, "limits.max_time_us=100000"}))
        .npu.preemptions;
  });
}

TEST(RoundRobin, PreemptsAtItsQuantum) {
  EXPECT_EQ(preemptions_of_two("0"), 0u);  // job by job
  EXPECT_EQ(preemptions_of_two("10000"), 0u);
  EXPECT_GE(preemptions_of_two("60"), 4u);
}

// Each stay on the engines gets a job past a cut at least, so it needs no more stays than it has cuts, and one.
TEST(RoundRobin, AQuantumShorterThanARestoreStillEnds) {
  const compiler::CompiledModel model =
      compiler::compile(zoo::build("resnet18"), target_of(scenario(head("fcfs") + heavy).config.soc));
  const std::uint64_t preemptions = preemptions_of_two("3");
  EXPECT_GE(preemptions, 4u);
  EXPECT_LE(preemptions, 4 * model.programs.at(0).cuts.size());
}

}  // namespace
}  // namespace takt::platform::test
