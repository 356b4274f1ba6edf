// Partitions of the NPU's cores, as a scenario writes them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::config {

// Cores of each partition of a text like "2+1+1"; empty for an empty text and for one that is none.
std::vector<std::uint32_t> partition_cores(const std::string& partitions);

}  // namespace takt::config
