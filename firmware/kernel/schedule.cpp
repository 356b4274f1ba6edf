// The engines: which job gets them, what became of it.
#include "firmware/abi/registers.h"
#include "firmware/kernel/firmware.h"

namespace takt::firmware {

void Firmware::note_stops(uint32_t engines) {
  if (engines == 0 || hooks_.take(TAKT_FAULT_LOSE_ENGINE_STOP)) return;
  uint32_t unexpected = engines;
  for (uint32_t p = 0; p < partition_count_; ++p) {
    Partition& partition = partitions_[p];
    const uint32_t own = partition.busy() ? 1u << hardware_queue(partition.running.queue) : 0;
    unexpected &= ~own;
    if ((engines & own) != 0 && !take_stop(&partition)) ++counters_.spurious_interrupts;
  }
  if (unexpected != 0) ++counters_.spurious_interrupts;
}

// True: the running job has stopped, and was taken off the engines.
bool Firmware::take_stop(Partition* partition) {
  hal_.cost(CostPoint::EngineEvent);
  const Running& running = partition->running;
  const EngineStop stop = engines_.state(hardware_queue(running.queue));
  switch (stop.state) {
    case TAKT_NPU_DONE:
      finish_running(partition, stop.status, stop.fault_command);
      return true;
    case TAKT_NPU_FAULTED:
      if (running.killed && !running.abort_requested && stop.status == TAKT_STATUS_ABORTED)
        kill_running(partition);
      else
        finish_running(partition, stop.status, stop.fault_command);
      return true;
    case TAKT_NPU_PREEMPTED:
      suspend_running(partition);
      return true;
    default:
      return false;
  }
}

void Firmware::judge_running_jobs() {
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (partitions_[p].busy() && now_ >= partitions_[p].judge_at()) judge_running_job(&partitions_[p]);
  }
}

// Looks at the state before the progress: an interrupt may have been lost.
void Firmware::judge_running_job(Partition* partition) {
  hal_.cost(CostPoint::JobWatchdog);
  if (take_stop(partition)) {
    ++counters_.lost_interrupts;
    return;
  }
  const uint32_t id = partition->running.queue;
  const uint32_t engine = hardware_queue(id);
  const bool over = now_ >= partition->running.over_at;
  if (!over && !partition->watchdog.hangs(now_, engines_.progress(engine))) return;
  const bool saving = !over && engines_.state(engine).state == TAKT_NPU_SAVING;
  ++counters_.timeouts;
  log(LogEvent::Timeout, id, running_entry(*partition).slot.job_id);
  reset_for(partition, saving ? TAKT_STATUS_SAVE_TIMEOUT : TAKT_STATUS_TIMEOUT);
}

// The culprit's job ends with `status`. What others did is gone too: they start again where their programs may.
// Preempted jobs live in their save areas. Engines that cannot be reset are beyond the firmware: a cold boot is the
// last resort.
void Firmware::reset_for(Partition* culprit, uint32_t status) {
  if (!engines_.reset(info_.hardware_queues)) hang();
  if (culprit->busy()) finish_running(culprit, status, 0);
  for (uint32_t p = 0; p < partition_count_; ++p) {
    Partition& other = partitions_[p];
    if (!other.busy()) continue;
    ++counters_.collateral;
    if (running_entry(other).program->restartable && !other.running.abort_requested)
      restart_running(&other);
    else
      finish_running(&other, TAKT_STATUS_ABORTED, 0);
  }
}

// Until the hardware watchdog has had enough.
void Firmware::hang() {
  for (;;) timer_.now();
}

void Firmware::finish_running(Partition* partition, uint32_t status, uint32_t fault_command) {
  Entry& job = running_entry(*partition);
  job.state = EntryState::Finished;
  job.status = status;
  job.fault_command = fault_command;
  job.finished_ticks = now_;
  ++counters_.jobs_finished;
  log(LogEvent::Completed, partition->running.queue, job.slot.job_id);
  release_engines(partition);
  if (status == TAKT_STATUS_OK) job.program->observe(job.table_ticks, job.run_ticks);
}

void Firmware::suspend_running(Partition* partition) {
  Entry& job = running_entry(*partition);
  job.state = EntryState::Preempted;
  ++job.preemptions;
  if (context_bytes_ != 0)
    job.fruitless_stays =
        engines_.progress(hardware_queue(partition->running.queue)) == 0 ? job.fruitless_stays + 1 : 0;
  ++counters_.preemptions;
  log(LogEvent::Preempted, partition->running.queue, job.slot.job_id);
  release_engines(partition);
}

