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
      finish_running(stop.status, stop.fault_command);
      return true;
    case TAKT_NPU_FAULTED:
      if (running_.killed && !running_.abort_requested && stop.status == TAKT_STATUS_ABORTED)
        restart_running();
      else
        finish_running(stop.status, stop.fault_command);
      return true;
    case TAKT_NPU_PREEMPTED:
      suspend_running();
      return true;
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
  const uint32_t engine = hardware_queue(running_.queue);
  if (!watchdog_.hangs(now_, engines_.progress(engine))) return;
  const bool saving = engines_.state(engine).state == TAKT_NPU_SAVING;
  ++counters_.timeouts;
  log(LogEvent::Timeout, running_.queue, running_entry().slot.job_id);
  // Only this job is lost: no other is on the engines, and preempted ones live in their save areas.
  reset_hardware();
  finish_running(saving ? TAKT_STATUS_SAVE_TIMEOUT : TAKT_STATUS_TIMEOUT, 0);
}

// Engines that cannot be reset are beyond the firmware: a cold boot is the last resort.
void Firmware::reset_hardware() {
  if (!engines_.reset(info_.hardware_queues)) hang();
}

// Until the hardware watchdog has had enough.
void Firmware::hang() {
  for (;;) timer_.now();
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
  if (status == TAKT_STATUS_OK) job.program->observe(job.table_ticks, job.run_ticks);
}

void Firmware::suspend_running() {
  Entry& job = running_entry();
  job.state = EntryState::Preempted;
  ++job.preemptions;
  if (context_bytes_ != 0)
    job.fruitless_stays = engines_.progress(hardware_queue(running_.queue)) == 0 ? job.fruitless_stays + 1 : 0;
  ++counters_.preemptions;
  log(LogEvent::Preempted, running_.queue, job.slot.job_id);
  release_engines();
}

// What a killed job did is gone.
void Firmware::restart_running() {
  Entry& job = running_entry();
  job.state = EntryState::Waiting;
  ++job.preemptions;
  ++job.kills;
  ++counters_.kills;
  log(LogEvent::Killed, running_.queue, job.slot.job_id);
  release_engines();
  job.run_ticks = 0;
}

void Firmware::release_engines() {
  if (now_ > running_.dispatched_ticks) {
    const uint64_t stay = now_ - running_.dispatched_ticks;
    busy_ticks_ += stay;
    queues_[running_.queue].served_ticks += stay;
    running_entry().run_ticks += stay;
  }
  bands_.released(now_);
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
  if (count == 0 && !has_flag(TAKT_BOOT_BANDS)) return false;
  hal_.cost(CostPoint::Decision, count);
  const RunningJob running = running_job();
  Ruling ruling;
  ruling.count = count;
  if (has_flag(TAKT_BOOT_BANDS)) ruling = bands_.rule(now_, running, candidates_, count);
  Decision decision;
  if (ruling.preempt)
    decision.preempt_running = true;
  else if (ruling.count != 0)
    decision = policy_->decide({now_, running, candidates_, ruling.count});
  const uint64_t wakeup = ruling.wakeup < decision.next_wakeup_ticks ? ruling.wakeup : decision.next_wakeup_ticks;
  policy_wakeup_ = wakeup > now_ ? wakeup : now_ + 1;
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
  bool fences = false;
  for (uint32_t id = 1; id < queues_end_; ++id) {
    const Queue& queue = queues_[id];
    if (!queue.open) continue;
    standing_[id] = {queue.band, queue.level};
    fences = fences || queue.waits_at_fence();
  }
  if (fences) inherit_bands();
  for (uint32_t id = 1; id < queues_end_; ++id) {
    if (queues_[id].open && queues_[id].has_ready_job()) candidates_[count++] = candidate(id);
  }
  return count;
}

// A queue that a stronger one waits for at a fence stands where that one does. The firmware sees the signals in the
// slots it holds; one that still lies in the ring lends nothing.
void Firmware::inherit_bands() {
  for (bool changed = true; changed;) {
    changed = false;
    for (uint32_t waiting = 1; waiting < queues_end_; ++waiting) {
      if (!queues_[waiting].open || !queues_[waiting].waits_at_fence()) continue;
      const Standing strong = standing_[waiting];
      for (uint32_t id = 1; id < queues_end_; ++id) {
        Standing& standing = standing_[id];
        if (!queues_[id].open || standing.band > strong.band) continue;
        if (standing.band == strong.band && standing.level >= strong.level) continue;
        if (!holds_signal(queues_[id], queues_[waiting].entries.front().slot)) continue;
        standing = strong;
        changed = true;
      }
    }
  }
}

