// System timer in the ratified CLINT layout: mtime counts a fixed clock, the line is high while mtime >= mtimecmp.
#pragma once

#include "firmware/abi/registers.h"
#include "models/peripherals/config.h"
#include "models/peripherals/peripheral.h"
#include "models/units/clock.h"

namespace takt::peripherals {

class Clint : public Peripheral {
 public:
  sc_core::sc_out<bool> interrupt;

  SC_HAS_PROCESS(Clint);
  Clint(const sc_core::sc_module_name& name, const TimerConfig& config);

 private:
  std::uint64_t ticks() const { return clock_.elapsed(base::now()).value; }
  std::uint64_t compare() const;
  void update();

  const units::Clock clock_;
};

}  // namespace takt::peripherals
