// One memory under one generated load, in the steady state: latency, bandwidth, energy.
//
// Accesses arrive at random (exponentially distributed gaps), each a read or a write at random, whether or not earlier
// ones are answered. Measured is a span after a warm-up of ten refresh intervals, so that refreshes a controller may
// postpone are paid for inside it.
#pragma once

#include <cstdint>

#include "models/dram/memory.h"
#include "sim/replay/energy.h"
#include "sim/replay/pattern.h"

namespace takt::replay {

enum class LoadKind : std::uint8_t {
  unloaded,   // the next access arrives when the one before is answered
  offered,    // at a rate
  saturated,  // the memory's queues are kept full
};

struct Load {
  const Pattern* pattern = nullptr;
  unsigned read_percent = 100;
  LoadKind kind = LoadKind::offered;
  std::uint64_t bytes_per_second = 0;  // offered
  std::uint64_t seed = 1;
};

struct LoadPoint {
  Load load;
  std::uint64_t offered_bytes = 0;  // arrived inside the span
  std::uint64_t served_bytes = 0;   // answered inside it
  units::Time span;
  dram::Latencies reads;   // arrival to last beat
  dram::Latencies writes;  // arrival to the entry into the write queue
  std::uint64_t bursts = 0;
  std::uint64_t activations = 0;
  std::uint64_t refreshes = 0;
  Energy energy;
  std::uint32_t burst_bytes = 0;

  // What the load is judged by: reads, where there are any.
  const dram::Latencies& latency() const { return load.read_percent > 0 ? reads : writes; }
  std::uint64_t pin_bytes() const { return bursts * burst_bytes; }
  // The memory did not follow: it served less than 97 % of what was offered.
  bool overloaded() const;
};

LoadPoint simulate(const Load& load, const dram::Config& memory, dram::Fidelity fidelity);

}  // namespace takt::replay
