#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Earliest deadline first; an earlier one preempts. Jobs without a deadline come last.
class Edf final : public Policy {
 public:
  explicit Edf(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
