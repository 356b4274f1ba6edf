#pragma once

#include <stdint.h>

namespace takt::firmware {

// An address in shared memory, as driver and NPU use it. Memory behind it is reached only through the HAL.
struct DeviceAddr {
  uint64_t value = 0;
};

constexpr DeviceAddr operator+(DeviceAddr base, uint64_t bytes) { return {base.value + bytes}; }

}  // namespace takt::firmware
