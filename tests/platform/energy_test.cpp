// Energy is the ledger's integer counts times the preset's figures: each component can be computed from what else the
// record counts, and the components are all there is.
#include <gtest/gtest.h>

#include "sim/results/results_file.h"
#include "tests/platform/scenarios.h"
#include "tests/platform/simulate.h"

namespace takt::platform::test {
namespace {

// An exact decimal number of millijoules in attojoules.
Attojoules attojoules(const std::string& millijoules) {
  const std::size_t point = millijoules.find('.');
  std::string digits = millijoules.substr(0, point);
  std::string fraction = point == std::string::npos ? "" : millijoules.substr(point + 1);
  EXPECT_LE(fraction.size(), 15u) << millijoules;
  fraction.resize(15, '0');
  Attojoules value = 0;
  for (const char c : digits + fraction) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

// Sum of the figures of a results.json whose path begins with `prefix`.
Attojoules sum(const results::ResultsFile& file, const std::string& prefix) {
  Attojoules total = 0;
  for (auto at = file.figures.lower_bound(prefix); at != file.figures.end() && at->first.rfind(prefix, 0) == 0; ++at)
    if (at->second.kind == results::Figure::Kind::number) total += attojoules(at->second.text);
  return total;
}

// In the window: what the streams' requests were charged with.
Attojoules of_requests(const StreamRecord& stream) {
  Attojoules sum = 0;
  for (const RequestEnergy& request : stream.request_energy) sum += request.in_window;
  return sum;
}

Attojoules of_layers(const RunRecord& record) {
  Attojoules sum = 0;
  for (const LayerRecord& layer : record.layers) sum += layer.energy;
  return sum;
}

class Energy : public testing::TestWithParam<Case> {
 protected:
  Energy() : scenario_(scenario(GetParam().text, {"heat.leakage_doubling_k=0"})), record_(run(scenario_)) {}
  const config::Scenario scenario_;
  const RunRecord record_;
};

TEST_P(Energy, IsTheSumOfItsComponents) {
  const results::ResultsFile file = results::parse_results(document(record_), "results.json");
  const Attojoules total = attojoules(file.figures.at("power.energy_mj").text);
  EXPECT_TRUE(total == sum(file, "power.components."));
  EXPECT_TRUE(total > 0);
}

TEST_P(Energy, IsThatOfTheStreamsAndTheSharedRest) {
  const results::ResultsFile file = results::parse_results(document(record_), "results.json");
  EXPECT_TRUE(attojoules(file.figures.at("power.energy_mj").text) ==
              sum(file, "power.streams.") + attojoules(file.figures.at("power.shared_mj").text));
}

TEST_P(Energy, OfAStreamIsThatOfItsRequests) {
  for (const StreamRecord& stream : record_.streams) {
    EXPECT_TRUE(of_requests(stream) == stream.energy) << stream.name;
    // The window is the whole run but what the driver does before the first request and behind the last one.
    for (const RequestEnergy& request : stream.request_energy) EXPECT_TRUE(request.in_window <= request.all);
  }
}

// Beside their layers requests fetch programs and commands, and are saved: little.
TEST_P(Energy, OfLayersIsNearlyThatOfTheStreams) {
  const results::ResultsFile file = results::parse_results(document(record_), "results.json");
  const Attojoules streams = sum(file, "power.streams."), layers = attojoules(file.figures.at("power.layers_mj").text);
  EXPECT_TRUE(layers == of_layers(record_));
  EXPECT_TRUE(streams == layers + attojoules(file.figures.at("power.outside_layers_mj").text));
  EXPECT_TRUE(layers < streams);
  EXPECT_TRUE(layers * 10 > streams * 9);
}

// Bytes count when they are handed to a memory, energy when it moves them. What lies between at the window's edges is
// the posted writes of its queues, and what the background has under way: two grants of a source at the most.
TEST_P(Energy, OfThePhyIsItsPriceForEveryByteAtThePins) {
  Attojoules expected = 0, between = 0;
  for (std::size_t m = 0; m < record_.memory.memories.size(); ++m) {
    const MemoryRecord& memory = record_.memory.memories[m];
    const dram::Config& dram = scenario_.config.soc.memories[m].dram;
    expected += Attojoules{memory.bytes_read + memory.bytes_written} * dram.energy.phy_byte_aj;
    const std::uint64_t queues = std::uint64_t{dram.channels} * dram.policy.write_queue_bursts * dram.burst_bytes;
    const std::uint64_t grants = scenario_.config.traffic.size() * 2 * scenario_.config.soc.noc.alone_bytes;
    between += Attojoules{queues + grants} * dram.energy.phy_byte_aj;
  }
  const Attojoules measured = energy(record_, "dram_phy");
  EXPECT_TRUE(measured <= expected + between);
  EXPECT_TRUE(expected <= measured + between);
}

TEST_P(Energy, OfTheNocIsItsPriceForEveryByteAndHop) {
  std::uint64_t bytes = 0;
  for (const TrafficRecord& t : record_.memory.initiators) bytes += t.bytes_read + t.bytes_written;
  const noc::Config& noc = scenario_.config.soc.noc;
  EXPECT_TRUE(energy(record_, "noc") == Attojoules{bytes} * noc.hops * noc.byte_hop_aj);
}

TEST_P(Energy, OfLeakageIsItsPowerOverTheWindow) {
  // 1 uW for 1 ps is 1 aJ.
  const npu::Config& npu = scenario_.config.soc.npu;
  const auto on = [&](bool small) {
    const units::Time off = record_.power.cores_off ? (*record_.power.cores_off)[small] : units::Time();
    return (record_.window.length() - off).value;
  };
  EXPECT_TRUE(energy(record_, "npu_leakage") == Attojoules{npu.energy.leakage_uw} * npu.cores * on(false));
  EXPECT_TRUE(energy(record_, "npu_small_leakage") ==
              Attojoules{npu.small.energy.leakage_uw} * npu.small_cores * on(true));
}

TEST_P(Energy, OfTheFrontEndIsItsPriceForEveryCommand) {
  std::uint64_t commands = 0;
  for (const EngineRecord& engine : record_.npu.engines) commands += engine.commands;
  const npu::Config& npu = scenario_.config.soc.npu;
  EXPECT_TRUE(npu.small_cores == 0 || npu.small.energy.command_aj == npu.energy.command_aj);
  EXPECT_TRUE(energy(record_, "npu_front_end") + energy(record_, "npu_small_front_end") ==
              Attojoules{commands} * npu.energy.command_aj);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Energy, testing::Values(llw_alone, mixed, preempted, both_kinds),
                         [](const auto& each) { return std::string(each.param.name); });

// Components of each rail, and of both kinds of cores, as results.json has them.
TEST(RailEnergy, OfTheNpuIsThatOfBothKindsOfCores) {
  const RunRecord record = run(scenario(both_kinds.text));
  const results::ResultsFile file = results::parse_results(document(record), "results.json");
  const Attojoules npu = attojoules(file.figures.at("power.rails.npu").text);
  EXPECT_TRUE(npu == sum(file, "power.components.npu_"));
  for (const char* part : {"tensor", "vector", "scratchpad", "front_end", "leakage"})
    EXPECT_TRUE(energy(record, std::string("npu_small_") + part) > 0) << part;
  EXPECT_TRUE(attojoules(file.figures.at("power.energy_mj").text) == sum(file, "power.rails."));
}

// One request after the other, of one network alone in its memory: they differ by what the first finds cold.
TEST(RequestEnergy, IsAlikeForAlikeRequests) {
  const RunRecord record = run(scenario(llw_alone.text));
  const std::vector<RequestEnergy>& requests = record.streams[0].request_energy;
  ASSERT_EQ(requests.size(), 3u);
  for (const RequestEnergy& request : requests) {
    EXPECT_TRUE(request.all * 100 < requests[0].all * 102);
    EXPECT_TRUE(request.all * 102 > requests[0].all * 100);
  }
}

// An LLM's: each decode step is a job of its request, and the last of sampled steps is counted too.
TEST(RequestEnergy, OfPromptsAddsUpWhenStepsAreSampled) {
  const RunRecord record = run(scenario(R"(
fidelity = "sampled"
soc = "snapdragon-8-gen-2-like"
[firmware]
policy = "fixed-priority"
[[stream]]
name = "chat"
model = "stories15m"
precision = "w8a8"
arrival = "poisson"
rate_per_s = 200
requests = 6
context_tokens = 256
prompt_tokens = 32
answer_tokens = 41
chunk_tokens = 32
kv_page_tokens = 32
)"));
  const StreamRecord& chat = record.streams[0];
  ASSERT_GT(record.sampled->replayed.value, 0u);
  EXPECT_TRUE(of_requests(chat) == chat.energy);
  for (const RequestEnergy& request : chat.request_energy) EXPECT_TRUE(request.all > 0);
}

// At a share of a percent of a network's commands the multiply-accumulates of one layer are known by hand.
TEST(LayerEnergy, OfAConvolutionHasItsMacs) {
  const config::Scenario s = alone("resnet18", "exynos-llw-like", 1);
  const RunRecord record = run(s);
  Attojoules macs = 0;
  for (const LayerRecord& layer : record.layers) {
    const Attojoules array = Attojoules{layer.issued_macs} * s.config.soc.npu.energy.mac_w8a8_aj;
    EXPECT_TRUE(layer.energy >= array) << layer.name;
    macs += array;
  }
  EXPECT_TRUE(macs == energy(record, "npu_tensor"));
}

TEST(TensorEnergy, IsTheArraysPriceForEveryIssuedMac) {
  // Every multiply-accumulate of ResNet-18 is a convolution's or the classifier's: none is the vector engine's.
  const config::Scenario s = alone("resnet18", "exynos-llw-like", 1);
  const RunRecord record = run(s);
  const std::uint64_t issued = record.npu.useful_macs + record.npu.padding_macs + record.npu.recomputed_macs;
  EXPECT_TRUE(energy(record, "npu_tensor") == Attojoules{issued} * s.config.soc.npu.energy.mac_w8a8_aj);
}

}  // namespace
}  // namespace takt::platform::test
