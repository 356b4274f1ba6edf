#include "tests/traces/read_trace.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <tuple>

namespace takt::traces {
namespace {

auto stated(const MemoryAccess& a) {
  return std::make_tuple(a.time.value, a.instructions, a.address, a.stride, a.bytes, a.rows, a.initiator, a.qos,
                         a.write, a.vector.levels, a.vector.level);
}

}  // namespace

MemoryTraceOptions nanosecond_cycles(const std::string& format) {
  MemoryTraceOptions options;
  options.format = format;
  options.clock_hz = 1000000000;
  options.access_bytes = 64;
  return options;
}

std::unique_ptr<MemoryTraceReader> open_text(const std::string& text, const MemoryTraceOptions& options,
                                             const std::string& name) {
  return open_memory_trace(std::make_unique<std::istringstream>(text), name, options);
}

std::vector<MemoryAccess> all_of(MemoryTraceReader& reader) {
  std::vector<MemoryAccess> accesses;
  MemoryAccess access;
  while (reader.next(access)) accesses.push_back(access);
  return accesses;
}

std::vector<MemoryAccess> read_text(const std::string& text, const MemoryTraceOptions& options,
                                    const std::string& name) {
  return all_of(*open_text(text, options, name));
}

std::string error_of(const std::string& text, const MemoryTraceOptions& options, const std::string& name) {
  try {
    read_text(text, options, name);
  } catch (const MemoryTraceError& error) {
    return error.what();
  }
  return "";
}

bool same_access(const MemoryAccess& a, const MemoryAccess& b) { return stated(a) == stated(b); }

bool same_accesses(const std::vector<MemoryAccess>& a, const std::vector<MemoryAccess>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_access);
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "takt-traces-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::string> TemporaryFolder::names() const {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(path_))
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

std::string written(const std::vector<std::string>& initiators, const std::vector<MemoryAccess>& accesses) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "t.takt-mem";
  MemoryTraceWriter writer(file, initiators);
  for (const MemoryAccess& access : accesses) writer.write(access);
  writer.close();
  return bytes_of(file);
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

}  // namespace takt::traces
