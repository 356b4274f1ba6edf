#include "firmware/policies/least_laxity.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision LeastLaxity::decide(const SchedulerView& view) {
  Decision decision = smallest_first(view, latest_start);
  if (!view.busy()) return decision;
  const uint64_t rest = view.running.dispatched_ticks + quantum_ticks_;
  if (decision.preempt_running) {
    decision.preempt_running = view.now >= rest;
    decision.next_wakeup_ticks = rest;
    return decision;
  }
  const uint64_t waiting = latest_start(smallest(view, latest_start)), running = latest_start(view.running);
  if (waiting == kNever || running == kNever) return decision;
  const uint64_t overtakes = view.now + (waiting - running) + 1;
  decision.next_wakeup_ticks = overtakes > rest ? overtakes : rest;
  return decision;
}

}  // namespace takt::firmware
