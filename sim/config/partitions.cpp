#include "sim/config/partitions.h"

namespace takt::config {

std::vector<std::uint32_t> partition_cores(const std::string& partitions) {
  std::vector<std::uint32_t> cores(1, 0);
  for (const char c : partitions) {
    if (c == '+' && cores.back() != 0)
      cores.push_back(0);
    else if (c >= '0' && c <= '9' && cores.back() < 1000)
      cores.back() = cores.back() * 10 + static_cast<std::uint32_t>(c - '0');
    else
      return {};
  }
  return cores.back() == 0 ? std::vector<std::uint32_t>() : cores;
}

std::vector<Partition> partitions_of(const ScenarioConfig& scenario) {
  const npu::Config& npu = scenario.soc.npu;
  std::vector<Partition> partitions;
  std::uint32_t first = 0;
  for (const std::uint32_t cores : partition_cores(scenario.firmware.partitions)) {
    partitions.push_back({cores, npu.is_small(first)});
    first += cores;
  }
  if (!partitions.empty()) return partitions;
  partitions.push_back({npu.cores, false});
  if (npu.small_cores != 0) partitions.push_back({npu.small_cores, true});
  return partitions;
}

}  // namespace takt::config
