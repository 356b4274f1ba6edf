// Address vectors of Ramulator 2's ReadWriteTrace: channel, rank, bank group, bank, row, column, outermost first;
// without the bank group where the memory has none. A column is a burst of the row.
#pragma once

#include "models/dram/memory.h"
#include "traces/formats/memory/reader.h"

namespace takt::platform {

// The linear address of the vector's place. Throws MemoryTraceError where the memory has no such place.
std::uint64_t address_of_vector(const dram::Memory& memory, const traces::MemoryTraceReader& reader,
                                const traces::MemoryAccess& access);

}  // namespace takt::platform
