// Nothing is lost and nothing counted twice: bytes, multiply-accumulates, energy, requests. The runs' windows reach
// from the first arrival to the last answer, so that no transfer of the NPU crosses their edges.
#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "sim/compiler/compiler.h"
#include "sim/platform/workload.h"
#include "sim/zoo/zoo.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

class Conservation : public testing::TestWithParam<Case> {
 protected:
  Conservation() : scenario_(scenario(GetParam().text)), record_(run(scenario_)) {}

  // Of the compiled models, once per completed inference.
  template <class Figure>
  std::uint64_t per_inference(Figure figure) const {
    std::uint64_t sum = 0;
    for (std::size_t s = 0; s < record_.streams.size(); ++s) {
      const graph::Graph graph = zoo::build(scenario_.config.streams[s].model);
      sum +=
          record_.streams[s].requests.size() * figure(graph, compiler::compile(graph, target_of(scenario_.config.soc)));
    }
    return sum;
  }
  std::uint64_t dma(std::initializer_list<const char*> purposes) const {
    std::uint64_t sum = 0;
    for (const char* purpose : purposes) sum += record_.npu.dma_bytes.at(purpose);
    return sum;
  }
  std::uint64_t port_bytes(const std::string& name) const {
    const TrafficRecord& traffic = initiator(record_, name);
    return traffic.bytes_read + traffic.bytes_written;
  }

  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_P(Conservation, EveryRequestedByteHitsMissesOrPassesBy) {
  for (const TrafficRecord& t : record_.memory.initiators)
    EXPECT_EQ(t.bytes_read + t.bytes_written, t.hit_bytes + t.miss_bytes + t.bypass_bytes) << t.initiator;
}

TEST_P(Conservation, DramMovesFillsWriteBacksBypassAndRounding) {
  for (const TrafficRecord& t : record_.memory.initiators)
    EXPECT_EQ(t.dram_read_bytes + t.dram_written_bytes,
              t.fill_bytes + t.write_back_bytes + t.bypass_bytes + t.rounding_bytes)
        << t.initiator;
}

TEST_P(Conservation, SpansOfTheWindowAddUpToIt) {
  const SpansRecord& spans = record_.spans;
  ASSERT_FALSE(spans.spans.empty());
  EXPECT_EQ(spans.spans.back().end, record_.window.end);
  std::vector<std::uint64_t> ports(spans.ports.size()), memories(record_.memory.memories.size());
  Attojoules energy = 0, whole = 0;
  for (std::size_t n = 0; n < spans.spans.size(); ++n) {
    const SpanRecord& span = spans.spans[n];
    EXPECT_EQ(span.begin, n == 0 ? record_.window.begin : spans.spans[n - 1].end);
    for (std::size_t i = 0; i < ports.size(); ++i) ports[i] += span.ports[i];
    for (std::size_t i = 0; i < memories.size(); ++i) memories[i] += span.memories[i];
    for (const Attojoules each : span.components) energy += each;
  }
  for (std::size_t i = 0; i < ports.size(); ++i) EXPECT_EQ(ports[i], port_bytes(spans.ports[i]));
  for (std::size_t i = 0; i < memories.size(); ++i)
    EXPECT_EQ(memories[i], record_.memory.memories[i].bytes_read + record_.memory.memories[i].bytes_written);
  for (const ComponentEnergy& component : record_.power.components) whole += component.energy;
  EXPECT_TRUE(energy == whole);
}

TEST_P(Conservation, WhatInitiatorsMoveIsWhatMemoriesMove) {
  std::uint64_t read = 0, written = 0, memories_read = 0, memories_written = 0;
  for (const TrafficRecord& t : record_.memory.initiators) {
    read += t.dram_read_bytes;
    written += t.dram_written_bytes;
  }
  for (const MemoryRecord& m : record_.memory.memories) {
    memories_read += m.bytes_read;
    memories_written += m.bytes_written;
  }
  EXPECT_EQ(read, memories_read);
  EXPECT_EQ(written, memories_written);
}

TEST_P(Conservation, MemoriesMoveWholeBursts) {
  for (std::size_t m = 0; m < record_.memory.memories.size(); ++m) {
    const std::uint64_t burst = scenario_.config.soc.memories[m].dram.burst_bytes;
    EXPECT_EQ(record_.memory.memories[m].bytes_read % burst, 0u);
    EXPECT_EQ(record_.memory.memories[m].bytes_written % burst, 0u);
  }
}

TEST_P(Conservation, BytesOfTheDmaEnginesAndTheFrontEndAreThoseOfTheNpusPorts) {
  EXPECT_EQ(dma({"constants", "activations_in", "activations_out", "save", "restore", "refetch", "front_end"}),
            port_bytes("npu_dma_in") + port_bytes("npu_dma_out") + port_bytes("npu_front_end"));
}

TEST_P(Conservation, BytesThatLeaveTheScratchpadAreThoseOfTheWritePort) {
  EXPECT_EQ(dma({"activations_out", "save"}), port_bytes("npu_dma_out"));
  EXPECT_EQ(initiator(record_, "npu_dma_out").bytes_read, 0u);
}

TEST_P(Conservation, UsefulMacsAreTheGraphsForEveryInference) {
  EXPECT_EQ(record_.npu.useful_macs, per_inference([](const graph::Graph& graph, const compiler::CompiledModel& model) {
              return graph::macs_of(graph) - model.cpu_macs;
            }));
}

TEST_P(Conservation, IssuedMacsAreTheCompilersForEveryInference) {
  EXPECT_EQ(record_.npu.useful_macs + record_.npu.padding_macs + record_.npu.recomputed_macs,
            per_inference([](const graph::Graph&, const compiler::CompiledModel& model) {
              std::uint64_t issued = 0;
              for (const compiler::Program& program : model.programs) issued += program.issued_macs;
              return issued;
            }));
}

TEST_P(Conservation, ConstantsAreLoadedOncePerInference) {
  EXPECT_EQ(dma({"constants"}), per_inference([](const graph::Graph&, const compiler::CompiledModel& model) {
              std::uint64_t bytes = 0;
              for (const compiler::Program& program : model.programs)
                for (const compiler::LayerInfo& layer : program.layers) bytes += layer.constant_bytes;
              return bytes;
            }));
}

TEST_P(Conservation, LayersAddUpToTheNpu) {
  std::uint64_t useful = 0, issued = 0, in = 0, out = 0;
  for (const LayerRecord& layer : record_.layers) {
    useful += layer.useful_macs;
    issued += layer.issued_macs;
    in += layer.bytes_in;
    out += layer.bytes_out;
  }
  EXPECT_EQ(useful, record_.npu.useful_macs);
  EXPECT_EQ(issued, record_.npu.useful_macs + record_.npu.padding_macs + record_.npu.recomputed_macs);
  EXPECT_EQ(in, dma({"constants", "activations_in"}));
  EXPECT_EQ(out, dma({"activations_out"}));
}

TEST_P(Conservation, EveryRequestHasExactlyOneEnd) {
  for (std::size_t s = 0; s < record_.streams.size(); ++s) {
    EXPECT_EQ(record_.streams[s].requests.size(), scenario_.config.streams[s].requests);
    for (const RequestRecord& request : record_.streams[s].requests) {
      EXPECT_EQ(static_cast<int>(request.status), static_cast<int>(RequestStatus::completed));
      EXPECT_LE(request.submitted, request.accepted);
      EXPECT_LE(request.accepted, request.started);
      EXPECT_LT(request.started, request.finished);
      EXPECT_LE(request.finished, record_.simulated);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Conservation,
                         testing::Values(llw_alone, behind_the_cache, mixed, preempted, with_fallback),
                         [](const auto& each) { return std::string(each.param.name); });

}  // namespace
}  // namespace takt::platform::test
