#include "firmware/policies/fixed_priority.h"

namespace takt::firmware {
namespace {

bool before(const Candidate& a, const Candidate& b) {
  return a.band != b.band ? a.band > b.band : a.sequence < b.sequence;
}

}  // namespace

Decision FixedPriority::decide(const SchedulerView& view) {
  const Candidate* best = &view.candidates[0];
  for (uint32_t i = 1; i < view.count; ++i) {
    if (before(view.candidates[i], *best)) best = &view.candidates[i];
  }
  const bool preempt = view.running.queue != kNoQueue && best->band > view.running.band;
  return {best->queue, preempt, kNever};
}

}  // namespace takt::firmware
