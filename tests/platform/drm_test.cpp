// Clients of the kernel's DRM scheduler tests (Linux, drivers/gpu/drm/scheduler/tests) on the whole SoC: jobs of exact
// length, the ideal time by arithmetic, and what the firmware adds to it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::microseconds;
using units::Time;

std::string firmware(const std::string& cost, const std::string& keys) {
  return "soc = \"snapdragon-8-gen-2-like\"\n[control_cpu]\ncost = \"" + cost + "\"\n[firmware]\n" + keys;
}

std::string client(const std::string& name, const std::string& model, const std::string& keys) {
  return "[[stream]]\nname = \"" + name + "\"\nmodel = \"" + model + "\"\n" + keys;
}

std::string closed_loop(const std::string& name, const std::string& model, std::uint64_t concurrency,
                        const std::string& more = "") {
  return client(name, model, "arrival = \"closed_loop\"\nconcurrency = " + std::to_string(concurrency) + "\n" + more);
}

// The mean time from one job's end to the next one's, of 40 jobs that always wait.
Time gap(const std::string& cost, std::uint64_t length_us) {
  return measured<Time>([&] {
    const RunRecord record =
        run(scenario(firmware(cost, "policy = \"fcfs\"\n") +
                     closed_loop("one", "busy-1x" + std::to_string(length_us) + "us", 4, "requests = 40\n")));
    const std::vector<RequestRecord>& requests = record.streams.front().requests;
    return Time((requests.back().finished - requests.front().finished).value / (requests.size() - 1));
  });
}

class DrmCost : public testing::TestWithParam<const char*> {};

// A queue of jobs takes their lengths and one dispatch for each, the same for jobs of any length; where the firmware's
// own time is called zero, what is left is its bus accesses and the front end's reads.
TEST_P(DrmCost, AQueueOfJobsTakesTheirLengthsAndADispatchForEach) {
  const Time dispatch = gap(GetParam(), 1000) - microseconds(1000);
  EXPECT_GT(dispatch, microseconds(1));
  EXPECT_LT(dispatch, microseconds(10)) << "facts: 2 to 5 us of a dispatch, and the completion before it";
  for (const std::uint64_t length : {2500, 8000}) {
    const Time own = gap(GetParam(), length) - microseconds(length);
    EXPECT_NEAR(static_cast<double>(own.value), static_cast<double>(dispatch.value), 0.02 * dispatch.value) << length;
  }
}
INSTANTIATE_TEST_SUITE_P(Firmware, DrmCost, testing::Values("zero", "table", "iss"));

// An interactive client of 0.5 ms each 10 ms beside one that keeps three jobs of 2.5 ms waiting.
Time worst_interactive(const std::string& policy) {
  return measured<Time>([&] {
    const RunRecord record =
        run(scenario(firmware("zero", "policy = \"" + policy + "\"\n") + "[run]\nmeasure_us = 500000\n" +
                     closed_loop("hog", "busy-1x2500us", 3, "band = \"normal\"\n") +
                     client("interactive", "busy-1x500us",
                            "arrival = \"periodic\"\nperiod_us = 10000\njitter_us = 2499\nband = \"focus\"\n")));
    Time worst;
    for (const RequestRecord& r : record.streams.back().requests) worst = units::max(worst, r.finished - r.submitted);
    return worst;
  });
}

// Stronger, it waits for one job that cannot be stopped; in order, for those that came before it.
TEST(Drm, AnInteractiveClientWaitsForOneJobOfAHogOrForItsQueue) {
  const Time slack = microseconds(30);  // submission, dispatches, completions
  const Time stronger = worst_interactive("fixed-priority"), in_order = worst_interactive("fcfs");
  EXPECT_LE(stronger, microseconds(500 + 2500) + slack);
  EXPECT_GT(stronger, microseconds(500 + 2000)) << "some come soon after a job has begun";
  EXPECT_LE(in_order, microseconds(500 + 3 * 2500) + slack);
  EXPECT_GT(in_order, microseconds(500 + 2 * 2500));
}

// Many clients with a job each: none is more than a job ahead.
TEST(Drm, ManyClientsProgressAlike) {
  for (const std::uint64_t clients : {2, 3, 7, 13, 31}) {
    for (const char* policy : {"fcfs", "round-robin", "weighted-fair"}) {
      const std::uint64_t apart = measured<std::uint64_t>([&] {
        std::string text = firmware("zero", std::string("policy = \"") + policy + "\"\n") +
                           "[run]\nmeasure_us = 100000\ndrain = \"stop\"\n";
        for (std::uint64_t c = 0; c < clients; ++c) text += closed_loop("c" + std::to_string(c), "busy-1x500us", 1);
        const RunRecord record = run(scenario(text));
        std::uint64_t least = ~std::uint64_t{0}, most = 0;
        for (const StreamRecord& stream : record.streams) {
          const auto done = static_cast<std::uint64_t>(
              std::count_if(stream.requests.begin(), stream.requests.end(),
                            [](const RequestRecord& r) { return r.status == RequestStatus::completed; }));
          least = std::min(least, done);
          most = std::max(most, done);
        }
        return most - least;
      });
      EXPECT_LE(apart, 1u) << clients << " clients, " << policy;
    }
  }
}

}  // namespace
}  // namespace takt::platform::test
