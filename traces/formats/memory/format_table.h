// The memory trace formats that takt reads, as a table: for `--format`, help texts and detection.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "traces/formats/memory/access.h"

namespace takt::traces {

// Whose cycles a format's times are.
enum class TraceClock { none, initiator, memory };

struct MemoryTraceFormat {
  std::string_view name;       // what `--format` takes
  std::string_view extension;  // that decides without a look inside; empty: none does
  TraceTiming timing;
  TraceClock clock;
  std::string_view summary;
};

extern const std::array<MemoryTraceFormat, 7> memory_trace_formats;

// nullptr where there is none.
const MemoryTraceFormat* find_memory_trace_format(std::string_view name);

// "takt, stl, ... or dramsim3"
std::string memory_trace_format_names();

}  // namespace takt::traces
