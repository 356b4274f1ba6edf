// A forced stop: what lists and engines were doing goes to the save area, and from there on.
#include <algorithm>
#include <cstring>

#include "models/npu/core.h"

namespace takt::npu {

using units::Cycles;
using units::Time;

namespace {

constexpr std::uint64_t overhead_limit = std::uint64_t{1} << 40;  // cycles

// Loops and extents are applied already.
takt_command as_it_stands(takt_command command) {
  command.parameter = TAKT_NO_PARAMETER;
  command.extent = {};
  return command;
}

}  // namespace

std::uint64_t Core::context_area() const {
  return job_.registers.save_area +
         (number_ - job_.registers.first_core) *
             TAKT_FORCED_SAVE_BYTES(1, job_.header.scratchpad_bytes, context_bytes(shared_.config));
}

void Core::note(std::uint32_t first_cut, Time now) {
  context_ = {};
  saved_dma_.assign(saved_dma_.size(), {});
  save_ = {};
  save_.magic = TAKT_SAVE_MAGIC;
  save_.flags = TAKT_SAVE_MID_COMMAND;
  save_.cut = TAKT_NO_CUT;
  save_.parameters = job_.registers.parameters;
  std::copy(semaphore_.begin(), semaphore_.end(), std::begin(save_.semaphore));
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) {
    save_.position[e] = lists_[e].position();
    save_.loop_index[e] = lists_[e].index();
    context_.list[e] = lists_[e].save();
  }
  context_.first_cut = first_cut;
  if (job_.parameters_given) context_.parameters = job_.parameters;
  for (std::uint32_t user = 0; user < 2; ++user) note_compute(user, now);
  for (std::uint32_t list = 0; list < 2; ++list) note_dma(list, now);
}

void Core::note_compute(std::uint32_t user, Time now) {
  const ComputeEngine& unit = compute_[user];
  if (!unit.busy) return;
  const std::uint32_t engine = TAKT_ENGINE_TENSOR + user;
  const Cycles at = clock_.index_at_or_after(now);
  SavedCompute& saved = context_.compute[user];
  saved.command = as_it_stands(unit.command);
  saved.stopped = unit.working ? Stopped::at_work : Stopped::in_overhead;
  CommandRecord record = record_compute(engine, now);
  record.stopped = true;
  if (unit.working) {
    // A dispatch that was cut short begins anew; slower than it may be, a command is by a fault alone.
    const std::uint64_t whole = cost_of(unit.command).cycles * Scratchpad::full_rate;
    saved.remaining = std::min({scratchpad_.stop(user, at), unit.left, whole});
    counters_.busy[engine] += now - record.work;
  } else {
    saved.remaining = units::max(unit.overhead_end, at).value - at.value;
  }
  tell(record);
}

void Core::note_dma(std::uint32_t list, Time now) {
  const DmaList& dma = dma_[list];
  const auto add = [&](const DmaCommand& command) {
    saved_dma(list)[context_.dma_commands[list]++] = {as_it_stands(command.command), command.address,
                                                      command.missing_turns, 0};
  };
  for (const DmaCommand& command : dma.in_flight) {
    add(command);
    counters_.dropped_bytes += command.bytes;
  }
  for (const DmaCommand& command : dma.again) add(command);
  if (dma.in_flight.empty() || dma.in_flight.front().bytes == 0) return;
  CommandRecord record = record_dma(list, dma.in_flight.front(), now);
  record.stopped = true;
  counters_.busy[list] += now - record.begin;
  tell(record);
}

std::uint64_t Core::saved_accumulators() const {
  return context_.compute[0].stopped == Stopped::at_work ? accumulator_bytes(config_.tensor) : 0;
}

void Core::begin_forced_save(std::uint32_t scratchpad) {
  save_.live_bytes = scratchpad;
  context_.header = save_;
  std::memcpy(state_.data(), &context_, sizeof context_);
  std::memcpy(state_.data() + sizeof context_, saved_dma_.data(), saved_dma_.size() * sizeof(SavedDma));
  const std::uint64_t area = context_area();
  const auto move = [&](std::uint64_t address, std::uint64_t bytes, unsigned char* data) {
    if (bytes != 0) move_in_background(true, address, static_cast<std::uint32_t>(bytes), data);
    counters_.save_bytes += bytes;
  };
  move(area, state_.size(), state_.data());
  move(area + state_.size(), saved_accumulators(), nullptr);
  move(area + context_bytes(shared_.config), scratchpad, nullptr);
}

void Core::read_context() {
  read(control_slot, context_area(), state_.data(), static_cast<std::uint32_t>(state_.size()),
       &Counters::restore_bytes);
}

void Core::take_context() {
  std::memcpy(&context_, state_.data(), sizeof context_);
  std::memcpy(saved_dma_.data(), state_.data() + sizeof context_, saved_dma_.size() * sizeof(SavedDma));
  save_ = context_.header;
}

