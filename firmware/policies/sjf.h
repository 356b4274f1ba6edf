#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Shortest remaining time first, by the estimates; a shorter job preempts.
// Starvation: without bound, by shorter jobs that never end.
class Sjf final : public Policy {
 public:
  explicit Sjf(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
