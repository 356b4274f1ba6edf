// A scenario from another tool's workload file.
#pragma once

#include <string>

#include "traces/formats/requests/workload.h"

namespace takt::replay {

// The zoo's network that stands for one as DISB's or XRBench's files name it; else the name itself.
std::string network_for(const std::string& name);

// The scenario, as its file would have it: a stream for each task, the policy fixed-priority, what the file says of
// time. `name`: of the output folder; `path`: of the workload file, which streams that play its times read.
std::string scenario_text(const traces::Workload& workload, const std::string& name, const std::string& path,
                          const std::string& soc);

}  // namespace takt::replay
