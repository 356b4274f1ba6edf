#include "firmware/policies/k_edf.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision KEdf::decide(const SchedulerView& view) {
  // Rank of a deadline: how many jobs have an earlier one.
  const auto rank = [&view](const Candidate& job) {
    uint32_t earlier = view.busy() && deadline_of(view.running) < deadline_of(job) ? 1 : 0;
    for (uint32_t i = 0; i < view.count; ++i) earlier += deadline_of(view.candidates[i]) < deadline_of(job) ? 1 : 0;
    return earlier;
  };
  return smallest_first(view, [&](const Candidate& job) -> uint64_t { return rank(job) < kParallel ? 0 : rank(job); });
}

}  // namespace takt::firmware