void Firmware::kill_running(Partition* partition) {
  Entry& job = running_entry(*partition);
  ++job.preemptions;
  ++job.kills;
  ++counters_.kills;
  restart_running(partition);
}

// What the job did is gone.
void Firmware::restart_running(Partition* partition) {
  Entry& job = running_entry(*partition);
  job.state = EntryState::Waiting;
  log(LogEvent::Killed, partition->running.queue, job.slot.job_id);
  release_engines(partition);
  job.run_ticks = 0;
}

void Firmware::release_engines(Partition* partition) {
  const Running& running = partition->running;
  if (now_ > running.dispatched_ticks) {
    const uint64_t stay = now_ - running.dispatched_ticks;
    queues_[running.queue].served_ticks += stay;
    running_entry(*partition).engine_ticks += stay;
    running_entry(*partition).run_ticks += work_since(*partition);
  }
  if (--running_jobs_ == 0) {
    if (now_ > busy_since_) busy_ticks_ += now_ - busy_since_;
    expect_sleep();
  }
  if (has_flag(TAKT_BOOT_BANDS)) partition->bands.released(now_);
  partition->running = {};
  others_run_ = true;
  partition->watchdog.stop();
  reschedule_ = true;
}

// A change anywhere is one for all partitions: policies look at what the others run.
bool Firmware::schedule() {
  if (duty_.turned(now_)) reschedule_ = true;
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (now_ >= partitions_[p].policy_wakeup) reschedule_ = true;
  }
  if (!reschedule_) return false;
  // Also where nothing is decided now: a time past would wake the firmware for ever.
  for (uint32_t p = 0; p < partition_count_; ++p) partitions_[p].policy_wakeup = kNever;
  if (engines_stopped_) return false;
  reschedule_ = false;
  bool worked = false;
  for (uint32_t p = 0; p < partition_count_; ++p) {
    if (duty_.paused() ? pause(&partitions_[p]) : decide(&partitions_[p])) worked = true;
  }
  if (others_run_ && partition_count_ > 1) share_memory();
  others_run_ = false;
  if (!worked) govern();
  return worked;
}

MemoryView Firmware::memory_view() {
  if (partition_count_ == 1) return {};
  for (uint32_t p = 0; p < partition_count_; ++p) beside_[p] = running_job(partitions_[p]);
  return {now_, beside_, partition_count_, info_.npu_bytes_per_s};
}

void Firmware::share_memory() {
  uint64_t budgets[TAKT_MAX_PARTITIONS] = {};
  partitions_[0].policy->share_memory(memory_view(), budgets);
  for (uint32_t p = 0; p < partition_count_; ++p) {
    Partition& partition = partitions_[p];
    if (budgets[p] == partition.budget) continue;
    partition.budget = budgets[p];
    bandwidth_.limit_cores(info_.npu_ports, partition.first_core, partition.cores, budgets[p]);
  }
}

bool Firmware::decide(Partition* partition) {
  if (partition->running.preempt_requested) return false;  // decided; asked again when the engines are free
  const uint32_t count = gather_candidates(*partition);
  if (count == 0 && !has_flag(TAKT_BOOT_BANDS)) return false;
  hal_.cost(CostPoint::Decision, count);
  const RunningJob running = running_job(*partition);
  Ruling ruling;
  ruling.count = count;
  if (has_flag(TAKT_BOOT_BANDS)) ruling = partition->bands.rule(now_, running, candidates_, count);
  Decision decision;
  if (ruling.preempt)
    decision.preempt_running = true;
  else if (ruling.count != 0)
    decision = partition->policy->decide(
        {now_, running, candidates_, ruling.count, static_cast<uint32_t>(partition - partitions_), memory_view()});
  const uint64_t wakeup = ruling.wakeup < decision.next_wakeup_ticks ? ruling.wakeup : decision.next_wakeup_ticks;
  partition->policy_wakeup = wakeup > now_ ? wakeup : now_ + 1;
  if (!partition->busy()) return dispatch(partition, decision.queue);
  return decision.preempt_running && preempt(partition);
}

// A job that cannot be preempted stays to its end.
bool Firmware::pause(Partition* partition) {
  const Running& running = partition->running;
  if (!partition->busy() || running.preempt_requested || !can_preempt(queues_[running.queue])) return false;
  request_preemption(partition);
  return true;
}

