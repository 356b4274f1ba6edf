// The timing constraints of one channel in picoseconds, each rounded up to whole command clocks once.
#pragma once

#include <string>

#include "models/dram/config.h"
#include "models/units/quantity.h"

namespace takt::dram {

// Requests a controller holds per channel and can prepare banks for, in bursts. The published controllers
// section 1 have 32 to 64 entries.
constexpr unsigned queue_bursts = 32;

struct Timing {
  units::Time clock;   // one command clock, rounded up
  units::Time burst;   // one burst on the data bus
  units::Time column;  // column to column while bank groups rotate; never less than a burst
  units::Time ccd_l;   // column to column of one bank group
  units::Time rcd, rp, ras, rl, wl;
  units::Time rrd, faw;                          // ACT to ACT; any four ACTs
  units::Time read_to_pre, write_to_pre;         // last column to PRE
  units::Time read_to_write;                     // column to column, any bank
  units::Time write_to_read_s, write_to_read_l;  // column to column, other and same bank group
  units::Time refresh_interval;                  // between REFab, or between REFpb of successive banks
  units::Time refresh;                           // tRFCab or tRFCpb
  units::Time xp;
  units::Time power_down_after;  // never() when disabled
  units::Time controller;
  units::Time window;     // how far ahead of its column a command may be issued
  units::Time lookahead;  // PRE to the columns of a row conflict in every bank group
};

// Empty, or what is wrong with a configuration: the field, its value and what was expected.
std::string check(const Config& config);

// Precondition: check(config) is empty.
Timing make_timing(const Config& config);

}  // namespace takt::dram
