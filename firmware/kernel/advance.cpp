// What reaches the head of a queue: fences, control requests, finished jobs. A ready job stays there for the policy.
#include "firmware/abi/status.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

bool Firmware::advance(uint32_t id) {
  bool worked = false;
  while (!queues_[id].entries.empty() && advance_head(id)) worked = true;
  return worked;
}

// True: the head changed.
bool Firmware::advance_head(uint32_t id) {
  Queue& queue = queues_[id];
  Entry& head = queue.entries.front();
  if (head.state == EntryState::Waiting) return act(queue);
  if (head.state != EntryState::Finished) return false;
  if (!report(id, head)) {
    polling_ = true;
    return false;
  }
  queue.entries.pop();
  reschedule_ = true;
  return true;
}

bool Firmware::act(Queue& queue) {
  Entry& head = queue.entries.front();
  switch (head.slot.type) {
    case TAKT_SLOT_JOB:
      return false;
    case TAKT_SLOT_FENCE_WAIT:
      if (fence_passed(head.slot)) break;
      polling_ = true;
      return false;
    case TAKT_SLOT_FENCE_SIGNAL:
      hal_.cost(CostPoint::FencePoll);
      hal_.fence();
      hal_.store({head.slot.fence_address}, &head.slot.fence_value, sizeof(head.slot.fence_value));
      break;
    case TAKT_SLOT_NOP:
      break;
    default:
      if (!serve_control_request(&head)) return false;
      if (head.status == TAKT_STATUS_OK) journal_.note(head.slot);
      return true;
  }
  queue.entries.pop();
  reschedule_ = true;
  return true;
}

bool Firmware::fence_passed(const takt_job_slot& slot) {
  hal_.cost(CostPoint::FencePoll);
  uint64_t value = 0;
  hal_.load({slot.fence_address}, &value, sizeof(value));
  return value >= slot.fence_value;
}

bool Firmware::report(uint32_t id, const Entry& entry) {
  takt_completion record = {};
  record.job_id = entry.slot.job_id;
  record.queue = id;
  record.status = entry.status;
  record.accepted_ticks = entry.accepted_ticks;
  record.started_ticks = entry.started_ticks;
  record.finished_ticks = entry.finished_ticks;
  record.preemptions = entry.preemptions;
  record.fault_command = entry.fault_command;
  record.values[0] = entry.values[0];
  record.values[1] = entry.values[1];
  if (!completions_.push(hal_, record)) return false;
  host_.published(now_, is_control(id));
  return true;
}

}  // namespace takt::firmware
