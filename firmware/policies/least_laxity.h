#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// The job that can wait least before it misses its deadline, by the estimates. The running job's laxity stays while
// that of others melts: they take over when theirs is smaller, after the quantum at the earliest. Without a deadline:
// last.
// Starvation: of a job with a deadline none: those that come behind the time when it must start do not go before it, if
// they could still keep their own deadlines. Of a job without one without bound.
class LeastLaxity final : public Policy {
 public:
  explicit LeastLaxity(const PolicyOptions& options) : quantum_ticks_(options.quantum_ticks) {}
  Decision decide(const SchedulerView& view) override;

 private:
  uint64_t quantum_ticks_;
};

}  // namespace takt::firmware
