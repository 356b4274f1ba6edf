// No run finishes before its work at the hardware's peak rates.
#include <gtest/gtest.h>

#include "models/cache/system_cache.h"
#include "models/units/clock.h"
#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

using units::mul_div;
using units::picoseconds_per_second;
using units::Time;

struct Setup {
  const char* model;
  const char* soc;
  const char* memory;
  friend std::ostream& operator<<(std::ostream& to, const Setup& setup) { return to << setup.model; }
};

class Bounds : public testing::TestWithParam<Setup> {
 protected:
  Bounds()
      : scenario_(alone(GetParam().model, GetParam().soc, 2, {std::string("npu.memory=") + GetParam().memory})),
        record_(run(scenario_)) {}

  const npu::Config& npu() const { return scenario_.config.soc.npu; }
  // Of the array at int8 and of the vector engine, which does one depthwise tap per byte.
  std::uint64_t macs_per_cycle() const {
    const npu::Tensor& t = npu().tensor;
    return t.tile_rows * t.tile_k * t.tile_columns / t.cycles_w8a8 + npu().vector.tap_bytes_per_cycle;
  }
  Time shortest(std::uint64_t work, std::uint64_t per_cycle, std::uint64_t clock_hz) const {
    return Time(mul_div(work, picoseconds_per_second, per_cycle * clock_hz));
  }

  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_P(Bounds, NoInferenceIsFasterThanItsMacsAtPeak) {
  const std::uint64_t macs = graph::macs_of(zoo::build(GetParam().model));
  for (const RequestRecord& request : record_.streams[0].requests)
    EXPECT_GE(request.finished - request.started, shortest(macs, macs_per_cycle(), npu().clock_hz));
}

TEST_P(Bounds, NoInferenceIsFasterThanItsConstantsAtTheMemorysPeak) {
  // The scratchpad keeps nothing from one inference to the next: every constant comes from memory again.
  const compiler::CompiledModel model =
      compiler::compile(zoo::build(GetParam().model), target_of(scenario_.config.soc));
  std::uint64_t bytes = 0;
  for (const compiler::Program& program : model.programs)
    for (const compiler::LayerInfo& layer : program.layers) bytes += layer.constant_bytes;
  for (const RequestRecord& request : record_.streams[0].requests)
    EXPECT_GE(request.finished - request.started,
              shortest(bytes, 1, memory(record_, GetParam().memory).peak_bytes_per_second));
}

TEST_P(Bounds, NoRunIsFasterThanItsBytesAtEachMemorysPeak) {
  for (const MemoryRecord& m : record_.memory.memories)
    EXPECT_GE(record_.window.length(), shortest(m.bytes_read + m.bytes_written, 1, m.peak_bytes_per_second)) << m.name;
}

TEST_P(Bounds, NoRunIsFasterThanItsBytesThroughThePortsOfTheNpu) {
  const noc::Config& noc = scenario_.config.soc.noc;
  const std::uint32_t width = config::find_port(scenario_.config.soc, "npu")->bytes_per_cycle;
  for (const char* port : {"npu_dma_in", "npu_dma_out", "npu_front_end"}) {
    const TrafficRecord& t = initiator(record_, port);
    EXPECT_GE(record_.window.length(), shortest(std::max(t.bytes_read, t.bytes_written), width, noc.clock_hz)) << port;
  }
}

TEST_P(Bounds, NoEngineIsBusyLongerThanTheRun) {
  for (const EngineRecord& engine : record_.npu.engines) EXPECT_LE(engine.busy, record_.window.length()) << engine.name;
}

TEST_P(Bounds, TheTensorEngineIsBusyForItsIssuedMacsAtPeak) {
  const npu::Tensor& t = npu().tensor;
  std::uint64_t issued = 0;
  for (const LayerRecord& layer : record_.layers)
    if (layer.tensor_cycles != 0 && layer.vector_cycles == 0) issued += layer.issued_macs;
  EXPECT_GE(engine(record_, "tensor").busy,
            shortest(issued, t.tile_rows * t.tile_k * t.tile_columns / t.cycles_w8a8, npu().clock_hz));
}

INSTANTIATE_TEST_SUITE_P(Setups, Bounds,
                         testing::Values(Setup{"mobilenet_v2", "exynos-llw-like", "llw"},
                                         Setup{"resnet18", "exynos-llw-like", "lpddr5x"},
                                         Setup{"squeezenet1_1", "snapdragon-8-gen-2-like", "lpddr5x"}),
                         [](const auto& each) { return std::string(each.param.model); });

// The text for a memory.
std::string overload(std::string text, const std::string& memory) {
  const std::string name = "MEMORY";
  for (std::size_t at = text.find(name); at != std::string::npos; at = text.find(name))
    text.replace(at, name.size(), memory);
  return text;
}

// Sources that ask for twice what their memory can give: reads and writes, behind the cache or not.
class Overload : public testing::TestWithParam<const char*> {
 protected:
  Overload()
      : scenario_(scenario(overload(R"(
soc = "exynos-llw-like"
[firmware]
policy = "fcfs"
[run]
warm_up_us = 50
measure_us = 300
[[stream]]
name = "only"
model = "squeezenet1_1"
arrival = "closed_loop"
concurrency = 1
[[traffic]]
name = "frames"
port = "display"
kind = "constant"
memory = "MEMORY"
bytes_per_s = 100000000000
bytes_per_access = 16384
working_set_kib = 65536
[[traffic]]
name = "pictures"
port = "camera"
kind = "constant"
writes_percent = 100
memory = "MEMORY"
bytes_per_s = 70000000000
bytes_per_access = 8192
working_set_kib = 65536
[[traffic]]
name = "game"
port = "gpu"
kind = "constant"
random = true
writes_percent = 30
memory = "MEMORY"
bytes_per_s = 90000000000
bytes_per_access = 4096
working_set_kib = 65536
)",
                                    GetParam()),
                           {std::string("npu.memory=") + GetParam()})),
        record_(run(scenario_)) {}

