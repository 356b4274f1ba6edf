// Transfers: command fetches, control reads, and the background moves of a save or restore.
#include <algorithm>

#include "models/npu/core.h"

namespace takt::npu {

using units::Time;

// A cookie is generation << 40 | serial << 12 | core << 8 | kind. Kinds below `slots` are reads of the front end,
// dma_kind
// + list are an engine's DMA commands, background_kind are saves, restores and refetches. A job's end changes its
// generation, so answers to dropped transfers are ignored.
namespace {
constexpr std::uint64_t dma_kind = 0x10;
constexpr std::uint64_t background_kind = 0x20;
}  // namespace

std::uint64_t Core::submit(Transfer transfer, std::uint64_t kind) {
  transfer.core = number_;
  if (transfer.account == 0) transfer.account = job_.accounts.own;
  transfer.qos = static_cast<std::uint8_t>(job_.registers.qos);
  transfer.owner = job_.owner();
  transfer.cookie =
      job_.generation << 40 | (shared_.next_serial++ & 0xfffffff) << 12 | std::uint64_t{number_} << 8 | kind;
  shared_.path.submit(transfer);
  return transfer.cookie;
}

void Core::read(std::uint32_t slot, std::uint64_t address, void* to, std::uint32_t bytes,
                std::uint64_t Counters::*purpose) {
  pending_[slot] = {true, false, Time()};
  counters_.*purpose += bytes;
  Transfer transfer;
  transfer.address = address;
  transfer.row_bytes = bytes;
  transfer.stride = bytes;
  transfer.data = static_cast<unsigned char*>(to);
  submit(transfer, slot);
}

std::uint64_t Core::submit_dma(std::uint32_t list, Transfer transfer) {
  transfer.port = list == 0 ? Port::dma_in : Port::dma_out;
  transfer.write = list != 0;
  return submit(transfer, dma_kind + list);
}

void Core::move_in_background(bool write, std::uint64_t address, std::uint32_t bytes, unsigned char* data) {
  Transfer transfer;
  transfer.port = write ? Port::dma_out : Port::dma_in;
  transfer.write = write;
  transfer.address = address;
  transfer.row_bytes = bytes;
  transfer.stride = bytes;
  transfer.data = data;
  ++background_pending_;
  if (write && shared_.goes_wrong(base::Fault::save_hangs, job_) != 0) return;
  submit(transfer, background_kind);
}

void Core::answered(std::uint64_t cookie, Time last) {
  const std::uint64_t kind = cookie & 0xff;
  if (kind < slots) {
    pending_[kind].answered = true;
    pending_[kind].last = last;
  } else if (kind >= background_kind) {
    background_.push_back(last);
  } else {
    for (DmaCommand& command : dma_[kind - dma_kind].in_flight)
      if (command.cookie == cookie) {
        command.answered = true;
        command.last = last;
      }
  }
}

// Whether the read of `slot` is complete; frees the slot.
bool Core::take(std::uint32_t slot, Time now) {
  Pending& pending = pending_[slot];
  if (!pending.active || !pending.answered || pending.last > now) return false;
  pending.active = false;
  return true;
}

bool Core::fetch_commands() {
  bool any = false;
  for (std::uint32_t engine = 0; engine < TAKT_ENGINE_COUNT; ++engine) {
    const Sequencer::Fetch fetch = lists_[engine].wanted(shared_.config.fetch_commands);
    if (fetch.count == 0) continue;
    lists_[engine].fetching();
    fetch_buffer_[engine].resize(fetch.count);
    read(fetch_slot + engine, lists_[engine].address() + std::uint64_t{fetch.first} * TAKT_COMMAND_BYTES,
         fetch_buffer_[engine].data(), fetch.count * TAKT_COMMAND_BYTES);
    any = true;
  }
  return any;
}

bool Core::collect_fetches(Time now) {
  static constexpr Stall stall_of[TAKT_ENGINE_COUNT] = {Stall::data, Stall::store, Stall::tensor, Stall::vector};
  bool any = false;
  for (std::uint32_t engine = 0; engine < TAKT_ENGINE_COUNT; ++engine) {
    if (!take(fetch_slot + engine, now)) continue;
    std::vector<takt_command>& batch = fetch_buffer_[engine];
    if (shared_.goes_wrong(base::Fault::command_is_bad, job_) != 0) batch.front().opcode = 0xff;
    for (const takt_command& command : batch)
      if (command.post < TAKT_SEMAPHORES) poster_[command.post] = stall_of[engine];
    lists_[engine].fetched(batch.data(), static_cast<std::uint32_t>(batch.size()));
    if (!job_.first_command_seen) {
      job_.first_command_seen = true;
      shared_.tell(job_, JobEvent::first_command, now);
    }
    any = true;
  }
  return any;
}

bool Core::moved(Time now) {
  const auto over = [now](Time last) { return last <= now; };
  const auto end = std::remove_if(background_.begin(), background_.end(), over);
  const auto count = static_cast<std::uint32_t>(background_.end() - end);
  background_.erase(end, background_.end());
  background_pending_ -= count;
  return background_pending_ == 0;
}

Time Core::next_time(Time now) const {
  Time next = units::never();
  for (const Pending& pending : pending_)
    if (pending.active && pending.answered) next = units::min(next, pending.last);
  for (Time last : background_) next = units::min(next, last);
  for (std::uint32_t list = 0; list < 2; ++list) {
    const DmaList& dma = dma_[list];
    if (!dma.in_flight.empty() && dma.in_flight.front().answered) next = units::min(next, dma.in_flight.front().last);
    const bool more = !dma.again.empty() || lists_[list].peek() != nullptr;
    if (dma.ready > now && more && dma.in_flight.size() < config_.dma.commands_in_flight)
      next = units::min(next, dma.ready);
  }
  for (std::uint32_t user = 0; user < 2; ++user) {
    const ComputeEngine& engine = compute_[user];
    if (!engine.busy || engine.hangs) continue;
    next = units::min(next, clock_.at(engine.working ? scratchpad_.end(user) : engine.overhead_end));
  }
  return next;
}

}  // namespace takt::npu
