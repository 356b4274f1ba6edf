#pragma once

#include <stdint.h>

#include "firmware/abi/boot.h"
#include "firmware/kernel/bands.h"
#include "firmware/kernel/job_watchdog.h"
#include "firmware/kernel/policy.h"
#include "firmware/kernel/program_table.h"
#include "firmware/policies/registry.h"

namespace takt::firmware {

// The job on a partition's engines.
struct Running {
  uint32_t queue = kNoQueue;
  uint64_t dispatched_ticks = 0;
  uint64_t counted_ticks = 0;  // until here its entry's run_ticks go
  bool preempt_requested = false;
  bool abort_requested = false;
  bool killed = false;        // it starts again once it is aborted
  bool limited = false;       // counted already
  uint64_t over_at = kNever;  // it has had the engines for as long as a job may
};

// Neighbouring cores that run one job at a time, and what is decided for them alone.
struct Partition {
  Partition(uint32_t timer_hz, uint64_t job_timeout) : bands(timer_hz), watchdog(job_timeout) {}

  bool busy() const { return running.queue != kNoQueue; }
  uint64_t judge_at() const {
    return running.over_at < watchdog.next_sample() ? running.over_at : watchdog.next_sample();
  }
  bool fits(const Program& program) const { return cores == 0 || program.cores <= cores; }

  uint32_t first_core = 0;
  uint32_t cores = 0;  // 0: all there are
  Running running;
  uint64_t budget = 0;  // of memory, in bytes per second, as the NoC has it; 0: none
  Bands bands;
  JobWatchdog watchdog;
  Policy* policy = nullptr;
  uint64_t policy_wakeup = kNever;
  alignas(8) unsigned char policy_storage[kPolicyBytes];
};

}  // namespace takt::firmware
