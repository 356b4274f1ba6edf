// LEB128 and zigzag numbers, and a cursor over the bytes of a block that never leaves them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace takt::traces {

inline void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out += static_cast<char>(value | 0x80);
    value >>= 7;
  }
  out += static_cast<char>(value);
}

// Distances of either sign, the small ones short: 0, -1, 1, -2, 2 become 0, 1, 2, 3, 4.
constexpr std::uint64_t zigzag(std::uint64_t distance) { return (distance << 1) ^ (0 - (distance >> 63)); }
constexpr std::uint64_t unzigzag(std::uint64_t value) { return (value >> 1) ^ (0 - (value & 1)); }

// A payload that does not hold what the layout says. The reader of the file adds the place.
struct PayloadFault {
  std::string found, expected;
};

class PayloadCursor {
 public:
  PayloadCursor() = default;
  explicit PayloadCursor(std::string_view bytes) : rest_(bytes) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  std::uint8_t byte();
  std::uint64_t varint();
  std::uint64_t varint(std::uint64_t least, std::uint64_t most, const char* what);
  std::string_view bytes(std::size_t n);

 private:
  std::string_view rest_;
};

}  // namespace takt::traces
