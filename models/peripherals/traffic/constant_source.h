// Accesses of equal size at a constant rate, whatever the memory does. One that ends later than the buffer covers is
// missed; one that would be the 65th in flight is skipped.
#pragma once

#include "models/peripherals/config.h"
#include "models/peripherals/traffic/generator.h"
#include "models/units/clock.h"
#include "models/units/random.h"

namespace takt::peripherals {

class ConstantSource final : public Generator {
 public:
  ConstantSource(const ConstantConfig& config, std::uint64_t seed);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  void landed(const Access& access, units::Time at) override;
  Misses misses() const override { return misses_; }

 private:
  // From the start each time, so that rounding does not drift.
  units::Time time_of(std::uint64_t access) const { return rate_.duration(access * config_.bytes_per_access); }

  const ConstantConfig config_;
  const units::Rate rate_;
  units::Random random_;
  std::uint64_t count_ = 0;  // accesses whose time has come
  std::uint64_t in_flight_ = 0;
  Misses misses_;
};

}  // namespace takt::peripherals
