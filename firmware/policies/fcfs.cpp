#include "firmware/policies/fcfs.h"

namespace takt::firmware {

Decision Fcfs::decide(const SchedulerView& view) {
  const Candidate* first = &view.candidates[0];
  for (uint32_t i = 1; i < view.count; ++i) {
    if (view.candidates[i].sequence < first->sequence) first = &view.candidates[i];
  }
  return {first->queue, false, kNever};
}

}  // namespace takt::firmware
