// The life of a job: start, run, preemption at a cut, save, resume, end.
#include <algorithm>

#include "models/npu/core.h"

namespace takt::npu {

using units::Cycles;
using units::Time;

namespace {

// Is the same in every job, so that it may be fetched again on its own.
bool is_constant(const takt_command& command) {
  const bool load = command.opcode == TAKT_OP_DMA && command.parameter == TAKT_NO_PARAMETER &&
                    command.body.dma.table == TAKT_NO_TABLE;
  return load || command.opcode == TAKT_OP_NOP;
}

}  // namespace

Core::Core(const Config& config, DataPath& path, base::Ledger& ledger)
    : config_(config),
      clock_(config.clock_hz),
      path_(path),
      ledger_(ledger),
      scratchpad_(config.scratchpad_bytes_per_cycle, config.dma.bytes_per_cycle),
      mac_w8a8_(ledger.event("tensor_engine", "mac_w8a8")),
      mac_w8a16_(ledger.event("tensor_engine", "mac_w8a16")),
      mac_fp16_(ledger.event("tensor_engine", "mac_fp16")),
      vector_byte_(ledger.event("vector_engine", "byte")),
      scratchpad_byte_(ledger.event("scratchpad", "byte")),
      command_(ledger.event("npu_front_end", "command")) {}

void Core::tell(JobEvent event, Time at) {
  const QueueRegisters& registers = queues_[active_].registers;
  if (observer_ != nullptr) observer_->on_job(registers.job, static_cast<base::Owner>(registers.context), event, at);
}

void Core::control(std::uint32_t index, const QueueRegisters& registers, std::uint32_t control, Time now) {
  if (observer_ != nullptr) observer_->on_control(index, registers, control, now);
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

void Core::reset(Time now) {
  if (observer_ != nullptr) observer_->on_reset(now);
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

void Core::evaluate(Time now) {
  now_ = now;
  for (bool changed = true; changed;) {
    changed = false;
    if (active_ == TAKT_NPU_MAX_QUEUES && !waiting_.empty()) {
      activate_next(now);
      changed = true;
    }
    if (active_ == TAKT_NPU_MAX_QUEUES) return;
    if (transfer_failed_) {
      stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_BAD_COMMAND, JobEvent::faulted, now);
      changed = true;
      continue;
    }
    if (phase_ != Phase::run) {
      const Phase before = phase_;
      step_job(now);
      changed = phase_ != before || active_ == TAKT_NPU_MAX_QUEUES;
      continue;
    }
    changed |= collect_fetches(now);
    changed |= fetch_commands(now);
    for (std::uint32_t list = 0; list < 2; ++list) changed |= retire_dma(list, now);
    for (std::uint32_t engine = TAKT_ENGINE_TENSOR; engine < TAKT_ENGINE_COUNT; ++engine)
      changed |= retire_compute(engine, now);
    for (std::uint32_t engine = 0; engine < TAKT_ENGINE_COUNT && phase_ == Phase::run; ++engine)
      changed |= issue(engine, now);
    if (phase_ != Phase::run) {
      changed = true;
    } else if (!changed && all_finished()) {
      ++counters_.jobs_done;
      stop_job(TAKT_NPU_DONE, TAKT_STATUS_OK, JobEvent::done, now);
      changed = true;
    } else if (!changed && preempting_ && quiesced()) {
      begin_save(now);
      changed = true;
    }
  }
}

void Core::activate_next(Time now) {
  active_ = waiting_.front();
  waiting_.pop_front();
  queues_[active_].state = TAKT_NPU_RUNNING;
  preempting_ = false;
  first_command_seen_ = false;
  forget();
  tell(JobEvent::started, now);
  phase_ = Phase::header;
  read(control_slot, queues_[active_].registers.program, &header_, sizeof header_);
}

void Core::step_job(Time now) {
  switch (phase_) {
    case Phase::header:
      if (take(control_slot, now)) on_header(now);
      break;
    case Phase::tables: {
      // All reads must be over; each is freed as it ends.
      const bool cuts = !pending_[control_slot].active || take(control_slot, now);
      const bool ranges = !pending_[table_slot].active || take(table_slot, now);
      const bool parameters = !pending_[parameter_slot].active || take(parameter_slot, now);
      if (!cuts || !ranges || !parameters) break;
      if (parameters_given_ && parameters_.magic != TAKT_PARAMETERS_MAGIC) {
        stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_BAD_SLOT, JobEvent::faulted, now);
        break;
      }
      if (!tables_hold()) {
        stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_BAD_PROGRAM, JobEvent::faulted, now);
        break;
      }
      if (queues_[active_].resume) {
        phase_ = Phase::save_header;
        read(control_slot, queues_[active_].registers.save_area, &save_, sizeof save_, &Counters::restore_bytes);
      } else {
        begin_run(now);
      }
      break;
    }
    case Phase::save_header:
      if (take(control_slot, now)) on_save_header(now);
      break;
    case Phase::restore:
      drain_background(now);
      if (background_pending_ == 0) restore(now);
      break;
    case Phase::refetch_list:
      if (take(control_slot, now)) refetch(now);
      break;
    case Phase::refetch:
      drain_background(now);
      if (background_pending_ != 0) break;
      move_refetched();
      begin_run(now);
      break;
    case Phase::save:
      drain_background(now);
      if (background_pending_ == 0) {
        move_live_ranges(true);
        ++counters_.preemptions;
        stop_job(TAKT_NPU_PREEMPTED, TAKT_STATUS_OK, JobEvent::preempted, now);
      }
      break;
    case Phase::none:
    case Phase::run:
      break;
  }
}

