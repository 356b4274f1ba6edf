// The life of a job: start, run, preemption at a cut or at once, save, resume, end.
#include "models/npu/front_end.h"

#include <algorithm>

namespace takt::npu {

using units::Time;

Shared::Shared(const Config& c, DataPath& p, base::Ledger& l)
    : config(c),
      clock(c.clock_hz),
      path(p),
      ledger(l),
      mac_w8a8(l.event("tensor_engine", "mac_w8a8")),
      mac_w8a16(l.event("tensor_engine", "mac_w8a16")),
      mac_fp16(l.event("tensor_engine", "mac_fp16")),
      vector_byte(l.event("vector_engine", "byte")),
      scratchpad_byte(l.event("scratchpad", "byte")),
      command(l.event("npu_front_end", "command")) {}

bool Job::allows(std::uint32_t access, std::uint64_t address, std::uint64_t bytes) const {
  if (registers.windows == 0) return true;
  return std::any_of(windows.window, windows.window + windows.count, [&](const takt_window& w) {
    return (w.access & access) == access && address >= w.base && address - w.base <= w.bytes &&
           bytes <= w.bytes - (address - w.base);
  });
}

void Shared::tell(JobEvent event, Time at) const {
  if (observer != nullptr) observer->on_job(job.registers.job, job.owner(), event, at);
}

namespace {

// Windows are read beside jobs: their cookies have the highest bit, then serial and queue.
constexpr std::uint64_t window_bit = std::uint64_t{1} << 63;
constexpr std::uint64_t window_cookie(std::uint32_t queue, std::uint64_t serial) {
  return window_bit | (serial & 0xfffffff) << 8 | queue;
}

}  // namespace

bool FrontEnd::expects(std::uint64_t cookie) const {
  if ((cookie & window_bit) == 0) return cookie >> 40 == shared_.generation;
  const Windows& windows = windows_[cookie & 0xff];
  return windows.reading && windows.cookie == cookie;
}

void FrontEnd::answered(std::uint64_t cookie, Time, Time last, bool ok) {
  if (!expects(cookie)) return;
  if ((cookie & window_bit) == 0) {
    shared_.transfer_failed |= !ok;
    cores_[cookie >> 8 & 0xf].answered(cookie, last);
    return;
  }
  Windows& windows = windows_[cookie & 0xff];
  windows.answered = true;
  windows.last = last;
  if (!ok) windows.table = {};  // lets nothing pass
}

FrontEnd::FrontEnd(const Config& config, DataPath& path, base::Ledger& ledger) : shared_(config, path, ledger) {
  for (std::uint32_t c = 0; c < config.cores; ++c) cores_.emplace_back(c, shared_);
}

void FrontEnd::compute(Functions& functions) {
  shared_.functions = &functions;
  for (Core& core : cores_) core.give_contents();
}

void FrontEnd::control(std::uint32_t index, const QueueRegisters& registers, std::uint32_t control, Time now) {
  if (shared_.observer != nullptr) shared_.observer->on_control(index, registers, control, now);
  Queue& queue = queues_[index];
  const bool busy =
      queue.state == TAKT_NPU_WAITING || queue.state == TAKT_NPU_RUNNING || queue.state == TAKT_NPU_SAVING;
  switch (control) {
    case TAKT_NPU_START:
    case TAKT_NPU_RESUME:
      if (busy) return;
      queue = Queue{};
      queue.state = TAKT_NPU_WAITING;
      queue.resume = control == TAKT_NPU_RESUME;
      queue.registers = registers;
      waiting_.push_back(index);
      break;
    case TAKT_NPU_PREEMPT:
      if (queue.state == TAKT_NPU_RUNNING) request_preempt(now);
      break;
    case TAKT_NPU_PREEMPT_NOW:
      if (queue.state == TAKT_NPU_RUNNING) request_stop(now);
      break;
    case TAKT_NPU_ABORT:
      if (!busy) return;
      if (index == active_) {
        stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_ABORTED, JobEvent::aborted, now);
      } else {
        waiting_.erase(std::find(waiting_.begin(), waiting_.end(), index));
        queue.state = TAKT_NPU_FAULTED;
        queue.status = TAKT_STATUS_ABORTED;
        stopped_ |= 1u << index;
      }
      break;
    default:
      break;
  }
}

