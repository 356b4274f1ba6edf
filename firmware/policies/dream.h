#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// A score in the manner of DREAM's MapScore (Kim et al., ASPLOS 2023, arXiv 2212.03414) for one accelerator: urgency
// (what remains by the time left until the deadline; none where it can no longer be met) plus starvation (how long it
// has waited by its own length), less what a switch costs.
class Dream final : public Policy {
 public:
  explicit Dream(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
