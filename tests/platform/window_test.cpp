// A measurement window cuts through transfers. What conservation misses then is no more than what was under way at its
// edges.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

class WindowEdges : public testing::TestWithParam<int> {
 protected:
  WindowEdges()
      : scenario_(scenario(R"(
soc = "exynos-llw-like"
[npu]
memory = "lpddr5x"
[firmware]
policy = "fcfs"
[run]
measure_us = 777
[[stream]]
name = "only"
model = "resnet18"
arrival = "closed_loop"
concurrency = 2
[[traffic]]
name = "display"
port = "display"
kind = "constant"
memory = "lpddr5x"
bytes_per_s = 13880000000
bytes_per_access = 65536
working_set_kib = 54016
qos = 4
[[traffic]]
name = "game"
port = "gpu"
kind = "constant"
random = true
writes_percent = 30
memory = "lpddr5x"
bytes_per_s = 20000000000
bytes_per_access = 16384
working_set_kib = 65536
)",
                           {"run.warm_up_us=" + std::to_string(GetParam())})),
        record_(run(scenario_)) {
    const compiler::CompiledModel model = compiler::compile(zoo::build("resnet18"), target_of(scenario_.config.soc));
    for (const std::uint32_t list : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_DMA_OUT})
      for (const takt_command& command : model.programs.at(0).lists[list])
        if (command.opcode == TAKT_OP_DMA)
          largest_ = std::max(largest_, std::uint64_t{command.body.dma.row_bytes} * command.body.dma.rows);
    fetch_ = std::uint64_t{scenario_.config.soc.npu.fetch_commands} * TAKT_COMMAND_BYTES;
  }

  const config::Scenario scenario_;
  const RunRecord record_;
  std::uint64_t largest_ = 0;  // transfer of the program
  std::uint64_t fetch_ = 0;
};

std::uint64_t difference(std::uint64_t a, std::uint64_t b) { return a < b ? b - a : a - b; }

TEST_P(WindowEdges, CutNothingBeforeTheCache) {
  for (const TrafficRecord& t : record_.memory.initiators)
    EXPECT_EQ(t.bytes_read + t.bytes_written, t.hit_bytes + t.miss_bytes + t.bypass_bytes) << t.initiator;
}

TEST_P(WindowEdges, CutNothingBehindTheCache) {
  for (const TrafficRecord& t : record_.memory.initiators)
    EXPECT_EQ(t.dram_read_bytes + t.dram_written_bytes,
              t.fill_bytes + t.write_back_bytes + t.bypass_bytes + t.rounding_bytes)
        << t.initiator;
}

TEST_P(WindowEdges, CutNothingBetweenInitiatorsAndMemories) {
  std::uint64_t initiators = 0, memories = 0;
  for (const TrafficRecord& t : record_.memory.initiators) initiators += t.dram_read_bytes + t.dram_written_bytes;
  for (const MemoryRecord& m : record_.memory.memories) memories += m.bytes_read + m.bytes_written;
  EXPECT_EQ(initiators, memories);
}

TEST_P(WindowEdges, CutAtMostTheCommandsInFlightOfTheNpu) {
  std::uint64_t engines = 0, ports = 0;
  for (const auto& [purpose, bytes] : record_.npu.dma_bytes) engines += bytes;
  for (const TrafficRecord& t : record_.memory.initiators)
    if (t.initiator.rfind("npu_", 0) == 0) ports += t.bytes_read + t.bytes_written;
  const std::uint64_t in_flight = scenario_.config.soc.npu.dma.commands_in_flight;
  EXPECT_LE(difference(engines, ports), 2 * in_flight * largest_ + TAKT_ENGINE_COUNT * fetch_);
}

INSTANTIATE_TEST_SUITE_P(WarmUps, WindowEdges, testing::Values(100, 333, 470, 501));

}  // namespace
}  // namespace takt::platform::test
