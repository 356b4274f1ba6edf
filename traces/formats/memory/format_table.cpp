#include "traces/formats/memory/format_table.h"

namespace takt::traces {

const std::array<MemoryTraceFormat, 7> memory_trace_formats{{
    {"takt", ".takt-mem", TraceTiming::absolute, TraceClock::none,
     "takt's own, compressed: stretches of named initiators, in ps"},
    {"stl", ".stl", TraceTiming::absolute, TraceClock::initiator,
     "DRAMSys: \"31: (64) read 0x400140\", at a cycle of the initiator"},
    {"rstl", ".rstl", TraceTiming::after_previous, TraceClock::initiator,
     "DRAMSys: as stl, in cycles after the previous one's end"},
    {"dramsim3", "", TraceTiming::absolute, TraceClock::memory,
     "DRAMsim3: \"0x2000D5C0 READ 30\", at a cycle of the memory"},
    {"ramulator2-loadstore", "", TraceTiming::as_accepted, TraceClock::none,
     "Ramulator 2 LoadStoreTrace: \"LD 0x12340\""},
    {"ramulator2-readwrite", "", TraceTiming::as_accepted, TraceClock::none,
     "Ramulator 2 ReadWriteTrace: \"R 0,1,2,100,32\", an address vector"},
    {"ramulator2-simpleo3", "", TraceTiming::after_instructions, TraceClock::none,
     "Ramulator 2 SimpleO3: \"3 20734016 20841280\": instructions before it, load, store"},
}};

const MemoryTraceFormat* find_memory_trace_format(std::string_view name) {
  for (const MemoryTraceFormat& format : memory_trace_formats)
    if (format.name == name) return &format;
  return nullptr;
}

std::string memory_trace_format_names() {
  std::string names;
  for (std::size_t i = 0; i < memory_trace_formats.size(); ++i) {
    if (i != 0) names += i + 1 == memory_trace_formats.size() ? " or " : ", ";
    names += memory_trace_formats[i].name;
  }
  return names;
}

}  // namespace takt::traces
