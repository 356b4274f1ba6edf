// What no single key shows: keys that contradict each other. Throws ConfigError at the key to change.
#pragma once

#include "sim/config/blame.h"
#include "sim/config/scenario_config.h"

namespace takt::config {

void check_memory(const dram::Config& memory, const dram::Currents& currents, const std::string& prefix,
                  const Layers& layers);
void check_soc(const SocConfig& soc, const Layers& layers);
// That the SoC has a memory of that name; blames `key`.
void require_memory(const SocConfig& soc, const std::string& name, const std::string& key, const Blame& blame);
void check_traffic(const ScenarioConfig& scenario, const Layers& layers);
void check_faults(const ScenarioConfig& scenario, const Layers& layers);
void check_offload(const ScenarioConfig& scenario, const Layers& layers);
void check_scenario(const ScenarioConfig& scenario, const Layers& layers);

}  // namespace takt::config
