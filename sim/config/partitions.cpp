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

}  // namespace takt::config
