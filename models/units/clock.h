// Clock domains: a rational period (an integer frequency in hertz) and an epoch.
#pragma once

#include "models/units/quantity.h"

namespace takt::units {

constexpr std::uint64_t picoseconds_per_second = 1000000000000ull;

// Cycle n of a domain begins at epoch + n / frequency, rounded up to the picosecond.
// Rounding happens here only, so cycles never drift however long a run is.
class Clock {
 public:
  constexpr explicit Clock(std::uint64_t hertz, Time epoch = Time(0)) : hertz_(hertz), epoch_(epoch) {}

  constexpr std::uint64_t hertz() const { return hertz_; }
  constexpr Time epoch() const { return epoch_; }

  // Duration of n cycles, rounded up to the picosecond.
  constexpr Time duration(Cycles n) const { return Time(mul_div_ceil(n.value, picoseconds_per_second, hertz_)); }

  // Cycles that have fully elapsed in a duration.
  constexpr Cycles elapsed(Time d) const { return Cycles(mul_div(d.value, hertz_, picoseconds_per_second)); }

  // Time of edge n.
  constexpr Time at(Cycles n) const { return epoch_ + duration(n); }

  // Index of the first edge at or after t (t not before the epoch). An edge's own time maps back to its index.
  constexpr Cycles index_at_or_after(Time t) const {
    const Cycles n(mul_div((t - epoch_).value, hertz_, picoseconds_per_second));
    return at(n) < t ? n + Cycles(1) : n;
  }

  // The first edge at or after t.
  constexpr Time edge_at_or_after(Time t) const { return at(index_at_or_after(t)); }

 private:
  std::uint64_t hertz_;
  Time epoch_;
};

// A clock that stops and goes on, perhaps at another frequency. It counts on: the edge before which it stops is the
// first one afterwards. Nobody asks for edges before that.
class ClockDomain {
 public:
  explicit constexpr ClockDomain(std::uint64_t hertz) : clock_(hertz) {}

  constexpr bool stopped() const { return stopped_; }
  constexpr std::uint64_t hertz() const { return clock_.hertz(); }
  // At the present frequency.
  constexpr Time duration(Cycles n) const { return clock_.duration(n); }

  // Never while it stands.
  constexpr Time at(Cycles n) const { return stopped_ ? never() : clock_.at(n - first_); }
  constexpr Cycles index_at_or_after(Time t) const {
    return stopped_ || t <= clock_.epoch() ? first_ : first_ + clock_.index_at_or_after(t);
  }

  // Edges before `t` have been.
  constexpr void stop(Time t) {
    const Cycles next = index_at_or_after(t);
    due_ = at(next);
    first_ = next;
    stopped_ = true;
  }
  // The next edge is at `t`, or when it would have been due without the stop.
  constexpr void start(Time t, std::uint64_t hertz) {
    clock_ = Clock(hertz, max(t, due_));
    stopped_ = false;
  }

 private:
  Clock clock_;
  Cycles first_;  // the edge at the epoch
  Time due_;
  bool stopped_ = false;
};

// A transfer rate as bytes per second. Durations round up.
class Rate {
 public:
  constexpr explicit Rate(std::uint64_t bytes_per_second = 0) : bytes_per_second_(bytes_per_second) {}
  constexpr std::uint64_t bytes_per_second() const { return bytes_per_second_; }
  constexpr Time duration(std::uint64_t bytes) const {
    return Time(mul_div_ceil(bytes, picoseconds_per_second, bytes_per_second_));
  }

 private:
  std::uint64_t bytes_per_second_;
};

}  // namespace takt::units
