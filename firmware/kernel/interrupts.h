#pragma once

#include <stdint.h>

#include "hal.h"

namespace takt::firmware {

// What one pass over the interrupt controller latched.
struct LatchedInterrupts {
  uint32_t claims = 0;     // sources taken
  uint32_t spurious = 0;   // of them, with nothing behind
  uint32_t doorbells = 0;  // bit per queue
  uint32_t engines = 0;    // bit per hardware queue that stopped
  uint32_t sensors = 0;    // bit per temperature sensor that was sampled
};

// PLIC, and the cause registers of its sources. Sources are levels: the cause is cleared before the claim is
// completed, otherwise the gateway would raise it once more.
class Interrupts {
 public:
  explicit Interrupts(Hal& hal) : hal_(hal) {}

  void enable(uint32_t hardware_queues);
  void enable_sensors();
  // Claims what is pending, at most one claim per source, so that a storm cannot hold the loop.
  LatchedInterrupts latch();

 private:
  Hal& hal_;
};

}  // namespace takt::firmware
