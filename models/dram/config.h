// Parameters of one memory (all channels of one preset). Times are absolute; the model rounds them up to its clock.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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
  std::uint64_t self_refresh_uw = 0;
  std::uint64_t wck_uw = 0;       // added while the write clock toggles; 0: none
  std::uint64_t phy_byte_aj = 0;  // PHY and controller, per byte at the pins
};

// `fast` has the results of `detailed` and takes fewer steps (models/dram/controller.h).
enum class Fidelity : std::uint8_t { detailed, fast };

// When a controller closes a row that no waiting request hits.
enum class PagePolicy : std::uint8_t {
  open,      // when another row of the bank is wanted
  closed,    // at once
  adaptive,  // when no request hit it for page_timeout_ps
};

// How a row's digits permute the banks, so that streams at equal offsets part.
enum class BankHash : std::uint8_t {
  none,
  rotate,        // bank + the sum of the row's digits, to the base of the banks
  exclusive_or,  // bank group and bank xor the lowest bits of the row
  column,        // bank, then row, xor the column's bits from the third on (Ramulator 2's MOP4CLXOR)
};

enum class Refresh : std::uint8_t { all_bank, per_bank };

enum class Ecc : std::uint8_t {
  none,
  inline_row,  // the last eighth of every row protects the rest: one more burst for every seven or part of them
};

// How writes are served once write_high_bursts wait.
enum class Drain : std::uint8_t {
  alternate,  // reads stand back until write_low_bursts are left
  together,   // the writes that wait become eligible beside the reads, as in DRAMsim3
};

// What the controller of one channel decides, and its room. A burst whose row was opened for it waits no longer.
struct Policy {
  std::uint32_t read_queue_bursts = 32;  // reads the scheduler sees
  std::uint32_t write_queue_bursts = 32;
  std::uint32_t write_high_bursts = 26;  // writes are served from here on ...
  std::uint32_t write_low_bursts = 6;    // ... down to here, while reads wait
  std::uint32_t write_idle_bursts = 1;   // writes that are served while no read waits; 0: never
  Drain drain = Drain::alternate;
  PagePolicy page = PagePolicy::open;
  std::uint64_t page_timeout_ps = 0;   // adaptive
  std::uint32_t row_hit_cap = 0;       // bursts that may overtake an older request for another row; 0: no cap
  std::uint64_t starvation_ps = 0;     // a request older than that overtakes every row hit; 0: never
  bool precharge_all = true;           // one command closes all rows before a refresh; false: one for each
  std::uint32_t refresh_postpone = 8;  // refreshes that may be due while requests wait; 0: refresh when due
};

struct Config {
  std::string name;  // preset name
  std::uint64_t capacity_bytes = 0;
  std::uint32_t channels = 0;        // power of two
  std::uint32_t bus_bits = 0;        // per channel
  std::uint64_t data_rate_mbps = 0;  // per pin
  std::uint64_t clock_hz = 0;        // command clock (CK): one command per clock
  std::uint32_t burst_bytes = 0;     // one column access
  std::uint32_t ranks = 1;           // per channel
  std::uint32_t bank_groups = 0;     // 1: no groups
  std::uint32_t banks_per_group = 0;
  std::uint32_t page_bytes = 0;  // row of one bank
  std::string address_map =
      "row-rank-bank-column-group";  // of a channel's bursts, highest first; models/dram/address.h
  BankHash bank_hash = BankHash::rotate;
  std::uint32_t interleave_bytes = 0;  // consecutive bytes of one channel
  Ecc ecc = Ecc::none;
  std::uint32_t activate_commands = 1;  // commands of one ACT: 2 where it is sent as ACT-1 and ACT-2
  std::uint32_t ccd_s_cycles = 0;       // column to column, other bank group
  std::uint32_t ccd_l_cycles = 0;       // same bank group
  std::uint64_t rcd_ps = 0, rp_ps = 0, ras_ps = 0;
  std::uint64_t rcd_write_ps = 0;      // ACT to WR; 0: rcd_ps
  std::uint64_t rp_ab_ps = 0;          // all-bank precharge; 0: rp_ps
  std::uint64_t rl_ps = 0, wl_ps = 0;  // read and write latency
  std::uint64_t rrd_ps = 0, faw_ps = 0;
  std::uint64_t rrd_l_ps = 0;    // ACT to ACT of one bank group; 0: rrd_ps
  std::uint32_t ppd_cycles = 1;  // PRE to PRE
  std::uint64_t wr_ps = 0, wtr_s_ps = 0, wtr_l_ps = 0, rtp_ps = 0;
  std::uint32_t rtw_gap_cycles = 1;   // idle bus between read data and write data
  std::uint32_t rank_gap_cycles = 2;  // idle bus between data of two ranks
  std::uint64_t refi_ps = 0, rfc_ab_ps = 0, rfc_pb_ps = 0;
  std::uint64_t pbr_to_pbr_ps = 0;  // per-bank refresh to the next, another bank; 0: rrd_ps
  std::uint64_t pbr_to_act_ps = 0;  // per-bank refresh to ACT of another bank; 0: rrd_ps
  Refresh refresh = Refresh::all_bank;
  std::uint64_t xp_ps = 0;                  // power-down exit
  std::uint64_t power_down_after_ps = 0;    // idle time before power-down; 0: never
  std::uint64_t xsr_ps = 0;                 // self-refresh exit
  std::uint64_t self_refresh_after_ps = 0;  // idle time before self-refresh; 0: never
  std::uint32_t wck_sync_cycles = 0;        // column delay where the write clock has to be synchronised; 0: always on
  std::uint32_t wck_expire_cycles = 0;      // idle time after a column after which it has to be
  std::uint64_t controller_ps = 0;          // controller and PHY, request to command and data to port
  bool ideal = false;                       // what if: answers at once, without commands and their energy
  Policy policy;
  Energy energy;
};

// Supply currents of one channel's devices on one voltage rail, as a datasheet gives them (JEDEC's IDD loops).
struct Rail {
  std::string name;  // "vdd1"
  std::uint64_t voltage_mv = 0;
  std::uint64_t idd0_ua = 0;    // one bank activated and precharged every tRAS + tRP
  std::uint64_t idd2n_ua = 0;   // standby, all banks closed
  std::uint64_t idd3n_ua = 0;   // standby, a bank open
  std::uint64_t idd2p_ua = 0;   // power-down, all banks closed
  std::uint64_t idd4r_ua = 0;   // reads back to back
  std::uint64_t idd4w_ua = 0;   // writes back to back
  std::uint64_t idd5_ua = 0;    // all-bank refreshes back to back
  std::uint64_t idd5pb_ua = 0;  // a per-bank refresh every refi / 8
  std::uint64_t idd6_ua = 0;    // self-refresh
};

// The other source of `Energy`; energy_from_currents.h.
struct Currents {
  std::vector<Rail> rails;  // empty: the energies are given
};

// Empty, or what is wrong with a configuration: the field, its value and what was expected.
std::string check(const Config& config);

// Peak bytes per second of all channels.
inline std::uint64_t peak_bytes_per_second(const Config& c) {
  return c.data_rate_mbps * 1000000ull * c.bus_bits / 8 * c.channels;
}

}  // namespace takt::dram
