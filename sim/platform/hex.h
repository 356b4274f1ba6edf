#pragma once

#include <cstdint>
#include <string>

namespace takt::platform {

// Sixteen digits.
inline std::string hex(std::uint64_t value) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (std::size_t i = 0; i < text.size(); ++i) text[15 - i] = digits[value >> 4 * i & 15];
  return text;
}

}  // namespace takt::platform
