// What a memory's energy goes into: its counters times the rates of its preset. Integers: attojoules.
#pragma once

#include <array>
#include <cstdint>

#include "models/dram/controller.h"

namespace takt::replay {

using Attojoules = unsigned __int128;

enum class EnergyPart : std::uint8_t {
  activate,  // ACT and its PRE
  read,      // bursts, device and I/O rail
  write,
  refresh,
  active_standby,
  precharge_standby,
  power_down,
  self_refresh,
  write_clock,  // on top of the standby around it
  phy,          // PHY and controller
};
constexpr unsigned energy_parts = 10;

// "activate", ...; as keys of results.json.
const char* name_of(EnergyPart part);

struct Energy {
  std::array<Attojoules, energy_parts> parts{};

  Attojoules& operator[](EnergyPart part) { return parts[static_cast<unsigned>(part)]; }
  Attojoules operator[](EnergyPart part) const { return parts[static_cast<unsigned>(part)]; }
  Energy& operator+=(const Energy& other);
  Attojoules total() const;
};

// Of commands that somebody asked for: activations, bursts and their way through the PHY.
Energy energy_of(const dram::Config& config, const dram::Counts& counts);
// Of one channel for itself. Each state's time rounds down to the picosecond.
Energy energy_of(const dram::Config& config, std::uint64_t refreshes, const dram::StateCycles& states);

}  // namespace takt::replay
