// The traces of Ramulator 2 (src/ramulator/frontend/impl of CMU-SAFARI/ramulator2, read in 2.1, commit c5b1c3a).
// Numbers of LoadStoreTrace and SimpleO3 are decimal or 0x hexadecimal. Each access moves one burst
// (MemoryTraceOptions::access_bytes). Ramulator replays a trace cyclically until its own limit; here it is read once.
#pragma once

#include "traces/formats/memory/text_reader.h"

namespace takt::traces {

// LoadStoreTrace: "LD 0x12340", "ST 4096". One request per cycle, as the memory accepts them.
class LoadStoreReader final : public TextTraceReader {
 public:
  using TextTraceReader::TextTraceReader;

 private:
  void parse(LineTokens& tokens, MemoryAccess& access) override;
};

// ReadWriteTrace: "R 0,1,2,100,32", "W 0,0,3,200,16": an address vector, outermost level first, as many levels as the
// memory's organisation has. Every line must have as many as the first.
class ReadWriteReader final : public TextTraceReader {
 public:
  using TextTraceReader::TextTraceReader;

 private:
  void parse(LineTokens& tokens, MemoryAccess& access) override;

  std::uint8_t levels_ = 0;
};

// SimpleO3: "<bubbles> <load address> [<store address>]": instructions that touch no memory, then a load, then the
// write-back of a line. Ramulator sends both through its last-level cache; a line here gives a read and maybe a write.
class SimpleO3Reader final : public TextTraceReader {
 public:
  using TextTraceReader::TextTraceReader;

 private:
  void parse(LineTokens& tokens, MemoryAccess& access) override;
  bool next_of_line(MemoryAccess& access) override;

  bool has_store_ = false;
  std::uint64_t store_address_ = 0;
};

}  // namespace takt::traces
