#include "sim/replay/memory_replay.h"

#include <algorithm>
#include <string>

#include "models/units/fnv1a.h"
#include "sim/platform/vector_address.h"

namespace takt::replay {
namespace {

using traces::MemoryAccess;
using traces::TraceTiming;
using units::Time;

constexpr std::uint64_t progress_every = 4096;  // accesses
constexpr Time too_late(std::uint64_t{1} << 63);

TraceTiming timing_of(const traces::MemoryTraceReader& reader, const ReplayOptions& options) {
  return options.as_fast_as_accepted ? TraceTiming::as_accepted : reader.timing();
}

InFlight bound_of(TraceTiming timing, const ReplayOptions& options, const dram::Config& config) {
  if (options.outstanding == 0 && timing == TraceTiming::as_accepted) return full_queues(config);
  InFlight bound;
  bound.requests = options.outstanding != 0 ? options.outstanding : default_outstanding;
  return bound;
}

// A bound that is not an initiator's only keeps queues full, or the trace out of memory: no need to be exact.
Time step_of(const ReplayOptions& options, const dram::Config& config) {
  return options.outstanding != 0 ? Time(0) : queue_time(config);
}

std::uint64_t mixed(std::uint64_t hash, std::uint64_t value) {
  for (unsigned i = 0; i < 8; ++i) hash = units::fnv1a(hash, static_cast<std::uint8_t>(value >> (8 * i)));
  return hash;
}

std::uint64_t hash_of(std::uint64_t hash, const MemoryAccess& a, const dram::Request& request) {
  hash = mixed(hash, a.time.value);
  hash = mixed(hash, a.instructions);
  hash = mixed(hash, request.address);
  hash = mixed(hash, a.bytes);
  if (a.rows != 1) hash = mixed(mixed(hash, a.rows), a.stride);
  return mixed(hash, std::uint64_t{a.initiator} << 16 | std::uint64_t{a.qos} << 8 | (a.write ? 1 : 0));
}

std::string hex(std::uint64_t value) {
  constexpr char digits[] = "0123456789abcdef";
  std::string text;
  do text.insert(text.begin(), digits[value & 15]);
  while ((value >>= 4) != 0);
  return "0x" + text;
}

std::string place_of(const MemoryAccess& a) {
  std::string text = std::to_string(a.bytes) + " bytes at " + hex(a.address);
  if (a.rows > 1) text += ", " + std::to_string(a.rows) + " times " + std::to_string(a.stride) + " bytes apart";
  return text;
}

}  // namespace

MemoryReplay::MemoryReplay(traces::MemoryTraceReader& reader, dram::Memory& memory, const ReplayOptions& options,
                           std::function<void(std::uint64_t, Time)> progress)
    : reader_(reader),
      memory_(memory),
      options_(options),
      timing_(timing_of(reader, options)),
      bound_(bound_of(timing_, options, memory.config())),
      feeder_(memory, bound_, step_of(options, memory.config())),
      progress_(std::move(progress)) {
  outcome_.hash = units::fnv1a_basis;
  if (timing_ == TraceTiming::after_instructions && options.instructions_per_second == 0) {
    throw traces::MemoryTraceError({reader.file()}, "times as counts of instructions and no rate of them",
                                   "how many a second the core executes (--clock-hz), or --as-fast-as-accepted");
  }
}

ReplayOutcome MemoryReplay::run() {
  MemoryAccess access;
  while (outcome_.accesses < options_.limit && reader_.next(access)) {
    play(access);
    ++outcome_.accesses;
    if (progress_ && outcome_.accesses % progress_every == 0) progress_(outcome_.accesses, now_);
  }
  outcome_.end = feeder_.finish();
  return outcome_;
}

// When the access wants to be handed over.
Time MemoryReplay::due(const MemoryAccess& access) {
  switch (timing_) {
    case TraceTiming::absolute:
      return access.time;
    case TraceTiming::after_previous:
      return feeder_.finish_last() + access.time;
    case TraceTiming::as_accepted:
      return now_;
    case TraceTiming::after_instructions:
      break;
  }
  instructions_ += access.instructions;
  const unsigned __int128 ps =
      static_cast<unsigned __int128>(instructions_) * units::picoseconds_per_second / options_.instructions_per_second;
  return ps >= too_late.value ? too_late : base_ + Time(static_cast<std::uint64_t>(ps));
}

dram::Request MemoryReplay::request_of(const MemoryAccess& access) const {
  dram::Request request;
  request.address = access.vector.levels == 0 ? access.address : platform::address_of_vector(memory_, reader_, access);
  request.row_bytes = access.bytes;
  request.rows = access.rows;
  request.stride = access.rows == 1 ? 0 : access.stride;
  request.write = access.write;
  request.qos = access.qos;
  request.initiator = access.initiator;
  if (!memory_.contains(request)) {
    throw reader_.error(access, place_of(access),
                        "addresses below " + hex(memory_.usable_bytes()) + ": " + memory_.config().name + " holds " +
                            std::to_string(memory_.usable_bytes()) + " bytes");
  }
  return request;
}

void MemoryReplay::play(const MemoryAccess& access) {
  dram::Request request = request_of(access);
  const Time wanted = due(access);
  if (wanted >= too_late || now_ >= too_late) {
    throw reader_.error(access, "a time of more than 106 days", "a time below 2^63 ps");
  }
  outcome_.hash = hash_of(outcome_.hash, access, request);
  std::uint64_t left = request.rows;
  while (left > 0) {
    request.rows = std::min<std::uint64_t>(left, rows_at_once);
    now_ = feeder_.submit(request, wanted);
    if (left == access.rows) note_late(wanted, now_);
    request.address += request.rows * request.stride;
    left -= request.rows;
    ++outcome_.requests;
  }
}

void MemoryReplay::note_late(Time wanted, Time handed_over) {
  if (outcome_.accesses == 0) outcome_.first = handed_over;
  if (handed_over <= wanted || timing_ == TraceTiming::as_accepted) return;
  if (timing_ == TraceTiming::after_instructions) {  // the core stood still, and goes on from here
    base_ = handed_over;
    instructions_ = 0;
  }
  ++outcome_.late;
  outcome_.latest = units::max(outcome_.latest, handed_over - wanted);
}

}  // namespace takt::replay
