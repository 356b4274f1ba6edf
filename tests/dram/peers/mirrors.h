// One configuration for each peer: its timings, address map, queues and policies, as far as a controller of takt's has
// them (README.md).
#pragma once

#include <stdexcept>
#include <string>

#include "models/dram/config.h"

namespace takt::dram::testing {

// Distances in command clocks, as the peers' tables give them.
struct Distances {
  std::uint64_t rcd, rp, rp_ab, ras, rl, wl, rrd, faw, wr, wtr_s, wtr_l, rtp, refi, rfc;
};

inline void set(Config& c, const Distances& d, std::uint64_t clock_ps) {
  c.clock_hz = 1000000000000ull / clock_ps;
  c.rcd_ps = d.rcd * clock_ps;
  c.rp_ps = d.rp * clock_ps;
  c.rp_ab_ps = d.rp_ab * clock_ps;
  c.ras_ps = d.ras * clock_ps;
  c.rl_ps = d.rl * clock_ps;
  c.wl_ps = d.wl * clock_ps;
  c.rrd_ps = d.rrd * clock_ps;
  c.faw_ps = d.faw * clock_ps;
  c.wr_ps = d.wr * clock_ps;
  c.wtr_s_ps = d.wtr_s * clock_ps;
  c.wtr_l_ps = d.wtr_l * clock_ps;
  c.rtp_ps = d.rtp * clock_ps;
  c.refi_ps = d.refi * clock_ps;
  c.rfc_ab_ps = d.rfc * clock_ps;
}

// LPDDR5-6400 x16, 8 Gb, bank groups, a command clock of 1.25 ns; all-bank refresh when due.
inline Config lpddr5_6400() {
  Config c;
  c.name = "lpddr5-6400-x16";
  c.capacity_bytes = 1ull << 30;
  c.channels = 1;
  c.bus_bits = 16;
  c.data_rate_mbps = 6400;
  c.burst_bytes = 32;
  c.bank_groups = 4;
  c.banks_per_group = 4;
  c.page_bytes = 2048;
  c.interleave_bytes = 256;
  c.ccd_s_cycles = 2;
  c.ccd_l_cycles = 4;
  c.ppd_cycles = 2;
  c.rtw_gap_cycles = 2;
  set(c, {15, 15, 15, 34, 17, 9, 4, 16, 28, 5, 12, 8, 3125, 168}, 1250);
  c.controller_ps = 1250;
  c.policy.refresh_postpone = 0;
  return c;
}

inline Config mirror_of_ramulator() {
  Config c = lpddr5_6400();
  c.address_map = "row-column4-bank-column2-group";
  c.bank_hash = BankHash::column;
  c.activate_commands = 2;
  c.wck_sync_cycles = 1;
  c.wck_expire_cycles = 20;
  c.policy.write_high_bursts = 26;
  c.policy.write_low_bursts = 6;
  return c;
}

inline void set_dramsim3_policy(Policy& p) {
  p.read_queue_bursts = 48;  // 32, and what its bank queues hold
  p.write_high_bursts = 32;
  p.write_low_bursts = 0;
  p.write_idle_bursts = 9;
  p.drain = Drain::together;
  p.row_hit_cap = 4;
  p.precharge_all = false;
}

inline Config mirror_of_dramsim3() {
  Config c = lpddr5_6400();
  c.address_map = "row-bank-column-group";
  c.bank_hash = BankHash::none;
  set_dramsim3_policy(c.policy);
  return c;
}

// LPDDR4-3200 x16, 8 Gb, a clock of 0.625 ns, with the distances that DRAMSys' checker applies: RL and WL up to the
// data, tWR and tWTR from their end.
inline Config lpddr4_3200() {
  Config c;
  c.name = "lpddr4-3200-x16";
  c.capacity_bytes = 1ull << 30;
  c.channels = 1;
  c.bus_bits = 16;
  c.data_rate_mbps = 3200;
  c.burst_bytes = 32;
  c.bank_groups = 1;
  c.banks_per_group = 8;
  c.page_bytes = 2048;
  c.interleave_bytes = 256;
  c.address_map = "row-bank-column";
  c.bank_hash = BankHash::none;
  c.ccd_s_cycles = 8;
  c.ccd_l_cycles = 8;
  c.ppd_cycles = 4;
  c.rtw_gap_cycles = 5;
  set(c, {29, 27, 34, 70, 37, 20, 16, 64, 26, 11, 11, 18, 6246, 446}, 625);
  c.controller_ps = 625;
  c.policy.refresh_postpone = 0;
  return c;
}

// Reads and writes in one buffer of 32, no write mode.
inline Config mirror_of_dramsys() {
  Config c = lpddr4_3200();
  c.policy.drain = Drain::together;
  c.policy.write_queue_bursts = 10;
  c.policy.write_high_bursts = 1;
  c.policy.write_low_bursts = 0;
  return c;
}

inline Config mirror_of_dramsim3_lpddr4() {
  Config c = lpddr4_3200();
  set_dramsim3_policy(c.policy);
  return c;
}

inline Config mirror_of(const std::string& peer) {
  if (peer == "ramulator") return mirror_of_ramulator();
  if (peer == "dramsim3") return mirror_of_dramsim3();
  if (peer == "dramsys") return mirror_of_dramsys();
  if (peer == "dramsim3-lpddr4") return mirror_of_dramsim3_lpddr4();
  throw std::invalid_argument("no mirror of " + peer);
}

}  // namespace takt::dram::testing
