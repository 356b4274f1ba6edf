// Where a program's console goes.
#pragma once

#include <cstdint>
#include <string>

namespace takt::bare {

class Streams {
 public:
  virtual ~Streams() = default;
  // `error`: to standard error, as the program sees it.
  virtual void write(bool error, const std::string& text) = 0;
  // At most `bytes`; empty: the end.
  virtual std::string read(std::uint32_t bytes) = 0;
};

}  // namespace takt::bare
