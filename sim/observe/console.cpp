#include "sim/observe/console.h"

#include <fmt/format.h>

namespace takt::observe {

void Console::put(units::Time at, std::uint8_t byte) {
  if (byte == '\r') return;
  if (!begun_) begin_ = at;
  begun_ = true;
  if (byte == '\n') return flush();
  const bool control = (byte < 0x20 && byte != '\t') || byte == 0x7f;
  line_ += control ? fmt::format("\\x{:02x}", byte) : std::string(1, static_cast<char>(byte));
  if (line_.size() >= longest) flush();
}

void Console::flush() {
  if (begun_ && budget_.take(line_.size() + 1)) sink_(begin_, line_);
  line_.clear();
  begun_ = false;
}

}  // namespace takt::observe
