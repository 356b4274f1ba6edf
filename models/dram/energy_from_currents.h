// Energies from supply currents: the formulas of DRAMPower 6 (LPDDR4 and LPDDR5 core calculation) for a bank-wise
// background factor of 1, its value where a memory specification gives none. VDDQ counts as one more rail.
#pragma once

#include "models/dram/config.h"

namespace takt::dram {

// What the currents say for this geometry and timing, rounded down to the attojoule and microwatt; wck_uw and
// phy_byte_aj, which no current tells, are those of config.energy. Standby is that of one open bank, power-down that
// with all banks closed. Precondition: check(currents, config) is empty.
Energy energy_from_currents(const Currents& currents, const Config& config);

// What one rail's currents cannot be: the field too small, and the least it may be in microamperes.
struct TooSmall {
  std::string field;  // "idd4r_ua"; empty: nothing is wrong
  std::uint64_t least_ua = 0;
};

// A command draws at least what the same time in standby does.
TooSmall check(const Rail& rail, const Config& config);

}  // namespace takt::dram
