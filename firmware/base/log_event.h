#pragma once

#include <stdint.h>

namespace takt::firmware {

// Scheduling log. Every record names a queue and a job id (0 where there is none).
enum class LogEvent : uint32_t {
  Accepted,    // slot taken from the ring
  Rejected,    // slot or ring refused; the completion record says why
  Dispatched,  // started on the engines
  PreemptRequested,
  Preempted,  // stands at a cut, state saved
  Resumed,
  Completed,          // stopped for good, whatever its status
  Timeout,            // no progress; engines reset
  PreemptionLimited,  // policy asked to preempt a job that cannot be
  Count,
};

}  // namespace takt::firmware
