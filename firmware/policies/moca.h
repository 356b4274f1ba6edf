#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Bandwidth by need and urgency in the manner of MoCA (Kim et al., HPCA 2023, arXiv 2305.05843). A job's score is its
// weight plus what remains of it by the time left until its deadline; the highest goes first, and is not preempted.
// Where the jobs of all partitions want more than memory gives, what is too much is taken from those below the highest
// score, in proportion to their demand by their score.
class Moca final : public Policy {
 public:
  explicit Moca(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
  void share_memory(const MemoryView& view, uint64_t* budgets) override;
};

}  // namespace takt::firmware