void FrontEnd::reset(Time now) {
  if (shared_.observer != nullptr) shared_.observer->on_reset(now);
  if (active_ != TAKT_NPU_MAX_QUEUES) {
    tell(JobEvent::aborted, now);
    drop_engines(now);
  }
  active_ = TAKT_NPU_MAX_QUEUES;
  phase_ = Phase::none;
  waiting_.clear();
  for (Queue& queue : queues_) queue = Queue{};
  stopped_ = 0;
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

// Whether the table that the job is held to has been read.
bool FrontEnd::windows_there(Time now) {
  Windows& windows = windows_[active_];
  if (windows.reading && windows.answered && windows.last <= now) windows.reading = false;
  return shared_.job.registers.windows == 0 || !windows.reading;
}

void FrontEnd::evaluate(Time now) {
  now_ = now;
  for (bool changed = true; changed;) {
    changed = false;
    if (active_ == TAKT_NPU_MAX_QUEUES && !waiting_.empty()) {
      activate_next(now);
      changed = true;
    }
    if (active_ == TAKT_NPU_MAX_QUEUES) return;
    if (shared_.transfer_failed) {
      fail(TAKT_STATUS_BAD_COMMAND, now);
      changed = true;
    } else if (phase_ == Phase::run) {
      changed |= run(now);
    } else {
      const Phase before = phase_;
      step_job(now);
      changed = phase_ != before || active_ == TAKT_NPU_MAX_QUEUES;
    }
  }
}

// True when anything changed.
bool FrontEnd::run(Time now) {
  bool changed = false;
  for (std::uint32_t c = 0; c < job_cores_; ++c) {
    changed |= cores_[c].work(now);
    if (cores_[c].status() != TAKT_STATUS_OK) {
      queues_[active_].fault = cores_[c].fault();
      fail(cores_[c].status(), now);
      return true;
    }
    deliver_posts();
  }
  if (changed) return true;
  if (all([](const Core& core) { return core.finished(); })) {
    ++shared_.counters.jobs_done;
    stop_job(TAKT_NPU_DONE, TAKT_STATUS_OK, JobEvent::done, now);
    return true;
  }
  if (preempting_ && all([](const Core& core) { return core.quiesced(); })) {
    begin_save(now);
    return true;
  }
  return false;
}

void FrontEnd::deliver_posts() {
  for (const Shared::Post& post : shared_.posts)
    for (std::uint32_t c = 0; c < job_cores_; ++c)
      if (c != post.from) cores_[c].post(post.semaphore, post.count);
  shared_.posts.clear();
}

void FrontEnd::activate_next(Time now) {
  active_ = waiting_.front();
  waiting_.pop_front();
  Queue& queue = queues_[active_];
  queue.state = TAKT_NPU_RUNNING;
  preempting_ = stopping_ = false;
  shared_.job = {};
  shared_.job.registers = queue.registers;
  shared_.job.resume = queue.resume;
  job_cores_ = 1;
  for (Core& core : cores_) core.forget();
  tell(JobEvent::started, now);
  phase_ = Phase::header;
  cores_[0].read(control_slot, queue.registers.program, &shared_.job.header, sizeof shared_.job.header);
}

void FrontEnd::step_job(Time now) {
  switch (phase_) {
    case Phase::header:
      if (cores_[0].over(control_slot, now)) on_header(now);
      break;
    case Phase::parts:
      if (cores_[0].over(table_slot, now)) on_parts(now);
      break;
    case Phase::tables: {
      // All reads must be over; each is freed as it ends.
      const bool windows = windows_there(now);
      const bool tables = all([&](Core& core) {
        const bool cuts = core.over(control_slot, now), ranges = core.over(table_slot, now);
        return core.over(parameter_slot, now) && cuts && ranges;
      });
      if (windows && tables) on_tables(now);
      break;
    }
    case Phase::save_header:
      if (all([&](Core& core) { return core.over(control_slot, now); })) on_save_headers(now);
      break;
    case Phase::contexts:
      if (all([&](Core& core) { return core.over(control_slot, now); })) on_contexts(now);
      break;
    case Phase::restore:
      if (all([&](Core& core) { return core.moved(now); })) on_restored(now);
      break;
    case Phase::refetch_list:
      if (all([&](Core& core) { return core.over(control_slot, now); })) begin_refetch(now);
      break;
    case Phase::refetch:
      if (!all([&](Core& core) { return core.moved(now); })) break;
      for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].end_refetch();
      begin_run(now);
      break;
    case Phase::save:
      if (!all([&](Core& core) { return core.moved(now); })) break;
      for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].end_save();
      ++shared_.counters.preemptions;
      stop_job(TAKT_NPU_PREEMPTED, TAKT_STATUS_OK, JobEvent::preempted, now);
      break;
    case Phase::none:
    case Phase::run:
      break;
  }
}

