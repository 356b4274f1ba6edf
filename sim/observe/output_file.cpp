#include "sim/observe/output_file.h"

namespace takt::observe {

OutputFile::OutputFile(const std::string& path, const std::string& option)
    : what_(option + ": " + path), out_(path, std::ios::binary) {
  if (!out_) throw FileError(what_ + ": found no way to write it, expected a file in a folder that exists");
}

void OutputFile::close() {
  out_.close();
  if (!out_) throw FileError(what_ + ": found no room for all of it, expected a disk that takes more");
}

bool LogBudget::take(std::uint64_t bytes) {
  if (exhausted_) return false;
  if (bytes > left_) {
    exhausted_ = true;
    if (on_exhausted_) on_exhausted_();
    return false;
  }
  left_ -= bytes;
  return true;
}

}  // namespace takt::observe
