// Whatever the scenario: nothing is lost. Each number draws streams, policy, placement and background traffic of its
// own.
#include <gtest/gtest.h>

#include <map>

#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/draw.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

std::string stream(Draw& draw, std::uint64_t number) {
  std::string text = "[[stream]]\n" + key("name", "s" + std::to_string(number)) +
                     key("model", draw.one_of({"squeezenet1_1", "mobilenet_v2", "resnet18"})) +
                     key("band", draw.one_of({"idle", "normal", "focus", "realtime"})) +
                     key("requests", draw.between(1, 4)) + key("start_us", draw.between(0, 400));
  const std::string arrival = draw.one_of({"periodic", "poisson", "closed_loop"});
  text += key("arrival", arrival);
  if (arrival == "periodic") text += key("period_us", draw.between(20, 600));
  if (arrival == "poisson") text += key("rate_per_s", draw.between(500, 20000));
  if (arrival == "closed_loop") text += key("concurrency", draw.between(1, 3));
  if (arrival != "closed_loop" && draw.coin())
    text += key("max_waiting", draw.between(1, 2)) + key("drop", draw.one_of({"newest", "oldest"}));
  if (draw.coin()) text += key("deadline_us", draw.between(50, 2000));
  return text;
}

std::string traffic(Draw& draw, const std::string& port) {
  const std::string kind = draw.one_of({"constant", "display", "camera", "gpu", "cpu"});
  std::string text = "[[traffic]]\n" + key("name", port) + key("port", port) + key("kind", kind) +
                     key("memory", draw.one_of({"llw", "lpddr5x"})) + key("qos", draw.between(0, 7));
  if (kind == "constant") {
    text += key("bytes_per_s", draw.between(1, 12) * 1000000000) +
            key("bytes_per_access", std::uint64_t{1} << draw.between(8, 12)) +
            key("working_set_kib", std::uint64_t{4096}) + key("writes_percent", draw.between(0, 100)) +
            "random = " + (draw.coin() ? "true\n" : "false\n");
  }
  if (kind == "display") text += key("refresh_hz", draw.between(30, 240)) + key("layers", draw.between(1, 4));
  if (kind == "camera") text += key("frames_per_s", draw.between(24, 120));
  if (kind == "gpu")
    text += key("bytes_per_s", draw.between(1, 12) * 1000000000) + key("frames_per_s", draw.between(30, 120));
  if (kind == "cpu") text += key("misses_per_us", draw.between(1, 100)) + key("outstanding", draw.between(1, 64));
  return text;
}

std::string scenario_text(std::uint64_t seed) {
  Draw draw(seed);
  std::string text = key("soc", "exynos-llw-like") + key("seed", seed) + "[limits]\nmax_time_us = 100000\n[npu]\n" +
                     key("memory", draw.one_of({"llw", "lpddr5x"})) + key("hardware_queues", draw.between(1, 8)) +
                     "[firmware]\n" + key("policy", draw.one_of({"fcfs", "round-robin", "fixed-priority"})) +
                     key("quantum_us", draw.between(0, 200)) + "[control_cpu]\n" +
                     key("cost", draw.one_of({"zero", "table"}));
  const std::uint64_t streams = draw.between(1, 6);
  for (std::uint64_t s = 0; s < streams; ++s) text += stream(draw, s);
  if (draw.coin()) text += traffic(draw, "display");
  if (draw.coin()) text += traffic(draw, "camera");
  if (draw.coin()) text += traffic(draw, "gpu");
  return text;
}

class AnyScenario : public testing::TestWithParam<int> {
 protected:
  AnyScenario() : scenario_(scenario(scenario_text(static_cast<std::uint64_t>(GetParam())))), record_(run(scenario_)) {}
  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_P(AnyScenario, EndsWithEveryRequestCompletedOrDropped) {
  for (std::size_t s = 0; s < record_.streams.size(); ++s) {
    const config::StreamConfig& stream = scenario_.config.streams[s];
    EXPECT_EQ(record_.streams[s].requests.size(), stream.requests);
    for (const RequestRecord& request : record_.streams[s].requests)
      EXPECT_TRUE(request.status == RequestStatus::completed ||
                  (request.status == RequestStatus::dropped && stream.max_waiting != 0));
  }
}

TEST_P(AnyScenario, DoesTheMacsOfItsCompletedInferences) {
  std::map<std::string, std::uint64_t> macs;
  std::uint64_t expected = 0;
  for (std::size_t s = 0; s < record_.streams.size(); ++s) {
    const std::string& model = scenario_.config.streams[s].model;
    if (macs.count(model) == 0) macs[model] = graph::macs_of(zoo::build(model));
    for (const RequestRecord& request : record_.streams[s].requests)
      expected += request.status == RequestStatus::completed ? macs[model] : 0;
  }
  EXPECT_EQ(record_.npu.useful_macs, expected);
}

// Background accesses of at most 4 KiB cross a window's edge whole.
TEST_P(AnyScenario, ConservesBytes) {
  std::uint64_t engines = 0, ports = 0;
  for (const auto& [purpose, bytes] : record_.npu.dma_bytes) engines += bytes;
  for (const TrafficRecord& t : record_.memory.initiators) {
    EXPECT_EQ(t.bytes_read + t.bytes_written, t.hit_bytes + t.miss_bytes + t.bypass_bytes) << t.initiator;
    EXPECT_EQ(t.dram_read_bytes + t.dram_written_bytes,
              t.fill_bytes + t.write_back_bytes + t.bypass_bytes + t.rounding_bytes)
        << t.initiator;
    if (t.initiator.rfind("npu_", 0) == 0) ports += t.bytes_read + t.bytes_written;
  }
  EXPECT_EQ(engines, ports);
}

TEST_P(AnyScenario, KeepsEveryRequestsTimesInOrder) {
  for (const StreamRecord& stream : record_.streams)
    for (const RequestRecord& request : stream.requests) {
      if (request.status != RequestStatus::completed) continue;
      EXPECT_LE(request.submitted, request.accepted);
      EXPECT_LE(request.accepted, request.started);
      EXPECT_LT(request.started, request.finished);
    }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyScenario, testing::Range(1, 13));

}  // namespace
}  // namespace takt::platform::test
