#pragma once

#include <stdint.h>

#include "firmware/abi/noc_registers.h"
#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"

namespace takt::firmware {

// What requests have set up, for a warm boot (firmware/abi/boot.h): the requests themselves, in their order, but for
// those that later ones have made void. Has no constructor: it lies where a restart leaves it alone.
class Journal {
 public:
  // Nothing is set up. Of a cold boot.
  void clear();
  // False: its memory is not what a Journal has left, or a change was under way when the firmware died.
  bool whole() const { return state_ == kWhole && count_ <= kMost; }
  // Of a request that has been served with OK.
  void note(const takt_job_slot& request);

  uint32_t size() const { return count_; }
  const takt_job_slot& at(uint32_t i) const { return requests_[i]; }

 private:
  static constexpr uint32_t kWhole = 0x4c4e524au;  // "JRNL"
  // Four kinds a queue, one of each program, band and port, eight of the firmware itself.
  static constexpr uint32_t kMost = 4 * TAKT_MAX_QUEUES + TAKT_MAX_PROGRAMS + TAKT_BANDS + TAKT_NOC_MAX_PORTS + 8;

  uint32_t queues_gone(const takt_job_slot& request) const;

  volatile uint32_t state_;
  uint32_t count_;
  takt_job_slot requests_[kMost];
};

}  // namespace takt::firmware
