#pragma once

#include <stdint.h>

#include "firmware/kernel/timer.h"

namespace takt::firmware {

// Judges the running job by its progress counter, not by the clock alone: a slow job that retires commands is left
// alone. Samples every quarter of the timeout; a hang is found between 1 and 1.25 timeouts after the last progress.
class JobWatchdog {
 public:
  // In ticks; 0: never.
  explicit JobWatchdog(uint64_t timeout) : timeout_(timeout) {}

  // The job got the engines.
  void start(uint64_t now) {
    moved_at_ = now;
    next_sample_ = timeout_ == 0 ? kNever : now + period();
    seen_ = kNothingSeen;
  }
  void stop() { next_sample_ = kNever; }
  uint64_t next_sample() const { return next_sample_; }

  // Called when next_sample() is reached. True: no progress for the timeout.
  bool hangs(uint64_t now, uint32_t progress) {
    next_sample_ = now + period();
    if (progress == seen_) return now - moved_at_ >= timeout_;
    if (seen_ != kNothingSeen || progress != 0) moved_at_ = now;
    seen_ = progress;
    return now - moved_at_ >= timeout_;
  }

 private:
  static constexpr uint64_t kNothingSeen = ~0ull;  // outside the counter's 32 bits
  uint64_t period() const { return timeout_ < 4 ? 1 : timeout_ / 4; }

  uint64_t timeout_;
  uint64_t moved_at_ = 0;
  uint64_t next_sample_ = kNever;
  uint64_t seen_ = kNothingSeen;
};

}  // namespace takt::firmware
