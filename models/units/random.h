// Random numbers whose values are the same on every machine: no <random> distribution, no libm.
#pragma once

#include <cstdint>

#include "models/units/quantity.h"

namespace takt::units {

// SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014). Any seed is good.
class Random {
 public:
  constexpr explicit Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }

  // Uniform in [0, n), n >= 1: the high word of a 64 x 64 product; bias below n / 2^64.
  constexpr std::uint64_t below(std::uint64_t n) {
    return static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * n) >> 64);
  }

 private:
  std::uint64_t state_;
};

// log2(x) in 1/2^32, x >= 1, rounded down: repeated squaring of the mantissa.
constexpr std::uint64_t log2_q32(std::uint64_t x) {
  std::uint32_t whole = 63;
  while ((x >> whole) == 0) --whole;
  std::uint64_t mantissa = whole == 63 ? x : x << (63 - whole);  // [1, 2) in 1/2^63
  std::uint64_t result = std::uint64_t{whole} << 32;
  for (std::uint32_t bit = 32; bit-- > 0;) {
    const unsigned __int128 square = static_cast<unsigned __int128>(mantissa) * mantissa;  // 1/2^126
    if ((square >> 127) != 0) {
      result |= std::uint64_t{1} << bit;
      mantissa = static_cast<std::uint64_t>(square >> 64);
    } else {
      mantissa = static_cast<std::uint64_t>(square >> 63);
    }
  }
  return result;
}

// Exponentially distributed with the given mean: -ln(u) x mean, u uniform in (0, 1].
// ln 2 = 2977044471.8 / 2^32. Relative error below 2^-30.
constexpr Time exponential(Random& random, Time mean) {
  const std::uint64_t u = random.next() | 1;                                 // u / 2^64
  const std::uint64_t minus_log2 = (std::uint64_t{64} << 32) - log2_q32(u);  // in 1/2^32
  const std::uint64_t minus_ln = mul_div(minus_log2, 2977044472ull, 1ull << 32);
  return Time(mul_div(mean.value, minus_ln, 1ull << 32));
}

}  // namespace takt::units
