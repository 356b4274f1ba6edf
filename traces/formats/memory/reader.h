// Reads memory traces: one access at a time, in memory that does not grow with the trace.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "traces/formats/memory/access.h"
#include "traces/formats/memory/error.h"
#include "traces/formats/memory/format_table.h"

namespace takt::traces {

class MemoryTraceReader {
 public:
  virtual ~MemoryTraceReader() = default;
  MemoryTraceReader(const MemoryTraceReader&) = delete;
  MemoryTraceReader& operator=(const MemoryTraceReader&) = delete;

  // The next access; false behind the last. Throws MemoryTraceError, also where the trace has no access at all; then
  // nothing more may be read.
  virtual bool next(MemoryAccess& access) = 0;

  const MemoryTraceFormat& format() const { return format_; }
  TraceTiming timing() const { return format_.timing; }
  const std::string& file() const { return file_; }
  // Names, at least one. Formats that know no initiators have one, "trace".
  const std::vector<std::string>& initiators() const { return initiators_; }

  // For a fault that only the replayer can see (an address outside the memory): names the place of `access`.
  MemoryTraceError error(const MemoryAccess& access, const std::string& found, const std::string& expected) const;

 protected:
  MemoryTraceReader(const MemoryTraceFormat& format, std::string file);

  const MemoryTraceFormat& format_;
  std::string file_;
  std::vector<std::string> initiators_;
};

struct MemoryTraceOptions {
  std::string format;  // a name of memory_trace_formats; empty: detect it
  // 1 .. 10^12 Hz. The clock of a trace's cycles, as its user states it: stl and rstl need it.
  std::uint64_t clock_hz = 0;
  // The memory's, for a trace that counts the memory's cycles (dramsim3) where clock_hz is 0.
  std::uint64_t memory_clock_hz = 0;
  // In a trace of absolute cycles, an access whose cycle lies before that of an earlier access comes with that one, as
  // DRAMSys and DRAMsim3 play it, instead of being an error.
  bool late_accesses = false;
  // At least 1: the length of an access whose format or line states none; the memory's burst, as a rule.
  std::uint32_t access_bytes = 64;
};

// Detects by the magic number, else by the extension, else by the shape of the first line that is neither blank nor a
// comment. Throws MemoryTraceError: no such file or format, a format that cannot be told, options out of range.
std::unique_ptr<MemoryTraceReader> open_memory_trace(const std::filesystem::path& file,
                                                     const MemoryTraceOptions& options = {});

// From a stream, `name` standing for the file in errors and in the detection by extension.
std::unique_ptr<MemoryTraceReader> open_memory_trace(std::unique_ptr<std::istream> in, const std::string& name,
                                                     const MemoryTraceOptions& options = {});

}  // namespace takt::traces
