#include "traces/formats/memory/partial_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include "traces/formats/memory/error.h"

namespace takt::traces {
namespace {

namespace fs = std::filesystem;

// A link stays a link: what it points at is replaced.
fs::path resolved(const fs::path& target) {
  std::error_code error;
  if (!fs::is_symlink(target, error)) return target;
  const fs::path real = fs::weakly_canonical(target, error);
  return error ? target : real;
}

}  // namespace

PartialFile::PartialFile(const fs::path& target) : target_(resolved(target)) {
  std::error_code ignored;
  const fs::file_status status = fs::status(target_, ignored);
  if (fs::exists(status) && !fs::is_regular_file(status))
    throw MemoryTraceWriteError(target_.string() + ": is no regular file, and only such a one is replaced");
  const std::string beside = "." + target_.filename().string() + ".partial-" + std::to_string(getpid()) + "-";
  for (unsigned n = 0; file_ == nullptr; ++n) {
    partial_ = target_.parent_path() / (beside + std::to_string(n));
    file_ = std::fopen(partial_.c_str(), "wbx");
    if (file_ == nullptr && (errno != EEXIST || n == 1000)) fail(errno);
  }
}

PartialFile::~PartialFile() {
  if (file_ != nullptr) std::fclose(file_);
  std::error_code ignored;
  if (!partial_.empty()) fs::remove(partial_, ignored);
}

void PartialFile::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size()) fail(errno);
}

void PartialFile::commit() {
  const int closed = std::fclose(file_);
  file_ = nullptr;
  if (closed != 0) fail(errno);
  if (std::rename(partial_.c_str(), target_.c_str()) != 0) fail(errno);
  partial_.clear();
}

void PartialFile::fail(int error) const {
  throw MemoryTraceWriteError(target_.string() + ": cannot be written: " + std::strerror(error));
}

}  // namespace takt::traces
