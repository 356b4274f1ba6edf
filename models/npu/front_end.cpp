#include "models/npu/front_end.h"

#include <algorithm>

namespace takt::npu {

using units::Time;

CoreEvents::CoreEvents(base::Ledger& l, const std::string& prefix)
    : mac_w8a8(l.event(prefix + "tensor_engine", "mac_w8a8")),
      mac_w8a16(l.event(prefix + "tensor_engine", "mac_w8a16")),
      mac_fp16(l.event(prefix + "tensor_engine", "mac_fp16")),
      vector_byte(l.event(prefix + "vector_engine", "byte")),
      scratchpad_byte(l.event(prefix + "scratchpad", "byte")),
      command(l.event(prefix + "npu_front_end", "command")) {}

Shared::Shared(const Config& c, DataPath& p, base::Ledger& l)
    : config(c),
      clock(c.clock_hz),
      path(p),
      ledger(l),
      events(l, ""),
      small_events(c.small_cores == 0 ? std::nullopt : std::make_optional<CoreEvents>(l, "small_")) {}

void Shared::tell(const Job& job, JobEvent event, Time at) const {
  if (observer != nullptr) observer->on_job(job.registers.job, job.owner(), event, at);
}

namespace {

// Windows are read beside jobs: their cookies have the highest bit, then serial and queue.
constexpr std::uint64_t window_bit = std::uint64_t{1} << 63;
constexpr std::uint64_t window_cookie(std::uint32_t queue, std::uint64_t serial) {
  return window_bit | (serial & 0xfffffff) << 8 | queue;
}

}  // namespace

std::list<FrontEnd::Started>::iterator FrontEnd::started_on(std::uint32_t queue) {
  return std::find_if(started_.begin(), started_.end(), [&](const Started& job) { return job.queue == queue; });
}

bool FrontEnd::expects(std::uint64_t cookie) const {
  if ((cookie & window_bit) == 0)
    return std::any_of(started_.begin(), started_.end(),
                       [&](const Started& job) { return job.stay.has_value() && job.stay->expects(cookie); });
  const Windows& windows = windows_[cookie & 0xff];
  return windows.reading && windows.cookie == cookie;
}

void FrontEnd::answered(std::uint64_t cookie, Time, Time last, bool ok) {
  if (!expects(cookie)) return;
  if ((cookie & window_bit) == 0) {
    for (Started& job : started_)
      if (job.stay.has_value() && job.stay->expects(cookie)) job.stay->answered(cookie, last, ok);
    return;
  }
  Windows& windows = windows_[cookie & 0xff];
  windows.answered = true;
  windows.last = last;
  if (!ok) windows.table = {};  // lets nothing pass
}

std::uint32_t FrontEnd::progress(std::uint32_t queue) const {
  for (const Started& job : started_)
    if (job.queue == queue && job.stay.has_value()) return job.stay->job().progress;
  return queues_[queue].progress;
}

void FrontEnd::control(std::uint32_t queue, const QueueRegisters& registers, std::uint32_t control, Time now) {
  if (shared_.observer != nullptr) shared_.observer->on_control(queue, registers, control, now);
  QueueState& state = queues_[queue];
  if (control == TAKT_NPU_START || control == TAKT_NPU_RESUME) {
    if (!state.busy()) start(queue, registers, control == TAKT_NPU_RESUME, now);
    return;
  }
  if (!state.busy()) return;
  const auto job = started_on(queue);
  if (control == TAKT_NPU_ABORT && !job->stay.has_value()) {
    state.state = TAKT_NPU_FAULTED;
    state.status = TAKT_STATUS_ABORTED;
  } else if (control == TAKT_NPU_ABORT) {
    job->stay->abort(now);
  } else if (!job->stay.has_value()) {
    if (control == TAKT_NPU_PREEMPT || control == TAKT_NPU_PREEMPT_NOW) job->asked = control;
  } else if (control == TAKT_NPU_PREEMPT && state.state == TAKT_NPU_RUNNING) {
    job->stay->request_preempt(now);
  } else if (control == TAKT_NPU_PREEMPT_NOW && state.state == TAKT_NPU_RUNNING) {
    job->stay->request_stop(now);
  }
  remove_ended(now);
}

void FrontEnd::start(std::uint32_t queue, const QueueRegisters& registers, bool resume, Time now) {
  QueueState& state = queues_[queue];
  state = {};
  if (registers.first_core >= shared_.config.all_cores()) {
    state.state = TAKT_NPU_FAULTED;
    state.status = TAKT_STATUS_UNSUPPORTED;
    stopped_ |= 1u << queue;
    Job job;
    job.registers = registers;
    return shared_.tell(job, JobEvent::faulted, now);
  }
  state.state = TAKT_NPU_WAITING;
  power_.set_state(TAKT_NPU_ON, now);
  Started& job = started_.emplace_back();
  job.queue = queue;
  job.registers = registers;
  job.resume = resume;
  tell_switches(now);
}

void FrontEnd::tell_switches(Time now) {
  for (const bool small : {false, true})
    switches_.set_wanted(
        small,
        std::any_of(started_.begin(), started_.end(),
                    [&](const Started& job) { return shared_.config.is_small(job.registers.first_core) == small; }),
        now);
}

void FrontEnd::reset(Time now) {
  if (shared_.observer != nullptr) shared_.observer->on_reset(now);
  for (Started& job : started_)
    if (job.stay.has_value()) job.stay->reset(now);
  started_.clear();
  taken_ = {};
  queues_ = {};
  stopped_ = 0;
  tell_switches(now);
}

void FrontEnd::load_windows(std::uint32_t queue, std::uint64_t address, Time now) {
  if (shared_.observer != nullptr) shared_.observer->on_windows(queue, address, now);
  Windows& windows = windows_[queue];
  windows.reading = address != 0;
  windows.answered = false;
  if (address == 0) return;
  Transfer transfer;
  transfer.address = address;
  transfer.row_bytes = sizeof windows.table;
  transfer.stride = transfer.row_bytes;
  transfer.data = reinterpret_cast<unsigned char*>(&windows.table);
  transfer.cookie = windows.cookie = window_cookie(queue, shared_.next_serial++);
  shared_.counters.front_end_bytes += transfer.row_bytes;
  shared_.path.submit(transfer);
}

void FrontEnd::evaluate(Time now) {
  now_ = now;
  power_.advance(now);
  switches_.advance(now);
  if (shared_.clock.stopped()) return;
  for (bool changed = true; changed;) {
    changed = false;
    for (Started& job : started_) changed |= take_cores(job, now);
    for (Started& job : started_)
      if (job.stay.has_value()) changed |= job.stay->work(now);
    changed |= remove_ended(now);
  }
}

bool FrontEnd::take_cores(Started& job, Time now) {
  const std::uint32_t first = job.registers.first_core;
  if (!switches_.ready(shared_.config.is_small(first), now)) return false;
  const std::uint32_t wanted = job.stay.has_value() ? job.stay->cores() : 1;
  while (job.held < wanted && !taken_[first + job.held]) taken_[first + job.held++] = true;
  if (job.held < wanted) return false;
  if (!job.stay.has_value()) {
    job.stay.emplace(shared_, queues_[job.queue], windows_[job.queue], job.registers, job.resume, now);
    if (job.asked == TAKT_NPU_PREEMPT) job.stay->request_preempt(now);
    if (job.asked == TAKT_NPU_PREEMPT_NOW) job.stay->request_stop(now);
    return true;
  }
  if (!job.stay->wants_cores()) return false;
  job.stay->give_cores();
  return true;
}

bool FrontEnd::remove_ended(Time now) {
  bool any = false;
  for (auto job = started_.begin(); job != started_.end();) {
    if (queues_[job->queue].busy()) {
      ++job;
      continue;
    }
    std::fill_n(taken_.begin() + job->registers.first_core, job->held, false);
    stopped_ |= 1u << job->queue;
    job = started_.erase(job);
    any = true;
  }
  if (any) tell_switches(now);
  return any;
}

Time FrontEnd::next_time() const {
  Time next = units::min(power_.next_time(), switches_.next_time());
  if (shared_.clock.stopped()) return next;
  for (const Started& job : started_)
    if (job.stay.has_value()) next = units::min(next, job.stay->next_time(now_));
  return next;
}

}  // namespace takt::npu
