// What the readers of text formats share: one access per line (SimpleO3: one or two).
#pragma once

#include "models/units/clock.h"
#include "traces/formats/memory/reader.h"
#include "traces/formats/memory/text_lines.h"

namespace takt::traces {

class TextTraceReader : public MemoryTraceReader {
 public:
  TextTraceReader(ByteSource source, const MemoryTraceFormat& format, const MemoryTraceOptions& options);

  bool next(MemoryAccess& access) final;

 protected:
  // Fills in what the line states; length and place are there already, what is left over is checked afterwards.
  virtual void parse(LineTokens& tokens, MemoryAccess& access) = 0;
  // A further access of the line that parse() saw last.
  virtual bool next_of_line(MemoryAccess&) { return false; }

  // The time of a cycle; `token` states it.
  units::Time time_of(std::uint64_t cycle, std::string_view token, const LineTokens& tokens) const;
  // The same in an absolute trace, where no cycle lies before that of an earlier line.
  units::Time arrival(std::uint64_t cycle, std::string_view token, const LineTokens& tokens);

 private:
  LineReader lines_;
  TextLine line_;
  units::Clock clock_;
  std::uint64_t last_cycle_ = 0, last_cycle_line_ = 0;
  std::uint64_t longest_ = 0;  // the last cycle whose time fits 64 bits
  std::uint32_t access_bytes_;
  bool late_accesses_;
  std::uint64_t records_ = 0;
};

}  // namespace takt::traces
