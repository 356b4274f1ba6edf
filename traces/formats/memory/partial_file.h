// A file that appears under its name only when it is complete: written beside it, then renamed.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace takt::traces {

class PartialFile {
 public:
  // The folder must exist; what is there under the name must be a regular file. Throws MemoryTraceWriteError, as do
  // the other functions.
  explicit PartialFile(const std::filesystem::path& target);
  // Removes what was written where commit() was not reached.
  ~PartialFile();
  PartialFile(const PartialFile&) = delete;
  PartialFile& operator=(const PartialFile&) = delete;

  void write(std::string_view bytes);
  void commit();

 private:
  [[noreturn]] void fail(int error) const;

  std::filesystem::path target_;
  std::filesystem::path partial_;
  std::FILE* file_ = nullptr;
};

}  // namespace takt::traces
