#include "tests/results/sample_run.h"

namespace takt::results {

using namespace platform;
using units::microseconds;
using units::milliseconds;
using units::nanoseconds;

RequestRecord completed(std::uint64_t submitted_us, std::uint64_t wait_us, std::uint64_t latency_us) {
  RequestRecord request;
  request.submitted = microseconds(submitted_us);
  request.accepted = microseconds(submitted_us);
  request.started = microseconds(submitted_us + wait_us);
  request.finished = microseconds(submitted_us + latency_us);
  request.status = RequestStatus::completed;
  return request;
}

namespace {

void fill_streams(RunRecord& run) {
  StreamRecord camera{"camera", "mobilenet_v2", "realtime", {}, microseconds(50), Attojoules{4000000000000000ull}, {},
                      {}};
  for (std::uint64_t i = 0; i < 4; ++i) {
    camera.requests.push_back(completed(1000 * i, 100 * i, 1000 * (i + 1)));
    camera.requests.back().deadline = microseconds(1000 * i + 3500);
  }
  StreamRecord hog{"hog", "resnet50", "normal", {}, microseconds(0), Attojoules{1}, {}, {}};
  hog.requests.push_back({});
  hog.requests.back().submitted = milliseconds(9);
  run.streams = {camera, hog};
}

void fill_npu(RunRecord& run) {
  run.npu.engines = {{"tensor", milliseconds(5), 100},
                     {"vector", milliseconds(1), 20},
                     {"dma_in", milliseconds(4), 300},
                     {"dma_out", milliseconds(2), 80}};
  run.npu.useful_macs = 600;
  run.npu.padding_macs = 300;
  run.npu.recomputed_macs = 100;
  run.npu.software_overhead = microseconds(7);
  run.npu.dma_bytes = {{"activations_in", 1000}, {"constants", 3000}};
  run.npu.preemptions = 1;
  run.npu.preemption_latencies = {microseconds(12)};
  run.cpu.control_busy = microseconds(100);
  run.cpu.interrupts = 9;
  run.cpu.dispatch = {microseconds(2), microseconds(4)};
}

void fill_memory(RunRecord& run) {
  MemoryRecord llw{"llw", "llw-like", 128000000000ull, 6000000, 4000000, 90, 10, 5, {}, {}};
  llw.latency = {10, nanoseconds(1000), nanoseconds(180), nanoseconds(200)};
  llw.peak = PeakBytes{microseconds(10), 1000000};
  run.memory.memories = {llw};
  run.memory.latency = llw.latency;
  run.memory.peak = llw.peak;
  TrafficRecord npu;
  npu.initiator = "npu";
  npu.bytes_read = 5000000;
  npu.bytes_written = 4500000;
  npu.hit_bytes = 500000;
  npu.miss_bytes = 1000000;
  npu.bypass_bytes = 8000000;
  npu.fill_bytes = 1000000;
  npu.write_back_bytes = 900000;
  npu.rounding_bytes = 100000;
  npu.dram_read_bytes = 6000000;
  npu.dram_written_bytes = 4000000;
  npu.latency = llw.latency;
  run.memory.initiators = {npu};
  run.memory.has_cache = true;
}

}  // namespace

RunRecord sample_run() {
  RunRecord run;
  run.scenario = "sample";
  run.scenario_hash = "5ca1ab1e";
  run.config_hash = "c0ffee";
  run.soc = "exynos-llw-like";
  run.firmware_build = "native";
  run.firmware_policy = "fixed_priority";
  run.fidelity = "fast";
  run.seed = 7;
  run.simulated = milliseconds(10);
  run.window = {units::Time(0), milliseconds(10)};
  fill_streams(run);
  fill_npu(run);
  fill_memory(run);
  // 10 mJ, one attojoule of which is lost where doubles add up.
  run.power.components = {{"dram", Attojoules{5000000000000000ull}},
                          {"npu.tensor", Attojoules{4999999999999999ull}},
                          {"noc", Attojoules{1}}};
  run.power.peak = PeakEnergy{microseconds(100), Attojoules{200000000000000ull}};
  run.stall_reasons = {"data", "store"};
  run.layers = {{"mobilenet_v2",
                 0,
                 "Conv_0",
                 "conv2d",
                 4,
                 100,
                 20,
                 80,
                 10,
                 5,
                 microseconds(3),
                 1000,
                 500,
                 60,
                 100,
                 "tensor",
                 {microseconds(1), nanoseconds(500)}}};
  platform::BackgroundRecord screen;
  screen.name = "display";
  screen.kind = "constant";
  screen.reads = 100;
  screen.bytes_read = 1000000;
  screen.read_latency_sum = microseconds(50);
  screen.missed = 2;
  screen.skipped = 1;
  screen.worst_latency = nanoseconds(1500);
  run.background = {screen};
  run.estimates = {"npu.energy.mac_w8a8"};
  run.notes = {{"memory.memories.llw.note", "from the platform"}};
  return run;
}

}  // namespace takt::results
