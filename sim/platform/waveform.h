// Power of the rails over time, step by step, with the NPU's clock and temperatures. It looks, and changes nothing.
#pragma once

#include <vector>

#include "sim/platform/heat.h"
#include "sim/platform/run_record.h"
#include "sim/platform/soc.h"

namespace takt::platform {

class Waveform {
 public:
  // `step`: a multiple of the times at which advance() is called.
  Waveform(Soc& soc, const Heat& heat, units::Time step);

  // The ledger is settled up to `at`. The first call after begin() closes a step that began there.
  void advance(units::Time at);
  void begin(units::Time at);
  void end(units::Time at);  // with what is left of a step
  const std::vector<PowerStep>& steps() const { return steps_; }

 private:
  std::array<Attojoules, rail_count> spent(units::Time at) const;
  void close(units::Time at);

  Soc& soc_;
  const Heat& heat_;
  const units::Time step_;
  std::vector<std::size_t> rail_;  // [component]
  bool inside_ = false;
  units::Time next_, last_;
  std::array<Attojoules, rail_count> before_{};
  std::vector<PowerStep> steps_;
};

}  // namespace takt::platform
