#include "firmware/policies/pairing.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision Pairing::decide(const SchedulerView& view) {
  uint64_t used = 0;
  bool beside = false;
  for (uint32_t p = 0; p < view.memory.count; ++p) {
    if (!view.memory.runs(p) || p == view.partition) continue;
    used += view.memory.jobs[p].bytes_per_s;
    beside = true;
  }
  const uint64_t room = view.memory.bytes_per_s > used ? view.memory.bytes_per_s - used : 0;
  waiting_ = 0;
  for (uint32_t i = 0; i < view.count; ++i) waiting_ |= 1u << view.candidates[i].queue;
  Decision decision;
  decision.queue = smallest(view, [&](const Candidate& job) -> uint64_t {
                     if (!beside || passed_over_[job.queue] >= kPatience) return 0;
                     return 1 + (job.bytes_per_s > room ? job.bytes_per_s - room : room - job.bytes_per_s);
                   }).queue;
  return decision;
}

void Pairing::dispatched(uint32_t queue) {
  for (uint32_t id = 0; id < TAKT_MAX_QUEUES; ++id) {
    if ((waiting_ >> id & 1) != 0 && passed_over_[id] < kPatience) ++passed_over_[id];
  }
  passed_over_[queue] = 0;
}

}  // namespace takt::firmware
