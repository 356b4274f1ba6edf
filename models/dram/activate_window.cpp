#include "models/dram/activate_window.h"

namespace takt::dram {

using units::Time;

Time ActivateWindow::between(Time ready, Time append) const {
  unsigned position = size_;
  while (position > 0 && at(position - 1) > ready) --position;
  for (; position < size_; ++position) {
    // Before the oldest remembered ACT the past is unknown.
    if (position == 0 && size_ == depth) continue;
    Time candidate = ready;
    if (position > 0) candidate = units::max(candidate, at(position - 1) + rrd_);
    if (position >= 4) {
      candidate = units::max(candidate, at(position - 4) + faw_);
    } else if (size_ == depth) {
      candidate = units::max(candidate, at(0) + faw_);
    }
    if (fits(position, candidate)) return candidate;
  }
  return append;
}

// Whether an ACT at `at`, before the one at `position`, keeps every later window of five ACTs at tFAW or more.
bool ActivateWindow::fits(unsigned position, Time candidate) const {
  if (candidate + rrd_ > at(position)) return false;
  if (position + 3 < size_ && candidate + faw_ > at(position + 3)) return false;
  for (unsigned before = 1; before <= 3 && before <= position; ++before) {
    const unsigned after = position + 3 - before;
    if (after < size_ && at(position - before) + faw_ > at(after)) return false;
  }
  return true;
}

void ActivateWindow::insert(Time time) {
  if (size_ == depth) {
    head_ = (head_ + 1) % depth;
  } else {
    ++size_;
  }
  unsigned i = size_ - 1;
  for (; i > 0 && at(i - 1) > time; --i) slot(i) = at(i - 1);
  slot(i) = time;
}

}  // namespace takt::dram