void Core::on_header(Time now) {
  const std::uint64_t tables = std::uint64_t{header_.cut_count} * sizeof(takt_cut);
  const std::uint64_t ranges = std::uint64_t{header_.live_range_count} * sizeof(takt_live_range);
  std::uint32_t status = TAKT_STATUS_OK;
  if (header_.magic != TAKT_PROGRAM_MAGIC || header_.header_bytes < sizeof header_ ||
      header_.semaphore_count > TAKT_SEMAPHORES || header_.scratchpad_bytes > config_.scratchpad_bytes ||
      header_.cuts_offset + tables > header_.total_bytes || header_.live_ranges_offset + ranges > header_.total_bytes)
    status = TAKT_STATUS_BAD_PROGRAM;
  else if (TAKT_ABI_MAJOR(header_.version) != TAKT_ABI_MAJOR(TAKT_ABI_PROGRAM))
    status = TAKT_STATUS_BAD_VERSION;
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT && status == TAKT_STATUS_OK; ++e)
    if (header_.list_offset[e] + std::uint64_t{header_.list_commands[e]} * TAKT_COMMAND_BYTES > header_.total_bytes)
      status = TAKT_STATUS_BAD_PROGRAM;
  if (status != TAKT_STATUS_OK) return stop_job(TAKT_NPU_FAULTED, status, JobEvent::faulted, now);

  const std::uint64_t program = queues_[active_].registers.program;
  cuts_.resize(header_.cut_count);
  live_ranges_.resize(header_.live_range_count);
  phase_ = Phase::tables;
  if (tables != 0) read(control_slot, program + header_.cuts_offset, cuts_.data(), static_cast<std::uint32_t>(tables));
  parameters_given_ = queues_[active_].registers.parameters != 0;
  if (parameters_given_) read(parameter_slot, queues_[active_].registers.parameters, &parameters_, sizeof parameters_);
  if (ranges != 0)
    read(table_slot, program + header_.live_ranges_offset, live_ranges_.data(), static_cast<std::uint32_t>(ranges));
}

// Cuts refer to entries of their tables, live ranges to bytes of the scratchpad.
bool Core::tables_hold() const {
  const std::uint64_t loads = header_.list_commands[TAKT_ENGINE_DMA_IN];
  const bool cuts = std::all_of(cuts_.begin(), cuts_.end(), [&](const takt_cut& cut) {
    return std::uint64_t{cut.live_first} + cut.live_count <= live_ranges_.size() &&
           std::uint64_t{cut.refetch_first} + cut.refetch_count <= (cut.refetch_count == 0 ? ~std::uint64_t{0} : loads);
  });
  return cuts && std::all_of(live_ranges_.begin(), live_ranges_.end(), [&](const takt_live_range& range) {
           return std::uint64_t{range.offset} + range.bytes <= config_.scratchpad_bytes;
         });
}

void Core::begin_run(Time now) {
  const Queue& queue = queues_[active_];
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    lists_[e].start(queue.registers.program + header_.list_offset[e], header_.list_commands[e],
                    queue.resume ? save_.position[e] : 0, parameters_given_ ? &parameters_ : nullptr);
    standing_[e] = {now, Stall::front_end};
    if (e <= TAKT_ENGINE_DMA_OUT) dma_[e].ready = now;
  }
  poster_.fill(Stall::front_end);
  if (queue.resume) {
    std::copy(std::begin(save_.semaphore), std::end(save_.semaphore), semaphore_.begin());
    tell(JobEvent::resumed, now);
  } else {
    semaphore_.fill(0);
  }
  phase_ = Phase::run;
  if (preempting_) choose_cut();
}

void Core::request_preempt(Time now) {
  if (preempting_ || active_ == TAKT_NPU_MAX_QUEUES) return;
  preempting_ = true;
  tell(JobEvent::preempt_requested, now);
  if (phase_ == Phase::run) choose_cut();  // a job still starting chooses once it runs
}

// The earliest cut that no list has passed; without one the job runs to its end. A resumed job goes on to a later cut
// than the one it stood at: a time slice shorter than its restore would else never get it anywhere.
void Core::choose_cut() {
  for (std::uint32_t c = queues_[active_].resume ? save_.cut + 1 : 0; c < cuts_.size(); ++c) {
    const takt_cut& cut = cuts_[c];
    bool ahead = true;
    for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) ahead &= lists_[e].position() <= cut.position[e];
    if (!ahead) continue;
    queues_[active_].cut = c;
    for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) lists_[e].set_limit(cut.position[e]);
    return;
  }
}

