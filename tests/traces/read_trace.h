// Reads memory traces from strings, and keeps files of tests in a folder that goes away.
#pragma once

#include <filesystem>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "traces/formats/memory/reader.h"
#include "traces/formats/memory/writer.h"

namespace takt::traces {

// A clock of 1 GHz, so that a cycle is 1000 ps, and accesses of 64 bytes.
MemoryTraceOptions nanosecond_cycles(const std::string& format = {});

std::unique_ptr<MemoryTraceReader> open_text(const std::string& text, const MemoryTraceOptions& options,
                                             const std::string& name = "t");

std::vector<MemoryAccess> all_of(MemoryTraceReader& reader);
std::vector<MemoryAccess> read_text(const std::string& text, const MemoryTraceOptions& options,
                                    const std::string& name = "t");

// The error's text; "" where there is none.
std::string error_of(const std::string& text, const MemoryTraceOptions& options, const std::string& name = "t");

// What a trace states of an access, not where it states it.
bool same_access(const MemoryAccess& a, const MemoryAccess& b);
bool same_accesses(const std::vector<MemoryAccess>& a, const std::vector<MemoryAccess>& b);

class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::vector<std::string> names() const;  // of the files in it, sorted

 private:
  std::filesystem::path path_;
};

// The bytes of a trace that the writer makes of these accesses.
std::string written(const std::vector<std::string>& initiators, const std::vector<MemoryAccess>& accesses);
std::string bytes_of(const std::filesystem::path& file);
void put_bytes(const std::filesystem::path& file, const std::string& bytes);

}  // namespace takt::traces
