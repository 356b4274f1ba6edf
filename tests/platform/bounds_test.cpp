// No run finishes before its work at the hardware's peak rates.
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace takt::platform::test
