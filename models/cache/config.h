// Parameters of the system cache, a memory-side cache before one memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace takt::cache {

// Which of an initiator's misses take a place: the allocate bits of AXI's AxCACHE.
enum class Allocate : std::uint8_t { none, read, write, read_write };

// What one initiator may take. Lines are found in whatever way they lie: ways that no other port names are its own.
struct Port {
  std::string name;
  Allocate allocate = Allocate::none;
  std::uint32_t first_way = 0;
  std::uint32_t ways = 0;  // from first_way on; 0: all of them
};

struct Config {
  bool enabled = true;
  std::uint64_t capacity_bytes = 0;
  std::uint32_t ways = 0;
  std::uint32_t sector_bytes = 1024;  // one tag; a power of two, 1 KiB .. 4 KiB
  std::uint32_t line_bytes = 64;      // one valid and one dirty bit each
  std::uint64_t clock_hz = 0;
  std::uint32_t bytes_per_cycle = 0;  // all banks
  std::uint32_t hit_cycles = 0;       // tag and data
  std::uint64_t access_byte_aj = 0;   // energy per byte read or written
  std::uint64_t leakage_uw = 0;
  std::vector<Port> ports;  // by initiator id; who is not in it takes nothing
};

// Ways in which a port may take a place.
inline std::uint32_t ways_of(const Config& config, const Port& port) {
  if (port.allocate == Allocate::none) return 0;
  return port.ways != 0 ? port.ways : config.ways - port.first_way;
}

}  // namespace takt::cache
