#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Shares of the engines by the queues' weights: the queue that has had least of its share goes next. A queue that comes
// back from idling starts where the others stand. With a quantum it preempts, else it decides job by job.
// Starvation: none. Who comes waits for one stay of each other queue: a job, or the quantum, the way to the next cut
// and a save. Who has been served waits until each other queue has been served as much by its weight, and for one stay
// more.
class WeightedFair final : public Policy {
 public:
  explicit WeightedFair(const PolicyOptions& options) : quantum_ticks_(options.quantum_ticks) {}
  Decision decide(const SchedulerView& view) override;

 private:
  uint64_t virtual_time(const Candidate& job) const;

  uint64_t quantum_ticks_;
  uint32_t present_ = 0;                   // queues with a job at the last decision
  uint64_t begin_[TAKT_MAX_QUEUES] = {};   // virtual time of a queue when it came, in ticks of weight kUnit
  uint64_t served_[TAKT_MAX_QUEUES] = {};  // what it had been served by then
};

}  // namespace takt::firmware
