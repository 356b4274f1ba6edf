#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// A score in the manner of DREAM's MapScore (Kim et al., ASPLOS 2023, arXiv 2212.03414) for one accelerator: urgency
// (what remains by the time left until the deadline; none where it can no longer be met) plus starvation (how long it
// has waited by its own length), less what a switch costs.
// Starvation: none. A job goes first once it has waited longer by its own length than others by theirs, by 1 1/4 at
// most. With n other queues of equal jobs, each with kQueueDepth of them, within kQueueDepth n + 2 times its own
// length.
class Dream final : public Policy {
 public:
  explicit Dream(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
