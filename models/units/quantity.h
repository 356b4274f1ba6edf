// Strong integer quantities. Timing and energy paths hold integers only; nothing here knows SystemC.
#pragma once

#include <cstdint>

namespace takt::units {

// An unsigned 64-bit count of one unit. Only like adds to like; conversions are named functions.
template <class Tag>
struct Quantity {
  std::uint64_t value = 0;

  constexpr Quantity() = default;
  constexpr explicit Quantity(std::uint64_t v) : value(v) {}

  friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity(a.value + b.value); }
  friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity(a.value - b.value); }
  friend constexpr Quantity operator*(Quantity a, std::uint64_t n) { return Quantity(a.value * n); }
  friend constexpr Quantity operator*(std::uint64_t n, Quantity a) { return Quantity(a.value * n); }
  friend constexpr std::uint64_t operator/(Quantity a, Quantity b) { return a.value / b.value; }
  friend constexpr Quantity operator/(Quantity a, std::uint64_t n) { return Quantity(a.value / n); }
  constexpr Quantity& operator+=(Quantity b) {
    value += b.value;
    return *this;
  }
  constexpr Quantity& operator-=(Quantity b) {
    value -= b.value;
    return *this;
  }
  friend constexpr bool operator==(Quantity a, Quantity b) { return a.value == b.value; }
  friend constexpr bool operator!=(Quantity a, Quantity b) { return a.value != b.value; }
  friend constexpr bool operator<(Quantity a, Quantity b) { return a.value < b.value; }
  friend constexpr bool operator<=(Quantity a, Quantity b) { return a.value <= b.value; }
  friend constexpr bool operator>(Quantity a, Quantity b) { return a.value > b.value; }
  friend constexpr bool operator>=(Quantity a, Quantity b) { return a.value >= b.value; }
};

using Time = Quantity<struct PicosecondTag>;  // picoseconds of simulated time
using Cycles = Quantity<struct CycleTag>;     // cycles of one clock domain
using Bytes = Quantity<struct ByteTag>;       // bytes

constexpr Time picoseconds(std::uint64_t n) { return Time(n); }
constexpr Time nanoseconds(std::uint64_t n) { return Time(n * 1000); }
constexpr Time microseconds(std::uint64_t n) { return Time(n * 1000000); }
constexpr Time milliseconds(std::uint64_t n) { return Time(n * 1000000000); }

// The largest representable time: "never".
constexpr Time never() { return Time(~std::uint64_t{0}); }

template <class Tag>
constexpr Quantity<Tag> max(Quantity<Tag> a, Quantity<Tag> b) {
  return a < b ? b : a;
}
template <class Tag>
constexpr Quantity<Tag> min(Quantity<Tag> a, Quantity<Tag> b) {
  return b < a ? b : a;
}

// a - b, or zero where b is larger.
template <class Tag>
constexpr Quantity<Tag> saturating_sub(Quantity<Tag> a, Quantity<Tag> b) {
  return b < a ? a - b : Quantity<Tag>(0);
}

constexpr std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return a / b + (a % b != 0); }

// a * b / c rounded up, with a 128-bit product. c must not be zero; the quotient must fit 64 bits.
constexpr std::uint64_t mul_div_ceil(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  const unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>((product + c - 1) / c);
}

// a * b / c rounded down, otherwise as above.
constexpr std::uint64_t mul_div(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  return static_cast<std::uint64_t>(static_cast<unsigned __int128>(a) * b / c);
}

}  // namespace takt::units
