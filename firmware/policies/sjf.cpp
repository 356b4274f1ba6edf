#include "firmware/policies/sjf.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision Sjf::decide(const SchedulerView& view) {
  return smallest_first(view, [](const Candidate& job) { return job.remaining_ticks; });
}

}  // namespace takt::firmware
