#include "firmware/policies/chunked_prefill.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision ChunkedPrefill::decide(const SchedulerView& view) {
  for (uint32_t i = 0; i < view.count; ++i) tokens_[view.candidates[i].queue] = view.candidates[i].tokens;
  Decision decision;
  decision.queue = smallest(view, [this](const Candidate& job) -> uint64_t {
                     if (is_chunk(job.tokens)) return fits(job.tokens) ? 1 : 3;
                     return (stepped_ >> job.queue & 1) == 0 ? 0 : 2;
                   }).queue;
  return decision;
}

// What this iteration has no place for begins the next one.
void ChunkedPrefill::dispatched(uint32_t queue) {
  const uint32_t tokens = tokens_[queue];
  const bool again = is_chunk(tokens) ? !fits(tokens) : (stepped_ >> queue & 1) != 0;
  if (again) {
    left_ = budget_;
    stepped_ = 0;
    chunk_in_ = false;
  }
  if (is_chunk(tokens))
    chunk_in_ = true;
  else
    stepped_ |= 1u << queue;
  left_ -= tokens < left_ ? tokens : left_;
}

}  // namespace takt::firmware
