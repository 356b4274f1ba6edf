#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Earliest deadline first; an earlier one preempts. Jobs without a deadline come last.
// Starvation: of a job with a deadline none: those that come behind that time do not go before it, if their own
// deadlines lie ahead of them. Of a job without one without bound.
class Edf final : public Policy {
 public:
  explicit Edf(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
