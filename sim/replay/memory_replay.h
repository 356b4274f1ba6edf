// Plays a memory trace into a memory, in memory that does not grow with the trace.
//
// Arrival-timed: an access is handed over at its time. As fast as accepted: its time is ignored; the memory's queues
// are kept full. Either way accesses are handed over in the trace's order, and one that exceeds the bound on accesses
// in flight waits.
#pragma once

#include <cstdint>
#include <functional>

#include "sim/replay/feeder.h"
#include "traces/formats/memory/reader.h"

namespace takt::replay {

struct ReplayOptions {
  bool as_fast_as_accepted = false;           // also where the trace has times
  std::uint64_t outstanding = 0;              // accesses in flight; 0: default_outstanding, or full_queues()
  std::uint64_t limit = ~std::uint64_t{0};    // accesses to be played
  std::uint64_t instructions_per_second = 0;  // of a trace that counts instructions
};

// In flight of a trace with times, where nothing else is asked for: far more than a phone's initiators have together,
// so that only a trace the memory cannot follow waits.
constexpr std::uint64_t default_outstanding = 4096;
// Rows of one request; an access of more is handed over, and counted, as several.
constexpr std::uint32_t rows_at_once = 4096;

struct ReplayOutcome {
  std::uint64_t accesses = 0;
  std::uint64_t requests = 0;  // accesses, those of many rows in pieces
  std::uint64_t hash = 0;      // 64-bit FNV-1a over what was played
  units::Time first;           // hand-over of the first access
  units::Time end;             // last data or answer
  std::uint64_t late = 0;      // accesses handed over after the time they have in the trace
  units::Time latest;          // by how much at most
};

class MemoryReplay {
 public:
  // `progress` is told the accesses and the time so far, every few thousand accesses. Throws MemoryTraceError where the
  // trace counts instructions and the options give no rate.
  MemoryReplay(traces::MemoryTraceReader& reader, dram::Memory& memory, const ReplayOptions& options,
               std::function<void(std::uint64_t, units::Time)> progress = nullptr);

  // Throws MemoryTraceError for a bad trace, an address outside the memory, and a time from 2^63 ps on.
  ReplayOutcome run();
  const InFlight& bound() const { return bound_; }

 private:
  units::Time due(const traces::MemoryAccess& access);
  void play(const traces::MemoryAccess& access);
  dram::Request request_of(const traces::MemoryAccess& access) const;
  void note_late(units::Time due, units::Time handed_over);

  traces::MemoryTraceReader& reader_;
  dram::Memory& memory_;
  ReplayOptions options_;
  traces::TraceTiming timing_;  // as_accepted where the options say so
  InFlight bound_;
  Feeder feeder_;
  std::function<void(std::uint64_t, units::Time)> progress_;

  ReplayOutcome outcome_;
  units::Time now_;                 // the latest hand-over
  units::Time base_;                // of the instructions counted
  std::uint64_t instructions_ = 0;  // since base_
};

}  // namespace takt::replay
