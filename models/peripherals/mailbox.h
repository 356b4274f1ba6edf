// Mailbox between the application CPU and the control processor: doorbell bits one way, an interrupt the other, the
// boot handshake and the reset line.
#pragma once

#include <functional>

#include "firmware/abi/registers.h"
#include "models/base/fault_source.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class Mailbox : public Peripheral {
 public:
  sc_core::sc_out<bool> control_interrupt;  // a doorbell is rung
  sc_core::sc_out<bool> host_interrupt;     // the application CPU has completions

  SC_HAS_PROCESS(Mailbox);
  explicit Mailbox(const sc_core::sc_module_name& name);

  std::uint32_t boot_status() const { return file_.value(TAKT_MAILBOX_BOOT_STATUS); }
  // Called when the control processor acknowledges doorbells, a bit each. Observation only.
  void on_acknowledge(std::function<void(std::uint32_t)> handler) { on_acknowledge_ = std::move(handler); }
  std::uint32_t boot_version() const { return file_.value(TAKT_MAILBOX_BOOT_VERSION); }
  // The application's interrupt, for another reason than the control processor's.
  void raise_host();
  // Called when the application holds the control processor in reset, and lets go of it.
  void on_reset(std::function<void(bool hold)> handler) { on_reset_ = std::move(handler); }
  // Before the simulation starts.
  void set_faults(base::FaultSource* faults) { faults_ = faults; }

 private:
  void forget() override {
    doorbell_ = host_ = 0;
    held_ = false;
  }
  void reset(bool hold);
  void update();

  std::function<void(std::uint32_t)> on_acknowledge_;
  std::function<void(bool)> on_reset_;
  base::FaultSource* faults_ = nullptr;
  bool held_ = false;
  std::uint32_t doorbell_ = 0;
  std::uint32_t host_ = 0;
};

}  // namespace takt::peripherals
