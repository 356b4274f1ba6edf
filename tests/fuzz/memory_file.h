// A file that lies in memory and goes with its object, for readers that want a path.
#pragma once

#include <string>

namespace takt::fuzz {

class MemoryFile {
 public:
  // Throws std::system_error.
  explicit MemoryFile(const std::string& bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  int file_ = -1;
  std::string path_;
};

}  // namespace takt::fuzz
