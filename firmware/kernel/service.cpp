// Requests about the firmware itself (firmware/abi/service.h): how it interrupts the host, its engines, what it tells
// of itself, what tests ask of it.
#include "firmware/abi/registers.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

uint32_t Firmware::serve_service_request(const takt_service_slot& request, uint64_t values[2]) {
  switch (request.type) {
    case TAKT_SLOT_SET_COALESCING:
      host_.coalesce(request.count, ticks(request.microseconds));
      break;
    case TAKT_SLOT_QUERY_ENGINES:
      return query_engines(request, values);
      break;
    case TAKT_SLOT_RESET_ENGINES:
      return reset_engines(request);
    case TAKT_SLOT_RESUME_ENGINES:
      engines_stopped_ = false;
      reschedule_ = true;
      break;
    case TAKT_SLOT_SET_LOG:
      telemetry_.set_log({request.address}, request.bytes);
      break;
    case TAKT_SLOT_SET_METRICS:
      telemetry_.set_metrics({request.address}, request.bytes, ticks(request.microseconds), now_);
      break;
    case TAKT_SLOT_DUMP_STATE:
      return dump_state(request, values);
    case TAKT_SLOT_INJECT_FAULT:
      inject(request);
      break;
    case TAKT_SLOT_SET_TEST_MODE:
      hooks_.set_mode(request.value, request.count);
      for (uint32_t p = 0; p < partition_count_ && !hooks_.timeouts(); ++p) {
        partitions_[p].watchdog.stop();
        partitions_[p].running.over_at = kNever;
      }
      break;
    case TAKT_SLOT_SET_JOB_LIMIT:
      job_limit_ = ticks(request.microseconds);
      break;
    case TAKT_SLOT_SET_DUTY_CYCLE:
      duty_.set(ticks(request.microseconds), ticks(request.pause_us), now_);
      reschedule_ = true;
      break;
    default:
      if (request.value >= levels_) return TAKT_STATUS_UNSUPPORTED;
      governor_.fix(request.value);
      govern();
  }
  return TAKT_STATUS_OK;
}

uint32_t Firmware::query_engines(const takt_service_slot& request, uint64_t values[2]) {
  if (request.value >= partition_count_) return TAKT_STATUS_BAD_SLOT;
  const Partition& partition = partitions_[request.value];
  uint32_t flags = engines_stopped_ ? TAKT_ENGINES_STOPPED : 0;
  if (partition.busy()) {
    flags |= TAKT_ENGINES_BUSY;
    values[0] = engines_.progress(hardware_queue(partition.running.queue));
    values[1] = running_entry(partition).slot.job_id;
  }
  values[0] |= static_cast<uint64_t>(flags) << 32;
  return TAKT_STATUS_OK;
}

uint32_t Firmware::reset_engines(const takt_service_slot& request) {
  if (request.value >= partition_count_) return TAKT_STATUS_BAD_SLOT;
  Partition& culprit = partitions_[request.value];
  takt_reset_report report = {};
  if (culprit.busy()) note_reset(&report, culprit, TAKT_RESET_CULPRIT);
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (p != request.value && partitions_[p].busy()) note_reset(&report, partitions_[p], TAKT_RESET_COLLATERAL);
  }
  reset_for(&culprit, TAKT_STATUS_ABORTED);
  engines_stopped_ = true;
  if (request.address != 0) hal_.store({request.address}, &report, sizeof(report));
  return TAKT_STATUS_OK;
}

// As many as the report holds.
void Firmware::note_reset(takt_reset_report* report, const Partition& partition, uint32_t blame) {
  if (report->count == TAKT_RESET_JOBS) return;
  report->jobs[report->count++] = {queues_[partition.running.queue].context, blame,
                                   running_entry(partition).slot.job_id};
}

takt_metric_sample Firmware::metrics() const {
  takt_metric_sample sample = {};
  sample.ticks = now_;
  sample.busy_ticks = busy_ticks_;
  if (running_jobs_ != 0 && now_ > busy_since_) sample.busy_ticks += now_ - busy_since_;
  sample.interrupts = counters_.interrupts;
  sample.slots = counters_.slots;
  sample.rejected = counters_.rejected;
  sample.dispatches = counters_.dispatches;
  sample.jobs_finished = counters_.jobs_finished;
  sample.preemptions = counters_.preemptions;
  sample.timeouts = counters_.timeouts;
  sample.preemption_limited = counters_.preemption_limited;
  sample.kills = counters_.kills;
  sample.collateral = counters_.collateral;
  for (uint32_t id = 0; id < queues_end_; ++id) sample.waiting += queues_[id].entries.size();
  return sample;
}

uint32_t Firmware::dump_state(const takt_service_slot& request, uint64_t values[2]) {
  takt_state_dump dump = {};
  dump.magic = TAKT_DUMP_MAGIC;
  dump.now = metrics();
  for (const Queue& queue : queues_) dump.queues += queue.open ? 1 : 0;
  values[0] = sizeof(dump) + dump.queues * sizeof(takt_queue_state);
  if (values[0] > request.bytes) return TAKT_STATUS_NO_SPACE;
  DeviceAddr at = {request.address};
  hal_.store(at, &dump, sizeof(dump));
  at = at + sizeof(dump);
  for (uint32_t id = 0; id < TAKT_MAX_QUEUES; ++id) {
    const Queue& queue = queues_[id];
    if (!queue.open) continue;
    takt_queue_state state = {};
    state.queue = id;
    state.band = queue.band;
    state.context = queue.context;
    if (queue.stopped) state.flags |= TAKT_QUEUE_STOPPED;
    if (queue.suspended) state.flags |= TAKT_QUEUE_SUSPENDED;
    if (partition_of(id).running.queue == id) state.flags |= TAKT_QUEUE_RUNNING;
    state.waiting = queue.entries.size();
    state.ring_head = queue.ring.head();
    if (!queue.entries.empty()) state.job_id = queue.entries.front().slot.job_id;
    hal_.store(at, &state, sizeof(state));
    at = at + sizeof(state);
  }
  return TAKT_STATUS_OK;
}

void Firmware::inject(const takt_service_slot& request) {
  hooks_.inject(request.value, request.count);
  if (request.value == TAKT_FAULT_HANG) hang();
}

}  // namespace takt::firmware
