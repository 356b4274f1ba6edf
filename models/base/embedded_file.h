// A text file compiled into the program (cmake/embed.cmake).
#pragma once

#include <string_view>

namespace takt {
// Before the name of a file, where a key may name one that is compiled in.
constexpr std::string_view shipped_prefix = "shipped:";
inline bool is_shipped(std::string_view file) { return file.substr(0, shipped_prefix.size()) == shipped_prefix; }

struct EmbeddedFile {
  const char* path;  // relative to the folder that embeds it
  const char* text;
};
}  // namespace takt
