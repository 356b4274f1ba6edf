// Parameters of one memory (all channels of one preset). Times are absolute; the model rounds them up to its clock.
#pragma once

#include <cstdint>
#include <string>

namespace takt::dram {

struct Energy {                   // attojoules per command; microwatts per channel
  std::uint64_t activate_aj = 0;  // one ACT and its PRE
  std::uint64_t read_aj = 0;      // one burst, device and I/O rail
  std::uint64_t write_aj = 0;
  std::uint64_t refresh_all_bank_aj = 0;
  std::uint64_t refresh_per_bank_aj = 0;
  std::uint64_t active_standby_uw = 0;
  std::uint64_t precharge_standby_uw = 0;
  std::uint64_t power_down_uw = 0;
  std::uint64_t phy_byte_aj = 0;  // PHY and controller, per byte at the pins
};

struct Config {
  std::string name;  // preset name
  std::uint64_t capacity_bytes = 0;
  std::uint32_t channels = 0;        // power of two
  std::uint32_t bus_bits = 0;        // per channel
  std::uint64_t data_rate_mbps = 0;  // per pin
  std::uint64_t clock_hz = 0;        // command clock (CK)
  std::uint32_t burst_bytes = 0;     // one column access
  std::uint32_t bank_groups = 0;     // 1: no groups
  std::uint32_t banks_per_group = 0;
  std::uint32_t page_bytes = 0;        // row of one bank
  bool bank_hash = true;               // rows begin in different banks: streams at equal offsets do not meet for ever
  std::uint32_t interleave_bytes = 0;  // consecutive bytes of one channel
  std::uint32_t ccd_s_cycles = 0;      // column to column, other bank group
  std::uint32_t ccd_l_cycles = 0;      // same bank group
  std::uint64_t rcd_ps = 0, rp_ps = 0, ras_ps = 0;
  std::uint64_t rl_ps = 0, wl_ps = 0;  // read and write latency
  std::uint64_t rrd_ps = 0, faw_ps = 0;
  std::uint64_t wr_ps = 0, wtr_s_ps = 0, wtr_l_ps = 0, rtp_ps = 0;
  std::uint32_t rtw_gap_cycles = 1;  // idle bus between read data and write data
  std::uint64_t refi_ps = 0, rfc_ab_ps = 0, rfc_pb_ps = 0;
  bool per_bank_refresh = false;
  std::uint64_t xp_ps = 0;                // power-down exit
  std::uint64_t power_down_after_ps = 0;  // idle time before power-down; 0: never
  std::uint64_t controller_ps = 0;        // controller and PHY, request to command and data to port
  Energy energy;
};

// Peak bytes per second of all channels.
inline std::uint64_t peak_bytes_per_second(const Config& c) {
  return c.data_rate_mbps * 1000000ull * c.bus_bits / 8 * c.channels;
}

}  // namespace takt::dram
