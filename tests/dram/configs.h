// Memories for tests.
#pragma once

#include "models/dram/config.h"

namespace takt::dram::testing {

// Numbers for the head: a clock is 1 ns, a burst takes 4, bank b lies in group b mod 4, no sleep, the first refresh
// comes after a millisecond. No distance equals another one.
inline Config round_numbers() {
  Config c;
  c.name = "round";
  c.capacity_bytes = 1 << 24;
  c.channels = 1;
  c.bus_bits = 16;
  c.data_rate_mbps = 4000;
  c.clock_hz = 1000000000;
  c.burst_bytes = 32;
  c.bank_groups = 4;
  c.banks_per_group = 2;
  c.page_bytes = 1024;
  c.bank_hash = BankHash::none;
  c.interleave_bytes = 32;
  c.ccd_s_cycles = 4;
  c.ccd_l_cycles = 6;
  c.rcd_ps = 10000;
  c.rcd_write_ps = 6000;
  c.rp_ps = 8000;
  c.rp_ab_ps = 12000;
  c.ras_ps = 20000;
  c.rl_ps = 9000;
  c.wl_ps = 4000;
  c.rrd_ps = 3000;
  c.rrd_l_ps = 5000;
  c.faw_ps = 18000;
  c.ppd_cycles = 2;
  c.wr_ps = 11000;
  c.wtr_s_ps = 5000;
  c.wtr_l_ps = 8500;  // 9 clocks
  c.rtp_ps = 6500;    // 7 clocks
  c.rtw_gap_cycles = 2;
  c.rank_gap_cycles = 3;
  c.refi_ps = 1000000000;
  c.rfc_ab_ps = 100000;
  c.rfc_pb_ps = 60000;
  c.pbr_to_pbr_ps = 30000;
  c.pbr_to_act_ps = 7000;
  c.xp_ps = 7500;  // 8 clocks
  c.xsr_ps = 150000;
  c.controller_ps = 2500;
  return c;
}

// The same with two ranks and the refresh interval of a microsecond.
inline Config round_numbers_two_ranks() {
  Config c = round_numbers();
  c.ranks = 2;
  c.refi_ps = 1000000;
  return c;
}

}  // namespace takt::dram::testing
