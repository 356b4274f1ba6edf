// What becomes of queues: suspended, resumed, moved to another band, destroyed. A request stays at the head of the
// control queue until it is done.
#include "firmware/abi/status.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

bool Firmware::serve_queue_request(const takt_queue_slot& request, uint32_t* status) {
  *status = TAKT_STATUS_OK;
  if (request.type == TAKT_SLOT_RELEASE_CONTEXT) return release(request.context, status);
  const uint32_t id = request.queue;
  if (is_control(id) || id >= TAKT_MAX_QUEUES || !queues_[id].open) {
    *status = TAKT_STATUS_BAD_QUEUE;
    return true;
  }
  switch (request.type) {
    case TAKT_SLOT_SUSPEND_QUEUE:
      return suspend(id);
    case TAKT_SLOT_DESTROY_QUEUE:
      if (!clear(id)) return false;
      close(id);
      break;
    case TAKT_SLOT_SET_BAND:
      queues_[id].band = request.band;
      queues_[id].level = 0;
      break;
    default:
      queues_[id].suspended = false;
      break;
  }
  reschedule_ = true;
  return true;
}

// A job that cannot be preempted leaves the engines at its end.
bool Firmware::suspend(uint32_t id) {
  queues_[id].suspended = true;
  Partition& partition = partition_of(id);
  if (partition.running.queue != id) return true;
  if (!partition.running.preempt_requested && can_preempt(queues_[id])) request_preemption(&partition);
  return false;
}

// Ends what the firmware holds of a queue. True: all records are written.
bool Firmware::clear(uint32_t id) {
  Queue& queue = queues_[id];
  queue.closing = true;
  if (Running& running = partition_of(id).running; running.queue == id) {
    if (!running.abort_requested) engines_.abort(hardware_queue(id));
    running.abort_requested = true;
    return false;
  }
  while (!queue.entries.empty()) {
    Entry& head = queue.entries.front();
    const bool ended = head.state == EntryState::Finished;
    if (!ended && head.slot.type == TAKT_SLOT_JOB) {
      head.state = EntryState::Finished;
      head.status = TAKT_STATUS_ABORTED;
      head.finished_ticks = now_;
      if (head.started_ticks == 0) head.started_ticks = now_;
      ++counters_.jobs_finished;
    }
    if (head.state == EntryState::Finished && !report(id, head)) {
      polling_ = true;
      return false;
    }
    queue.entries.pop();  // fences that nobody waits for any more have no record
  }
  return true;
}

bool Firmware::release(uint32_t context, uint32_t* status) {
  bool found = false, cleared = true;
  for (uint32_t id = TAKT_CONTROL_QUEUE + 1; id < queues_end_; ++id) {
    if (!queues_[id].open || queues_[id].context != context) continue;
    found = true;
    if (!clear(id)) cleared = false;
  }
  if (!found) *status = TAKT_STATUS_BAD_QUEUE;
  if (!cleared) return false;
  for (uint32_t id = TAKT_CONTROL_QUEUE + 1; id < queues_end_; ++id)
    if (queues_[id].open && queues_[id].context == context) close(id);
  reschedule_ = true;
  return true;
}

void Firmware::close(uint32_t id) {
  Queue& queue = queues_[id];
  queue.open = queue.scan = queue.stopped = queue.suspended = queue.closing = false;
  partition_of(id).bands.forget_queue(id);
  if (processes_.leave(queue.process)) {
    for (uint32_t p = 0; p < partition_count_; ++p) partitions_[p].bands.forget_process(queue.process);
  }
  while (queues_end_ > TAKT_CONTROL_QUEUE + 1 && !queues_[queues_end_ - 1].open) --queues_end_;
}

}  // namespace takt::firmware
