#pragma once

#include <stdint.h>

#include "firmware/abi/log.h"

namespace takt::firmware {

// Scheduling log. Every record names a queue and a job id (0 where there is none).
enum class LogEvent : uint32_t {
  Accepted = TAKT_LOG_ACCEPTED,
  Rejected = TAKT_LOG_REJECTED,
  Dispatched = TAKT_LOG_DISPATCHED,
  PreemptRequested = TAKT_LOG_PREEMPT_REQUESTED,
  Preempted = TAKT_LOG_PREEMPTED,
  Resumed = TAKT_LOG_RESUMED,
  Completed = TAKT_LOG_COMPLETED,
  Timeout = TAKT_LOG_TIMEOUT,
  PreemptionLimited = TAKT_LOG_PREEMPTION_LIMITED,
  Killed = TAKT_LOG_KILLED,
  Restored = TAKT_LOG_RESTORED,
  Count,
};

inline constexpr const char* kLogEventNames[] = {"accepted",           "rejected", "dispatched", "preempt requested",
                                                 "preempted",          "resumed",  "completed",  "timeout",
                                                 "preemption limited", "killed",   "restored"};
static_assert(sizeof(kLogEventNames) / sizeof(kLogEventNames[0]) == static_cast<uint32_t>(LogEvent::Count),
              "a name each");

}  // namespace takt::firmware