uint32_t Firmware::gather_candidates(const Partition& partition) {
  uint32_t count = 0;
  inherited_ = false;
  for (uint32_t id = 1; id < queues_end_; ++id) {
    const Queue& queue = queues_[id];
    if (!queue.open) continue;
    if (queue.waits_at_fence())
      inherited_ = true;
    else if (&partitions_[queue.partition] == &partition && queue.has_ready_job())
      describe(id, candidates_[count++]);
  }
  if (!inherited_) return count;
  inherit_bands();
  for (uint32_t i = 0; i < count; ++i) {
    candidates_[i].band = standing_[candidates_[i].queue].band;
    candidates_[i].level = standing_[candidates_[i].queue].level;
  }
  return count;
}

// A queue that a stronger one waits for at a fence stands where that one does. The firmware sees the signals in the
// slots it holds; one that still lies in the ring lends nothing.
void Firmware::inherit_bands() {
  for (uint32_t id = 1; id < queues_end_; ++id) standing_[id] = {queues_[id].band, queues_[id].level};
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

void Firmware::describe(uint32_t id, Candidate& c) const {
  const Queue& queue = queues_[id];
  const Entry& head = queue.entries.front();
  c.queue = id;
  c.pending = queue.entries.size();
  c.band = standing(id).band;
  c.level = standing(id).level;
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
  c.tokens = head.slot.tokens;
  if (partition_count_ > 1) {
    const uint64_t traffic = head.program->cost.traffic_bytes();
    c.bytes_per_s = head.table_ticks == 0 ? 0 : traffic * info_.timer_hz / head.table_ticks;
  }
  c.started = head.state == EntryState::Preempted;
}

// Of a running job, as if at power level 0, since it was counted last.
uint64_t Firmware::work_since(const Partition& partition) const {
  const Running& running = partition.running;
  if (now_ <= running.counted_ticks) return 0;
  const uint64_t stay = now_ - running.counted_ticks;
  if (level_ == 0) return stay;
  return stay * kSlowdownOne / queues_[running.queue].entries.front().program->slowdown.at[level_];
}

RunningJob Firmware::running_job(const Partition& partition) const {
  RunningJob job;
  if (!partition.busy()) return job;
  const Running& running = partition.running;
  describe(running.queue, job);
  const uint64_t work = work_since(partition);
  job.remaining_ticks -= work < job.remaining_ticks ? work : job.remaining_ticks;
  job.served_ticks += now_ > running.dispatched_ticks ? now_ - running.dispatched_ticks : 0;
  job.dispatched_ticks = running.dispatched_ticks;
  job.preemptible = can_preempt(queues_[running.queue]);
  return job;
}

bool Firmware::dispatch(Partition* partition, uint32_t id) {
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
  const uint64_t now = timer_.now();
  partition->running = {id, now, now, false, false, false, false, kNever};
  if (job_limit_ != 0 && hooks_.timeouts())
    partition->running.over_at = now + (job_limit_ > job.engine_ticks ? job_limit_ - job.engine_ticks : 0);
  others_run_ = true;
  if (running_jobs_++ == 0) busy_since_ = now;
  if (has_flag(TAKT_BOOT_BANDS)) partition->bands.dispatched(id, queue.process, standing(id).band, now);
  if (!resume) job.started_ticks = now;
  job.state = EntryState::Running;
  sleep_at_ = kNever;
  govern();
  engines_.start(hardware_queue(id), engine_job, resume);
  if (hooks_.timeouts()) partition->watchdog.start(now);
  partition->policy->dispatched(id);
  ++counters_.dispatches;
  log(resume ? LogEvent::Resumed : LogEvent::Dispatched, id, job.slot.job_id);
  reschedule_ = true;  // those left behind may have a claim to preempt it later
  if (hooks_.preempt_always() && way_off(queue) == Leave::AtCut) request_preemption(partition);
  return true;
}

bool Firmware::preempt(Partition* partition) {
  Running& running = partition->running;
  if (!can_preempt(queues_[running.queue])) {
    if (running.limited) return false;
    running.limited = true;
    ++counters_.preemption_limited;
    log(LogEvent::PreemptionLimited, running.queue, running_entry(*partition).slot.job_id);
    return false;
  }
  request_preemption(partition);
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

void Firmware::request_preemption(Partition* partition) {
  Running& running = partition->running;
  const Leave way = way_off(queues_[running.queue]);
  const uint32_t engine = hardware_queue(partition->running.queue);
  running.preempt_requested = true;
  running.killed = way == Leave::Killed;
  ++counters_.preempt_requests;
  log(LogEvent::PreemptRequested, running.queue, running_entry(*partition).slot.job_id);
  if (way == Leave::Killed)
    engines_.abort(engine);
  else if (way == Leave::Anywhere)
    engines_.force_preempt(engine);
  else
    engines_.preempt(engine);
}

}  // namespace takt::firmware
