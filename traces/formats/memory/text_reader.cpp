#include "traces/formats/memory/text_reader.h"

#include <utility>

namespace takt::traces {
namespace {

std::uint64_t longest_duration(std::uint64_t hertz) {
  return units::mul_div(units::never().value - 1, hertz, units::picoseconds_per_second);
}

}  // namespace

TextTraceReader::TextTraceReader(ByteSource source, const MemoryTraceFormat& format, const MemoryTraceOptions& options)
    : MemoryTraceReader(format, source.name()),
      lines_(std::move(source)),
      clock_(options.clock_hz == 0 ? 1 : options.clock_hz),
      longest_(longest_duration(clock_.hertz())),
      access_bytes_(options.access_bytes),
      late_accesses_(options.late_accesses) {
  initiators_ = {"trace"};
}

bool TextTraceReader::next(MemoryAccess& access) {
  access = MemoryAccess();
  access.bytes = access_bytes_;
  access.position = line_.number;
  access.record = records_ + 1;
  bool found = next_of_line(access);
  while (!found && lines_.next(line_)) {
    LineTokens tokens(line_, file_);
    if (tokens.at_end()) continue;
    access.position = line_.number;
    parse(tokens, access);
    tokens.finish();
    found = true;
  }
  if (!found && records_ == 0) throw MemoryTraceError({file_}, "no accesses", "at least one");
  if (!found) return false;
  if (!fits_address_space(access))
    throw error(access, std::to_string(access.bytes) + " bytes from address " + std::to_string(access.address),
                "an access that ends below 2^64");
  ++records_;
  return true;
}

units::Time TextTraceReader::time_of(std::uint64_t cycle, std::string_view token, const LineTokens& tokens) const {
  if (cycle > longest_)
    tokens.fail_at(token, "cycle " + std::to_string(cycle),
                   "at most " + std::to_string(longest_) + ", whose time fits 64 bits of picoseconds");
  return clock_.duration(units::Cycles(cycle));
}

units::Time TextTraceReader::arrival(std::uint64_t cycle, std::string_view token, const LineTokens& tokens) {
  if (cycle < last_cycle_ && late_accesses_) return time_of(last_cycle_, token, tokens);
  if (cycle < last_cycle_)
    tokens.fail_at(token, "cycle " + std::to_string(cycle),
                   "cycle " + std::to_string(last_cycle_) + " (line " + std::to_string(last_cycle_line_) +
                       ") or later: time does not go backwards");
  last_cycle_ = cycle;
  last_cycle_line_ = line_.number;
  return time_of(cycle, token, tokens);
}

}  // namespace takt::traces
