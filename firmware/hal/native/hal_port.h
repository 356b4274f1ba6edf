// What the native build of the firmware needs from its surroundings. The platform implements it over TLM sockets, unit
// tests implement it with plain memory. Addresses of registers are those of firmware/abi/registers.h, block base added.
#pragma once

#include <stdint.h>

#include "firmware/base/cost_point.h"
#include "firmware/base/device_addr.h"
#include "firmware/base/log_event.h"

namespace takt::firmware {

class HalPort {
 public:
  // A 32-bit register of the control processor's memory map; `address` is a multiple of 4.
  virtual uint32_t read(uint32_t address) = 0;
  virtual void write(uint32_t address, uint32_t value) = 0;

  // Shared memory. Copies `bytes` (1 .. 4096) with no alignment promised. A copy of up to 8 aligned bytes is atomic.
  virtual void load(DeviceAddr from, void* to, uint32_t bytes) = 0;
  virtual void store(DeviceAddr to, const void* from, uint32_t bytes) = 0;

  // Earlier accesses are visible to every other observer before later ones begin.
  virtual void fence() = 0;

  // Charges the row of kernel/cost_table.h: base + per_item * n cycles, before the next access above.
  virtual void cost(CostPoint point, uint32_t n) = 0;

  // Returns as soon as an enabled PLIC source is pending or mtime >= mtimecmp; at once if that holds already.
  virtual void wait_for_interrupt() = 0;

  // Observation only: takes no time, changes nothing.
  virtual void log(LogEvent event, uint32_t queue, uint64_t job) = 0;

 protected:
  ~HalPort() = default;
};

}  // namespace takt::firmware
