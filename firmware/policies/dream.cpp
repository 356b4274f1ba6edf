#include "firmware/policies/dream.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

namespace {

constexpr uint32_t kOne = 1024;
constexpr uint64_t kSwitch = kOne / 4;  // a job that is not running has to be better by so much
constexpr uint64_t kMost = 1024 * kOne;

uint64_t ratio(uint64_t a, uint64_t b) {
  const uint64_t score = (a < 0xffffffffu ? a : 0xffffffffu) * kOne / (b == 0 ? 1 : b);
  return score < kMost ? score : kMost;
}

}  // namespace

Decision Dream::decide(const SchedulerView& view) {
  const auto score = [&](const Candidate& job) {
    const bool in_time = job.deadline_ticks != 0 && job.deadline_ticks >= view.now + job.remaining_ticks;
    const uint64_t urgency = in_time ? ratio(job.remaining_ticks, job.deadline_ticks - view.now) : 0;
    const uint64_t since = view.now > job.accepted_ticks ? view.now - job.accepted_ticks : 0;
    return urgency + ratio(since, job.estimated_ticks);
  };
  // The largest score is the smallest key.
  return smallest_first(view, [&](const Candidate& job) {
    const bool runs = view.busy() && job.queue == view.running.queue;
    return 4 * kMost - score(job) - (runs ? kSwitch : 0);
  });
}

}  // namespace takt::firmware
