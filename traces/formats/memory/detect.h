// Tells a memory trace's format from its first bytes, its file's extension or its first line.
#pragma once

#include "traces/formats/memory/byte_source.h"
#include "traces/formats/memory/format_table.h"

namespace takt::traces {

// Consumes nothing. Throws MemoryTraceError where the format cannot be told.
const MemoryTraceFormat& detect_memory_trace_format(ByteSource& source);

}  // namespace takt::traces
