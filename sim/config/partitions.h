// Partitions of the NPU's cores, as a scenario writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/config/scenario_config.h"

namespace takt::config {

// Cores of each partition of a text like "2+1+1"; empty for an empty text and for one that is none.
std::vector<std::uint32_t> partition_cores(const std::string& partitions);

// Cores in a row, all of one kind.
struct Partition {
  std::uint32_t cores = 0;
  bool small = false;
};

// Those that are written, else one for each kind of cores.
std::vector<Partition> partitions_of(const ScenarioConfig& scenario);

}  // namespace takt::config
