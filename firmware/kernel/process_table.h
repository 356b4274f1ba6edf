#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"

namespace takt::firmware {

// The contexts that have queues, numbered below TAKT_MAX_QUEUES. A process is a context seen by the scheduler.
class ProcessTable {
 public:
  // A queue of `context` more.
  uint32_t join(uint32_t context) {
    uint32_t number = 0;
    while (number < TAKT_MAX_QUEUES && (queues_[number] == 0 || context_[number] != context)) ++number;
    if (number == TAKT_MAX_QUEUES) {
      number = 0;
      while (queues_[number] != 0) ++number;  // there are no more contexts than queues
      context_[number] = context;
    }
    ++queues_[number];
    return number;
  }
  // One less. True: it was the last.
  bool leave(uint32_t number) { return --queues_[number] == 0; }

 private:
  uint32_t context_[TAKT_MAX_QUEUES] = {};
  uint32_t queues_[TAKT_MAX_QUEUES] = {};
};

}  // namespace takt::firmware
