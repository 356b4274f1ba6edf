// What a memory did from the beginning to a time: plain data, taken once at the end.
#pragma once

#include <string>
#include <vector>

#include "models/dram/memory.h"
#include "sim/replay/energy.h"

namespace takt::replay {

struct ChannelFigures {
  dram::Counts counts;              // of all banks
  std::vector<dram::Counts> banks;  // (rank * banks per group + bank) * bank groups + group
  std::uint64_t refreshes = 0;
  std::uint64_t turnarounds = 0;
  units::Time idle;  // no request
  dram::StateCycles states;
  Energy energy;

  std::uint64_t bursts() const { return counts.reads + counts.writes; }
};

struct MemoryFigures {
  dram::Config config;
  units::Time end;
  dram::Statistics statistics;
  std::vector<ChannelFigures> channels;
  Energy energy;  // the sum of the channels

  // Of statistics.peak_window_bytes: a window, or all of a shorter run.
  units::Time peak_span() const { return units::min(dram::peak_window, end); }
  std::uint64_t bytes() const { return statistics.total.bytes_read + statistics.total.bytes_written; }
  std::uint64_t refreshes() const { return statistics.refreshes_all_bank + statistics.refreshes_per_bank; }
  // Of all channels together, in picoseconds; and what they could have been idle.
  unsigned __int128 idle() const;
  unsigned __int128 channel_time() const { return static_cast<unsigned __int128>(end.value) * channels.size(); }
};

// Bursts that found their row open. A row that is closed before its burst has come is opened twice; then this counts
// too few.
constexpr std::uint64_t row_hits(std::uint64_t bursts, std::uint64_t activations) {
  return bursts > activations ? bursts - activations : 0;
}

// Settles the memory at `end`, not before what it was advanced to. Idle time counts to the last data at least.
MemoryFigures take_figures(dram::Memory& memory, units::Time end);

// Energy of the commands that one initiator caused.
Energy energy_of(const dram::Config& config, const dram::Traffic& traffic);

// "r0 g1 b3": a bank of the configuration.
std::string bank_name(const dram::Config& config, unsigned bank);

}  // namespace takt::replay
