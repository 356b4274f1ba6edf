#include "firmware/policies/fcfs.h"

#include "firmware/policies/choice.h"

namespace takt::firmware {

Decision Fcfs::decide(const SchedulerView& view) {
  Decision decision;
  decision.queue = smallest(view, [](const Candidate& job) { return job.sequence; }).queue;
  return decision;
}

}  // namespace takt::firmware
