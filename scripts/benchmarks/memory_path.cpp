// Transactions through NoC, system cache and DRAM of the snapdragon-8-gen-2-like preset, four in flight.
#include <benchmark/benchmark.h>

#include <algorithm>

#include "models/cache/system_cache.h"
#include "models/dram/dram.h"
#include "models/noc/noc.h"
#include "sim/config/load.h"

namespace takt {
namespace {

constexpr unsigned in_flight = 4;
constexpr std::uint64_t working_set = 64u << 20;

class Source : public sc_core::sc_module {
 public:
  explicit Source(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") {
    socket.register_nb_transport_bw(this, &Source::answer);
  }

  struct Access {
    std::uint64_t base;
    std::uint32_t bytes;
    bool allocate, mixed;  // mixed: every second one writes
  };

  // Sends `count` transactions and returns when all are answered.
  void run(const Access& access, std::uint64_t count) {
    access_ = access;
    left_ = count;
    for (unsigned i = 0; i < in_flight; ++i) send();
    sc_core::sc_start();
  }

  tlm_utils::simple_initiator_socket<Source> socket;

 private:
  void send() {
    if (left_ == 0) return;
    --left_;
    const bool write = access_.mixed && left_ % 2 != 0;
    tlm::tlm_generic_payload& payload = pool_.acquire();
    base::set_request(payload, write, access_.base + offset_, access_.bytes, nullptr);
    base::stretch_of(payload).allocate = access_.allocate;
    offset_ = (offset_ + access_.bytes) % working_set;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    socket->nb_transport_fw(payload, phase, delay);
  }

  tlm::tlm_sync_enum answer(tlm::tlm_generic_payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
    payload.release();
    send();
    return tlm::TLM_COMPLETED;
  }

  base::PayloadPool pool_;
  Access access_{};
  std::uint64_t left_ = 0;
  std::uint64_t offset_ = 0;
};

noc::Config one_port(const config::SocConfig& soc) {
  noc::Config config = soc.noc;
  const auto npu = std::find_if(config.initiators.begin(), config.initiators.end(),
                                [](const auto& port) { return port.name == "npu"; });
  config.initiators = {*npu};
  return config;
}

cache::Config one_port_cache(const config::SocConfig& soc) {
  cache::Config config = soc.system_cache;
  config.ports = {config::cache_port(soc, "npu")};
  return config;
}

struct MemoryPath {
  MemoryPath()
      : soc(config::load_soc("snapdragon-8-gen-2-like")),
        noc("noc", one_port(soc), ledger),
        cache("cache", one_port_cache(soc), ledger),
        dram("dram", soc.memories.front().dram, dram::Fidelity::fast, soc.memories.front().base, ledger),
        source("source") {
    source.socket.bind(noc.initiators[0]);
    noc.targets[0].bind(cache.target);
    cache.initiator.bind(dram.target);
  }
  config::SocConfig soc;
  base::Ledger ledger;
  noc::Noc noc;
  cache::SystemCache cache;
  dram::Dram dram;
  Source source;
};

MemoryPath& memory_path() {
  static MemoryPath path;
  return path;
}

void transactions(benchmark::State& state, bool allocate, bool mixed) {
  constexpr std::uint64_t batch = 4096;
  MemoryPath& path = memory_path();
  const auto bytes = static_cast<std::uint32_t>(state.range(0));
  for (auto _ : state) path.source.run({path.soc.memories.front().base, bytes, allocate, mixed}, batch);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * batch));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * batch * bytes));
}
BENCHMARK_CAPTURE(transactions, read, false, false)->Arg(64)->Arg(4096)->Arg(16384);
BENCHMARK_CAPTURE(transactions, read_cached, true, false)->Arg(64)->Arg(4096)->Arg(16384);
BENCHMARK_CAPTURE(transactions, read_write, false, true)->Arg(64)->Arg(4096)->Arg(16384);

}  // namespace
}  // namespace takt
