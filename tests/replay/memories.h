// Memories for tests: one of round numbers for arithmetic, and presets.
#pragma once

#include "sim/config/load.h"

namespace takt::replay::testing {

inline dram::Config preset(const char* name, const config::Overrides& overrides = {}) {
  return config::load_memory(name, overrides);
}

// Nothing disturbs: no refresh within the first millisecond, no power-down. One channel of 4 GB/s: a burst of 64 bytes
// takes 16 ns, a clock 1 ns; 16 bursts to a row, four banks.
inline dram::Config round_memory() {
  constexpr std::uint64_t ns = 1000;
  dram::Config c;
  c.name = "round";
  c.capacity_bytes = 64ull << 20;
  c.channels = 1;
  c.bus_bits = 8;
  c.data_rate_mbps = 4000;
  c.clock_hz = 1000000000;
  c.burst_bytes = 64;
  c.bank_groups = 1;
  c.banks_per_group = 4;
  c.page_bytes = 1024;
  c.bank_hash = dram::BankHash::none;
  c.interleave_bytes = 64;
  c.ccd_s_cycles = c.ccd_l_cycles = 16;
  c.rcd_ps = 10 * ns;
  c.rp_ps = 20 * ns;
  c.ras_ps = 30 * ns;
  c.rl_ps = 7 * ns;
  c.wl_ps = 3 * ns;
  c.rrd_ps = 4 * ns;
  c.faw_ps = 16 * ns;
  c.wr_ps = 12 * ns;
  c.wtr_s_ps = 5 * ns;
  c.wtr_l_ps = 9 * ns;
  c.rtp_ps = 6 * ns;
  c.refi_ps = 1000000 * ns;
  c.rfc_ab_ps = 100 * ns;
  c.controller_ps = 2 * ns;
  return c;
}

}  // namespace takt::replay::testing
