// Somebody who halts a core and looks around in it, such as a gdb server: asked by whoever runs the core, before and
// after each run. Nothing of it may change what the program does or counts.
#pragma once

#include <cstdint>
#include <vector>

#include "models/cpu/rv32/core.h"
#include "models/units/quantity.h"

namespace takt::rv32 {

// An access outside the core's own memory.
struct BusTransfer {
  std::uint64_t cycle = 0;  // at its begin
  std::uint32_t pc = 0;
  std::uint32_t address = 0;
  std::uint32_t value = 0;
  bool write = false;
  bool answered = false;
};

// A core and what it sees, between runs.
class Debuggee {
 public:
  virtual ~Debuggee() = default;
  virtual Core& hart() = 0;
  // Bytes that lie in one aligned word at the core's address, without time and without an effect on what is read.
  // False: nothing is there, or it cannot be had in this way.
  virtual bool look(std::uint32_t address, void* to, std::uint32_t bytes) = 0;
  virtual bool change(std::uint32_t address, const void* from, std::uint32_t bytes) = 0;
  virtual units::Time simulated() const = 0;
  // The first cycle, as Core::cycles() counts them, that begins at a simulated time or later.
  virtual std::uint64_t cycle_at(units::Time time) const = 0;
  virtual units::Time time_of(std::uint64_t cycle) const = 0;
  // Oldest first; none where they are not kept.
  virtual std::vector<BusTransfer> latest_transfers() const { return {}; }
};

// Simulated time stands still while a function waits. False: the run is to end.
class Debugger {
 public:
  virtual ~Debugger() = default;
  // Before the first instruction. `debuggee` outlives the run.
  virtual bool start(Debuggee& debuggee) = 0;
  // `wanted`, or less of it.
  virtual RunLimit limit(const RunLimit& wanted) = 0;
  // After a run, when simulated time is the core's, and now and then while the core sleeps (Stop::wait).
  virtual bool stopped(Stop why) = 0;
};

}  // namespace takt::rv32
