// What every register block shares: a target socket over a register file, and output lines that a process of the block
// drives (a signal has one writer).
#pragma once

#include "models/base/register_file.h"

namespace takt::peripherals {

class Peripheral : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<Peripheral> registers;

  explicit Peripheral(const sc_core::sc_module_name& name)
      : sc_module(name), registers("registers"), changed_("changed") {
    registers.register_b_transport(this, &Peripheral::b_transport);
    registers.register_transport_dbg(this, &Peripheral::debug);
  }

  // Power goes and comes: all is as after reset.
  void power_cycle() {
    file_.reset();
    forget();
    changed();
  }

 protected:
  // What the block knows beside its registers.
  virtual void forget() {}
  // To be called when an output line may have to change; the block's method is sensitive to changed_.
  void changed() { changed_.notify(sc_core::SC_ZERO_TIME); }

  base::RegisterFile file_;
  sc_core::sc_event changed_;

 private:
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) { file_.transport(payload, delay); }
  unsigned debug(tlm::tlm_generic_payload& payload) { return file_.debug(payload); }
};

}  // namespace takt::peripherals
