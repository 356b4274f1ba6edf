#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Jobs that complement each other, after Layerweaver (Oh et al., HPCA 2021), which weaves layers of networks that need
// arithmetic between those of networks that need memory: beside what the other partitions run goes the job whose demand
// comes nearest to what they leave of the memory's bandwidth. One that was passed over kPatience times goes first.
// Where nothing runs beside, first come, first served. Nobody is preempted.
class Pairing final : public Policy {
 public:
  explicit Pairing(const PolicyOptions&) {}
  Decision decide(const SchedulerView& view) override;
  void dispatched(uint32_t queue) override;

 private:
  static constexpr uint32_t kPatience = 8;

  uint32_t waiting_ = 0;  // queues that the last decision chose among, bit per queue
  uint8_t passed_over_[TAKT_MAX_QUEUES] = {};
};

}  // namespace takt::firmware
