// Voltages and temperatures into the power model's rates.
#pragma once

#include <array>
#include <cstdint>

#include "models/npu/core_switches.h"
#include "models/npu/power_domain.h"
#include "models/power/energy.h"
#include "models/power/leakage.h"
#include "sim/config/soc_config.h"

namespace takt::platform {

// Rates that change together (power::DomainId).
enum Domain : power::DomainId { always = power::fixed, npu_events, npu_leakage, soc_leakage, npu_small_leakage };

class Supplies {
 public:
  // Everything begins at the fastest point and the temperature of the air. The arguments outlive it; it listens to
  // `npu` and `cores`.
  Supplies(const config::SocConfig& soc, power::Model& power, npu::PowerDomain& npu, npu::CoreSwitches& cores);
  Supplies(const Supplies&) = delete;
  Supplies& operator=(const Supplies&) = delete;

  // In thousandths of a degree Celsius, from `now` on.
  void set_temperatures(std::int64_t npu, std::int64_t soc, units::Time now);

 private:
  void set_npu(npu::Supply supply, units::Time now);
  void rescale_npu_leakage(units::Time now);
  void rescale_soc_leakage(units::Time now);

  power::Model& power_;
  const power::LeakageModel leakage_;
  const std::uint32_t npu_reference_mv_;
  npu::Supply npu_supply_;
  std::array<bool, 2> cores_on_ = {true, true};  // the first kind, the small ones
  std::int64_t npu_millicelsius_, soc_millicelsius_;
};

}  // namespace takt::platform
