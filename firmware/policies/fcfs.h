#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// The job whose slot was read first. A running job is left alone.
// Starvation: none. A job waits for those whose slots were read before, kQueueDepth of each other queue at most.
class Fcfs final : public Policy {
 public:
  explicit Fcfs(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
