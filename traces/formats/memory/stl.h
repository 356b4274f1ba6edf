// DRAMSys .stl and .rstl (configs/README.md of tukl-msd/DRAMSys, read in 5.5.0):
//
//   # cycle: [(length)] command hex-address [hex-data]
//   31: read 0x400140
//   56: write 0x7fff8000 0x123456789abcdef
//   81: (128) read 0x400180
//
// The cycle is one of the initiator's clock: absolute in .stl, after the end of the previous transaction in .rstl. The
// colon may be absent, as DRAMSys' own reader has it. The length is in bytes; where it is absent, it is the initiator's
// dataLength (MemoryTraceOptions::access_bytes). Data are checked to be hexadecimal and dropped; their length is free,
// because DRAMSys' example traces state data that are longer than the access.
#pragma once

#include "traces/formats/memory/text_reader.h"

namespace takt::traces {

class StlReader final : public TextTraceReader {
 public:
  using TextTraceReader::TextTraceReader;

 private:
  void parse(LineTokens& tokens, MemoryAccess& access) override;
};

}  // namespace takt::traces
