#pragma once

#include <stdint.h>

#include "firmware/abi/ring.h"
#include "hal.h"

namespace takt::firmware {

// The NoC's bandwidth regulators (firmware/abi/noc_registers.h).
class Bandwidth {
 public:
  // `hardware_version`: TAKT_ABI_HARDWARE of the chip; regulators exist since 1.1.
  Bandwidth(Hal& hal, uint32_t hardware_version) : hal_(hal), hardware_version_(hardware_version) {}

  // Programs one port from a request that check_slot() has passed. OK, UNSUPPORTED without regulators, BAD_SLOT where
  // the NoC has no such port.
  uint32_t set(const takt_set_bandwidth_slot& request);
  // The DMA ports of `cores` cores from `first_core` on, together to `bytes_per_s` in each direction; 0: no limit.
  // `npu_ports` as in takt_boot_info.
  void limit_cores(uint32_t npu_ports, uint32_t first_core, uint32_t cores, uint64_t bytes_per_s);

 private:
  Hal& hal_;
  uint32_t hardware_version_;
};

}  // namespace takt::firmware