bool Firmware::holds_signal(const Queue& queue, const takt_job_slot& wait) const {
  hal_.cost(CostPoint::FencePoll);
  for (uint32_t i = 0; i < queue.entries.size(); ++i) {
    const takt_job_slot& slot = queue.entries.at(i).slot;
    if (slot.type == TAKT_SLOT_FENCE_SIGNAL && slot.fence_address == wait.fence_address &&
        slot.fence_value >= wait.fence_value)
      return true;
  }
  return false;
}

Candidate Firmware::candidate(uint32_t id) const {
  const Queue& queue = queues_[id];
  const Entry& head = queue.entries.front();
  Candidate c;
  c.queue = id;
  c.pending = queue.entries.size();
  c.band = standing_[id].band;
  c.level = standing_[id].level;
  c.priority = queue.priority;
  c.process = queue.process;
  c.weight = queue.share();
  c.period_us = head.slot.period_us;
  c.accepted_ticks = head.accepted_ticks;
  c.sequence = head.sequence;
  c.estimated_ticks = head.estimated_ticks;
  c.remaining_ticks = head.estimated_ticks > head.run_ticks ? head.estimated_ticks - head.run_ticks : 0;
  c.served_ticks = queue.served_ticks;
  c.deadline_ticks = head.slot.deadline_ticks;
  c.started = head.state == EntryState::Preempted;
  return c;
}

RunningJob Firmware::running_job() const {
  RunningJob job;
  if (running_.queue == kNoQueue) return job;
  static_cast<Candidate&>(job) = candidate(running_.queue);
  const uint64_t stay = now_ > running_.dispatched_ticks ? now_ - running_.dispatched_ticks : 0;
  job.remaining_ticks -= stay < job.remaining_ticks ? stay : job.remaining_ticks;
  job.served_ticks += stay;
  job.dispatched_ticks = running_.dispatched_ticks;
  job.preemptible = can_preempt(queues_[running_.queue]);
  return job;
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
  running_ = {id, timer_.now(), false, false, false, false};
  bands_.dispatched(candidate(id), running_.dispatched_ticks);
  if (!resume) job.started_ticks = running_.dispatched_ticks;
  job.state = EntryState::Running;
  engines_.start(hardware_queue(id), engine_job, resume);
  if (hooks_.timeouts()) watchdog_.start(running_.dispatched_ticks);
  policy_->dispatched(id);
  ++counters_.dispatches;
  log(resume ? LogEvent::Resumed : LogEvent::Dispatched, id, job.slot.job_id);
  reschedule_ = true;  // those left behind may have a claim to preempt it later
  if (hooks_.preempt_always() && way_off(queue) == Leave::AtCut) request_preemption();
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

// Of the job at the head of `queue`.
Firmware::Leave Firmware::way_off(const Queue& queue) const {
  if (!hooks_.preemption() || has_flag(TAKT_BOOT_NO_PREEMPTION)) return Leave::Never;
  const Entry& job = queue.entries.front();
  if (has_flag(TAKT_BOOT_KILL) && job.program->restartable && job.kills < TAKT_KILLS_MOST) return Leave::Killed;
  if (job.fruitless_stays < TAKT_FRUITLESS_STAYS_MOST && queue.can_save_anywhere(*job.program, context_bytes_))
    return Leave::Anywhere;
  return queue.can_save_at_cut(*job.program) ? Leave::AtCut : Leave::Never;
}

void Firmware::request_preemption() {
  const Leave way = way_off(queues_[running_.queue]);
  const uint32_t engine = hardware_queue(running_.queue);
  running_.preempt_requested = true;
  running_.killed = way == Leave::Killed;
  ++counters_.preempt_requests;
  log(LogEvent::PreemptRequested, running_.queue, running_entry().slot.job_id);
  if (way == Leave::Killed)
    engines_.abort(engine);
  else if (way == Leave::Anywhere)
    engines_.force_preempt(engine);
  else
    engines_.preempt(engine);
}

}  // namespace takt::firmware
