#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// The highest band, in the realtime band the highest level; among equals the job whose slot was read first. A higher
// one preempts.
// Starvation: without bound, by stronger bands and levels that never rest; the kernel's bands (TAKT_BOOT_BANDS) give
// NORMAL a share beside FOCUS. Among equals as FCFS.
class FixedPriority final : public Policy {
 public:
  explicit FixedPriority(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
};

}  // namespace takt::firmware
