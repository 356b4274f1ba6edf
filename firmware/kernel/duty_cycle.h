#pragma once

#include <stdint.h>

#include "firmware/kernel/timer.h"

namespace takt::firmware {

// Work and pause by turns, for what throttles the NPU from outside (SET_DUTY_CYCLE). Begins with work.
class DutyCycle {
 public:
  // In ticks; `pause` 0: off.
  void set(uint64_t active, uint64_t pause, uint64_t now) {
    active_ = active;
    pause_ = pause;
    paused_ = false;
    turn_at_ = pause == 0 ? kNever : now + active;
  }

  // Brings it up to `now`. True: it has turned.
  bool turned(uint64_t now) {
    const bool before = paused_;
    while (now >= turn_at_) {
      paused_ = !paused_;
      turn_at_ += paused_ ? pause_ : active_;
    }
    return paused_ != before;
  }
  bool paused() const { return paused_; }
  uint64_t next_turn() const { return turn_at_; }

 private:
  uint64_t active_ = 0;
  uint64_t pause_ = 0;
  uint64_t turn_at_ = kNever;
  bool paused_ = false;
};

}  // namespace takt::firmware
