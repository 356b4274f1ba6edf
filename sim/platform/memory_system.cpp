#include "sim/platform/memory_system.h"

namespace takt::platform {
namespace {

// The policy of the SoC's port for each of its initiators.
cache::Config expanded_cache(const config::SocConfig& soc, const noc::Config& noc) {
  cache::Config config = soc.system_cache;
  config.ports.clear();
  for (const noc::InitiatorPort& initiator : noc.initiators) {
    const bool of_npu = initiator.name.rfind("npu_", 0) == 0;
    const std::string port = of_npu ? "npu" : initiator.name == "app_cpu_operators" ? "app_cpu" : initiator.name;
    config.ports.push_back(config::cache_port(soc, port));
  }
  return config;
}

}  // namespace

void bind_memories(const config::ScenarioConfig& scenario, const noc::Config& ports, noc::Noc& noc,
                   base::Ledger& ledger, std::vector<std::unique_ptr<dram::Dram>>& memories,
                   std::unique_ptr<cache::SystemCache>& system_cache) {
  const config::SocConfig& soc = scenario.soc;
  for (std::size_t m = 0; m < soc.memories.size(); ++m) {
    const config::MemoryConfig& memory = soc.memories[m];
    memories.push_back(std::make_unique<dram::Dram>(
        sc_core::sc_module_name(("dram_" + memory.name).c_str()), memory.dram,
        scenario.fidelity == config::Fidelity::detailed ? dram::Fidelity::detailed : dram::Fidelity::fast, memory.base,
        ledger));
    if (memory.cached && soc.system_cache.enabled) {
      system_cache = std::make_unique<cache::SystemCache>("system_cache", expanded_cache(soc, ports), ledger);
      noc.targets[m].bind(system_cache->target);
      system_cache->initiator.bind(memories[m]->target);
    } else {
      noc.targets[m].bind(memories[m]->target);
    }
  }
}

}  // namespace takt::platform
