// What the choice of memory means: a network bound by memory gains from a faster one, one bound by arithmetic does not.
// What bounds a network follows from its bytes and multiply-accumulates at peak rates, not from a run.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/compiler/compiler.h"
#include "sim/import/tflite/reader.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/models.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

constexpr const char* soc = "exynos-llw-like";
constexpr std::uint64_t picosecond = 1000000000000;

// Picoseconds at peak rates.
struct Bound {
  std::uint64_t arithmetic = 0;        // issued MACs on the array
  std::uint64_t llw = 0, lpddr5x = 0;  // constants from either memory
};

Bound bound_of(const graph::Graph& graph) {
  const config::SocConfig config = config::load_soc(soc);
  const npu::Tensor& t = config.npu.tensor;
  std::uint64_t issued = 0, bytes = 0;
  for (const compiler::Program& program : compiler::compile(graph, target_of(config)).programs) {
    issued += program.issued_macs;
    for (const compiler::LayerInfo& layer : program.layers) bytes += layer.constant_bytes;
  }
  const std::uint64_t macs_per_cycle = t.tile_rows * t.tile_k * t.tile_columns / t.cycles_w8a8;
  const auto loading = [&](const char* memory) {
    return units::mul_div(bytes, picosecond, dram::peak_bytes_per_second(config::find_memory(config, memory)->dram));
  };
  return {units::mul_div(issued, picosecond, macs_per_cycle * config.npu.clock_hz), loading("llw"), loading("lpddr5x")};
}

// From its first dispatch to its answer, the second of two inferences.
std::uint64_t inference(const std::string& model, const std::string& memory) {
  return measured<std::uint64_t>([&] {
    const RunRecord record = run(alone(model, soc, 2, {"npu.memory=" + memory, "app_cpu.wake_ns=0"}));
    const RequestRecord& request = record.streams[0].requests[1];
    return (request.finished - request.started).value;
  });
}

TEST(MemoryBound, AChainOfMatrixVectorProductsInLlwBeatsTheBestThatLpddr5xCouldDo) {
  const Folder folder;
  const std::string model = matrix_vector_chain(folder, 8, 2048);
  const Bound bound = bound_of(tflite::read_tflite(model));
  ASSERT_GT(bound.lpddr5x, 3 * bound.arithmetic);  // bound by memory, by far
  EXPECT_GE(inference(model, "lpddr5x"), bound.lpddr5x);
  EXPECT_LT(inference(model, "llw"), bound.lpddr5x);
  EXPECT_GE(inference(model, "llw"), bound.llw);
}

// A source that asks for all of the memory's bandwidth, 1 ms measured, beside a network that comes after the window.
constexpr const char* lone_stream = R"(
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fcfs"
[run]
warm_up_us = 100
measure_us = 1000
[[stream]]
name = "later"
model = "squeezenet1_1"
arrival = "periodic"
period_us = 1000000
start_us = 1099
requests = 1
[[traffic]]
name = "stream"
port = "gpu"
memory = "lpddr5x"
kind = "constant"
bytes_per_s = 67000000000
bytes_per_access = 65536
working_set_kib = 262144
)";

// Published decode rates of language models on phones: 49.7 of 76.8 GB/s, 65 %, at most. The NPU's credits are the
// figure that decides it; another initiator with the same credits streams here, so that nothing else does.
TEST(MemoryBound, AStreamWithTheNpusCreditsDraws65PercentOfThePeakAtMost) {
  const config::SocConfig soc = config::load_soc("snapdragon-8-gen-2-like");
  const auto is_npu = [](const noc::InitiatorPort& port) { return port.name == "npu"; };
  const auto npu = std::find_if(soc.noc.initiators.begin(), soc.noc.initiators.end(), is_npu);
  ASSERT_NE(npu, soc.noc.initiators.end());
  const std::string credits = "noc.port.gpu.credit_bytes=" + std::to_string(npu->credit_bytes);
  const std::string width = "noc.port.gpu.bytes_per_cycle=" + std::to_string(npu->bytes_per_cycle);
  const double peak = static_cast<double>(dram::peak_bytes_per_second(config::find_memory(soc, "lpddr5x")->dram));
  for (const char* access : {"65536", "131072", "262144"}) {
    const std::uint64_t bytes = measured<std::uint64_t>([&] {
      const std::string size = "traffic.stream.bytes_per_access=" + std::string(access);
      return initiator(run(scenario(lone_stream, {credits, width, size})), "gpu").bytes_read;
    });
    const double share = static_cast<double>(bytes) / (peak * 1e-3);
    EXPECT_LE(share, 0.65) << access;
    EXPECT_GE(share, 0.63) << access;
  }
}

TEST(MemoryBound, ANetworkWithMoreLoadingThanArithmeticIsFasterInLlw) {
  const Bound bound = bound_of(zoo::build("wide_resnet50_2"));
  ASSERT_GT(bound.lpddr5x, bound.arithmetic);
  // Layers bound by arithmetic keep their time; at least a tenth is gained by the others.
  EXPECT_LT(inference("wide_resnet50_2", "llw") * 10, inference("wide_resnet50_2", "lpddr5x") * 9);
}

TEST(ComputeBound, AChainOfConvolutionsGainsNothingFromAFasterMemory) {
  const Folder folder;
  const std::string model = convolution_chain(folder, 10, 56, 128);
  const Bound bound = bound_of(tflite::read_tflite(model));
  ASSERT_GT(bound.arithmetic, 10 * bound.lpddr5x);
  const std::uint64_t llw = inference(model, "llw"), lpddr5x = inference(model, "lpddr5x");
  EXPECT_LE(llw * 100, lpddr5x * 102);
  EXPECT_LE(lpddr5x * 100, llw * 102);
}

}  // namespace
}  // namespace takt::platform::test
