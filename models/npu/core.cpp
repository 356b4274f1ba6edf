// A core's part of a job: start, cuts, save, restore.
#include "models/npu/core.h"

#include <algorithm>

namespace takt::npu {

using units::Time;

namespace {

bool loads_constants(const takt_command& command) {
  return command.opcode == TAKT_OP_DMA && (command.body.dma.flags & TAKT_DMA_CONSTANT) != 0;
}

// Is the same in every job, so that it may be fetched again on its own.
bool is_constant(const takt_command& command) {
  return command.parameter == TAKT_NO_PARAMETER && command.body.dma.table == TAKT_NO_TABLE;
}

}  // namespace

Core::Core(std::uint32_t number, Shared& shared, Job& job)
    : number_(number),
      shared_(shared),
      config_(shared.config.core(number)),
      events_(shared.config.is_small(number) ? *shared.small_events : shared.events),
      clock_(shared.clock),
      job_(job),
      counters_(shared.counters),
      saved_dma_(2 * std::size_t{config_.dma.commands_in_flight}),
      state_(state_bytes(config_)),
      scratchpad_(config_.scratchpad_bytes_per_cycle, config_.dma.bytes_per_cycle) {
  if (shared.functions != nullptr) give_contents();
}

void Core::read_cuts() {
  cuts_.resize(job_.header.cut_count);
  if (cuts_.empty()) return;
  read(control_slot, job_.registers.program + part_.cuts_offset, cuts_.data(),
       static_cast<std::uint32_t>(cuts_.size() * sizeof(takt_cut)));
}

void Core::read_live_ranges() {
  live_ranges_.resize(part_.live_range_count);
  if (live_ranges_.empty()) return;
  read(table_slot, job_.registers.program + part_.live_ranges_offset, live_ranges_.data(),
       static_cast<std::uint32_t>(live_ranges_.size() * sizeof(takt_live_range)));
}

// Cuts refer to entries of their tables, live ranges to bytes of the scratchpad.
bool Core::tables_hold() const {
  const std::uint64_t loads = part_.list_commands[TAKT_ENGINE_DMA_IN];
  const bool cuts = std::all_of(cuts_.begin(), cuts_.end(), [&](const takt_cut& cut) {
    return std::uint64_t{cut.live_first} + cut.live_count <= live_ranges_.size() &&
           std::uint64_t{cut.refetch_first} + cut.refetch_count <= (cut.refetch_count == 0 ? ~std::uint64_t{0} : loads);
  });
  return cuts && std::all_of(live_ranges_.begin(), live_ranges_.end(), [&](const takt_live_range& range) {
           return std::uint64_t{range.offset} + range.bytes <= config_.scratchpad_bytes;
         });
}

void Core::begin_run(Time now) {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    lists_[e].start(job_.registers.program + part_.list_offset[e], part_.list_commands[e],
                    job_.resume ? save_.position[e] : 0, job_.parameters_given ? &job_.parameters : nullptr);
    standing_[e] = {now, Stall::front_end};
    if (e <= TAKT_ENGINE_DMA_OUT) dma_[e].ready = now;
  }
  // Semaphores that no command of its own posts are the other cores'.
  poster_.fill(job_.header.cores > 1 ? Stall::core : Stall::front_end);
  if (job_.resume)
    std::copy(std::begin(save_.semaphore), std::end(save_.semaphore), semaphore_.begin());
  else
    semaphore_.fill(0);
  if (job_.resume && saved_mid_command()) go_on(now);
}

bool Core::before_cut(std::uint32_t cut) const {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    if (lists_[e].position() > cuts_[cut].position[e]) return false;
  return true;
}

void Core::stop_at_cut(std::uint32_t cut) {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) lists_[e].set_limit(cuts_[cut].position[e]);
}

bool Core::quiesced() const {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    if (!lists_[e].at_limit()) return false;
  const bool moving = std::any_of(dma_.begin(), dma_.end(),
                                  [](const DmaList& dma) { return !dma.in_flight.empty() || !dma.again.empty(); });
  return !compute_[0].busy && !compute_[1].busy && !moving;
}

