#include "sim/platform/command_player.h"

#include <algorithm>
#include <stdexcept>

#include "firmware/abi/abi.h"

namespace takt::platform {

using traces::CommandControl;
using traces::ControlKind;
using traces::JobStep;
using units::Time;

namespace {

// Of each preempt, whether the job was preempted between it and the job's next control.
std::vector<bool> obeyed(const traces::CommandTrace& trace) {
  std::vector<std::vector<Time>> preempted(trace.jobs.size());
  for (const traces::CommandEvent& event : trace.events)
    if (event.step == JobStep::preempted) preempted[event.job].push_back(event.at);
  std::vector<bool> result(trace.controls.size(), false);
  std::vector<Time> next(trace.jobs.size(), units::never());  // control of the job, seen from the end
  for (std::size_t i = trace.controls.size(); i-- > 0;) {
    const CommandControl& control = trace.controls[i];
    if (control.kind == ControlKind::reset) std::fill(next.begin(), next.end(), control.at);
    if (!traces::is_of_job(control.kind)) continue;
    const std::vector<Time>& stops = preempted[control.job];
    if (control.kind == ControlKind::preempt)
      result[i] = std::any_of(stops.begin(), stops.end(),
                              [&](Time stop) { return stop >= control.at && stop <= next[control.job]; });
    next[control.job] = control.at;
  }
  return result;
}

std::uint32_t control_of(ControlKind kind) {
  switch (kind) {
    case ControlKind::start:
      return TAKT_NPU_START;
    case ControlKind::resume:
      return TAKT_NPU_RESUME;
    case ControlKind::preempt:
      return TAKT_NPU_PREEMPT;
    default:
      return TAKT_NPU_ABORT;
  }
}

}  // namespace

CommandPlayer::CommandPlayer(const sc_core::sc_module_name& name, const traces::CommandTrace& trace,
                             std::uint64_t moved, Hooks hooks)
    : sc_module(name),
      registers("registers"),
      interrupt("interrupt"),
      trace_(trace),
      moved_(moved),
      hooks_(std::move(hooks)),
      took_effect_(obeyed(trace)),
      jobs_(trace.jobs.size(), State::none),
      held_(TAKT_NPU_MAX_QUEUES, no_job),
      given_(trace.controls.size(), units::never()) {
  SC_THREAD(main);
}

void CommandPlayer::main() {
  write(TAKT_NPU_IRQ_ENABLE, (1u << read(TAKT_NPU_QUEUES)) - 1);
  for (std::size_t i = 0; i < trace_.controls.size(); ++i) {
    const CommandControl& control = trace_.controls[i];
    if (control.at > base::now()) wait(base::to_sc(control.at - base::now()));
    if (i == 0) hooks_.first();
    Verdict verdict = judge(i);
    for (; verdict == Verdict::wait; verdict = judge(i)) await_stop();
    if (verdict == Verdict::drop) continue;
    give(control);
    given_[i] = base::now();
  }
  while (any_busy()) await_stop();
  hooks_.finished();
}

CommandPlayer::Verdict CommandPlayer::judge(std::size_t index) {
  const CommandControl& control = trace_.controls[index];
  switch (control.kind) {
    case ControlKind::start:
      return busy(control.queue) ? Verdict::wait : Verdict::give;
    case ControlKind::resume:
      if (any_busy() && jobs_[control.job] == State::on_queue) return Verdict::wait;
      if (jobs_[control.job] != State::preempted) return Verdict::drop;
      return busy(control.queue) ? Verdict::wait : Verdict::give;
    case ControlKind::preempt:
      return judge_preempt(control, index);
    case ControlKind::abort:
      return busy(control.queue) && held_[control.queue] == control.job ? Verdict::give : Verdict::drop;
    case ControlKind::reset:
      break;
    case ControlKind::windows:  // behind the jobs that the queue still has
      return busy(control.queue) ? Verdict::wait : Verdict::give;
  }
  return Verdict::give;
}

CommandPlayer::Verdict CommandPlayer::judge_preempt(const CommandControl& control, std::size_t index) {
  if (!took_effect_[index]) return Verdict::drop;
  // A job started in this instant takes the engines in a later delta cycle.
  for (int delta = 0; delta < 3; ++delta) {
    if (!busy(control.queue) || held_[control.queue] != control.job) return Verdict::drop;
    const std::uint32_t state = get(control.queue, TAKT_NPUQ_STATE);
    if (state == TAKT_NPU_RUNNING) return Verdict::give;
    if (state == TAKT_NPU_SAVING) return Verdict::drop;
    wait(sc_core::SC_ZERO_TIME);
  }
  return Verdict::wait;
}

void CommandPlayer::give(const CommandControl& control) {
  if (control.kind == ControlKind::reset) {
    for (std::uint32_t queue = 0; queue < held_.size(); ++queue)
      if (held_[queue] != no_job && busy(queue)) jobs_[held_[queue]] = State::over;
    std::fill(held_.begin(), held_.end(), no_job);
    return write(TAKT_NPU_RESET, 1);
  }
  if (control.kind == ControlKind::windows) {
    const std::uint64_t table = control.parameters == 0 ? 0 : control.parameters + moved_;
    write(TAKT_NPU_WINDOWS(control.queue) + TAKT_NPUW_TABLE_LO, static_cast<std::uint32_t>(table));
    return write(TAKT_NPU_WINDOWS(control.queue) + TAKT_NPUW_TABLE_HI, static_cast<std::uint32_t>(table >> 32));
  }
  const traces::CommandJob& job = trace_.jobs[control.job];
  if (control.kind == ControlKind::start || control.kind == ControlKind::resume) {
    set_address(control.queue, TAKT_NPUQ_PROGRAM_LO, trace_.programs[job.program].address + moved_);
    set_address(control.queue, TAKT_NPUQ_PARAMETERS_LO, control.parameters == 0 ? 0 : control.parameters + moved_);
    set_address(control.queue, TAKT_NPUQ_SAVE_LO, control.save_area + moved_);
    set(control.queue, TAKT_NPUQ_SAVE_BYTES, control.save_bytes);
    set(control.queue, TAKT_NPUQ_CONTEXT, job.context);
    set(control.queue, TAKT_NPUQ_JOB, job.tag);
    set(control.queue, TAKT_NPUQ_QOS, control.qos);
    write(TAKT_NPU_PLACE(control.queue) + TAKT_NPUP_FIRST_CORE, control.first_core);
    held_[control.queue] = control.job;
    jobs_[control.job] = State::on_queue;
    latest_[{job.context, job.tag}] = control.job;
  }
  set(control.queue, TAKT_NPUQ_CONTROL, control_of(control.kind));
}

void CommandPlayer::on_job(std::uint32_t job, base::Owner owner, npu::JobEvent event, Time at) {
  events_.push_back({at, latest_.at({owner, job}), static_cast<JobStep>(event)});
}

void CommandPlayer::await_stop() {
  while (!interrupt.read()) wait(interrupt.value_changed_event());
  write(TAKT_NPU_IRQ_CLEAR, read(TAKT_NPU_IRQ_STATUS));
  // The line falls some delta cycles later; where it does not, another queue has stopped.
  for (int delta = 0; delta < 3; ++delta) wait(sc_core::SC_ZERO_TIME);
}

bool CommandPlayer::busy(std::uint32_t queue) {
  if (held_[queue] == no_job) return false;
  const std::uint32_t state = get(queue, TAKT_NPUQ_STATE);
  if (state == TAKT_NPU_WAITING || state == TAKT_NPU_RUNNING || state == TAKT_NPU_SAVING) return true;
  jobs_[held_[queue]] = state == TAKT_NPU_PREEMPTED ? State::preempted : State::over;
  held_[queue] = no_job;
  return false;
}

bool CommandPlayer::any_busy() {
  bool any = false;
  for (std::uint32_t queue = 0; queue < held_.size(); ++queue) any |= busy(queue);
  return any;
}

void CommandPlayer::set_address(std::uint32_t queue, std::uint32_t low, std::uint64_t address) {
  set(queue, low, static_cast<std::uint32_t>(address));
  set(queue, low + 4, static_cast<std::uint32_t>(address >> 32));
}

void CommandPlayer::set(std::uint32_t queue, std::uint32_t offset, std::uint32_t value) {
  write(TAKT_NPU_QUEUE(queue) + offset, value);
}

std::uint32_t CommandPlayer::get(std::uint32_t queue, std::uint32_t offset) {
  return read(TAKT_NPU_QUEUE(queue) + offset);
}

void CommandPlayer::write(std::uint32_t offset, std::uint32_t value) { transport(offset, value, true); }

std::uint32_t CommandPlayer::read(std::uint32_t offset) {
  std::uint32_t value = 0;
  transport(offset, value, false);
  return value;
}

void CommandPlayer::transport(std::uint32_t offset, std::uint32_t& value, bool write) {
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(sizeof value);
  payload.set_streaming_width(sizeof value);
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  registers->b_transport(payload, delay);
  if (!payload.is_response_ok()) throw std::logic_error("no NPU register at " + std::to_string(offset));
}

}  // namespace takt::platform
