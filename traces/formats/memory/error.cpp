#include "traces/formats/memory/error.h"

#include <cstddef>

namespace takt::traces {

std::string to_string(const TracePlace& place) {
  std::string text = place.file;
  if (place.binary) {
    text += ": byte " + std::to_string(place.offset);
    if (place.record != 0) text += ", access " + std::to_string(place.record);
  } else if (place.line != 0) {
    text += ':' + std::to_string(place.line);
    if (place.column != 0) text += ':' + std::to_string(place.column);
  }
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t longest = 40;
  constexpr char digits[] = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      quoted += c;
    } else {
      quoted += "\\x";
      quoted += digits[byte >> 4];
      quoted += digits[byte & 15];
    }
  }
  if (text.size() > longest) quoted += "...";
  return quoted + '"';
}

MemoryTraceError::MemoryTraceError(const TracePlace& place, const std::string& found, const std::string& expected)
    : std::runtime_error(to_string(place) + ": found " + found + ", expected " + expected),
      place_(place),
      found_(found),
      expected_(expected) {}

}  // namespace takt::traces
