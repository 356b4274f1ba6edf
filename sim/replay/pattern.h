// Where the accesses of a generated load go.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/dram/config.h"
#include "models/units/random.h"

namespace takt::replay {

enum class Walk : std::uint8_t { sequential, random, strided };

struct Pattern {
  std::string_view name;
  Walk walk;
  std::uint32_t bytes;  // of an access; 0: a line
  std::string_view summary;
};

// A line is 64 bytes, or a burst where that is more. Strided: a line every `stride_bytes`, a column of a matrix whose
// rows have that length, so that no power of two keeps it in one channel.
constexpr std::uint32_t line_bytes = 64;
constexpr std::uint32_t stride_bytes = 1088;

extern const std::array<Pattern, 4> patterns;

// nullptr where there is none.
const Pattern* find_pattern(std::string_view name);
// "sequential, random, ... or blocks4k"
std::string pattern_names();

std::uint32_t bytes_of(const Pattern& pattern, const dram::Config& memory);

// The addresses of one pattern, the same on every machine.
class Walker {
 public:
  Walker(const Pattern& pattern, const dram::Config& memory, std::uint64_t usable_bytes, std::uint64_t seed);

  std::uint64_t next();
  std::uint32_t bytes() const { return bytes_; }

 private:
  Walk walk_;
  std::uint32_t bytes_;
  std::uint64_t places_;  // accesses that the memory has room for
  std::uint64_t at_ = 0;
  units::Random random_;
};

}  // namespace takt::replay
