#include "firmware/policies/round_robin.h"

namespace takt::firmware {

Decision RoundRobin::decide(const SchedulerView& view) {
  Decision decision;
  decision.queue = view.candidates[0].queue;  // wraps around to the lowest
  for (uint32_t i = 0; i < view.count; ++i) {
    if (view.candidates[i].queue > last_) {
      decision.queue = view.candidates[i].queue;
      break;
    }
  }
  if (view.running.queue != kNoQueue && quantum_ticks_ != 0) {
    const uint64_t end = view.running.dispatched_ticks + quantum_ticks_;
    decision.preempt_running = view.now >= end;
    if (!decision.preempt_running) decision.next_wakeup_ticks = end;
  }
  return decision;
}

}  // namespace takt::firmware
