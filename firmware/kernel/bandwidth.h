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

 private:
  Hal& hal_;
  uint32_t hardware_version_;
};

}  // namespace takt::firmware
