// The blocks of takt's memory trace (layout.h), unpacked one at a time into buffers of fixed size.
#pragma once

#include <zstd.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "traces/formats/memory/byte_source.h"
#include "traces/formats/memory/error.h"

namespace takt::traces {

class BlockReader {
 public:
  struct Block {
    char kind = 0;
    std::uint32_t accesses = 0;
    std::uint64_t offset = 0;  // of the block's header in the file
    std::string_view payload;  // valid until the next call
  };

  // Reads magic and version. Throws MemoryTraceError.
  explicit BlockReader(ByteSource source);

  // Throws MemoryTraceError where the file ends or the block is damaged.
  Block next();
  // Throws where anything follows.
  void finish();

  // An error at the block that next() gave last.
  [[noreturn]] void fail(std::uint64_t record, const std::string& found, const std::string& expected) const;

 private:
  struct Context {
    void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  };

  std::string_view unpack(std::uint32_t stored, std::uint32_t payload);
  void read_exactly(char* to, std::size_t n, const char* what);

  ByteSource source_;
  std::unique_ptr<ZSTD_DCtx, Context> context_;
  std::unique_ptr<char[]> stored_, payload_;
  std::uint64_t offset_ = 0;
};

}  // namespace takt::traces
