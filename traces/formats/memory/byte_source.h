// A stream of bytes behind a buffer of fixed size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <string_view>

namespace takt::traces {

class ByteSource {
 public:
  static constexpr std::size_t capacity = 65536;

  ByteSource(std::unique_ptr<std::istream> in, std::string name);

  // What the buffer holds; valid until more(), read() or destruction.
  std::string_view available() const { return {buffer_.get() + begin_, end_ - begin_}; }

  // Reads behind what is available; false where the stream has ended or the buffer is full.
  // Throws MemoryTraceError where the system cannot read.
  bool more();

  // n <= available().size()
  void consume(std::size_t n);

  // Copies n bytes out, fewer at the end of the stream; returns how many.
  std::size_t read(char* to, std::size_t n);

  std::uint64_t offset() const { return offset_; }  // of the first available byte
  const std::string& name() const { return name_; }

 private:
  std::unique_ptr<std::istream> in_;
  std::string name_;
  std::unique_ptr<char[]> buffer_;
  std::size_t begin_ = 0, end_ = 0;
  std::uint64_t offset_ = 0;
};

}  // namespace takt::traces
