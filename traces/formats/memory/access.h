// One access of a memory trace, in the shape that a replayer needs whatever the format.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/units/quantity.h"

namespace takt::traces {

// What MemoryAccess::time and ::instructions mean; one for a whole trace.
enum class TraceTiming {
  absolute,            // time = arrival since the start; never decreases
  after_previous,      // time = delay after the end of the previous access of the trace (closed loop)
  as_accepted,         // no time: each access as soon as the memory takes it
  after_instructions,  // instructions = non-memory instructions that a core executes before it
};

// A place in the memory as the trace's hierarchy counts it, outermost level first: for Ramulator 2 channel, rank,
// (pseudochannel), (bank group), bank, row, column. How many levels there are and how large is the memory's matter.
struct AddressVector {
  static constexpr std::size_t max_levels = 8;
  std::array<std::uint32_t, max_levels> level{};
  std::uint8_t levels = 0;  // 0: the access has a linear address
};

struct MemoryAccess {
  static constexpr std::uint8_t max_qos = 7;  // as models/base/stretch.h: 0 (weakest) .. 7

  units::Time time;
  std::uint64_t instructions = 0;
  std::uint64_t address = 0;    // of the first byte; 0 where `vector` has levels
  std::uint64_t stride = 0;     // bytes from the start of a row to that of the next; without meaning where rows is 1
  std::uint32_t bytes = 0;      // of one row, at least 1
  std::uint32_t rows = 1;       // at least 1; the last byte of the last row lies below 2^64
  std::uint16_t initiator = 0;  // index into MemoryTraceReader::initiators()
  std::uint8_t qos = 0;
  bool write = false;
  AddressVector vector;

  // Where the trace states it; MemoryTraceReader::error() makes a message of it.
  std::uint64_t record = 0;    // 1 for the first access
  std::uint64_t position = 0;  // line of a text, from 1; byte offset of the block in takt's own format

  std::uint64_t total_bytes() const { return std::uint64_t{bytes} * rows; }
};

// Whether the access's last byte lies below 2^64. bytes and rows must not be 0.
constexpr bool fits_address_space(const MemoryAccess& access) {
  const std::uint64_t room = ~std::uint64_t{0} - access.address;  // bytes behind the first
  if (access.bytes - 1 > room) return false;
  const std::uint64_t gaps = access.rows - 1;
  return gaps == 0 || access.stride == 0 || gaps <= (room - (access.bytes - 1)) / access.stride;
}

}  // namespace takt::traces
