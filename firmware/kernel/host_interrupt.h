#pragma once

#include <stdint.h>

#include "firmware/kernel/timer.h"

namespace takt::firmware {

// When the host is told of records in the completion ring: at once, or of several together (SET_COALESCING).
class HostInterrupt {
 public:
  // `records` >= 1; `ticks` after the first record that waits to be announced.
  void coalesce(uint32_t records, uint64_t ticks) {
    records_ = records;
    ticks_ = ticks;
  }

  // A record was written.
  void published(uint64_t now, bool at_once) {
    if (waiting_++ == 0) due_at_ = now + ticks_;
    if (at_once || waiting_ >= records_) due_at_ = now;
  }
  // kNever: nothing waits to be announced.
  uint64_t due_at() const { return due_at_; }
  void announced() {
    waiting_ = 0;
    due_at_ = kNever;
  }

 private:
  uint32_t records_ = 1;
  uint64_t ticks_ = 0;
  uint32_t waiting_ = 0;
  uint64_t due_at_ = kNever;
};

}  // namespace takt::firmware
