// Reads takt's own memory trace (layout.h).
#pragma once

#include <cstdint>
#include <optional>

#include "traces/formats/memory/access_codec.h"
#include "traces/formats/memory/block_reader.h"
#include "traces/formats/memory/reader.h"

namespace takt::traces {

class TaktTraceReader final : public MemoryTraceReader {
 public:
  TaktTraceReader(ByteSource source, const MemoryTraceFormat& format, const MemoryTraceOptions& options);

  bool next(MemoryAccess& access) override;

 private:
  void read_initiators();
  bool next_block();
  void check_totals();

  BlockReader blocks_;
  BlockReader::Block block_;
  PayloadCursor cursor_;
  std::optional<AccessHistory> history_;
  std::uint32_t left_ = 0;  // accesses of the block
  std::uint64_t last_time_ = 0;
  std::uint64_t records_ = 0, access_blocks_ = 0;
  bool ended_ = false;
};

}  // namespace takt::traces
