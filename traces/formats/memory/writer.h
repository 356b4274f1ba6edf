// Writes takt's own memory trace (layout.h): a block at a time, in memory that does not grow with the trace.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "traces/formats/memory/access_codec.h"
#include "traces/formats/memory/error.h"
#include "traces/formats/memory/partial_file.h"

namespace takt::traces {

class MemoryTraceWriter {
 public:
  // Names of the initiators, in the order of MemoryAccess::initiator. Throws MemoryTraceWriteError where the file
  // cannot be created, std::invalid_argument for names that the format cannot hold (names.h).
  MemoryTraceWriter(const std::filesystem::path& file, const std::vector<std::string>& initiators);

  // The access with an absolute time, not before that of the one before; instructions, vector, record and position are
  // not kept. Throws std::logic_error for an access out of its ranges, MemoryTraceWriteError.
  void write(const MemoryAccess& access);

  // Completes the file; only now does it stand under its name, and what stood there before is gone. Nothing may follow.
  // A writer that goes away without leaves no file. Throws MemoryTraceWriteError.
  void close();

  std::uint64_t accesses() const { return accesses_; }

 private:
  struct Context {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };

  void check(const MemoryAccess& access) const;
  void flush();
  void put_block(char kind, std::string_view payload, std::uint32_t accesses);

  PartialFile file_;
  std::unique_ptr<ZSTD_CCtx, Context> context_;
  AccessHistory history_;
  std::string payload_;
  std::vector<char> packed_;
  std::uint64_t last_time_ = 0;
  std::uint32_t in_block_ = 0;
  std::uint64_t accesses_ = 0, blocks_ = 0;
};

}  // namespace takt::traces
