// Version and address window of the control processor.
#pragma once

#include "firmware/abi/registers.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class SystemRegisters : public Peripheral {
 public:
  explicit SystemRegisters(const sc_core::sc_module_name& name) : Peripheral(name) {
    file_.add({TAKT_SYSTEM_REGISTERS(TAKT_REGISTER_SPEC)});
    file_.set(TAKT_SYSTEM_VERSION, TAKT_ABI_HARDWARE);
  }
  std::uint64_t window() const {
    return file_.value(TAKT_SYSTEM_WINDOW_LO) | std::uint64_t{file_.value(TAKT_SYSTEM_WINDOW_HI)} << 32;
  }
};

}  // namespace takt::peripherals
