// Times as request traces write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace takt::traces {

// Picoseconds of years do not fit 64 bits.
struct Instant {
  std::uint64_t seconds = 0;
  std::uint64_t picoseconds = 0;  // below 10^12

  friend bool operator<(Instant a, Instant b) {
    return a.seconds != b.seconds ? a.seconds < b.seconds : a.picoseconds < b.picoseconds;
  }
};

// Microseconds with up to six decimals, below 10^13. Nothing where it is none.
std::optional<Instant> microseconds_of(std::string_view text);

// "2023-11-16 18:17:03" with up to nine decimals, and with "+00:00" or "Z" behind them: since 2000-01-01. Nothing where
// it is none, or before that, or behind 2199.
std::optional<Instant> timestamp_of(std::string_view text);

}  // namespace takt::traces
