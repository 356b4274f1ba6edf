// Version, address window and console of the control processor.
#pragma once

#include "firmware/abi/registers.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class SystemRegisters : public Peripheral {
 public:
  explicit SystemRegisters(const sc_core::sc_module_name& name) : Peripheral(name) {
    file_.add({TAKT_SYSTEM_REGISTERS(TAKT_REGISTER_SPEC)});
    forget();
  }
  std::uint64_t window() const {
    return file_.value(TAKT_SYSTEM_WINDOW_LO) | std::uint64_t{file_.value(TAKT_SYSTEM_WINDOW_HI)} << 32;
  }
  // Observation only: called with every byte that the firmware prints.
  void on_console(std::function<void(std::uint8_t)> handler) {
    file_.on_write(TAKT_SYSTEM_CONSOLE,
                   [handler = std::move(handler)](std::uint32_t value) { handler(static_cast<std::uint8_t>(value)); });
  }

 private:
  void forget() final { file_.set(TAKT_SYSTEM_VERSION, TAKT_ABI_HARDWARE); }
};

}  // namespace takt::peripherals
