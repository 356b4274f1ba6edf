#pragma once

#include "firmware/kernel/policy.h"

namespace takt::firmware {

// Chunks of prompts beside answers under way, after Sarathi-Serve (Agrawal et al., OSDI 2024, section 4), where one
// iteration of the server is a batch; here it is jobs one after the other. In an iteration each queue has one step of
// its answer first; chunks of prompts come behind them, as many as the budget of tokens leaves, one at least. Jobs of
// other models go as steps do, and cost no tokens. First come, first served inside each kind. Nobody is preempted.
// Starvation: none. A step waits for one job of each other queue and for chunks of the budget's tokens, or one; a chunk
// for an iteration, and one more for each chunk that came before it.
class ChunkedPrefill final : public Policy {
 public:
  explicit ChunkedPrefill(const PolicyOptions& options)
      : budget_(options.token_budget == 0 ? 256 : options.token_budget), left_(budget_) {}
  Decision decide(const SchedulerView& view) override;
  void dispatched(uint32_t queue) override;

 private:
  static bool is_chunk(uint32_t tokens) { return tokens > 1; }
  bool fits(uint32_t tokens) const { return !chunk_in_ || tokens <= left_; }

  uint32_t budget_;
  uint32_t left_;                          // tokens of the iteration
  uint32_t stepped_ = 0;                   // queues that have had their step in it, bit per queue
  bool chunk_in_ = false;                  // a chunk has been in it
  uint32_t tokens_[TAKT_MAX_QUEUES] = {};  // of heads at the last decision
};

}  // namespace takt::firmware
