#include "firmware/policies/k_edf.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision KEdf::decide(const SchedulerView& view) {
  // The kParallel smallest deadlines, ascending.
  uint64_t earliest[kParallel];
  for (uint64_t& deadline : earliest) deadline = kNever;
  const auto note = [&earliest](uint64_t deadline) {
    for (uint64_t& other : earliest) {
      if (deadline >= other) continue;
      const uint64_t later = other;
      other = deadline;
      deadline = later;
    }
  };
  if (view.busy()) note(deadline_of(view.running));
  for (uint32_t i = 0; i < view.count; ++i) note(deadline_of(view.candidates[i]));
  const uint64_t last = earliest[kParallel - 1];
  return smallest_first(view, [last](const Candidate& job) -> uint64_t { return deadline_of(job) <= last ? 0 : 1; });
}

}  // namespace takt::firmware
