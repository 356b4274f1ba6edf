// Slots from the rings of the clients into the queues of the kernel.
#include "firmware/kernel/firmware.h"
#include "firmware/kernel/slot_check.h"

namespace takt::firmware {

namespace {
constexpr uint32_t kBatch = 8;  // slots per copy; bounds the stack
}

bool Firmware::intake(uint32_t id) {
  Queue& queue = queues_[id];
  if (queue.stopped || queue.entries.full()) return false;
  if (!queue.ring.refresh(hal_)) {
    stop_queue(id);
    return true;
  }
  takt_job_slot slots[kBatch];
  bool taken = false;
  for (;;) {
    const uint32_t room = queue.entries.room();
    const uint32_t count = queue.ring.take(hal_, slots, room < kBatch ? room : kBatch);
    if (count == 0) break;
    taken = true;
    hal_.cost(CostPoint::RingSlot, count);
    for (uint32_t i = 0; i < count; ++i) accept(id, slots[i]);
  }
  if (taken) queue.ring.release(hal_);
  queue.scan = queue.ring.waiting() != 0;
  return true;
}

void Firmware::accept(uint32_t id, const takt_job_slot& slot) {
  Entry& entry = queues_[id].entries.push();
  entry.slot = slot;
  entry.sequence = sequence_++;
  entry.accepted_ticks = now_;
  ++counters_.slots;
  uint32_t status = check_slot(is_control(id), slot);
  if (status == TAKT_STATUS_OK && slot.type == TAKT_SLOT_JOB) {
    entry.program = programs_.find(slot.program);
    if (entry.program == nullptr)
      status = TAKT_STATUS_BAD_PROGRAM;
    else if (!partition_of(id).fits(*entry.program))
      status = TAKT_STATUS_UNSUPPORTED;
    else
      estimate(&entry);
  }
  if (status != TAKT_STATUS_OK) {
    reject(id, &entry, status);
  } else if (slot.type == TAKT_SLOT_JOB) {
    log(LogEvent::Accepted, id, slot.job_id);
  }
  reschedule_ = true;
}

void Firmware::estimate(Entry* job) {
  job->table_ticks = npu_ticks(hooks_.estimate(job->program->cost.cycles(hal_, {job->slot.parameters})));
  job->estimated_ticks = job->program->corrected(job->table_ticks);
}

// Jobs accepted before stay and run; the record behind them tells the driver.
void Firmware::stop_queue(uint32_t id) {
  Queue& queue = queues_[id];
  queue.scan = false;
  queue.stopped = true;
  Entry& entry = queue.entries.push();
  entry.accepted_ticks = now_;
  reject(id, &entry, TAKT_STATUS_BAD_QUEUE);
}

void Firmware::reject(uint32_t id, Entry* entry, uint32_t status) {
  ++counters_.rejected;
  entry->status = status;
  entry->state = EntryState::Finished;
  entry->started_ticks = now_;
  entry->finished_ticks = now_;
  log(LogEvent::Rejected, id, entry->slot.job_id);
}

}  // namespace takt::firmware
