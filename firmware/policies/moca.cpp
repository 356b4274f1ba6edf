#include "firmware/policies/moca.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

namespace {

constexpr uint64_t kOne = 1024;
constexpr uint64_t kMost = 64 * kOne;  // of urgency, also of a job that is late
constexpr uint64_t kUnit = 1 << 20;    // bytes per second; demands are reckoned in these
constexpr uint64_t kLeast = 8;         // a job keeps an eighth of its demand

uint64_t score(const Candidate& job, uint64_t now) {
  uint64_t urgency = 0;
  if (job.deadline_ticks != 0) {
    const uint64_t slack = job.deadline_ticks > now ? job.deadline_ticks - now : 1;
    const uint64_t remaining = job.remaining_ticks < 0xffffffffu ? job.remaining_ticks : 0xffffffffu;
    urgency = remaining * kOne / slack;
    if (urgency > kMost) urgency = kMost;
  }
  return job.weight * kOne + urgency;
}

}  // namespace

Decision Moca::decide(const SchedulerView& view) {
  Decision decision;
  // The largest score is the smallest key.
  decision.queue = smallest(view, [&](const Candidate& job) { return ~score(job, view.now); }).queue;
  return decision;
}

void Moca::share_memory(const MemoryView& view, uint64_t* budgets) {
  uint64_t demanded = 0, highest = 0;
  for (uint32_t p = 0; p < view.count; ++p) {
    if (!view.runs(p)) continue;
    demanded += view.jobs[p].bytes_per_s;
    const uint64_t own = score(view.jobs[p], view.now);
    if (own > highest) highest = own;
  }
  if (view.bytes_per_s == 0 || demanded <= view.bytes_per_s) return;
  const auto yields = [&](uint32_t p) { return view.runs(p) && score(view.jobs[p], view.now) < highest; };
  const auto share = [&](uint32_t p) {
    return view.jobs[p].bytes_per_s / kUnit * kOne * kOne / score(view.jobs[p], view.now);
  };
  uint64_t shares = 0;
  for (uint32_t p = 0; p < view.count; ++p) {
    if (yields(p)) shares += share(p);
  }
  if (shares == 0) return;
  const uint64_t excess = (demanded - view.bytes_per_s) / kUnit;
  for (uint32_t p = 0; p < view.count; ++p) {
    if (!yields(p)) continue;
    const uint64_t demand = view.jobs[p].bytes_per_s, cut = excess * share(p) / shares * kUnit;
    const uint64_t least = demand / kLeast + 1;
    budgets[p] = demand > cut + least ? demand - cut : least;
  }
}

}  // namespace takt::firmware
