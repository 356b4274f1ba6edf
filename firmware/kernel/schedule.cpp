// The engines: which job gets them, what became of it.
#include "firmware/abi/registers.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

void Firmware::note_stops(uint32_t engines) {
  if (engines == 0 || hooks_.take(TAKT_FAULT_LOSE_ENGINE_STOP)) return;
  const uint32_t own = running_.queue == kNoQueue ? 0 : 1u << hardware_queue(running_.queue);
  if ((engines & ~own) != 0) ++counters_.spurious_interrupts;
  if ((engines & own) != 0 && !take_stop()) ++counters_.spurious_interrupts;
}

// True: the running job has stopped, and was taken off the engines.
bool Firmware::take_stop() {
  hal_.cost(CostPoint::EngineEvent);
  const EngineStop stop = engines_.state(hardware_queue(running_.queue));
  switch (stop.state) {
    case TAKT_NPU_DONE:
    case TAKT_NPU_FAULTED:
      finish_running(stop.status, stop.fault_command);
      return true;
    case TAKT_NPU_PREEMPTED: {
      Entry& job = running_entry();
      job.state = EntryState::Preempted;
      ++job.preemptions;
      ++counters_.preemptions;
      log(LogEvent::Preempted, running_.queue, job.slot.job_id);
      release_engines();
      return true;
    }
    default:
      return false;
  }
}

// Looks at the state before the progress: an interrupt may have been lost.
void Firmware::judge_running_job() {
  if (running_.queue == kNoQueue || now_ < watchdog_.next_sample()) return;
  hal_.cost(CostPoint::JobWatchdog);
  if (take_stop()) {
    ++counters_.lost_interrupts;
    return;
  }
  if (!watchdog_.hangs(now_, engines_.progress(hardware_queue(running_.queue)))) return;
  ++counters_.timeouts;
  log(LogEvent::Timeout, running_.queue, running_entry().slot.job_id);
  // Only this job is lost: no other is on the engines, and preempted ones live in their save areas.
  engines_.reset(info_.hardware_queues);
  finish_running(TAKT_STATUS_TIMEOUT, 0);
}

void Firmware::finish_running(uint32_t status, uint32_t fault_command) {
  Entry& job = running_entry();
  job.state = EntryState::Finished;
  job.status = status;
  job.fault_command = fault_command;
  job.finished_ticks = now_;
  ++counters_.jobs_finished;
  log(LogEvent::Completed, running_.queue, job.slot.job_id);
  release_engines();
}

void Firmware::release_engines() {
  if (now_ > running_.dispatched_ticks) busy_ticks_ += now_ - running_.dispatched_ticks;
  running_ = {};
  watchdog_.stop();
  reschedule_ = true;
}

bool Firmware::schedule() {
  if (duty_.turned(now_) || now_ >= policy_wakeup_) reschedule_ = true;
  if (!reschedule_) return false;
  policy_wakeup_ = kNever;  // also where nothing is decided now: a time past would wake the firmware for ever
  if (engines_stopped_) return false;
  if (duty_.paused()) return pause();
  reschedule_ = false;
  if (running_.preempt_requested) return false;  // decided; asked again when the engines are free
  const uint32_t count = gather_candidates();
  if (count == 0) return false;
  hal_.cost(CostPoint::Decision, count);
  const Decision decision = policy_->decide(view(count));
  policy_wakeup_ = decision.next_wakeup_ticks > now_ ? decision.next_wakeup_ticks : now_ + 1;
  if (running_.queue == kNoQueue) return dispatch(decision.queue);
  return decision.preempt_running && preempt();
}

// A job that cannot be preempted stays to its end.
bool Firmware::pause() {
  reschedule_ = false;
  if (running_.queue == kNoQueue || running_.preempt_requested || !can_preempt(queues_[running_.queue])) return false;
  request_preemption();
  return true;
}

uint32_t Firmware::gather_candidates() {
  uint32_t count = 0;
  for (uint32_t id = 1; id < queues_end_; ++id) {
    const Queue& queue = queues_[id];
    if (!queue.open || !queue.has_ready_job()) continue;
    const Entry& head = queue.entries.front();
    candidates_[count++] = {id,
                            queue.entries.size(),
                            queue.band,
                            head.slot.period_us,
                            head.accepted_ticks,
                            head.sequence,
                            head.estimated_cycles,
                            head.slot.deadline_ticks,
                            head.state == EntryState::Preempted};
  }
  return count;
}

SchedulerView Firmware::view(uint32_t candidates) const {
  SchedulerView view = {now_, {}, candidates_, candidates};
  if (running_.queue != kNoQueue) {
    const Queue& queue = queues_[running_.queue];
    const Entry& job = queue.entries.front();
    view.running = {
        running_.queue,          queue.band,        job.sequence, running_.dispatched_ticks, job.estimated_cycles,
        job.slot.deadline_ticks, can_preempt(queue)};
  }
  return view;
}

bool Firmware::dispatch(uint32_t id) {
  if (id >= TAKT_MAX_QUEUES || !queues_[id].has_ready_job()) return false;
  Queue& queue = queues_[id];
  Entry& job = queue.entries.front();
  const bool resume = job.state == EntryState::Preempted;
  if (hooks_.null_jobs() && !resume) {
    job.started_ticks = now_;
    job.finished_ticks = now_;
    job.state = EntryState::Finished;
    ++counters_.jobs_finished;
    reschedule_ = true;
    return true;
  }
  const EngineJob engine_job = {job.program->header, {job.slot.parameters}, queue.save_area,
                                queue.save_bytes,    queue.context,         static_cast<uint32_t>(job.slot.job_id),
                                queue.band,  // as NoC priority: 0..3, below display and camera
                                queue.windows};
  running_ = {id, timer_.now(), false, false, false};
  if (!resume) job.started_ticks = running_.dispatched_ticks;
  job.state = EntryState::Running;
  engines_.start(hardware_queue(id), engine_job, resume);
  if (hooks_.timeouts()) watchdog_.start(running_.dispatched_ticks);
  policy_->dispatched(id);
  ++counters_.dispatches;
  log(resume ? LogEvent::Resumed : LogEvent::Dispatched, id, job.slot.job_id);
  reschedule_ = true;  // those left behind may have a claim to preempt it later
  return true;
}

bool Firmware::preempt() {
  if (!can_preempt(queues_[running_.queue])) {
    if (running_.limited) return false;
    running_.limited = true;
    ++counters_.preemption_limited;
    log(LogEvent::PreemptionLimited, running_.queue, running_entry().slot.job_id);
    return false;
  }
  request_preemption();
  return true;
}

// The job at the head of `queue`.
bool Firmware::can_preempt(const Queue& queue) const {
  return hooks_.preemption() && queue.can_preempt(*queue.entries.front().program);
}

void Firmware::request_preemption() {
  running_.preempt_requested = true;
  ++counters_.preempt_requests;
  log(LogEvent::PreemptRequested, running_.queue, running_entry().slot.job_id);
  engines_.preempt(hardware_queue(running_.queue));
}

}  // namespace takt::firmware
