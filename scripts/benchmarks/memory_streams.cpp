// One memory without SystemC: bursts per second of processor time, on the streams that the peers are measured with.
//
// The streams (Marsaglia's xorshift64 13/7/17, state 88172645463325252, over 1 GiB): seq, rnd; mixseq, mixrnd with 30 %
// writes; dmaK, blocks of K KiB anywhere. Blocks and seq (in 64 KiB) are one request each, all else one burst. As fast
// as the memory accepts them.
#include <benchmark/benchmark.h>

#include <string>

#include "sim/config/load.h"
#include "sim/replay/feeder.h"

namespace takt {
namespace {

constexpr std::uint64_t space = 1ull << 30;

struct Kind {
  const char* name;
  bool random;
  unsigned write_tenths;
  std::uint64_t block_bytes;  // 0: one burst
  std::uint64_t bursts;       // of one run
};
constexpr Kind kinds[] = {{"seq", false, 0, 65536, 1 << 20}, {"rnd", true, 0, 0, 1 << 17},
                          {"mixseq", false, 3, 0, 1 << 18},  {"mixrnd", true, 3, 0, 1 << 17},
                          {"dma1", true, 0, 1024, 1 << 20},  {"dma4", true, 0, 4096, 1 << 20},
                          {"dma16", true, 0, 16384, 1 << 20}};

class Stream {
 public:
  Stream(const Kind& kind, std::uint32_t burst_bytes)
      : kind_(kind), bytes_(kind.block_bytes == 0 ? burst_bytes : kind.block_bytes) {}

  dram::Request next() {
    dram::Request request;
    request.row_bytes = bytes_;
    request.address = kind_.random ? (draw() >> 20) % (space / bytes_) * bytes_ : at_;
    at_ = (at_ + bytes_) % space;
    request.write = kind_.write_tenths != 0 && draw() % 10 < kind_.write_tenths;
    return request;
  }
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::uint64_t draw() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

  const Kind& kind_;
  std::uint64_t bytes_;
  std::uint64_t at_ = 0;
  std::uint64_t state_ = 88172645463325252ull;
};

void play(benchmark::State& state, const dram::Config& config, dram::Fidelity fidelity, const Kind& kind) {
  double gbps = 0;
  for (auto _ : state) {
    base::Ledger ledger;
    dram::Memory memory(config, fidelity, ledger);
    replay::Feeder feeder(memory, replay::full_queues(config), replay::queue_time(config));
    Stream stream(kind, config.burst_bytes);
    const std::uint64_t requests = kind.bursts * config.burst_bytes / stream.bytes();
    units::Time now;
    for (std::uint64_t i = 0; i < requests; ++i) now = feeder.submit(stream.next(), now);
    const units::Time end = feeder.finish();
    gbps = static_cast<double>(kind.bursts * config.burst_bytes) / static_cast<double>(end.value) * 1e3;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * kind.bursts));
  state.counters["gbps"] = gbps;
}

void add(const std::string& name, const dram::Config& config) {
  for (const auto& [fidelity, label] :
       {std::pair{dram::Fidelity::detailed, "detailed"}, {dram::Fidelity::fast, "fast"}}) {
    for (const Kind& kind : kinds) {
      benchmark::RegisterBenchmark(
          ("streams/" + name + "/" + label + "/" + kind.name).c_str(),
          [config, fidelity = fidelity, &kind](benchmark::State& state) { play(state, config, fidelity, kind); })
          ->Unit(benchmark::kMillisecond);
    }
  }
}

}  // namespace
}  // namespace takt

// The SystemC library refers to sc_main; nothing here simulates with it.
extern "C" int sc_main(int, char**) { return 1; }

int main(int argc, char** argv) {
  takt::add("lpddr5-6400-x16", takt::config::load_memory("lpddr5-6400", {"channels=1", "capacity_mib=1024"}));
  takt::add("lpddr5x-8533-x16", takt::config::load_memory("lpddr5x-8533", {"channels=1", "capacity_mib=1024"}));
  takt::add("llw-dram", takt::config::load_memory("llw-dram"));
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
