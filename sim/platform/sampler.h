// Looks at the SoC at fixed intervals: opens and closes the measurement window, keeps the busiest span's bytes and
// energy. It changes no timing.
#pragma once

#include <functional>
#include <optional>

#include "sim/platform/run_record.h"
#include "sim/platform/soc.h"
#include "sim/platform/traffic_meter.h"

namespace takt::platform {

class Sampler : public sc_core::sc_module {
 public:
  static constexpr units::Time span = units::microseconds(100);

  SC_HAS_PROCESS(Sampler);
  Sampler(const sc_core::sc_module_name& name, Soc& soc, const TrafficMeter& meter);

  using Hook = std::function<void()>;
  // Called first whenever it looks.
  void before_each(Hook hook) { before_ = std::move(hook); }
  void at_window(Hook begin, Hook end, Hook every_span);
  void set_window(units::Time begin, units::Time end);
  units::Time window_end() const { return window_.end; }

  std::optional<PeakBytes> peak_bytes() const { return peak_bytes_; }
  std::optional<PeakEnergy> peak_energy() const { return peak_energy_; }

 private:
  void sample();
  void measure(units::Time now);

  Soc& soc_;
  const TrafficMeter& meter_;
  Hook before_, begin_, end_, every_span_;
  Interval window_{units::never(), units::never()};
  bool inside_ = false;
  bool ended_ = false;
  units::Time last_;
  std::uint64_t last_bytes_ = 0;
  Attojoules last_energy_ = 0;
  std::optional<PeakBytes> peak_bytes_;
  std::optional<PeakEnergy> peak_energy_;
  sc_core::sc_event next_;
};

}  // namespace takt::platform