namespace {

// Whether lists and tables of a core lie inside the program.
bool part_holds(const takt_core_part& part, const takt_program_header& header) {
  const std::uint64_t cuts = std::uint64_t{header.cut_count} * sizeof(takt_cut);
  const std::uint64_t ranges = std::uint64_t{part.live_range_count} * sizeof(takt_live_range);
  bool holds = part.cuts_offset + cuts <= header.total_bytes && part.live_ranges_offset + ranges <= header.total_bytes;
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    holds &= part.list_offset[e] + std::uint64_t{part.list_commands[e]} * TAKT_COMMAND_BYTES <= header.total_bytes;
  return holds;
}

takt_core_part first_part(const takt_program_header& header) {
  takt_core_part part{};
  std::copy(std::begin(header.list_offset), std::end(header.list_offset), std::begin(part.list_offset));
  std::copy(std::begin(header.list_commands), std::end(header.list_commands), std::begin(part.list_commands));
  part.cuts_offset = header.cuts_offset;
  part.live_ranges_offset = header.live_ranges_offset;
  part.live_range_count = header.live_range_count;
  return part;
}

}  // namespace

void FrontEnd::on_header(Time now) {
  const takt_program_header& header = shared_.job.header;
  const takt_core_part part = first_part(header);
  job_cores_ = std::max(header.cores, 1u);
  if (header.magic != TAKT_PROGRAM_MAGIC || header.header_bytes < sizeof header ||
      header.semaphore_count > TAKT_SEMAPHORES || header.scratchpad_bytes > shared_.config.scratchpad_bytes ||
      !part_holds(part, header))
    return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (TAKT_ABI_MAJOR(header.version) != TAKT_ABI_MAJOR(TAKT_ABI_PROGRAM)) return fail(TAKT_STATUS_BAD_VERSION, now);
  if (job_cores_ > cores_.size()) return fail(TAKT_STATUS_UNSUPPORTED, now);
  cores_[0].set_part(part);
  if (job_cores_ == 1) return read_tables();
  parts_.resize(job_cores_ - 1);
  const std::uint64_t bytes = parts_.size() * sizeof(takt_core_part);
  if (header.cores_offset + bytes > header.total_bytes) return fail(TAKT_STATUS_BAD_PROGRAM, now);
  phase_ = Phase::parts;
  cores_[0].read(table_slot, shared_.job.registers.program + header.cores_offset, parts_.data(),
                 static_cast<std::uint32_t>(bytes));
}

void FrontEnd::on_parts(Time now) {
  for (std::uint32_t c = 1; c < job_cores_; ++c) {
    if (!part_holds(parts_[c - 1], shared_.job.header)) return fail(TAKT_STATUS_BAD_PROGRAM, now);
    cores_[c].set_part(parts_[c - 1]);
  }
  read_tables();
}

void FrontEnd::read_tables() {
  phase_ = Phase::tables;
  Job& job = shared_.job;
  cores_[0].read_cuts();
  job.parameters_given = job.registers.parameters != 0;
  if (job.parameters_given)
    cores_[0].read(parameter_slot, job.registers.parameters, &job.parameters, sizeof job.parameters);
  cores_[0].read_live_ranges();
  for (std::uint32_t c = 1; c < job_cores_; ++c) {
    cores_[c].read_cuts();
    cores_[c].read_live_ranges();
  }
}

