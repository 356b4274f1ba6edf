// Registers of the control processor's blocks by address, from the ABI's tables.
#pragma once

#include <cstdint>
#include <string>

namespace takt::observe {

struct DeviceRegister {
  std::string name;  // "MAILBOX.DOORBELL"
  bool readable = false, writable = false;
};

// Null: there is none at this address.
const DeviceRegister* device_register(std::uint32_t address);

// "MAILBOX.DOORBELL", "NPU.QUEUE3.CONTROL", "NOC.PORT0.RATE_LO"; the address where there is none.
std::string device_register_name(std::uint32_t address);

}  // namespace takt::observe
