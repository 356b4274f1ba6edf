// What reaches the head of a queue: fences, control requests, finished jobs. A ready job stays there for the policy.
#include "firmware/kernel/firmware.h"
#include "firmware/kernel/slot_check.h"

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
    case TAKT_SLOT_CREATE_QUEUE:
    case TAKT_SLOT_REGISTER_PROGRAM:
    case TAKT_SLOT_SET_BANDWIDTH:
    case TAKT_SLOT_DESTROY_QUEUE:
    case TAKT_SLOT_SUSPEND_QUEUE:
    case TAKT_SLOT_RESUME_QUEUE:
    case TAKT_SLOT_SET_BAND:
    case TAKT_SLOT_RELEASE_CONTEXT:
      return serve_control_request(&head);
    case TAKT_SLOT_FENCE_WAIT:
      if (fence_passed(head.slot)) break;
      polling_ = true;
      return false;
    case TAKT_SLOT_FENCE_SIGNAL:
      hal_.cost(CostPoint::FencePoll);
      hal_.fence();
      hal_.store({head.slot.fence_address}, &head.slot.fence_value, sizeof(head.slot.fence_value));
      break;
    default:
      break;  // NOP
  }
  queue.entries.pop();
  reschedule_ = true;
  return true;
}

// False: it is under way, and looked at again when something has happened.
bool Firmware::serve_control_request(Entry* entry) {
  hal_.cost(CostPoint::ControlRequest);
  if (entry->slot.type == TAKT_SLOT_CREATE_QUEUE) {
    entry->status = create_queue(as_create_queue(entry->slot));
  } else if (entry->slot.type == TAKT_SLOT_SET_BANDWIDTH) {
    entry->status = bandwidth_.set(as_set_bandwidth(entry->slot));
  } else if (entry->slot.type == TAKT_SLOT_REGISTER_PROGRAM) {
    const takt_register_program_slot request = as_register_program(entry->slot);
    entry->status = programs_.add(hal_, request.program, {request.header});
  } else if (!serve_queue_request(as_queue(entry->slot), &entry->status)) {
    return false;
  }
  entry->started_ticks = now_;
  entry->finished_ticks = now_;
  entry->state = EntryState::Finished;
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
  if (!completions_.push(hal_, record)) return false;
  raise_host_ = true;
  return true;
}

uint32_t Firmware::create_queue(const takt_create_queue_slot& request) {
  if (request.queue == TAKT_CONTROL_QUEUE || request.queue >= TAKT_MAX_QUEUES) return TAKT_STATUS_BAD_QUEUE;
  Queue& queue = queues_[request.queue];
  if (queue.open || !queue.ring.open(hal_, {request.ring})) return TAKT_STATUS_BAD_QUEUE;
  queue.open = true;
  if (request.queue >= queues_end_) queues_end_ = request.queue + 1;
  queue.scan = true;  // its doorbell may have rung before the queue existed
  queue.band = request.band;
  queue.context = request.context;
  queue.save_area = {request.save_area};
  queue.windows = {request.windows};
  queue.save_bytes =
      request.save_area_bytes > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(request.save_area_bytes);
  return TAKT_STATUS_OK;
}

}  // namespace takt::firmware
