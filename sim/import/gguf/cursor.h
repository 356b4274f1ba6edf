// Reads little-endian values from a file, never beyond its end.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

namespace takt::gguf {

class Cursor {
 public:
  // Throws graph::GraphError where the file is missing or no regular file.
  explicit Cursor(const std::string& path);

  // Each throws graph::GraphError where fewer bytes are left; `what` names the value in the message.
  template <class T>
  T value(const char* what) {
    T result;
    read(&result, sizeof result, what);
    return result;
  }
  std::string text(const char* what);  // at most most_text bytes
  void skip_text(const char* what);
  void skip(std::uint64_t bytes, const char* what);

  std::uint64_t at() const { return at_; }
  std::uint64_t left() const { return size_ - at_; }
  [[noreturn]] void refuse(const std::string& found, const std::string& expected) const;

 private:
  static constexpr std::uint64_t most_text = 4096;

  void read(void* to, std::uint64_t bytes, const char* what);
  std::uint64_t text_length(const char* what);

  std::string path_;
  std::ifstream file_;
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;
};

}  // namespace takt::gguf
