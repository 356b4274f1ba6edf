// Start, run, preemption at a cut or at once, save, resume, end.
#include "models/npu/stay.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "models/npu/stand_in.h"

namespace takt::npu {

using units::Time;

bool Job::allows(std::uint32_t access, std::uint64_t address, std::uint64_t bytes) const {
  if (registers.windows == 0) return true;
  return std::any_of(windows.window, windows.window + windows.count, [&](const takt_window& w) {
    return (w.access & access) == access && address >= w.base && address - w.base <= w.bytes &&
           bytes <= w.bytes - (address - w.base);
  });
}

Stay::Stay(Shared& shared, QueueState& queue, Windows& windows, const QueueRegisters& registers, bool resume, Time now)
    : shared_(shared), queue_(queue), windows_(windows) {
  job_.registers = registers;
  job_.resume = resume;
  job_.generation = shared_.next_generation++;
  queue_.state = TAKT_NPU_RUNNING;
  cores_.emplace_back(first_core(), shared_, job_);
  tell(JobEvent::started, now);
  if (shared_.accountant != nullptr) job_.accounts = shared_.accountant->begins(registers.job);
  cores_[0].read(control_slot, registers.program, &job_.header, sizeof job_.header);
}

void Stay::answered(std::uint64_t cookie, Time last, bool ok) {
  job_.transfer_failed |= !ok;
  cores_[(cookie >> 8 & 0xf) - first_core()].answered(cookie, last);
}

bool Stay::work(Time now) {
  if (over()) return false;
  if (job_.transfer_failed) {
    fail(TAKT_STATUS_BAD_COMMAND, now);
    return true;
  }
  if (phase_ == Phase::run) return run(now);
  if (phase_ == Phase::standing) return stand(now);
  const Phase before = phase_;
  step(now);
  return phase_ != before;
}

// True when anything changed.
bool Stay::run(Time now) {
  bool changed = false;
  for (Core& core : cores_) {
    changed |= core.work(now);
    if (core.status() != TAKT_STATUS_OK) {
      queue_.fault = core.fault();
      fail(core.status(), now);
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

// True when it is over.
bool Stay::stand(Time now) {
  if (now < stands_until_) return false;
  if (stands_until_ < stands_from_ + share_.whole) {
    begin_save(now);
    return true;
  }
  ++shared_.counters.jobs_done;
  stop_job(TAKT_NPU_DONE, TAKT_STATUS_OK, JobEvent::done, now);
  return true;
}

// The earliest cut that no list has passed.
void Stay::stand_until_cut(Time now) {
  for (std::uint32_t c = first_cut_; c < job_.header.cut_count && c < share_.cuts.size(); ++c) {
    const StandIn::Cut& cut = share_.cuts[c];
    if (stands_from_ + cut.passed < now || cut.reached >= share_.whole) continue;
    queue_.cut = c;
    stands_until_ = units::max(now, stands_from_ + cut.reached);
    return;
  }
}

void Stay::deliver_posts() {
  for (const Job::Post& post : job_.posts)
    for (std::uint32_t c = 0; c < cores_.size(); ++c)
      if (first_core() + c != post.from) cores_[c].post(post.semaphore, post.count);
  job_.posts.clear();
}

void Stay::step(Time now) {
  switch (phase_) {
    case Phase::header:
      if (cores_[0].over(control_slot, now)) on_header(now);
      break;
    case Phase::parts:
      if (cores_[0].over(table_slot, now)) on_parts(now);
      break;
    case Phase::tables: {
      // All reads must be over; each is freed as it ends.
      const bool windows = job_.registers.windows == 0 || windows_.there(now);
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
      for (Core& core : cores_) core.end_refetch();
      begin_run(now);
      break;
    case Phase::save:
      if (!all([&](Core& core) { return core.moved(now); })) break;
      for (Core& core : cores_) core.end_save();
      ++shared_.counters.preemptions;
      stop_job(TAKT_NPU_PREEMPTED, TAKT_STATUS_OK, JobEvent::preempted, now);
      break;
    case Phase::cores:
    case Phase::run:
    case Phase::standing:
    case Phase::over:
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

void Stay::on_header(Time now) {
  const takt_program_header& header = job_.header;
  const takt_core_part part = first_part(header);
  const std::uint32_t count = std::max(header.cores, 1u);
  if (header.magic != TAKT_PROGRAM_MAGIC || header.header_bytes < sizeof header ||
      header.semaphore_count > TAKT_SEMAPHORES ||
      header.scratchpad_bytes > shared_.config.core(first_core()).scratchpad_bytes || !part_holds(part, header))
    return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (TAKT_ABI_MAJOR(header.version) != TAKT_ABI_MAJOR(TAKT_ABI_PROGRAM)) return fail(TAKT_STATUS_BAD_VERSION, now);
  if (count > shared_.config.alike_from(first_core())) return fail(TAKT_STATUS_UNSUPPORTED, now);
  cores_[0].set_part(part);
  if (count == 1) return read_tables();
  parts_.resize(count - 1);
  if (header.cores_offset + parts_bytes() > header.total_bytes) return fail(TAKT_STATUS_BAD_PROGRAM, now);
  core_count_ = count;
  queue_.state = TAKT_NPU_WAITING;
  phase_ = Phase::cores;
}

void Stay::give_cores() {
  queue_.state = TAKT_NPU_RUNNING;
  for (std::uint32_t c = 1; c < core_count_; ++c) cores_.emplace_back(first_core() + c, shared_, job_);
  phase_ = Phase::parts;
  cores_[0].read(table_slot, job_.registers.program + job_.header.cores_offset, parts_.data(), parts_bytes());
}

void Stay::on_parts(Time now) {
  for (std::uint32_t c = 1; c < core_count_; ++c) {
    if (!part_holds(parts_[c - 1], job_.header)) return fail(TAKT_STATUS_BAD_PROGRAM, now);
    cores_[c].set_part(parts_[c - 1]);
  }
  read_tables();
}

void Stay::read_tables() {
  phase_ = Phase::tables;
  cores_[0].read_cuts();
  job_.parameters_given = job_.registers.parameters != 0;
  if (job_.parameters_given)
    cores_[0].read(parameter_slot, job_.registers.parameters, &job_.parameters, sizeof job_.parameters);
  cores_[0].read_live_ranges();
  for (std::uint32_t c = 1; c < core_count_; ++c) {
    cores_[c].read_cuts();
    cores_[c].read_live_ranges();
  }
}

void Stay::on_tables(Time now) {
  if (job_.registers.windows != 0) {
    job_.windows = windows_.table;
    if (job_.windows.magic != TAKT_WINDOWS_MAGIC || job_.windows.count > TAKT_WINDOWS || !parameters_allowed())
      return fail(TAKT_STATUS_ACCESS, now);
  }
  if (job_.parameters_given && job_.parameters.magic != TAKT_PARAMETERS_MAGIC) return fail(TAKT_STATUS_BAD_SLOT, now);
  if (!all([](const Core& core) { return core.tables_hold(); })) return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (!job_.resume) return begin_run(now);
  phase_ = Phase::save_header;
  for (Core& core : cores_) core.read_save_header();
}

// The front end reads them for the job, so they must lie where the job may read.
bool Stay::parameters_allowed() const {
  if (!job_.parameters_given) return true;
  if (!job_.allows(TAKT_WINDOW_READ, job_.registers.parameters, sizeof job_.parameters)) return false;
  return std::all_of(std::begin(job_.parameters.table), std::end(job_.parameters.table), [&](const takt_table& table) {
    return table.entries == 0 ||
           job_.allows(TAKT_WINDOW_READ, table.address, table.entries * std::uint64_t{sizeof(std::uint64_t)});
  });
}

void Stay::begin_run(Time now) {
  const Core& first = cores_[0];
  first_cut_ = !job_.resume ? 0 : first.saved_mid_command() ? first.saved_first_cut() : first.saved_cut() + 1;
  std::optional<StandIn::Share> share;
  if (shared_.stand_in != nullptr) share = shared_.stand_in->begins(job_, now);
  if (share) return begin_standing(std::move(*share), now);
  for (Core& core : cores_) core.begin_run(now);
  if (job_.resume) tell(JobEvent::resumed, now);
  phase_ = Phase::run;
  if (stopping_ && stop_now(now)) return;
  if (preempting_) choose_cut();
}

void Stay::begin_standing(StandIn::Share share, Time now) {
  if (!std::exchange(job_.first_command_seen, true)) tell(JobEvent::first_command, now);
  if (job_.resume) tell(JobEvent::resumed, now);
  phase_ = Phase::standing;
  share_ = std::move(share);
  stands_from_ = now - share_.done;
  stands_until_ = stands_from_ + share_.whole;
  if (preempting_) stand_until_cut(now);
}

void Stay::request_preempt(Time now) {
  if (preempting_) return;
  preempting_ = true;
  tell(JobEvent::preempt_requested, now);
  if (phase_ == Phase::standing) stand_until_cut(now);
  if (phase_ == Phase::run) choose_cut();  // a job still starting chooses once it runs
}

// The earliest cut that no list has passed; without one the job runs to its end. A resumed job goes on to a later cut
// than the one it stood at: a time slice shorter than its restore would else never get it anywhere.
void Stay::choose_cut() {
  for (std::uint32_t c = first_cut_; c < job_.header.cut_count; ++c) {
    if (!all([&](const Core& core) { return core.before_cut(c); })) continue;
    queue_.cut = c;
    for (Core& core : cores_) core.stop_at_cut(c);
    return;
  }
}

// A job that is being restored leaves its save area as it is. What is still being read for others is awaited: without
// it nobody knows what there is to save, or at which cut the job stands.
void Stay::request_stop(Time now) {
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

std::uint64_t Stay::forced_save_bytes() const {
  return TAKT_FORCED_SAVE_BYTES(core_count_, job_.header.scratchpad_bytes, context_bytes(shared_.config));
}

// The job leaves the engines where it stands. False where its save area has no room for that: it goes on.
bool Stay::stop_now(Time now) {
  const bool begun = !std::exchange(stopping_, false);  // else it stops before its first command
  if (forced_save_bytes() > job_.registers.save_bytes) return false;
  if (begun) tell(JobEvent::preempt_requested, now);
  tell(JobEvent::quiesced, now);
  if (!job_.allows(TAKT_WINDOW_WRITE, job_.registers.save_area, forced_save_bytes())) {
    fail(TAKT_STATUS_ACCESS, now);
    return true;
  }
  for (Core& core : cores_) core.note(first_cut_, now);
  drop_engines(now);
  queue_.cut = TAKT_NO_CUT;
  queue_.state = TAKT_NPU_SAVING;
  phase_ = Phase::save;
  ++shared_.counters.forced_stops;
  const std::uint32_t scratchpad = begun ? job_.header.scratchpad_bytes : 0;
  for (Core& core : cores_) core.begin_forced_save(scratchpad);
  return true;
}

void Stay::leave_unchanged(Time now) {
  queue_.cut = cores_[0].saved_cut();
  tell(JobEvent::quiesced, now);
  ++shared_.counters.preemptions;
  stop_job(TAKT_NPU_PREEMPTED, TAKT_STATUS_OK, JobEvent::preempted, now);
}

void Stay::begin_save(Time now) {
  tell(JobEvent::quiesced, now);
  if (shared_.stand_in != nullptr) shared_.stand_in->rests(job_, false, now);
  if (!all([&](const Core& core) { return core.save_end(queue_.cut) <= job_.registers.save_bytes; }))
    return fail(TAKT_STATUS_SAVE_TOO_SMALL, now);
  if (!save_allowed(TAKT_WINDOW_WRITE, queue_.cut)) return fail(TAKT_STATUS_ACCESS, now);
  queue_.state = TAKT_NPU_SAVING;
  phase_ = Phase::save;
  for (Core& core : cores_) core.begin_save(queue_.cut);
}

bool Stay::save_allowed(std::uint32_t access, std::uint32_t cut) {
  std::uint64_t end = 0;
  for (const Core& core : cores_) end = std::max(end, core.save_end(cut));
  return job_.allows(access, job_.registers.save_area, end);
}

void Stay::on_save_headers(Time now) {
  if (cores_[0].saved_mid_command()) {
    if (stopping_) return leave_unchanged(now);
    if (!job_.allows(TAKT_WINDOW_READ, job_.registers.save_area, forced_save_bytes()))
      return fail(TAKT_STATUS_ACCESS, now);
    for (Core& core : cores_) core.read_context();
    phase_ = Phase::contexts;
    return;
  }
  if (!all([&](const Core& core) { return core.save_holds() && core.saved_cut() == cores_[0].saved_cut(); }))
    return fail(TAKT_STATUS_BAD_PROGRAM, now);
  if (!save_allowed(TAKT_WINDOW_READ, cores_[0].saved_cut())) return fail(TAKT_STATUS_ACCESS, now);
  if (stopping_) return leave_unchanged(now);
  for (Core& core : cores_) core.begin_restore();
  phase_ = Phase::restore;
}

// The parameters are those that the job began with, whatever the block holds now.
void Stay::on_contexts(Time now) {
  for (Core& core : cores_) {
    core.take_context();
    if (const std::uint32_t status = core.check_context()) return fail(status, now);
  }
  if (job_.parameters_given) {
    job_.parameters = cores_[0].saved_parameters();
    if (job_.parameters.magic != TAKT_PARAMETERS_MAGIC) return fail(TAKT_STATUS_BAD_PROGRAM, now);
    if (!parameters_allowed()) return fail(TAKT_STATUS_ACCESS, now);
  }
  for (Core& core : cores_) core.begin_forced_restore();
  phase_ = Phase::restore;
}

// Live ranges are back; constants that were prefetched before the cut are fetched again.
void Stay::on_restored(Time now) {
  bool any = false;
  for (Core& core : cores_) {
    core.end_restore();
    any |= !core.saved_mid_command() && core.read_refetch_list();
  }
  if (!any) return begin_run(now);
  phase_ = Phase::refetch_list;
}

void Stay::begin_refetch(Time now) {
  if (!all([](Core& core) { return core.begin_refetch(); })) return fail(TAKT_STATUS_BAD_COMMAND, now);
  phase_ = Phase::refetch;
}

void Stay::reset(Time now) {
  tell(JobEvent::aborted, now);
  if (shared_.stand_in != nullptr) shared_.stand_in->dropped(job_);
  if (shared_.accountant != nullptr) shared_.accountant->ends(job_.registers.job);
}

void Stay::drop_engines(Time now) {
  job_.generation = shared_.next_generation++;
  job_.transfer_failed = false;
  job_.posts.clear();
  for (Core& core : cores_) core.drop(now);
}

void Stay::stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, Time now) {
  if (shared_.stand_in != nullptr && event == JobEvent::done) shared_.stand_in->rests(job_, true, now);
  if (shared_.stand_in != nullptr && event != JobEvent::done && event != JobEvent::preempted)
    shared_.stand_in->dropped(job_);
  if (shared_.accountant != nullptr && event != JobEvent::preempted) shared_.accountant->ends(job_.registers.job);
  queue_.state = state;
  queue_.status = status;
  queue_.progress = job_.progress;
  tell(event, now);
  drop_engines(now);
  phase_ = Phase::over;
}

Time Stay::next_time(Time now) const {
  Time next = units::never();
  for (const Core& core : cores_) next = units::min(next, core.next_time(now));
  if (phase_ == Phase::standing) next = units::min(next, stands_until_);
  if (phase_ == Phase::tables && windows_.reading && windows_.answered) next = units::min(next, windows_.last);
  return next;
}

}  // namespace takt::npu
