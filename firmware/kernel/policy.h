// The interface between the kernel and a scheduling policy.
#pragma once

#include <stdint.h>

#include "firmware/abi/boot.h"
#include "firmware/abi/ring.h"
#include "firmware/abi/scheduling.h"
#include "firmware/kernel/timer.h"

namespace takt::firmware {

inline constexpr uint32_t kNoQueue = ~0u;

// A queue whose head job could be put on the engines now. The running job is not among them. Times in ticks of the
// system timer.
struct Candidate {
  uint32_t queue = kNoQueue;
  uint32_t pending = 0;          // jobs the firmware holds of this queue, the head included
  uint32_t band = 0;             // takt_band; raised while a stronger queue waits for this one at a fence
  uint32_t level = 0;            // inside the realtime band, larger is stronger
  int32_t priority = 0;          // inside its process, larger is stronger
  uint32_t process = 0;          // below TAKT_MAX_QUEUES; queues of one context have the same
  uint32_t weight = 1;           // its share, 1..TAKT_WEIGHT_MAX
  uint32_t period_us = 0;        // 0: not periodic
  uint64_t accepted_ticks = 0;   // when the head's slot was read
  uint64_t sequence = 0;         // order in which slots were read, over all queues: breaks ties of accepted_ticks
  uint64_t estimated_ticks = 0;  // of the head from its start, alone
  uint64_t remaining_ticks = 0;  // of that, less its time on the engines
  uint64_t served_ticks = 0;     // of the queue on the engines, ever
  uint64_t deadline_ticks = 0;   // 0: none
  uint64_t bytes_per_s = 0;      // that it needs of memory to be as fast as alone; 0: not known, or nobody is beside it
  uint32_t tokens = 0;           // of a language model that the head takes in: 1 is a step of an answer; 0: another job
  bool started = false;          // preempted before; it will be resumed
};

struct RunningJob : Candidate {   // queue == kNoQueue: the engines are free
  uint64_t dispatched_ticks = 0;  // start of its present stay on the engines
  bool preemptible = false;       // has cuts and a save area large enough
};

// Who runs beside each other, and what they share.
struct MemoryView {
  uint64_t now = 0;
  const RunningJob* jobs = nullptr;  // by partition
  uint32_t count = 0;
  uint64_t bytes_per_s = 0;  // that memory gives the NPU; 0: not known

  bool runs(uint32_t partition) const { return jobs[partition].queue != kNoQueue; }
};

// Read-only, complete: a decision depends on nothing else but the policy's own state.
struct SchedulerView {
  uint64_t now;
  const RunningJob& running;
  const Candidate* candidates;  // by queue number, ascending
  uint32_t count;
  uint32_t partition = 0;  // for which is decided
  MemoryView memory = {};  // nobody where there is one partition

  bool busy() const { return running.queue != kNoQueue; }
};

// While the engines are free: which queue to dispatch. While a job runs: whether to preempt it. The kernel then asks
// again when the engines are free; `queue` is only a hint until then.
struct Decision {
  uint32_t queue = kNoQueue;
  bool preempt_running = false;
  uint64_t next_wakeup_ticks = kNever;  // ask again at this time at the latest
};

struct PolicyOptions {
  uint64_t quantum_ticks = 0;  // 0: none
  uint32_t token_budget = 0;   // of language models' prompts and answers, in an iteration; 0: the policy's own
};

// Integer arithmetic, fixed words of state. Called with at least one candidate.
class Policy {
 public:
  virtual Decision decide(const SchedulerView& view) = 0;
  // `queue`'s head was put on the engines.
  virtual void dispatched(uint32_t queue) { (void)queue; }
  // Asked, of one policy object for all, when other jobs run than before: bytes per second for the job of each
  // partition, above 0. What it leaves as it is has no limit.
  virtual void share_memory(const MemoryView& view, uint64_t* budgets) { (void)view, (void)budgets; }

 protected:
  ~Policy() = default;
};

}  // namespace takt::firmware
