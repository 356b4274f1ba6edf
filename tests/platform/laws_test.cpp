// Laws that a scheduler keeps whatever the network: how long an urgent request waits for the engines by the level at
// which jobs leave them (XSched, OSDI 2025: in-flight commands x T, one T, constant), shares, deadlines.
// Work of exact length: busy-NxTus is N commands of T us with a cut between any two.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

std::string number(std::uint64_t n) { return std::to_string(n); }

std::string head(const std::string& firmware) { return "soc = \"snapdragon-8-gen-2-like\"\n[firmware]\n" + firmware; }

std::string stream(const std::string& name, const std::string& model, const std::string& more) {
  return "[[stream]]\nname = \"" + name + "\"\nmodel = \"" + model + "\"\n" + more;
}

std::string closed_loop(std::uint64_t concurrency) {
  return "arrival = \"closed_loop\"\nconcurrency = " + number(concurrency) + "\n";
}

std::string periodic(std::uint64_t period_us) {
  return "arrival = \"periodic\"\nperiod_us = " + number(period_us) + "\n";
}

Time p99(std::vector<Time> samples) {
  std::sort(samples.begin(), samples.end());
  return samples.at((samples.size() * 99 + 99) / 100 - 1);
}

// Waits of urgent requests that come at random moments of jobs of eight commands of T each.
struct Waits {
  Time alone;       // of one with nobody else there: firmware and dispatch
  Time wait;        // P99, the slot read until the engines are its own
  Time stop, save;  // P99, of preemptions
  std::uint64_t preemptions;
};

constexpr std::uint64_t commands = 8;

Waits waits(const std::string& preemption, std::uint64_t t_us) {
  const std::string firmware = head("policy = \"fixed-priority\"\npreemption = \"" + preemption + "\"\n");
  const auto urgent = [&](std::uint64_t requests) {
    return "[run]\nmeasure_us = " + number(requests * 12 * t_us) + "\n" +
           stream("urgent", "busy-1x10us",
                  periodic(12 * t_us) + "jitter_us = " + number(commands * t_us - 1) +
                      "\nband = \"realtime\"\nrequests = " + number(requests) + "\n");
  };
  const auto urgent_waits = [](const RunRecord& record) {
    std::vector<Time> times;
    for (const RequestRecord& r : record.streams.front().requests) times.push_back(r.started - r.accepted);
    return times;
  };
  const Time alone(
      measured<std::uint64_t>([&] { return urgent_waits(run(scenario(firmware + urgent(1)))).front().value; }));
  return measured<Waits>([&] {
    const std::string victim = stream("victim", "busy-8x" + number(t_us) + "us", closed_loop(2));
    const RunRecord record = run(scenario(firmware + urgent(120) + victim));
    const NpuRecord& npu = record.npu;
    const bool any = !npu.preemption_stops.empty();
    return Waits{alone, p99(urgent_waits(record)), any ? p99(npu.preemption_stops) : Time(),
                 any ? p99(npu.preemption_saves) : Time(), npu.preemptions};
  });
}

// Within a tenth.
void expect_about(Time found, Time expected) {
  EXPECT_GE(found.value * 10, expected.value * 9);
  EXPECT_LE(found.value * 10, expected.value * 11);
}

class Law : public testing::TestWithParam<std::uint64_t> {};
INSTANTIATE_TEST_SUITE_P(Us, Law, testing::Values(100, 500), testing::PrintToStringParamName());

TEST_P(Law, WithoutPreemptionAnUrgentRequestWaitsForAsManyCommandsAsAJobHas) {
  const Waits w = waits("none", GetParam());
  EXPECT_EQ(w.preemptions, 0u);
  expect_about(w.wait - w.alone, microseconds(commands * GetParam()));
}

TEST_P(Law, AtCutsItWaitsForOneCommand) {
  const Waits w = waits("cut", GetParam());
  expect_about(w.wait - w.alone - w.save, microseconds(GetParam()));
  expect_about(w.stop, microseconds(GetParam()));
}

