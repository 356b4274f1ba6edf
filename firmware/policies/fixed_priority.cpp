#include "firmware/policies/fixed_priority.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision FixedPriority::decide(const SchedulerView& view) {
  return smallest_first(view, [](const Candidate& job) -> uint64_t {
    return (TAKT_BAND_REALTIME - job.band) * TAKT_REALTIME_LEVELS + (TAKT_REALTIME_LEVELS - 1 - job.level);
  });
}

}  // namespace takt::firmware