bool Core::finished() const {
  for (const Sequencer& list : lists_)
    if (!list.finished()) return false;
  return quiesced();
}

std::uint64_t Core::save_end(std::uint32_t cut) const {
  return std::uint64_t{part_.save_offset} + cuts_[cut].live_bytes + sizeof save_;
}

void Core::begin_save(std::uint32_t number) {
  const takt_cut& cut = cuts_[number];
  // Commands behind the cut that are still being fetched are not wanted any more.
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) pending_[fetch_slot + e].active = false;
  save_ = {};
  save_.magic = TAKT_SAVE_MAGIC;
  save_.cut = number;
  save_.live_bytes = cut.live_bytes;
  save_.parameters = job_.registers.parameters;
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) save_.position[e] = lists_[e].position();
  std::copy(semaphore_.begin(), semaphore_.end(), std::begin(save_.semaphore));

  std::uint64_t to = save_area() + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    move_in_background(true, to, range.bytes, nullptr);
    to += range.bytes;
  }
  move_in_background(true, save_area(), sizeof save_, reinterpret_cast<unsigned char*>(&save_));
  counters_.save_bytes += sizeof save_ + cut.live_bytes;
}

void Core::read_save_header() {
  save_ = {};
  if (part_.save_offset + std::uint64_t{sizeof save_} > job_.registers.save_bytes) return;
  read(control_slot, save_area(), &save_, sizeof save_, &Counters::restore_bytes);
}

bool Core::save_holds() const {
  return save_.magic == TAKT_SAVE_MAGIC && save_.cut < cuts_.size() && cuts_[save_.cut].live_bytes == save_.live_bytes;
}

void Core::begin_restore() {
  const takt_cut& cut = cuts_[save_.cut];
  std::uint64_t from = save_area() + sizeof save_;
  for (std::uint32_t i = 0; i < cut.live_count; ++i) {
    const takt_live_range& range = live_ranges_[cut.live_first + i];
    move_in_background(false, from, range.bytes, nullptr);
    from += range.bytes;
  }
  counters_.restore_bytes += cut.live_bytes;
}

bool Core::read_refetch_list() {
  const takt_cut& cut = cuts_[save_.cut];
  refetch_.resize(cut.refetch_count);
  if (refetch_.empty()) return false;
  read(control_slot,
       job_.registers.program + part_.list_offset[TAKT_ENGINE_DMA_IN] +
           std::uint64_t{cut.refetch_first} * TAKT_COMMAND_BYTES,
       refetch_.data(), cut.refetch_count * TAKT_COMMAND_BYTES);
  return true;
}

bool Core::begin_refetch() {
  for (const takt_command& command : refetch_) {
    if (check_command(command, TAKT_ENGINE_DMA_IN, config_.scratchpad_bytes) != TAKT_STATUS_OK) return false;
    if (!loads_constants(command)) continue;  // what it loaded is among the live ranges, or of no use any more
    if (!is_constant(command)) return false;
    const takt_dma_body& body = command.body.dma;
    if (!job_.allows(TAKT_WINDOW_READ, job_.header.bases[body.base] + body.offset,
                     (body.rows - 1) * body.stride + body.row_bytes))
      return false;
    for (std::uint32_t row = 0; row < body.rows; ++row)
      move_in_background(false, job_.header.bases[body.base] + body.offset + row * body.stride, body.row_bytes,
                         nullptr);
    counters_.refetch_bytes += std::uint64_t{body.rows} * body.row_bytes;
  }
  return true;
}

void Core::end_refetch() {
  for (const takt_command& command : refetch_)
    if (loads_constants(command))
      move_rows(false, command.body.dma, job_.header.bases[command.body.dma.base] + command.body.dma.offset,
                command.body.dma.scratchpad);
}

void Core::drop(Time now) {
  status_ = TAKT_STATUS_OK;
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

}  // namespace takt::npu