bool Core::quiesced() const {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    if (!lists_[e].at_limit()) return false;
  return !compute_[0].busy && !compute_[1].busy && dma_[0].in_flight.empty() && dma_[1].in_flight.empty();
}

bool Core::all_finished() const {
  for (const Sequencer& list : lists_)
    if (!list.finished()) return false;
  return quiesced();
}

void Core::begin_save(Time now) {
  Queue& queue = queues_[active_];
  const takt_cut& cut = cuts_[queue.cut];
  tell(JobEvent::quiesced, now);
  if (std::uint64_t{cut.live_bytes} + sizeof save_ > queue.registers.save_bytes)
    return stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_SAVE_TOO_SMALL, JobEvent::faulted, now);
  queue.state = TAKT_NPU_SAVING;
  phase_ = Phase::save;
  // Commands behind the cut that are still being fetched are not wanted any more.
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) pending_[fetch_slot(e)].active = false;
  save_ = {};
  save_.magic = TAKT_SAVE_MAGIC;
  save_.cut = queue.cut;
  save_.live_bytes = cut.live_bytes;
  save_.parameters = queue.registers.parameters;
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) save_.position[e] = lists_[e].position();
  std::copy(semaphore_.begin(), semaphore_.end(), std::begin(save_.semaphore));

  std::uint64_t to = queue.registers.save_area + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    move_in_background(true, to, range.bytes, nullptr);
    to += range.bytes;
  }
  move_in_background(true, queue.registers.save_area, sizeof save_, reinterpret_cast<unsigned char*>(&save_));
  counters_.save_bytes += sizeof save_ + cut.live_bytes;
}

void Core::on_save_header(Time now) {
  Queue& queue = queues_[active_];
  if (save_.magic != TAKT_SAVE_MAGIC || save_.cut >= cuts_.size() || cuts_[save_.cut].live_bytes != save_.live_bytes)
    return stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_BAD_PROGRAM, JobEvent::faulted, now);
  const takt_cut& cut = cuts_[save_.cut];
  std::uint64_t from = queue.registers.save_area + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    move_in_background(false, from, range.bytes, nullptr);
    from += range.bytes;
  }
  counters_.restore_bytes += cut.live_bytes;
  phase_ = Phase::restore;
}

// Live ranges are back; constants that were prefetched before the cut are fetched again.
void Core::restore(Time now) {
  move_live_ranges(false);
  const takt_cut& cut = cuts_[save_.cut];
  if (cut.refetch_count == 0) return begin_run(now);
  refetch_.resize(cut.refetch_count);
  phase_ = Phase::refetch_list;
  read(control_slot,
       queues_[active_].registers.program + header_.list_offset[TAKT_ENGINE_DMA_IN] +
           std::uint64_t{cut.refetch_first} * TAKT_COMMAND_BYTES,
       refetch_.data(), cut.refetch_count * TAKT_COMMAND_BYTES);
}

void Core::refetch(Time now) {
  for (const takt_command& command : refetch_) {
    if (check_command(command, TAKT_ENGINE_DMA_IN, config_.scratchpad_bytes) != TAKT_STATUS_OK || !is_constant(command))
      return stop_job(TAKT_NPU_FAULTED, TAKT_STATUS_BAD_COMMAND, JobEvent::faulted, now);
    if (command.opcode != TAKT_OP_DMA) continue;
    const takt_dma_body& body = command.body.dma;
    for (std::uint32_t row = 0; row < body.rows; ++row)
      move_in_background(false, header_.bases[body.base] + body.offset + row * body.stride, body.row_bytes, nullptr);
    counters_.refetch_bytes += std::uint64_t{body.rows} * body.row_bytes;
  }
  phase_ = Phase::refetch;
}

void Core::drop_engines(Time now) {
  ++generation_;
  transfer_failed_ = false;
  for (std::uint32_t user = 0; user < 2; ++user) {
    if (scratchpad_.running(user)) scratchpad_.stop(user, clock_.index_at_or_after(now));
    compute_[user] = {};
  }
  for (DmaList& list : dma_) list = {};
  for (Sequencer& list : lists_) list.clear();
  for (Pending& pending : pending_) pending = {};
  for (TableLine& line : table_lines_) line = {};
  background_.clear();
  background_pending_ = 0;
  scratchpad_.set_dma_lists(0, clock_.index_at_or_after(now));
}

void Core::stop_job(std::uint32_t state, std::uint32_t status, JobEvent event, Time now) {
  Queue& queue = queues_[active_];
  queue.state = state;
  queue.status = status;
  stopped_ |= 1u << active_;
  tell(event, now);
  drop_engines(now);
  phase_ = Phase::none;
  active_ = TAKT_NPU_MAX_QUEUES;
}

}  // namespace takt::npu
