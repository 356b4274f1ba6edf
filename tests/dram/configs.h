// Memories for tests, built from the published and proposed figures of the DRAM facts (sections 3.1 and 4).
#pragma once

#include "models/dram/config.h"

namespace takt::dram::testing {

constexpr std::uint64_t ns(double n) { return static_cast<std::uint64_t>(n * 1000 + 0.5); }

// 8 channels of 64 bits at 2 Gb/s: 128 GB/s.
inline Config llw() {
  Config c;
  c.name = "llw-dram";
  c.capacity_bytes = 1ull << 30;
  c.channels = 8;
  c.bus_bits = 64;
  c.data_rate_mbps = 2000;
  c.clock_hz = 1000000000;
  c.burst_bytes = 64;
  c.bank_groups = 1;
  c.banks_per_group = 8;
  c.page_bytes = 1024;
  c.interleave_bytes = 256;
  c.ccd_s_cycles = c.ccd_l_cycles = 4;
  c.rcd_ps = c.rp_ps = ns(12);
  c.ras_ps = ns(24);
  c.rl_ps = ns(9);
  c.wl_ps = ns(5);
  c.rrd_ps = ns(4);
  c.faw_ps = ns(16);
  c.wr_ps = ns(12);
  c.wtr_s_ps = c.wtr_l_ps = ns(6);
  c.rtp_ps = ns(6);
  c.rtw_gap_cycles = 2;
  c.refi_ps = ns(3906);
  c.rfc_ab_ps = ns(130);
  c.rfc_pb_ps = ns(60);
  c.per_bank_refresh = true;
  c.xp_ps = ns(6);
  c.power_down_after_ps = ns(500);
  c.controller_ps = ns(4);
  return c;
}

// 4 channels of 16 bits at 8533 Mb/s: 68.3 GB/s.
inline Config lpddr5x() {
  Config c;
  c.name = "lpddr5x-8533";
  c.capacity_bytes = 8ull << 30;
  c.channels = 4;
  c.bus_bits = 16;
  c.data_rate_mbps = 8533;
  c.clock_hz = 1066666667;
  c.burst_bytes = 32;
  c.bank_groups = 4;
  c.banks_per_group = 4;
  c.page_bytes = 2048;
  c.interleave_bytes = 256;
  c.ccd_s_cycles = 2;
  c.ccd_l_cycles = 4;
  c.rcd_ps = c.rp_ps = ns(18);
  c.ras_ps = ns(42);
  c.rl_ps = ns(21.5);  // 23 clocks
  c.wl_ps = ns(11.2);  // 12 clocks
  c.rrd_ps = ns(3.75);
  c.faw_ps = ns(15);
  c.wr_ps = ns(34);
  c.wtr_s_ps = ns(6.25);
  c.wtr_l_ps = ns(12);
  c.rtp_ps = ns(7.5);
  c.refi_ps = ns(3906);
  c.rfc_ab_ps = ns(280);
  c.rfc_pb_ps = ns(140);
  c.xp_ps = ns(7);
  c.power_down_after_ps = ns(500);
  c.controller_ps = ns(12);
  return c;
}

// One channel of 16 bits at 6400 Mb/s: 12.8 GB/s, as measured with DRAMsim3 and Ramulator 2.1 (section 2).
inline Config lpddr5_6400() {
  Config c = lpddr5x();
  c.name = "lpddr5-6400";
  c.capacity_bytes = 1ull << 30;
  c.channels = 1;
  c.data_rate_mbps = 6400;
  c.clock_hz = 800000000;
  c.rcd_ps = c.rp_ps = ns(18.75);
  c.ras_ps = ns(42.5);
  c.rl_ps = ns(21.25);
  c.wl_ps = ns(11.25);
  c.rrd_ps = ns(5);
  c.faw_ps = ns(20);
  c.wr_ps = ns(35);
  c.wtr_s_ps = ns(6.25);
  c.wtr_l_ps = ns(12.5);
  c.rtp_ps = ns(10);
  c.rfc_ab_ps = ns(210);
  c.power_down_after_ps = 0;
  c.controller_ps = 0;
  return c;
}

// Round numbers and nothing that disturbs: no refresh within the first millisecond, no power-down. One channel of
// 4 GB/s: a burst of 64 bytes takes 16 ns, a clock 1 ns.
inline Config round_numbers() {
  Config c;
  c.name = "round";
  c.capacity_bytes = 64ull << 20;
  c.channels = 1;
  c.bus_bits = 8;
  c.data_rate_mbps = 4000;
  c.clock_hz = 1000000000;
  c.burst_bytes = 64;  // 16 ns
  c.bank_groups = 1;
  c.banks_per_group = 4;
  c.page_bytes = 1024;
  c.bank_hash = false;
  c.interleave_bytes = 64;
  c.ccd_s_cycles = c.ccd_l_cycles = 16;
  c.rcd_ps = ns(10);
  c.rp_ps = ns(20);
  c.ras_ps = ns(30);
  c.rl_ps = ns(7);
  c.wl_ps = ns(3);
  c.rrd_ps = ns(4);
  c.faw_ps = ns(16);
  c.wr_ps = ns(12);
  c.wtr_s_ps = ns(5);
  c.wtr_l_ps = ns(9);
  c.rtp_ps = ns(6);
  c.refi_ps = ns(1000000);
  c.rfc_ab_ps = ns(100);
  c.controller_ps = ns(2);
  return c;
}

}  // namespace takt::dram::testing
