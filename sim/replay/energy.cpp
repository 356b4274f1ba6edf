#include "sim/replay/energy.h"

namespace takt::replay {
namespace {

constexpr const char* names[energy_parts] = {
    "activate",          "read",       "write",        "refresh",     "active_standby",
    "precharge_standby", "power_down", "self_refresh", "write_clock", "phy"};

Attojoules times(std::uint64_t count, std::uint64_t aj) { return static_cast<Attojoules>(count) * aj; }

struct StateRate {
  EnergyPart part;
  dram::Cycle dram::StateCycles::*cycles;
  std::uint64_t dram::Energy::*microwatts;
};
constexpr StateRate state_rates[] = {
    {EnergyPart::active_standby, &dram::StateCycles::active, &dram::Energy::active_standby_uw},
    {EnergyPart::precharge_standby, &dram::StateCycles::precharged, &dram::Energy::precharge_standby_uw},
    {EnergyPart::power_down, &dram::StateCycles::power_down, &dram::Energy::power_down_uw},
    {EnergyPart::self_refresh, &dram::StateCycles::self_refresh, &dram::Energy::self_refresh_uw},
    {EnergyPart::write_clock, &dram::StateCycles::write_clock, &dram::Energy::wck_uw},
};

}  // namespace

const char* name_of(EnergyPart part) { return names[static_cast<unsigned>(part)]; }

Energy& Energy::operator+=(const Energy& other) {
  for (unsigned i = 0; i < energy_parts; ++i) parts[i] += other.parts[i];
  return *this;
}

Attojoules Energy::total() const {
  Attojoules sum = 0;
  for (const Attojoules part : parts) sum += part;
  return sum;
}

Energy energy_of(const dram::Config& config, const dram::Counts& counts) {
  Energy energy;
  energy[EnergyPart::activate] = times(counts.activations, config.energy.activate_aj);
  energy[EnergyPart::read] = times(counts.reads, config.energy.read_aj);
  energy[EnergyPart::write] = times(counts.writes, config.energy.write_aj);
  energy[EnergyPart::phy] = times((counts.reads + counts.writes) * config.burst_bytes, config.energy.phy_byte_aj);
  return energy;
}

// 1 uW x 1 ps = 1 aJ.
Energy energy_of(const dram::Config& config, std::uint64_t refreshes, const dram::StateCycles& states) {
  Energy energy;
  energy[EnergyPart::refresh] =
      times(refreshes, config.refresh == dram::Refresh::per_bank ? config.energy.refresh_per_bank_aj
                                                                 : config.energy.refresh_all_bank_aj);
  for (const StateRate& rate : state_rates) {
    const std::uint64_t ps = units::mul_div(states.*rate.cycles, units::picoseconds_per_second, config.clock_hz);
    energy[rate.part] = times(ps, config.energy.*rate.microwatts);
  }
  return energy;
}

}  // namespace takt::replay
