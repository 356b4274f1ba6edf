#include "firmware/policies/prema.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

namespace {

constexpr uint32_t kToken = 1024;
constexpr uint32_t kMostTokens = 1u << 30;

// Weights of the bands at boot; the paper has three.
constexpr uint32_t kThresholds[] = {27, 9, 3, 1};

uint64_t short_of(uint64_t ticks) { return ticks < 0xffffffffu ? ticks : 0xffffffffu; }

}  // namespace

void Prema::earn(const Candidate& job, uint64_t waited) {
  uint64_t& tokens = tokens_[job.queue];
  if (sequence_[job.queue] != job.sequence + 1) {
    sequence_[job.queue] = job.sequence + 1;
    tokens = static_cast<uint64_t>(job.weight) * kToken;
    return;
  }
  const uint64_t alone = job.estimated_ticks == 0 ? 1 : job.estimated_ticks;
  tokens += short_of(waited) * job.weight * kToken / alone;
  if (tokens > kMostTokens) tokens = kMostTokens;
}

Decision Prema::decide(const SchedulerView& view) {
  uint64_t most = 0;
  const auto look = [&](const Candidate& job, uint64_t waited) {
    earn(job, waited);
    if (tokens_[job.queue] > most) most = tokens_[job.queue];
  };
  if (view.busy()) look(view.running, 0);
  for (uint32_t i = 0; i < view.count; ++i) look(view.candidates[i], view.now - last_);
  last_ = view.now;

  uint64_t threshold = 0;
  for (const uint32_t weight : kThresholds) {
    threshold = static_cast<uint64_t>(weight) * kToken;
    if (most >= threshold) break;
  }
  const auto key = [&](const Candidate& job) { return tokens_[job.queue] >= threshold ? job.remaining_ticks : kNever; };
  Decision decision = smallest_first(view, key);
  if (quantum_ticks_ != 0) decision.next_wakeup_ticks = view.now + quantum_ticks_;
  if (!decision.preempt_running) return decision;
  const Candidate& best = smallest(view, key);
  const RunningJob& running = view.running;
  decision.preempt_running = short_of(best.remaining_ticks) * short_of(best.estimated_ticks) <=
                             short_of(running.remaining_ticks) * short_of(running.estimated_ticks);
  return decision;
}

}  // namespace takt::firmware
