#include "models/cache/system_cache.h"

namespace takt::cache {
namespace {

bool power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

std::string wrong(const char* field, std::uint64_t value, const char* expected) {
  return std::string(field) + " is " + std::to_string(value) + ", expected " + expected;
}

}  // namespace

std::string check(const Config& c) {
  if (!c.enabled) return {};
  if (!power_of_two(c.sector_bytes)) return wrong("sector_bytes", c.sector_bytes, "a power of two");
  if (!power_of_two(c.line_bytes)) return wrong("line_bytes", c.line_bytes, "a power of two");
  if (c.line_bytes > c.sector_bytes || c.sector_bytes / c.line_bytes > 64) {
    return wrong("sector_bytes", c.sector_bytes, "1 to 64 lines");
  }
  if (c.ways == 0) return wrong("ways", c.ways, "a positive value");
  for (const Port& port : c.ports) {
    if (port.first_way >= c.ways) return wrong("first_way", port.first_way, "less than ways");
    if (port.ways > c.ways - port.first_way) return wrong("ways of a port", port.ways, "at most ways - first_way");
  }
  if (c.capacity_bytes == 0 || c.capacity_bytes % (std::uint64_t{c.ways} * c.sector_bytes) != 0) {
    return wrong("capacity_bytes", c.capacity_bytes, "a positive multiple of ways x sector_bytes");
  }
  if (c.clock_hz == 0) return wrong("clock_hz", c.clock_hz, "a positive value");
  if (c.bytes_per_cycle == 0) return wrong("bytes_per_cycle", c.bytes_per_cycle, "a positive value");
  return {};
}

}  // namespace takt::cache