void FrontEnd::on_tables(Time now) {
  Job& job = shared_.job;
  if (job.registers.windows != 0) {
    job.windows = windows_[active_].table;
    if (job.windows.magic != TAKT_WINDOWS_MAGIC || job.windows.count > TAKT_WINDOWS || !parameters_allowed())
      return fail(TAKT_STATUS_ACCESS, now);
  }
  if (job.parameters_given && job.parameters.magic != TAKT_PARAMETERS_MAGIC) return fail(TAKT_STATUS_BAD_SLOT, now);
  if (!all([](const Core& core) { return core.tables_hold(); })) return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (!job.resume) return begin_run(now);
  phase_ = Phase::save_header;
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].read_save_header();
}

// The front end reads them for the job, so they must lie where the job may read.
bool FrontEnd::parameters_allowed() const {
  const Job& job = shared_.job;
  if (!job.parameters_given) return true;
  if (!job.allows(TAKT_WINDOW_READ, job.registers.parameters, sizeof job.parameters)) return false;
  return std::all_of(std::begin(job.parameters.table), std::end(job.parameters.table), [&](const takt_table& table) {
    return table.entries == 0 ||
           job.allows(TAKT_WINDOW_READ, table.address, table.entries * std::uint64_t{sizeof(std::uint64_t)});
  });
}

void FrontEnd::begin_run(Time now) {
  const Core& first = cores_[0];
  first_cut_ = !shared_.job.resume ? 0 : first.saved_mid_command() ? first.saved_first_cut() : first.saved_cut() + 1;
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].begin_run(now);
  if (shared_.job.resume) tell(JobEvent::resumed, now);
  phase_ = Phase::run;
  if (stopping_ && stop_now(now)) return;
  if (preempting_) choose_cut();
}

void FrontEnd::request_preempt(Time now) {
  if (preempting_ || active_ == TAKT_NPU_MAX_QUEUES) return;
  preempting_ = true;
  tell(JobEvent::preempt_requested, now);
  if (phase_ == Phase::run) choose_cut();  // a job still starting chooses once it runs
}

// The earliest cut that no list has passed; without one the job runs to its end. A resumed job goes on to a later cut
// than the one it stood at: a time slice shorter than its restore would else never get it anywhere.
void FrontEnd::choose_cut() {
  for (std::uint32_t c = first_cut_; c < shared_.job.header.cut_count; ++c) {
    if (!all([&](const Core& core) { return core.before_cut(c); })) continue;
    queues_[active_].cut = c;
    for (std::uint32_t i = 0; i < job_cores_; ++i) cores_[i].stop_at_cut(c);
    return;
  }
}

// A job that is being restored leaves its save area as it is. What is still being read for others is awaited: without
// it nobody knows what there is to save, or at which cut the job stands.
void FrontEnd::request_stop(Time now) {
  switch (phase_) {
    case Phase::run:
      stop_now(now);
      break;
    case Phase::contexts:
    case Phase::restore:
    case Phase::refetch_list:
    case Phase::refetch:
      tell(JobEvent::preempt_requested, now);
      leave_unchanged(now);
      break;
    default:
      if (!stopping_) tell(JobEvent::preempt_requested, now);
      stopping_ = true;
      break;
  }
}

std::uint64_t FrontEnd::forced_save_bytes() const {
  return TAKT_FORCED_SAVE_BYTES(job_cores_, shared_.job.header.scratchpad_bytes, context_bytes(shared_.config));
}

// The job leaves the engines where it stands. False where its save area has no room for that: it goes on.
bool FrontEnd::stop_now(Time now) {
  Queue& queue = queues_[active_];
  const bool begun = !std::exchange(stopping_, false);  // else it stops before its first command
  if (forced_save_bytes() > queue.registers.save_bytes) return false;
  if (begun) tell(JobEvent::preempt_requested, now);
  tell(JobEvent::quiesced, now);
  if (!shared_.job.allows(TAKT_WINDOW_WRITE, queue.registers.save_area, forced_save_bytes())) {
    fail(TAKT_STATUS_ACCESS, now);
    return true;
  }
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].note(first_cut_, now);
  drop_engines(now);
  queue.cut = TAKT_NO_CUT;
  queue.state = TAKT_NPU_SAVING;
  phase_ = Phase::save;
  ++shared_.counters.forced_stops;
  const std::uint32_t scratchpad = begun ? shared_.job.header.scratchpad_bytes : 0;
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].begin_forced_save(scratchpad);
  return true;
}

