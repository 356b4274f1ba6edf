#include "traces/formats/memory/varint.h"

namespace takt::traces {

std::uint8_t PayloadCursor::byte() { return static_cast<std::uint8_t>(bytes(1).front()); }

std::uint64_t PayloadCursor::varint() {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t part = byte();
    const std::uint64_t bits = part & 0x7f;
    if (shift == 63 && bits > 1) break;
    value |= bits << shift;
    if (part < 0x80) return value;
  }
  throw PayloadFault{"a number of more than 64 bits", "a varint"};
}

std::uint64_t PayloadCursor::varint(std::uint64_t least, std::uint64_t most, const char* what) {
  const std::uint64_t value = varint();
  if (value < least || value > most)
    throw PayloadFault{std::to_string(value),
                       std::string(what) + ' ' + std::to_string(least) + " .. " + std::to_string(most)};
  return value;
}

std::string_view PayloadCursor::bytes(std::size_t n) {
  if (n > rest_.size()) throw PayloadFault{"the end of the block", std::to_string(n) + " more bytes in it"};
  const std::string_view taken = rest_.substr(0, n);
  rest_.remove_prefix(n);
  return taken;
}

}  // namespace takt::traces
