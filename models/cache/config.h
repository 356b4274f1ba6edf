// Parameters of the system cache, a memory-side cache before one memory.
#pragma once

#include <cstdint>

namespace takt::cache {

struct Config {
  bool enabled = true;
  std::uint64_t capacity_bytes = 0;
  std::uint32_t ways = 0;
  std::uint32_t sector_bytes = 1024;  // one tag; a power of two, 1 KiB .. 4 KiB
  std::uint32_t line_bytes = 64;      // one valid and one dirty bit each
  std::uint64_t clock_hz = 0;
  std::uint32_t bytes_per_cycle = 0;  // all banks
  std::uint32_t hit_cycles = 0;       // tag and data
  std::uint32_t npu_ways = 0;         // ways NPU traffic may allocate in; 0: it bypasses
  std::uint32_t cpu_ways = 0;         // the same for CPU traffic
  std::uint64_t access_byte_aj = 0;   // energy per byte read or written
  std::uint64_t leakage_uw = 0;
};

}  // namespace takt::cache
