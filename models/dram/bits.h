// Sets of banks as bits, and the arithmetic around them.
#pragma once

#include <cstdint>

namespace takt::dram {

constexpr std::uint64_t bit(unsigned i) { return std::uint64_t{1} << i; }
// Quick for the few banks that a set holds; there is no instruction for it on every machine.
inline unsigned count_of(std::uint64_t bits) {
  unsigned count = 0;
  for (; bits != 0; bits &= bits - 1) ++count;
  return count;
}
// Of a set that is not empty.
inline unsigned lowest(std::uint64_t bits) { return static_cast<unsigned>(__builtin_ctzll(bits)); }
inline unsigned highest(unsigned bits) { return 31 - static_cast<unsigned>(__builtin_clz(bits)); }
inline unsigned log2_of(std::uint64_t power_of_two) { return lowest(power_of_two); }

constexpr std::uint64_t max(std::uint64_t a, std::uint64_t b) { return a < b ? b : a; }
constexpr std::uint64_t min(std::uint64_t a, std::uint64_t b) { return a < b ? a : b; }

}  // namespace takt::dram