TEST(Law, ForcedItWaitsAsLongWhateverACommandTakes) {
  const Waits shortest = waits("forced", 100);
  EXPECT_GT(shortest.preemptions, 100u);
  for (const std::uint64_t t_us : {500, 2000}) {
    const Waits w = waits("forced", t_us);
    EXPECT_EQ(w.stop, Time());
    expect_about(w.stop + w.save, shortest.stop + shortest.save);
  }
}

// 4 jobs of 7 cuts, 6 of 4.
TEST(Law, PreemptedAtEveryPointPreemptionsArePointsTimesJobs) {
  const RunRecord record = run(scenario(head("policy = \"round-robin\"\npreemption = \"always\"\n") +
                                        stream("a", "busy-8x50us", closed_loop(2) + "requests = 4\n") +
                                        stream("b", "busy-5x70us", closed_loop(1) + "requests = 6\n")));
  EXPECT_EQ(record.npu.preemptions, 4 * 7 + 6 * 4u);
  std::vector<std::uint64_t> by_stream;
  for (const StreamRecord& s : record.streams) {
    by_stream.push_back(0);
    for (const RequestRecord& r : s.requests) by_stream.back() += r.preemptions;
  }
  EXPECT_EQ(by_stream, (std::vector<std::uint64_t>{4 * 7, 6 * 4}));
}

// Of the time that two streams which never rest had together, within one process quantum.
TEST(Share, TheNormalBandHasItsShareUnderAFocusHog) {
  constexpr std::uint64_t quantum_us = 3000;
  const std::string bands = "[firmware.band.normal]\nprocess_quantum_us = " + number(quantum_us) + "\n";
  for (const std::uint64_t percent : {10, 25}) {
    SCOPED_TRACE(percent);
    struct Had {
      Time focus, normal;
    };
    const Had had = measured<Had>([&] {
      const RunRecord record =
          run(scenario(head("policy = \"fcfs\"\nbands = true\nnormal_share_percent = " + number(percent) + "\n") +
                       bands + "[run]\nmeasure_us = 300000\ndrain = \"stop\"\n" +
                       stream("hog", "busy-1x200us", closed_loop(2) + "band = \"focus\"\n") +
                       stream("rest", "busy-1x200us", closed_loop(2))));
      return Had{record.streams[0].turns.runtime, record.streams[1].turns.runtime};
    });
    const Time due((had.focus + had.normal).value / 100 * percent);
    EXPECT_GE(had.normal + microseconds(quantum_us), due);
    EXPECT_LE(had.normal, due + microseconds(quantum_us));
  }
}

// Four tasks of four commands, deadlines at their periods, each a quarter of the load in percent.
double missed_at(const std::string& policy, std::uint64_t load) {
  std::string text = head("policy = \"" + policy + "\"\n") + "[run]\nmeasure_us = 400000\n";
  for (const std::uint64_t period : {5000, 8000, 13000, 21000})
    text += stream("every" + number(period), "busy-4x" + number(load * period / 1600) + "us",
                   periodic(period) + "deadline_us = " + number(period) + "\n");
  return measured<double>([&] {
    double missed = 0, all = 0;
    for (const StreamRecord& s : run(scenario(text)).streams)
      for (const RequestRecord& r : s.requests) {
        ++all;
        if (r.finished > r.deadline) ++missed;
      }
    return missed / all;
  });
}

// 95 % and, for each of the jobs that come in 21 ms, two switches of some 10 us; one command of 1.2 ms in the way of a
// deadline of 5 ms, whose own task takes a quarter of it.
TEST(Edf, MissesNoDeadlineBelowALoadOfOne) {
  EXPECT_EQ(missed_at("edf", 95), 0);
  EXPECT_GT(missed_at("fcfs", 95), 0) << "a task of 5 ms behind whole jobs of 5 ms";
}

TEST(Edf, CollapsesAboveALoadOfOne) { EXPECT_GT(missed_at("edf", 120), 0.5); }

}  // namespace
}  // namespace takt::platform::test