void FrontEnd::leave_unchanged(Time now) {
  queues_[active_].cut = cores_[0].saved_cut();
  tell(JobEvent::quiesced, now);
  ++shared_.counters.preemptions;
  stop_job(TAKT_NPU_PREEMPTED, TAKT_STATUS_OK, JobEvent::preempted, now);
}

void FrontEnd::begin_save(Time now) {
  Queue& queue = queues_[active_];
  tell(JobEvent::quiesced, now);
  if (!all([&](const Core& core) { return core.save_end(queue.cut) <= queue.registers.save_bytes; }))
    return fail(TAKT_STATUS_SAVE_TOO_SMALL, now);
  if (!save_allowed(TAKT_WINDOW_WRITE, queue.cut)) return fail(TAKT_STATUS_ACCESS, now);
  queue.state = TAKT_NPU_SAVING;
  phase_ = Phase::save;
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].begin_save(queue.cut);
}

bool FrontEnd::save_allowed(std::uint32_t access, std::uint32_t cut) {
  std::uint64_t end = 0;
  for (std::uint32_t c = 0; c < job_cores_; ++c) end = std::max(end, cores_[c].save_end(cut));
  return shared_.job.allows(access, shared_.job.registers.save_area, end);
}

void FrontEnd::on_save_headers(Time now) {
  if (cores_[0].saved_mid_command()) {
    if (stopping_) return leave_unchanged(now);
    if (!shared_.job.allows(TAKT_WINDOW_READ, shared_.job.registers.save_area, forced_save_bytes()))
      return fail(TAKT_STATUS_ACCESS, now);
    for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].read_context();
    phase_ = Phase::contexts;
    return;
  }
  if (!all([&](const Core& core) { return core.save_holds() && core.saved_cut() == cores_[0].saved_cut(); }))
    return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (!save_allowed(TAKT_WINDOW_READ, cores_[0].saved_cut())) return fail(TAKT_STATUS_ACCESS, now);
  if (stopping_) return leave_unchanged(now);
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].begin_restore();
  phase_ = Phase::restore;
}

// The parameters are those that the job began with, whatever the block holds now.
void FrontEnd::on_contexts(Time now) {
  Job& job = shared_.job;
  for (std::uint32_t c = 0; c < job_cores_; ++c) {
    cores_[c].take_context();
    if (const std::uint32_t status = cores_[c].check_context()) return fail(status, now);
  }
  if (job.parameters_given) {
    job.parameters = cores_[0].saved_parameters();
    if (job.parameters.magic != TAKT_PARAMETERS_MAGIC) return fail(TAKT_STATUS_BAD_PROGRAM, now);
    if (!parameters_allowed()) return fail(TAKT_STATUS_ACCESS, now);
  }
  for (std::uint32_t c = 0; c < job_cores_; ++c) cores_[c].begin_forced_restore();
  phase_ = Phase::restore;
}

// Live ranges are back; constants that were prefetched before the cut are fetched again.
void FrontEnd::on_restored(Time now) {
  bool any = false;
  for (std::uint32_t c = 0; c < job_cores_; ++c) {
    cores_[c].end_restore();
    any |= !cores_[c].saved_mid_command() && cores_[c].read_refetch_list();
  }
  if (!any) return begin_run(now);
  phase_ = Phase::refetch_list;
}

void FrontEnd::begin_refetch(Time now) {
  if (!all([](Core& core) { return core.begin_refetch(); })) return fail(TAKT_STATUS_BAD_COMMAND, now);
  phase_ = Phase::refetch;
}

void FrontEnd::drop_engines(Time now) {
  ++shared_.generation;
  shared_.transfer_failed = false;
  shared_.posts.clear();
  for (Core& core : cores_) core.drop(now);
}

void FrontEnd::stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, Time now) {
  Queue& queue = queues_[active_];
  queue.state = state;
  queue.status = status;
  queue.progress = shared_.job.progress;
  stopped_ |= 1u << active_;
  tell(event, now);
  drop_engines(now);
  phase_ = Phase::none;
  active_ = TAKT_NPU_MAX_QUEUES;
}

Time FrontEnd::next_time() const {
  Time next = units::never();
  for (const Core& core : cores_) next = units::min(next, core.next_time(now_));
  if (phase_ == Phase::tables && windows_[active_].reading && windows_[active_].answered)
    next = units::min(next, windows_[active_].last);
  return next;
}

}  // namespace takt::npu
