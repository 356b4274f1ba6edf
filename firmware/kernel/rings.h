// Both ends of the rings in shared memory (firmware/abi/ring.h). Everything the other side writes is checked before it
// is used: no index reaches an address before it is below `entries`.
#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"
#include "firmware/base/device_addr.h"
#include "hal.h"

namespace takt::firmware {

// Consumer of a submission ring.
class SubmissionRing {
 public:
  // Reads the header. False: it is no ring; nothing was taken over.
  bool open(Hal& hal, DeviceAddr header);
  // Reads the header again and learns how many slots wait. False: it is malformed, or differs from what was opened.
  bool refresh(Hal& hal);
  uint32_t waiting() const { return waiting_; }
  uint32_t head() const { return head_; }
  // Copies up to `room` waiting slots, as many as lie back to back; returns how many. They still belong to the ring.
  uint32_t take(Hal& hal, takt_job_slot* slots, uint32_t room);
  // Gives the slots taken so far back to the producer.
  void release(Hal& hal);

 private:
  DeviceAddr base_;
  uint32_t entries_ = 0;
  uint32_t head_ = 0;
  uint32_t waiting_ = 0;
};

// Producer of the completion ring.
class CompletionRing {
 public:
  bool open(Hal& hal, DeviceAddr header);
  // False: full, or the consumer's index makes no sense; to be tried again later.
  bool push(Hal& hal, const takt_completion& record);

 private:
  bool has_room(Hal& hal);

  DeviceAddr base_;
  uint32_t entries_ = 0;
  uint32_t head_ = 0;  // as last read
  uint32_t tail_ = 0;
};

}  // namespace takt::firmware
