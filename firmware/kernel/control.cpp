// Control requests: queues and programs made, regulators set. What becomes of queues is in lifecycle.cpp, what concerns
// the firmware itself in service.cpp.
#include "firmware/kernel/firmware.h"
#include "firmware/kernel/slot_check.h"

namespace takt::firmware {

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
  } else if (entry->slot.type == TAKT_SLOT_SET_BAND_SETUP) {
    entry->status = set_band(as_band(entry->slot));
  } else if (entry->slot.type == TAKT_SLOT_SET_SCHEDULING) {
    entry->status = set_scheduling(as_scheduling(entry->slot));
  } else if (entry->slot.type == TAKT_SLOT_SET_GOVERNOR) {
    entry->status = set_governor(as_governor(entry->slot));
  } else if (entry->slot.type >= TAKT_SLOT_SET_COALESCING) {
    entry->status = serve_service_request(as_service(entry->slot), entry->values);
  } else if (!serve_queue_request(as_queue(entry->slot), &entry->status)) {
    return false;
  }
  entry->started_ticks = now_;
  entry->finished_ticks = now_;
  entry->state = EntryState::Finished;
  return true;
}

uint32_t Firmware::create_queue(const takt_create_queue_slot& request) {
  if (is_control(request.queue) || request.queue >= TAKT_MAX_QUEUES) return TAKT_STATUS_BAD_QUEUE;
  if (request.partition >= partition_count_) return TAKT_STATUS_BAD_SLOT;
  Queue& queue = queues_[request.queue];
  if (queue.open || !queue.ring.open(hal_, {request.ring})) return TAKT_STATUS_BAD_QUEUE;
  queue.open = true;
  if (request.queue >= queues_end_) queues_end_ = request.queue + 1;
  queue.scan = true;  // its doorbell may have rung before the queue existed
  queue.band = request.band;
  queue.level = queue.weight = 0;
  queue.priority = 0;
  queue.served_ticks = 0;
  queue.load = 0;
  queue.process = processes_.join(request.context);
  queue.context = request.context;
  queue.partition = request.partition;
  queue.save_area = {request.save_area};
  queue.windows = {request.windows};
  queue.save_bytes =
      request.save_area_bytes > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(request.save_area_bytes);
  return TAKT_STATUS_OK;
}

uint32_t Firmware::set_band(const takt_band_slot& request) {
  for (uint32_t p = 0; p < partition_count_; ++p) {
    Bands& bands = partitions_[p].bands;
    bands.set_band(request.band,
                   {ticks(request.grace_us), ticks(request.process_quantum_us), ticks(request.process_grace_us)});
    if (request.band == TAKT_BAND_NORMAL) bands.set_share(request.share_percent);
  }
  reschedule_ = true;
  return TAKT_STATUS_OK;
}

uint32_t Firmware::set_scheduling(const takt_scheduling_slot& request) {
  const uint32_t id = request.queue;
  if (is_control(id) || id >= TAKT_MAX_QUEUES || !queues_[id].open) return TAKT_STATUS_BAD_QUEUE;
  Queue& queue = queues_[id];
  if (has_flag(TAKT_BOOT_ADMISSION)) {
    const uint32_t status = admit(id, request);
    if (status != TAKT_STATUS_OK) return status;
  }
  queue.band = request.band;
  queue.level = request.level;
  queue.priority = request.priority;
  queue.weight = request.weight;
  partition_of(id).bands.set_turn(
      id, {ticks(request.quantum_us), ticks(request.grace_same_us), ticks(request.grace_lower_us)});
  reschedule_ = true;
  return TAKT_STATUS_OK;
}

// By the estimates as they stand, to a millionth of the time.
uint32_t Firmware::admit(uint32_t id, const takt_scheduling_slot& request) {
  uint64_t work = 0;
  for (uint32_t i = 0; i < request.programs; ++i) {
    const Program* program = programs_.find(request.program + i);
    if (program == nullptr) return TAKT_STATUS_BAD_PROGRAM;
    work += program->corrected(npu_ticks(hooks_.estimate(program->cost.cycles(hal_, {0}))));
  }
  const uint64_t period = ticks(request.period_us);
  uint64_t load = 0;
  if (period != 0) load = work < 4 * period ? work * kAllTime / period : 4 * uint64_t{kAllTime};
  uint64_t all = load;
  for (uint32_t other = 0; other < queues_end_; ++other) {
    if (other != id && queues_[other].open && queues_[other].partition == queues_[id].partition)
      all += queues_[other].load;
  }
  if (load != 0 && all > kAllTime) return TAKT_STATUS_NOT_ADMITTED;
  queues_[id].load = static_cast<uint32_t>(load);
  return TAKT_STATUS_OK;
}

}  // namespace takt::firmware
