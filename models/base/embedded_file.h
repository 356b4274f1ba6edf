// A text file compiled into the program (cmake/embed.cmake).
#pragma once

namespace takt {
struct EmbeddedFile {
  const char* path;  // relative to the folder that embeds it
  const char* text;
};
}  // namespace takt