  // At one of the window's edges: two large grants of each initiator, evicted data, posted writes.
  std::uint64_t under_way() const {
    const config::SocConfig& soc = scenario_.config.soc;
    const dram::Config& dram = config::find_memory(soc, GetParam())->dram;
    return record_.memory.initiators.size() * 2 * soc.noc.alone_bytes + cache::SystemCache::write_back_room +
           std::uint64_t{dram.channels} * dram.policy.write_queue_bursts * dram.burst_bytes;
  }

  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_P(Overload, NoMemoryTakesMoreThanItsPeakAndWhatIsUnderWay) {
  const MemoryRecord& m = memory(record_, GetParam());
  const auto at_peak = [&](Time time) { return mul_div(m.peak_bytes_per_second, time.value, picoseconds_per_second); };
  const std::uint64_t moved = m.bytes_read + m.bytes_written;
  EXPECT_LE(moved, at_peak(record_.window.length()) + under_way());
  EXPECT_GE(moved, at_peak(record_.window.length()) / 2);  // else it was no overload
  ASSERT_TRUE(record_.memory.peak);
  EXPECT_LE(record_.memory.peak->bytes, at_peak(record_.memory.peak->span) + under_way());
}

TEST_P(Overload, CutsNothingAnywhere) {
  for (const TrafficRecord& t : record_.memory.initiators) {
    EXPECT_EQ(t.bytes_read + t.bytes_written, t.hit_bytes + t.miss_bytes + t.bypass_bytes) << t.initiator;
    EXPECT_EQ(t.dram_read_bytes + t.dram_written_bytes,
              t.fill_bytes + t.write_back_bytes + t.bypass_bytes + t.rounding_bytes)
        << t.initiator;
  }
}

INSTANTIATE_TEST_SUITE_P(Memories, Overload, testing::Values("llw", "lpddr5x"));

}  // namespace
}  // namespace takt::platform::test
