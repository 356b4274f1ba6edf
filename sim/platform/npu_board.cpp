#include "sim/platform/npu_board.h"

#include <algorithm>
#include <stdexcept>

namespace takt::platform {
namespace {

noc::Config npu_ports(const config::ScenarioConfig& scenario) {
  noc::Config config = expanded_noc(scenario);
  const auto other = [](const noc::InitiatorPort& port) { return port.name.rfind("npu_", 0) != 0; };
  config.initiators.erase(std::remove_if(config.initiators.begin(), config.initiators.end(), other),
                          config.initiators.end());
  return config;
}

// Processors that are not there draw nothing.
power::Table without_processors(power::Table table) {
  const auto processor = [](const auto& rate) {
    return rate.component == "control_cpu" || rate.component == "app_cpu";
  };
  table.statics.erase(std::remove_if(table.statics.begin(), table.statics.end(), processor), table.statics.end());
  table.states.erase(std::remove_if(table.states.begin(), table.states.end(), processor), table.states.end());
  return table;
}

}  // namespace

NpuBoard::NpuBoard(const sc_core::sc_module_name& name, const config::ScenarioConfig& scenario)
    : sc_module(name),
      noc_config(npu_ports(scenario)),
      noc("noc", noc_config, ledger),
      npu("npu", scenario.soc.npu, ledger),
      power(((bind_memories(scenario, noc_config, noc, ledger, memories, system_cache)),
             without_processors(power_table(scenario.soc))),
            ledger),
      supplies(scenario.soc, power, npu.power(), npu.switches()) {
  bind_npu(npu, noc, noc_config);
}

void NpuBoard::load(std::uint64_t address, std::string_view bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_write();
  payload.set_address(address);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(const_cast<char*>(bytes.data())));
  payload.set_data_length(static_cast<unsigned>(bytes.size()));
  payload.set_streaming_width(static_cast<unsigned>(bytes.size()));
  if (npu.front_end->transport_dbg(payload) != bytes.size())
    throw std::logic_error("no memory at " + std::to_string(address));
}

void NpuBoard::settle() {
  for (const auto& memory : memories) memory->settle(base::now());
  noc.account();
}

Snapshot NpuBoard::snapshot(units::Time at, std::size_t contexts) {
  settle();
  Snapshot s;
  s.at = at;
  snap_memory_system(s, npu, noc, memories, system_cache.get());
  s.components = power.components(at);
  snap_owners(s, power, ledger, contexts);
  return s;
}

}  // namespace takt::platform
