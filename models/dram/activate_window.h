// When one channel may activate: tRRD between any two ACTs, at most four ACTs in any tFAW.
#pragma once

#include <array>

#include "models/units/quantity.h"

namespace takt::dram {

// Remembers the latest ACTs in time order. A new one may go between two committed ones where the constraints hold on
// both sides, because a controller prepares banks out of order.
class ActivateWindow {
 public:
  ActivateWindow(units::Time rrd, units::Time faw) : rrd_(rrd), faw_(faw) {}

  // The first legal time at or after `ready`.
  units::Time earliest(units::Time ready) const {
    if (size_ == 0) return ready;
    const units::Time last = at(size_ - 1);
    units::Time append = last + rrd_;
    if (size_ >= 4) append = units::max(append, at(size_ - 4) + faw_);
    if (ready >= append) return ready;
    return ready >= last ? append : between(ready, append);
  }

  // `at` is what earliest() returned.
  void insert(units::Time at);

 private:
  static constexpr unsigned depth = 16;

  units::Time at(unsigned i) const { return acts_[(head_ + i) % depth]; }
  units::Time& slot(unsigned i) { return acts_[(head_ + i) % depth]; }
  units::Time between(units::Time ready, units::Time append) const;
  bool fits(unsigned position, units::Time at) const;

  units::Time rrd_;
  units::Time faw_;
  std::array<units::Time, depth> acts_{};  // a ring, ascending from head_
  unsigned head_ = 0;
  unsigned size_ = 0;
};

}  // namespace takt::dram
