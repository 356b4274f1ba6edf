// What most policies share: a key for every job, and the job with the smallest goes first.
#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// The candidate with the smallest key; among equals the one accepted first. `key`: uint64_t of a Candidate.
template <typename Key>
const Candidate& smallest(const SchedulerView& view, const Key& key) {
  const Candidate* best = &view.candidates[0];
  uint64_t best_key = key(*best);
  for (uint32_t i = 1; i < view.count; ++i) {
    const Candidate& c = view.candidates[i];
    const uint64_t own = key(c);
    if (own > best_key || (own == best_key && c.sequence > best->sequence)) continue;
    best = &c;
    best_key = own;
  }
  return *best;
}

// That candidate, before the running job only if its key is smaller.
template <typename Key>
Decision smallest_first(const SchedulerView& view, const Key& key) {
  const Candidate& best = smallest(view, key);
  Decision decision;
  decision.queue = best.queue;
  decision.preempt_running = view.busy() && key(best) < key(static_cast<const Candidate&>(view.running));
  return decision;
}

inline uint64_t deadline_of(const Candidate& job) { return job.deadline_ticks == 0 ? kNever : job.deadline_ticks; }

// The latest time at which the job can go on the engines and still keep its deadline; 0: it is too late already.
inline uint64_t latest_start(const Candidate& job) {
  if (job.deadline_ticks == 0) return kNever;
  return job.deadline_ticks > job.remaining_ticks ? job.deadline_ticks - job.remaining_ticks : 0;
}

}  // namespace takt::firmware
