// Idle column slots that in-order commits left on a channel's bus, for later requests to fill.
#pragma once

#include <array>

#include "models/units/quantity.h"

namespace takt::dram {

// A column may be issued at any time in [begin, end - guard), where `guard` keeps the column that follows legal.
struct Hole {
  units::Time begin;
  units::Time end;
  bool write = false;  // direction of the bus around it
};

// A handful of holes in time order; the oldest is forgotten first.
class Holes {
 public:
  bool empty() const { return size_ == 0; }

  // Holes arrive in time order.
  void add(Hole hole) {
    if (size_ == depth) remove(0);
    holes_[size_++] = hole;
  }
  void forget_before(units::Time t) {
    unsigned gone = 0;
    while (gone < size_ && holes_[gone].end <= t) ++gone;
    if (gone == 0) return;
    for (unsigned i = gone; i < size_; ++i) holes_[i - gone] = holes_[i];
    size_ -= gone;
  }
  void forget_writes() {
    unsigned kept = 0;
    for (unsigned i = 0; i < size_; ++i) {
      if (!holes_[i].write) holes_[kept++] = holes_[i];
    }
    size_ = kept;
  }
  units::Time total() const {
    units::Time sum;
    for (unsigned i = 0; i < size_; ++i) sum += holes_[i].end - holes_[i].begin;
    return sum;
  }

  // Columns that fit a hole, and when the first one goes; count 0 when no hole holds enough.
  struct Slots {
    units::Time start;
    unsigned count = 0;
  };
  // Takes up to `most` but no fewer than `least` slots of one hole, `spacing` apart, starting at or after `ready`.
  // A column in the same bank group keeps `guard` to its neighbours.
  Slots take(units::Time ready, bool write, unsigned least, unsigned most, units::Time spacing, units::Time guard);

 private:
  static constexpr unsigned depth = 16;
  void insert(unsigned position, Hole hole, units::Time guard);
  void remove(unsigned i) {
    for (--size_; i < size_; ++i) holes_[i] = holes_[i + 1];
  }

  std::array<Hole, depth> holes_{};
  unsigned size_ = 0;
};

}  // namespace takt::dram
