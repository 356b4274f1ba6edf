#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Among the kParallel earliest deadlines first come, first served: fewer preemptions than EDF. The running job goes
// when that many others have an earlier deadline. After XSched (OSDI 2025), which lets so many queues submit at once.
// Starvation: as EDF; a job is served as it came where fewer than kParallel others have an earlier deadline.
class KEdf final : public Policy {
 public:
  explicit KEdf(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;

 private:
  static constexpr uint32_t kParallel = 2;
};

}  // namespace takt::firmware
