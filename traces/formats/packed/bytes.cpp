#include "traces/formats/packed/bytes.h"

#include "traces/formats/packed/packed_file.h"

namespace takt::traces {

void ByteWriter::number(std::uint64_t value, unsigned width) {
  for (unsigned i = 0; i < width; ++i) u8(static_cast<std::uint8_t>(value >> 8 * i));
}

void ByteWriter::text(std::string_view bytes) {
  u64(bytes.size());
  raw(bytes);
}

std::string_view ByteReader::take(std::uint64_t bytes) {
  if (bytes > bytes_.size() - at_)
    fail(std::to_string(bytes) + " bytes where " + std::to_string(bytes_.size() - at_) + " are left", "no more");
  const std::string_view taken = bytes_.substr(at_, bytes);
  at_ += bytes;
  return taken;
}

std::uint64_t ByteReader::number(unsigned width) {
  const std::string_view bytes = take(width);
  std::uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) value |= std::uint64_t{static_cast<unsigned char>(bytes[i])} << 8 * i;
  return value;
}

std::string_view ByteReader::text() { return take(u64()); }

std::size_t ByteReader::count(std::size_t each, const char* what) {
  const std::uint64_t count = u64();
  const std::uint64_t most = (bytes_.size() - at_) / each;
  if (count > most) fail(std::to_string(count) + " " + what, "at most " + std::to_string(most) + " in what is left");
  return count;
}

void ByteReader::end() const {
  if (at_ != bytes_.size()) fail("further bytes", "the end of the contents");
}

void ByteReader::fail(const std::string& found, const std::string& expected) const {
  throw PackedFileError(file_ + ": byte " + std::to_string(at_) + " of its contents", found, expected);
}

}  // namespace takt::traces
