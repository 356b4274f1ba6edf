// What stands behind the NoC: the SoC's memories, one of them behind the system cache.
#pragma once

#include <memory>
#include <vector>

#include "models/cache/system_cache.h"
#include "models/dram/dram.h"
#include "models/noc/noc.h"
#include "sim/config/scenario_config.h"

namespace takt::platform {

// Builds the memories, in the order of the configuration, and the cache where there is one, and binds them to the NoC's
// targets. `ports`: the NoC as built.
void bind_memories(const config::ScenarioConfig& scenario, const noc::Config& ports, noc::Noc& noc,
                   base::Ledger& ledger, std::vector<std::unique_ptr<dram::Dram>>& memories,
                   std::unique_ptr<cache::SystemCache>& system_cache);

}  // namespace takt::platform
