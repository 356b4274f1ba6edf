// What-ifs: a resource that is called ideal costs no time, and nothing else changes.
#include "sim/platform/ideal.h"

#include <gtest/gtest.h>

#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

config::Scenario squeezenet(const config::Overrides& overrides) {
  return alone("squeezenet1_1", "snapdragon-8-gen-2-like", 2, overrides);
}

struct Totals {
  std::uint64_t tensor_busy = 0, vector_busy = 0;
  std::uint64_t macs = 0, commands = 0;
  std::uint64_t memory_latency = 0, memory_bytes = 0, activations = 0;
  std::uint64_t firmware_busy = 0;
  std::uint64_t end_to_end = 0;
};

Totals totals(const config::Overrides& overrides) {
  return measured<Totals>([&] {
    const RunRecord record = run(squeezenet(overrides));
    Totals t;
    t.tensor_busy = engine(record, "tensor").busy.value;
    t.vector_busy = engine(record, "vector").busy.value;
    t.macs = record.npu.useful_macs;
    for (const EngineRecord& e : record.npu.engines) t.commands += e.commands;
    const MemoryRecord& lpddr = memory(record, "lpddr5x");
    t.memory_latency = lpddr.latency.total.value;
    t.memory_bytes = lpddr.bytes_read + lpddr.bytes_written;
    t.activations = static_cast<std::uint64_t>(energy(record, "dram.lpddr5x.act"));
    t.firmware_busy = record.cpu.control_busy.value;
    for (const RequestRecord& request : record.streams[0].requests)
      t.end_to_end += (request.finished - request.submitted).value;
    return t;
  });
}

TEST(Ideal, MemoryAnswersAtOnceAndTheWorkIsTheSame) {
  const Totals real = totals({}), ideal = totals({"ideal.memory=true"});
  EXPECT_GT(real.memory_latency, 0u);
  EXPECT_EQ(ideal.memory_latency, 0u);
  EXPECT_EQ(ideal.macs, real.macs);
  EXPECT_EQ(ideal.commands, real.commands);
  EXPECT_LT(ideal.end_to_end, real.end_to_end);
}

// What is left are its loads and stores of shared memory.
TEST(Ideal, FirmwareIsHardlyBusy) {
  const Totals real = totals({}), ideal = totals({"ideal.firmware=true"});
  EXPECT_GT(real.firmware_busy, 0u);
  EXPECT_LT(ideal.firmware_busy, real.firmware_busy);
  EXPECT_EQ(ideal.commands, real.commands);
  const Totals all = totals({"ideal.firmware=true", "ideal.memory=true", "ideal.noc=true"});
  EXPECT_LT(all.firmware_busy * 20, real.firmware_busy);
}

// With arrays that take no time and no end to their feed, a tensor command takes its dispatch.
TEST(Ideal, TensorEngineIsBusyForDispatchAloneWhereTheScratchpadIsIdealToo) {
  const config::Scenario scenario = squeezenet({"ideal.tensor=true", "ideal.scratchpad=true"});
  const Totals ideal = totals({"ideal.tensor=true", "ideal.scratchpad=true"});
  const std::uint64_t tensor_commands =
      measured<std::uint64_t>([] { return engine(run(squeezenet({})), "tensor").commands; });
  const npu::Config& npu = scenario.config.soc.npu;
  const double cycle_ps = 1e12 / static_cast<double>(npu.clock_hz);
  EXPECT_NEAR(static_cast<double>(ideal.tensor_busy),
              static_cast<double>(tensor_commands) * npu.dispatch_cycles * cycle_ps,
              static_cast<double>(tensor_commands) * cycle_ps);  // starts are whole cycles
}

TEST(Ideal, ChangesNothingButWhatItNames) {
  const config::ScenarioConfig real = squeezenet({}).config;
  const config::ScenarioConfig same = with_ideals(real);
  EXPECT_EQ(same.soc.npu.scratchpad_bytes_per_cycle, real.soc.npu.scratchpad_bytes_per_cycle);
  EXPECT_EQ(same.soc.noc.request_cycles, real.soc.noc.request_cycles);
  EXPECT_EQ(same.soc.control_cpu.cost, real.soc.control_cpu.cost);
  EXPECT_FALSE(same.soc.memories.front().dram.ideal);
}

}  // namespace
}  // namespace takt::platform::test
