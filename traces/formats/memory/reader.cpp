#include "traces/formats/memory/reader.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "models/units/clock.h"
#include "traces/formats/memory/byte_source.h"
#include "traces/formats/memory/detect.h"
#include "traces/formats/memory/dramsim3.h"
#include "traces/formats/memory/ramulator2.h"
#include "traces/formats/memory/stl.h"
#include "traces/formats/memory/takt_reader.h"

namespace takt::traces {
namespace {

using Make = std::unique_ptr<MemoryTraceReader> (*)(ByteSource, const MemoryTraceFormat&, const MemoryTraceOptions&);

template <class Reader>
std::unique_ptr<MemoryTraceReader> make(ByteSource source, const MemoryTraceFormat& format,
                                        const MemoryTraceOptions& options) {
  return std::make_unique<Reader>(std::move(source), format, options);
}

struct Maker {
  std::string_view format;
  Make make;
};

constexpr Maker makers[] = {
    {"takt", make<TaktTraceReader>},
    {"stl", make<StlReader>},
    {"rstl", make<StlReader>},
    {"dramsim3", make<Dramsim3Reader>},
    {"ramulator2-loadstore", make<LoadStoreReader>},
    {"ramulator2-readwrite", make<ReadWriteReader>},
    {"ramulator2-simpleo3", make<SimpleO3Reader>},
};

Make maker_of(const MemoryTraceFormat& format) {
  for (const Maker& maker : makers)
    if (maker.format == format.name) return maker.make;
  throw std::logic_error("no reader for the format " + std::string(format.name));
}

const MemoryTraceFormat& chosen_format(ByteSource& source, const std::string& name) {
  if (name.empty()) return detect_memory_trace_format(source);
  const MemoryTraceFormat* format = find_memory_trace_format(name);
  if (format == nullptr)
    throw MemoryTraceError({source.name()}, "the format name " + shown(name), memory_trace_format_names());
  return *format;
}

std::string clock_found(std::uint64_t hertz) {
  return hertz == 0 ? "no clock" : "a clock of " + std::to_string(hertz) + " Hz";
}

// The frequency of the trace's cycles; 0 where it has none.
std::uint64_t clock_of(const std::string& file, const MemoryTraceFormat& format, const MemoryTraceOptions& options) {
  if (format.clock == TraceClock::none) return 0;
  const bool memory = format.clock == TraceClock::memory;
  const std::uint64_t hertz = options.clock_hz == 0 && memory ? options.memory_clock_hz : options.clock_hz;
  if (hertz == 0 || hertz > units::picoseconds_per_second)
    throw MemoryTraceError({file}, clock_found(hertz),
                           "1 .. 10^12 Hz: the times of " + std::string(format.name) + " are cycles of the " +
                               (memory ? "memory" : "initiator"));
  return hertz;
}

}  // namespace

MemoryTraceReader::MemoryTraceReader(const MemoryTraceFormat& format, std::string file)
    : format_(format), file_(std::move(file)) {}

MemoryTraceError MemoryTraceReader::error(const MemoryAccess& access, const std::string& found,
                                          const std::string& expected) const {
  TracePlace place{file_};
  place.record = access.record;
  place.binary = format_.name == "takt";
  (place.binary ? place.offset : place.line) = access.position;
  return {place, found, expected};
}

std::unique_ptr<MemoryTraceReader> open_memory_trace(const std::filesystem::path& file,
                                                     const MemoryTraceOptions& options) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored))
    throw MemoryTraceError({file.string()}, "a folder", "a memory trace");
  errno = 0;
  auto in = std::make_unique<std::ifstream>(file, std::ios::binary);
  if (!in->is_open())
    throw MemoryTraceError({file.string()}, std::string("a file that cannot be opened: ") + std::strerror(errno),
                           "a memory trace");
  return open_memory_trace(std::move(in), file.string(), options);
}

std::unique_ptr<MemoryTraceReader> open_memory_trace(std::unique_ptr<std::istream> in, const std::string& name,
                                                     const MemoryTraceOptions& options) {
  ByteSource source(std::move(in), name);
  const MemoryTraceFormat& format = chosen_format(source, options.format);
  MemoryTraceOptions complete = options;
  complete.clock_hz = clock_of(name, format, options);
  if (complete.access_bytes == 0) throw MemoryTraceError({name}, "accesses of 0 bytes", "at least 1");
  return maker_of(format)(std::move(source), format, complete);
}

}  // namespace takt::traces
