// What NoC and memories have moved since reset, with the share of steps that were not simulated. It changes nothing.
#pragma once

#include "sim/platform/snapshot.h"
#include "sim/platform/step_sampler.h"

namespace takt::platform {

class TrafficMeter {
 public:
  // All that is referred to outlives it.
  explicit TrafficMeter(const Soc& soc) : soc_(soc) {}
  // Steps that are not simulated; up to date whenever it is looked.
  void add_steps(const StepSampler& steps) { steps_ = &steps; }

  Moved look() const;
  // The same into `moved`, whatever that had.
  void look(Moved& moved) const;
  // Of all memories.
  std::uint64_t memory_bytes() const;

 private:
  const Soc& soc_;
  const StepSampler* steps_ = nullptr;  // null: all are simulated
};

}  // namespace takt::platform
