// Temperature sensors of the control processor: each is sampled at its own period and compared with its trip.
#pragma once

#include <array>

#include "firmware/abi/power.h"
#include "models/peripherals/config.h"
#include "models/peripherals/peripheral.h"

namespace takt::peripherals {

class ThermalSensors : public Peripheral {
 public:
  sc_core::sc_out<bool> interrupt;

  using Temperatures = std::array<std::int64_t, TAKT_SENSORS>;  // thousandths of a degree Celsius

  SC_HAS_PROCESS(ThermalSensors);
  ThermalSensors(const sc_core::sc_module_name& name, const std::array<SensorConfig, TAKT_SENSORS>& sensors);

  // Temperatures now: a sensor whose period has passed is sampled. Called in order of time.
  void measure(const Temperatures& temperatures);
  // During which a sensor was hot.
  units::Time hot_time() const { return any_hot() ? hot_ + (base::now() - hot_since_) : hot_; }

 private:
  void forget() override { pending_ = 0; }
  bool any_hot() const { return hot_bits_ != 0; }
  void sample(std::uint32_t sensor, std::int64_t millicelsius);
  void update() { interrupt.write(pending_ != 0); }

  const std::array<SensorConfig, TAKT_SENSORS> sensors_;
  std::array<units::Time, TAKT_SENSORS> next_{};
  std::uint32_t hot_bits_ = 0, pending_ = 0;
  units::Time hot_, hot_since_;
};

}  // namespace takt::peripherals
