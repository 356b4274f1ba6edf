// What the core reads and writes: windows of private memory, and a bus for everything else.
#pragma once

#include <cstdint>

namespace takt::rv32 {

// Memory that nobody but this core writes while it runs; whoever else must, calls Core::invalidate.
struct Window {
  std::uint32_t base = 0;   // a multiple of 16
  std::uint32_t bytes = 0;  // a multiple of 16; base + bytes at most 2^32
  std::uint8_t* data = nullptr;
  std::uint32_t fetch_cycles = 0;  // on top of the table, per instruction fetched from here
  std::uint32_t data_cycles = 0;   // on top of the table, per load, store or atomic; 0: tightly coupled
  bool writable = true;            // a store to a window that is not takes an access fault
};

enum class Purpose : std::uint8_t { data, fetch };

struct BusResult {
  bool ok = false;           // false: an access fault
  std::uint32_t value = 0;   // of a read, in the low bits
  std::uint64_t cycles = 0;  // that the core waited, on top of the table
};

// Everything outside the windows. Accesses are aligned, of 1, 2 or 4 bytes, one at a time and in program order.
// Inside a call Core::cycles() is the time at which the access starts. A callee may set interrupt lines and ask for a
// stop; both count from the next instruction on.
class Bus {
 public:
  virtual ~Bus() = default;
  virtual BusResult read(std::uint32_t address, unsigned bytes, Purpose purpose) = 0;
  virtual BusResult write(std::uint32_t address, unsigned bytes, std::uint32_t value) = 0;
};

}  // namespace takt::rv32
