#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// The highest band; inside it the job whose slot was read first. A higher band preempts at the next cut.
class FixedPriority final : public Policy {
 public:
  explicit FixedPriority(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
