#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// One job per queue in turn. With a quantum, a job that has held the engines for that long while others wait is
// preempted at the next cut, and its queue's turn is over.
// Starvation: none. A queue waits for one turn of each other: a job, or the quantum, the way to the next cut and a
// save.
class RoundRobin final : public Policy {
 public:
  explicit RoundRobin(const PolicyOptions& options) : quantum_ticks_(options.quantum_ticks) {}
  Decision decide(const SchedulerView& view) override;
  void dispatched(uint32_t queue) override { last_ = queue; }

 private:
  uint64_t quantum_ticks_;
  uint32_t last_ = 0;  // the control queue, which runs no jobs: the first turn is the lowest queue's
};

}  // namespace takt::firmware
