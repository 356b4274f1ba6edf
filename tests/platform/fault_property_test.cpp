// Whatever goes wrong, and when: the run ends, and every request has its one answer. Each number draws streams,
// firmware and faults of its own.
#include <gtest/gtest.h>

#include <map>

#include "firmware/abi/status.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/draw.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

std::string stream(Draw& draw, std::uint64_t number) {
  std::string text = "[[stream]]\n" + key("name", "s" + std::to_string(number)) +
                     key("model", draw.one_of({"squeezenet1_1", "mobilenet_v2"})) +
                     key("band", draw.one_of({"normal", "focus", "realtime"})) + key("requests", draw.between(3, 8));
  if (draw.coin()) return text + key("arrival", "periodic") + key("period_us", draw.between(100, 900));
  return text + key("arrival", "closed_loop") + key("concurrency", draw.between(1, 3));
}

std::string a_stream(Draw& draw, std::uint64_t streams) { return "s" + std::to_string(draw.between(0, streams - 1)); }

std::string fault(Draw& draw, std::uint64_t number, std::uint64_t streams) {
  std::string text = "[[fault]]\n" + key("name", "f" + std::to_string(number)) + key("at_us", draw.between(0, 2000));
  if (draw.between(0, 2) == 0) {
    const std::string kind = draw.one_of(
        {"stray-doorbell", "spurious-interrupt", "firmware-hang", "firmware-crash", "firmware-wedge", "client-death"});
    text += key("kind", kind);
    if (kind == "client-death") return text + key("stream", a_stream(draw, streams));
    return text + key("times", draw.between(1, 3)) + key("period_us", draw.between(50, 3000));
  }
  const std::string kind =
      draw.one_of({"engine-hang", "engine-slow", "scratchpad-parity", "bad-command", "access-fault", "dma-error",
                   "dma-hang", "fetch-error", "save-hang", "lost-engine-interrupt", "reset-failure",
                   "lost-host-interrupt", "control-memory-error", "bad-slot", "bad-ring", "lost-doorbell",
                   "early-doorbell", "double-doorbell", "unknown-status"});
  text += key("kind", kind) + key("space", draw.between(0, 40)) + key("interval", draw.between(1, 5)) +
          key("times", draw.between(1, 3)) + key("probability_percent", draw.between(20, 100));
  if (kind == "engine-slow") text += key("factor", draw.between(2, 50));
  const bool of_jobs = kind != "reset-failure" && kind != "lost-host-interrupt" && kind != "control-memory-error";
  if (of_jobs && draw.coin()) text += key("stream", a_stream(draw, streams));
  return text;
}

std::string scenario_text(std::uint64_t seed) {
  Draw draw(seed);
  std::string text =
      key("soc", "exynos-llw-like") + key("seed", seed) + "[limits]\nmax_time_us = 500000\n[npu]\n" +
      key("hardware_queues", draw.between(1, 4)) + key("cores", draw.between(1, 2)) + "[control_cpu]\n" +
      key("cost", draw.one_of({"zero", "table"})) + "[firmware]\njob_timeout_us = 1000\n" +
      key("policy", draw.one_of({"fcfs", "round-robin", "fixed-priority", "edf"})) +
      key("preemption", draw.one_of({"cut", "forced", "kill"})) + key("quantum_us", draw.between(0, 200)) +
      (draw.coin() ? "bands = true\n" : "") +
      "[watchdog]\ntimeout_us = 1000\nboot_timeout_us = 5000\n[recovery]\ncold_boot = true\ntimeout_us = 2000\n" +
      "reply_timeout_us = 500\ncold_boot_interval_us = 5000\n" + (draw.coin() ? "warm_boot = true\n" : "");
  const std::uint64_t streams = draw.between(1, 3);
  for (std::uint64_t s = 0; s < streams; ++s) text += stream(draw, s);
  const std::uint64_t faults = draw.between(1, 4);
  for (std::uint64_t f = 0; f < faults; ++f) text += fault(draw, f, streams);
  return text;
}

class AnyFaults : public testing::TestWithParam<int> {};

TEST_P(AnyFaults, EveryRequestHasItsOneAnswer) {
  const std::string text = scenario_text(static_cast<std::uint64_t>(GetParam()));
  const config::Scenario s = scenario(text);
  RunRecord record;
  try {
    record = run(s);
  } catch (const SimulationFailure& e) {
    FAIL() << e.what() << "\n" << text;
  }
  std::uint64_t macs = 0;
  for (std::size_t i = 0; i < record.streams.size(); ++i) {
    const std::uint64_t each = graph::macs_of(zoo::build(s.config.streams[i].model));
    for (const RequestRecord& request : record.streams[i].requests) {
      const bool completed = request.status == RequestStatus::completed;
      EXPECT_TRUE(completed || request.status == RequestStatus::failed);
      EXPECT_EQ(completed, request.fault == TAKT_STATUS_OK);
      macs += completed ? each : 0;
    }
  }
  EXPECT_GE(record.npu.useful_macs, macs) << "no answer without its work";
  EXPECT_EQ(record.recovery->stale_records, 0u);
  for (const FaultRecord& fault : record.faults)
    for (const FaultStrike& strike : fault.strikes) EXPECT_EQ(strike.lost_jobs, 0u);
}

INSTANTIATE_TEST_SUITE_P(Numbers, AnyFaults, testing::Range(0, 24));

}  // namespace
}  // namespace takt::platform::test
