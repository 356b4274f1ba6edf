// Hardware watchdog of the control processor. It stands still while the processor waits for an interrupt: an idle
// firmware is healthy, one that spins is not.
#pragma once

#include <functional>

#include "firmware/abi/registers.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class Watchdog : public Peripheral {
 public:
  sc_core::sc_in<bool> sleeping;    // from the control processor
  sc_core::sc_out<bool> interrupt;  // high from the first expiry on

  SC_HAS_PROCESS(Watchdog);
  explicit Watchdog(const sc_core::sc_module_name& name);

  bool expired() const { return expired_; }
  // Called at the first expiry since power came.
  void on_expiry(std::function<void()> handler) { on_expiry_ = std::move(handler); }

 private:
  void forget() override {
    expired_ = counting_ = false;
    left_ = deadline_ = units::Time();
  }
  units::Time timeout() const { return units::microseconds(file_.value(TAKT_WATCHDOG_LOAD_US)); }
  void restart();
  void update();

  bool expired_ = false;
  bool counting_ = false;
  std::function<void()> on_expiry_;
  units::Time left_;      // while asleep
  units::Time deadline_;  // while counting
};

}  // namespace takt::peripherals
