#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// PREMA (Choi and Rhu, HPCA 2020, arXiv 1909.04548): a job has as many tokens as its weight, and earns more while it
// waits, faster the heavier and the shorter it is. Of those with at least as many tokens as the highest weight that
// somebody has reached, the shortest goes first. It checkpoints the running job, or lets it drain, whichever delays the
// delayed one less by its own length. The quantum is how often it looks; 0: at arrivals and ends only.
// Starvation: without bound, by shorter jobs of the highest weight that never end: tokens make a job one of those to
// choose from, and no more.
class Prema final : public Policy {
 public:
  explicit Prema(const PolicyOptions& options) : quantum_ticks_(options.quantum_ticks) {}
  Decision decide(const SchedulerView& view) override;

 private:
  void earn(const Candidate& job, uint64_t waited);

  uint64_t quantum_ticks_;
  uint64_t last_ = 0;
  uint64_t tokens_[TAKT_MAX_QUEUES] = {};    // of the queue's head, in 1/kToken
  uint64_t sequence_[TAKT_MAX_QUEUES] = {};  // whose they are, plus 1
};

}  // namespace takt::firmware
