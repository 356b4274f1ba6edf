// DRAMsim3 traces (operator>> in src/common.cc and tests/example.trace of umd-memsys/DRAMsim3, commit 2981759):
//
//   0x2000D5C0 READ 30
//
// A hexadecimal address with or without 0x, a command, and the earliest cycle of the memory's clock. DRAMsim3 takes
// WRITE, write, P_MEM_WR and BOFF for writes and whatever else for a read; here a read is READ, read, P_MEM_RD or
// P_FETCH, so that a damaged command is an error. Each access moves one burst (MemoryTraceOptions::access_bytes).
#pragma once

#include "traces/formats/memory/text_reader.h"

namespace takt::traces {

class Dramsim3Reader final : public TextTraceReader {
 public:
  using TextTraceReader::TextTraceReader;

 private:
  void parse(LineTokens& tokens, MemoryAccess& access) override;
};

}  // namespace takt::traces
