// The timing constraints of a channel as a table, in whole command clocks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/dram/bits.h"
#include "models/dram/config.h"
#include "models/units/clock.h"

namespace takt::dram {

using Cycle = std::uint64_t;  // command clocks since the beginning
constexpr Cycle no_cycle = ~Cycle{0};

constexpr unsigned max_banks = 64;  // of a channel

// At the same time a read or write goes first, then an ACT, then a PRE.
enum class Command : std::uint8_t { read, write, activate, precharge, refresh };
constexpr unsigned commands = 5;

// How far a constraint reaches from the bank of its first command. `rank` includes the bank itself.
enum class Level : std::uint8_t { bank, group, rank, other_ranks };
constexpr unsigned levels = 4;

// `to` comes at least `distance` clocks after `from`. A refresh is that of one bank; one of all banks counts in each.
struct Constraint {
  Command from;
  Command to;
  Level level;
  Cycle distance;
};

// Distances and durations that are no constraint between two commands.
struct Durations {
  units::Clock clock{1};
  Cycle burst;             // data of one burst, rounded up
  units::Time burst_time;  // the same exactly
  Cycle column;            // column to column of one rank, at least a burst
  Cycle column_group;      // the same inside a bank group
  Cycle read_latency, write_latency;
  Cycle read_to_precharge, write_to_precharge;
  Cycle four_activates;    // tFAW
  Cycle precharge_all;     // all-bank PRE to REF or ACT
  Cycle refresh_interval;  // between refreshes of all banks or of successive banks
  Cycle refresh;           // tRFCab or tRFCpb
  Cycle power_down_after;  // no_cycle: never
  Cycle power_down_exit;
  Cycle self_refresh_after;  // no_cycle: never
  Cycle self_refresh_exit;
  Cycle write_clock_expires;  // no_cycle: never
  Cycle write_clock_sync;
  Cycle page_timeout;
  Cycle starvation;  // no_cycle: never
  units::Time controller;
};

// Precondition of both: check(config) is empty.
Durations make_durations(const Config& config);
std::vector<Constraint> make_constraints(const Config& config);

}  // namespace takt::dram
