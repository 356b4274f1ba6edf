// CPU cores as the memory sees them: cache misses, a bounded number in flight. The cores come to their next miss after
// an exponentially distributed time; at the bound they stand still until a miss ends, so that
// rate = min(offered, outstanding / latency). A miss may evict a dirty line, written back without being waited for.
#pragma once

#include "models/peripherals/config.h"
#include "models/peripherals/traffic/generator.h"
#include "models/units/random.h"

namespace takt::peripherals {

class CpuSource final : public Generator {
 public:
  // Precondition: working_set_bytes a multiple of line_bytes, outstanding and misses_per_ms at least 1.
  CpuSource(const CpuConfig& config, std::uint64_t seed);

  units::Time due(units::Time now) override;
  Access take(units::Time now) override;
  void landed(const Access& access, units::Time at) override;
  void report(std::vector<Figure>& figures) const override;

 private:
  std::uint64_t line();

  const CpuConfig config_;
  const std::uint64_t lines_;
  units::Random random_;
  units::Time reached_;       // when the cores come, or came, to the next miss
  std::uint64_t stream_ = 0;  // line
  bool evicts_ = false;       // a write-back is to be asked for
  std::uint64_t misses_in_flight_ = 0;
  std::uint64_t writes_in_flight_ = 0;
  std::uint64_t misses_ = 0;  // asked for
  std::uint64_t evictions_ = 0;
  units::Time stalled_;
};

}  // namespace takt::peripherals