// What a context holds is the program's and its client's own, as far as can be told.
std::uint32_t Core::check_context() const {
  if (!saved_mid_command()) return TAKT_STATUS_BAD_PROGRAM;
  if (save_.live_bytes != 0 && save_.live_bytes != job_.header.scratchpad_bytes) return TAKT_STATUS_BAD_PROGRAM;
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e)
    if (!Sequencer::holds(context_.list[e], save_.position[e], part_.list_commands[e])) return TAKT_STATUS_BAD_PROGRAM;
  for (std::uint32_t user = 0; user < 2; ++user)
    if (!holds(context_.compute[user], user)) return TAKT_STATUS_BAD_PROGRAM;
  for (std::uint32_t list = 0; list < 2; ++list) {
    if (context_.dma_commands[list] > config_.dma.commands_in_flight) return TAKT_STATUS_BAD_PROGRAM;
    for (std::uint32_t i = 0; i < context_.dma_commands[list]; ++i)
      if (const std::uint32_t status = check_dropped(list, saved_dma(list)[i])) return status;
  }
  return TAKT_STATUS_OK;
}

bool Core::holds(const SavedCompute& saved, std::uint32_t user) const {
  if (saved.stopped == Stopped::idle) return true;
  if (check_command(saved.command, TAKT_ENGINE_TENSOR + user, config_.scratchpad_bytes) != TAKT_STATUS_OK) return false;
  if (saved.stopped == Stopped::in_overhead) return saved.remaining <= overhead_limit;
  return saved.stopped == Stopped::at_work && saved.remaining <= cost_of(saved.command).cycles * Scratchpad::full_rate;
}

std::uint32_t Core::check_dropped(std::uint32_t list, const SavedDma& saved) const {
  const takt_command& command = saved.command;
  if (check_command(command, list, config_.scratchpad_bytes) != TAKT_STATUS_OK) return TAKT_STATUS_BAD_PROGRAM;
  if (command.opcode != TAKT_OP_DMA) return TAKT_STATUS_OK;
  const takt_dma_body& body = command.body.dma;
  const std::uint64_t span = (body.rows - 1) * body.stride + body.row_bytes;
  const std::uint32_t access = list == TAKT_ENGINE_DMA_IN ? TAKT_WINDOW_READ : TAKT_WINDOW_WRITE;
  return job_.allows(access, saved.address, span) ? TAKT_STATUS_OK : TAKT_STATUS_ACCESS;
}

void Core::begin_forced_restore() {
  const std::uint64_t area = context_area();
  const auto move = [&](std::uint64_t address, std::uint64_t bytes) {
    if (bytes != 0) move_in_background(false, address, static_cast<std::uint32_t>(bytes), nullptr);
    counters_.restore_bytes += bytes;
  };
  move(area + state_.size(), saved_accumulators());
  move(area + context_bytes(shared_.config), save_.live_bytes);
}

// Lists have been started at their positions.
void Core::go_on(Time now) {
  for (std::uint32_t e = 0; e < TAKT_ENGINE_COUNT; ++e) lists_[e].restore(context_.list[e]);
  for (std::uint32_t user = 0; user < 2; ++user)
    if (context_.compute[user].stopped != Stopped::idle) go_on_computing(user, now);
  for (std::uint32_t list = 0; list < 2; ++list)
    for (std::uint32_t i = 0; i < context_.dma_commands[list]; ++i) {
      const SavedDma& saved = saved_dma(list)[i];
      DmaCommand again;
      again.command = saved.command;
      again.address = saved.address;
      again.missing_turns = saved.missing_turns;
      if (saved.command.opcode == TAKT_OP_DMA) {
        again.scratchpad = saved.command.body.dma.scratchpad;
        again.bytes = std::uint64_t{saved.command.body.dma.row_bytes} * saved.command.body.dma.rows;
      }
      dma_[list].again.push_back(again);
    }
}

// An engine at work is given its command anew, which takes what a dispatch takes, and goes on where it stood.
void Core::go_on_computing(std::uint32_t user, Time now) {
  const SavedCompute& saved = context_.compute[user];
  ComputeEngine& unit = compute_[user];
  const Cycles at = clock_.index_at_or_after(now);
  unit.busy = true;
  unit.working = saved.stopped == Stopped::at_work;
  unit.command = saved.command;
  unit.cost = cost_of(saved.command);
  unit.begin = unit.work = clock_.at(at);
  if (!unit.working) {
    unit.overhead_end = at + Cycles(saved.remaining);
    return;
  }
  unit.left = saved.remaining;
  unit.alone =
      Cycles(units::ceil_div(saved.remaining, std::uint64_t{Scratchpad::full_rate}) + shared_.config.dispatch_cycles);
  scratchpad_.resume(user, at, saved.remaining, shared_.config.dispatch_cycles, work_of(unit.cost),
                     unit.cost.scratchpad_bytes);
}

}  // namespace takt::npu
