#include "firmware/policies/weighted_fair.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

namespace {
constexpr uint32_t kUnit = 1000;
}

uint64_t WeightedFair::virtual_time(const Candidate& job) const {
  return begin_[job.queue] + (job.served_ticks - served_[job.queue]) * kUnit / job.weight;
}

Decision WeightedFair::decide(const SchedulerView& view) {
  // The least virtual time of those that were there before.
  uint64_t now = kNever;
  uint32_t present = 0;
  const auto stays = [&](const Candidate& job) {
    present |= 1u << job.queue;
    if ((present_ >> job.queue & 1) != 0 && virtual_time(job) < now) now = virtual_time(job);
  };
  if (view.busy()) stays(view.running);
  for (uint32_t i = 0; i < view.count; ++i) stays(view.candidates[i]);
  const auto comes = [&](const Candidate& job) {
    if ((present_ >> job.queue & 1) != 0) return;
    const uint64_t own = virtual_time(job);
    begin_[job.queue] = now != kNever && now > own ? now : own;
    served_[job.queue] = job.served_ticks;
  };
  if (view.busy()) comes(view.running);
  for (uint32_t i = 0; i < view.count; ++i) comes(view.candidates[i]);
  present_ = present;

  Decision decision = smallest_first(view, [this](const Candidate& job) { return virtual_time(job); });
  if (!view.busy() || quantum_ticks_ == 0) {
    decision.preempt_running = false;
    return decision;
  }
  const uint64_t end = view.running.dispatched_ticks + quantum_ticks_;
  decision.preempt_running = decision.preempt_running && view.now >= end;
  decision.next_wakeup_ticks = view.now < end ? end : view.now + quantum_ticks_;
  return decision;
}

}  // namespace takt::firmware
