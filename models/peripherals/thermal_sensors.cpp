#include "models/peripherals/thermal_sensors.h"

namespace takt::peripherals {

using base::now;

ThermalSensors::ThermalSensors(const sc_core::sc_module_name& name,
                               const std::array<SensorConfig, TAKT_SENSORS>& sensors)
    : Peripheral(name), interrupt("interrupt"), sensors_(sensors) {
  file_.add({TAKT_THERMAL_REGISTERS(TAKT_REGISTER_SPEC)});
  file_.on_read(TAKT_THERMAL_HOT, [this] { return hot_bits_; });
  file_.on_read(TAKT_THERMAL_PENDING, [this] { return pending_; });
  file_.on_write(TAKT_THERMAL_CLEAR, [this](std::uint32_t bits) {
    pending_ &= ~bits;
    changed();
  });
  for (std::uint32_t s = 0; s < TAKT_SENSORS; ++s) {
    const std::uint32_t base = TAKT_THERMAL_SENSOR(s);
    file_.add({TAKT_THERMAL_SENSOR_REGISTERS(TAKT_REGISTER_SPEC)}, base);
    const SensorConfig& sensor = sensors_[s];
    file_.on_read(base + TAKT_SENSOR_TRIP, [&sensor] { return sensor.trip_c * 1000; });
    file_.on_read(base + TAKT_SENSOR_COOL, [&sensor] { return (sensor.trip_c - sensor.hysteresis_k) * 1000; });
    file_.on_read(base + TAKT_SENSOR_PERIOD_US, [&sensor] { return sensor.period_us; });
    next_[s] = units::microseconds(sensor.period_us);
  }
  SC_METHOD(update);
  sensitive << changed_;
}

void ThermalSensors::measure(const Temperatures& temperatures) {
  for (std::uint32_t s = 0; s < TAKT_SENSORS; ++s) {
    if (now() < next_[s]) continue;
    const units::Time period = units::microseconds(sensors_[s].period_us);
    while (next_[s] <= now()) next_[s] += period;
    sample(s, temperatures[s]);
  }
}

void ThermalSensors::sample(std::uint32_t sensor, std::int64_t millicelsius) {
  const std::uint32_t bit = 1u << sensor;
  const std::int64_t trip = std::int64_t{sensors_[sensor].trip_c} * 1000;
  const std::int64_t cool = trip - std::int64_t{sensors_[sensor].hysteresis_k} * 1000;
  const bool was = any_hot();
  if (millicelsius >= trip) hot_bits_ |= bit;
  if (millicelsius < cool) hot_bits_ &= ~bit;
  if (!was && any_hot()) hot_since_ = now();
  if (was && !any_hot()) hot_ += now() - hot_since_;
  file_.set(TAKT_THERMAL_SENSOR(sensor) + TAKT_SENSOR_VALUE, static_cast<std::uint32_t>(millicelsius));
  if ((hot_bits_ & bit) == 0 && file_.value(TAKT_THERMAL_KEEP) == 0) return;
  pending_ |= bit;
  changed();
}

}  // namespace takt::peripherals
