// Little-endian fields behind one another, written and read with every bound checked.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace takt::traces {

class ByteWriter {
 public:
  void u8(std::uint8_t value) { bytes_ += static_cast<char>(value); }
  void u32(std::uint32_t value) { number(value, 4); }
  void u64(std::uint64_t value) { number(value, 8); }
  void raw(std::string_view bytes) { bytes_ += bytes; }
  // Length (u64), then the bytes.
  void text(std::string_view bytes);

  const std::string& bytes() const { return bytes_; }

 private:
  void number(std::uint64_t value, unsigned width);

  std::string bytes_;
};

class ByteReader {
 public:
  // `file` names it in messages. The bytes must outlive the reader.
  ByteReader(std::string_view bytes, std::string file) : bytes_(bytes), file_(std::move(file)) {}

  // Each throws PackedFileError where the bytes end before.
  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view text();
  std::string_view raw(std::uint64_t bytes) { return take(bytes); }
  // A count of entries of at least `each` bytes, no more than can still follow.
  std::size_t count(std::size_t each, const char* what);
  // Throws where something is left.
  void end() const;

  [[noreturn]] void fail(const std::string& found, const std::string& expected) const;

 private:
  std::uint64_t number(unsigned width);
  std::string_view take(std::uint64_t bytes);

  std::string_view bytes_;
  std::string file_;
  std::size_t at_ = 0;
};

}  // namespace takt::traces
