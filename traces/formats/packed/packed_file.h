// A file of one payload: magic (8 bytes), version (u32), payload bytes (u64), then one zstd frame with checksum, and
// nothing behind it. Integers are little-endian. What the payload holds, its kind says (commands/, program files).
#pragma once

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

#include "traces/formats/memory/partial_file.h"

namespace takt::traces {

struct PackedKind {
  std::string_view magic;  // 8 bytes, no beginning of a text
  std::uint32_t version = 1;
  const char* what = "";  // "a command trace"
};

constexpr std::uint64_t max_payload_bytes = std::uint64_t{1} << 30;

// The input cannot be used. The text is "<file>: found <found>, expected <expected>".
class PackedFileError : public std::runtime_error {
 public:
  PackedFileError(const std::string& file, const std::string& found, const std::string& expected)
      : std::runtime_error(file + ": found " + found + ", expected " + expected) {}
};

// Whether the file begins with the kind's magic; false where it cannot be read.
bool is_packed(const std::filesystem::path& file, const PackedKind& kind);

// The payload. Throws PackedFileError.
std::string read_packed(const std::filesystem::path& file, const PackedKind& kind);

class PackedFileWriter {
 public:
  // Throws MemoryTraceWriteError, as write() does.
  PackedFileWriter(const std::filesystem::path& file, const PackedKind& kind) : kind_(kind), file_(file) {}

  // Completes the file; only now does it stand under its name. A writer that goes away without leaves none.
  void write(std::string_view payload);

 private:
  PackedKind kind_;
  PartialFile file_;
};

}  // namespace takt::traces
