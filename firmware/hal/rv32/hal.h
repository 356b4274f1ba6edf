// HAL of the RV32 build. Same members as firmware/hal/native/hal.h; a build chooses by include path.
#pragma once

#include <stdint.h>

#include "firmware/abi/registers.h"
#include "firmware/base/cost_point.h"
#include "firmware/base/device_addr.h"
#include "firmware/base/log_event.h"

namespace takt::firmware {

class Hal {
 public:
  uint32_t read(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }
  void write(uint32_t address, uint32_t value) { *reinterpret_cast<volatile uint32_t*>(address) = value; }

  // Through the window. Whole words where both sides allow it. `load` begins with the last word and `store` with the
  // first: whoever watches a 64-bit value that only grows then sees a torn copy as too small, never as too large.
  void load(DeviceAddr from, void* to, uint32_t bytes);
  void store(DeviceAddr to, const void* from, uint32_t bytes);

  void fence() { asm volatile("fence iorw, iorw" ::: "memory"); }
  // Instructions take their time by themselves. A build that calibrates the native one's table says where it is.
  void cost(CostPoint point, uint32_t n = 1) {
#ifdef TAKT_TRACE_COST_POINTS
    write(TAKT_SYSTEM_BASE + TAKT_SYSTEM_TRACE, TAKT_TRACE(point, n));
#else
    (void)point;
    (void)n;
#endif
  }
  // Interrupts stay masked in mstatus and enabled in mie: a pending one ends WFI without a trap, so none can be lost
  // between the last look at the inputs and the wait. WFI may return early; the loop then finds nothing to do.
  void wait_for_interrupt() { asm volatile("wfi" ::: "memory"); }
  // To the object `takt_log` (firmware/abi/log.h).
  void log(LogEvent event, uint32_t queue, uint64_t job);

 private:
  // Points the window at `address`; returns where it shows, and in *bytes how much of the request it covers.
  uint32_t aim(uint64_t address, uint32_t* bytes);

  uint64_t window_ = ~0ull;  // device address the window shows; none yet
};

}  // namespace takt::firmware
