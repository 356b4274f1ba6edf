#include "sim/replay/pattern.h"

#include <algorithm>

namespace takt::replay {

const std::array<Pattern, 4> patterns{{
    {"sequential", Walk::sequential, 0, "lines one behind another"},
    {"random", Walk::random, 0, "lines anywhere"},
    {"strided", Walk::strided, 0, "a line every 1,088 bytes"},
    {"blocks4k", Walk::random, 4096, "aligned blocks of 4 KiB anywhere"},
}};

const Pattern* find_pattern(std::string_view name) {
  const auto at = std::find_if(patterns.begin(), patterns.end(), [&](const Pattern& p) { return p.name == name; });
  return at == patterns.end() ? nullptr : &*at;
}

std::string pattern_names() {
  std::string text;
  for (std::size_t i = 0; i < patterns.size(); ++i)
    text += (i == 0 ? "" : i + 1 == patterns.size() ? " or " : ", ") + std::string(patterns[i].name);
  return text;
}

std::uint32_t bytes_of(const Pattern& pattern, const dram::Config& memory) {
  return std::max(pattern.bytes == 0 ? line_bytes : pattern.bytes, memory.burst_bytes);
}

Walker::Walker(const Pattern& pattern, const dram::Config& memory, std::uint64_t usable_bytes, std::uint64_t seed)
    : walk_(pattern.walk), bytes_(bytes_of(pattern, memory)), places_(usable_bytes / bytes_), random_(seed) {}

std::uint64_t Walker::next() {
  if (walk_ == Walk::random) return random_.below(places_) * bytes_;
  const std::uint64_t address = at_ * bytes_;
  const std::uint64_t steps = walk_ == Walk::strided ? units::ceil_div(stride_bytes, bytes_) : 1;
  at_ = (at_ + steps) % places_;
  return address;
}

}  // namespace takt::replay
