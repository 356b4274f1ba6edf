#include "sim/config/keys.h"

namespace takt::config {
namespace {

using dram::Config;
using dram::Energy;

constexpr Range nanoseconds{0, 1000000};
constexpr Range picojoules{0, 100000000};
constexpr Range milliwatts{0, 100000};

constexpr Field rows[] = {
    number<&Config::capacity_bytes>("capacity_mib", mib_in_bytes, {1, 1048576}, "all channels"),
    number<&Config::channels>("channels", one, {1, 256}, "a power of two"),
    number<&Config::bus_bits>("bus_bits", one, {8, 4096}, "data pins of a channel"),
    number<&Config::data_rate_mbps>("data_rate_mbps", one, {1, 100000}, "megabits per second and pin"),
    number<&Config::clock_hz>("clock_hz", one, {1000000, 10000000000}, "command clock"),
    number<&Config::burst_bytes>("burst_bytes", one, {8, 4096}, "one column access"),
    number<&Config::bank_groups>("bank_groups", one, {1, 64}, "1: no groups"),
    number<&Config::banks_per_group>("banks_per_group", one, {1, 256}, "banks of a group"),
    number<&Config::page_bytes>("page_bytes", one, {64, 65536}, "row of one bank"),
    boolean<&Config::bank_hash>("bank_hash", "rows begin in different banks"),
    number<&Config::interleave_bytes>("interleave_bytes", one, {32, 1048576}, "consecutive bytes of one channel"),
    number<&Config::ccd_s_cycles>("ccd_s_cycles", one, {1, 1024}, "column to column, other bank group"),
    number<&Config::ccd_l_cycles>("ccd_l_cycles", one, {1, 1024}, "column to column, same bank group"),
    number<&Config::rtw_gap_cycles>("rtw_gap_cycles", one, {0, 1024}, "idle bus between read data and write data"),
    number<&Config::rcd_ps>("rcd_ns", ns_in_ps, nanoseconds, "activate to column"),
    number<&Config::rp_ps>("rp_ns", ns_in_ps, nanoseconds, "precharge to activate"),
    number<&Config::ras_ps>("ras_ns", ns_in_ps, nanoseconds, "activate to precharge"),
    number<&Config::rl_ps>("rl_ns", ns_in_ps, nanoseconds, "read latency"),
    number<&Config::wl_ps>("wl_ns", ns_in_ps, nanoseconds, "write latency"),
    number<&Config::rrd_ps>("rrd_ns", ns_in_ps, nanoseconds, "activate to activate, another bank"),
    number<&Config::faw_ps>("faw_ns", ns_in_ps, nanoseconds, "window of four activates"),
    number<&Config::wr_ps>("wr_ns", ns_in_ps, nanoseconds, "write recovery"),
    number<&Config::wtr_s_ps>("wtr_s_ns", ns_in_ps, nanoseconds, "write to read, other bank group"),
    number<&Config::wtr_l_ps>("wtr_l_ns", ns_in_ps, nanoseconds, "write to read, same bank group"),
    number<&Config::rtp_ps>("rtp_ns", ns_in_ps, nanoseconds, "read to precharge"),
    number<&Config::refi_ps>("refi_ns", ns_in_ps, nanoseconds, "average all-bank refresh interval"),
    number<&Config::rfc_ab_ps>("rfc_ab_ns", ns_in_ps, nanoseconds, "all-bank refresh"),
    number<&Config::rfc_pb_ps>("rfc_pb_ns", ns_in_ps, nanoseconds, "per-bank refresh"),
    boolean<&Config::per_bank_refresh>("per_bank_refresh", "refresh bank by bank, every refi_ns / banks"),
    number<&Config::xp_ps>("xp_ns", ns_in_ps, nanoseconds, "power-down exit"),
    number<&Config::power_down_after_ps>("power_down_after_ns", ns_in_ps, nanoseconds,
                                         "idle time before power-down; 0: never"),
    number<&Config::controller_ps>("controller_ns", ns_in_ps, nanoseconds, "controller and PHY, both ways together"),
    number<&Config::energy, &Energy::activate_aj>("energy.activate_pj", pj_in_aj, picojoules, "one ACT and its PRE"),
    number<&Config::energy, &Energy::read_aj>("energy.read_pj", pj_in_aj, picojoules, "one burst, core and I/O rail"),
    number<&Config::energy, &Energy::write_aj>("energy.write_pj", pj_in_aj, picojoules, "one burst, core and I/O rail"),
    number<&Config::energy, &Energy::refresh_all_bank_aj>("energy.refresh_all_bank_pj", pj_in_aj, picojoules,
                                                          "one all-bank refresh of a channel"),
    number<&Config::energy, &Energy::refresh_per_bank_aj>("energy.refresh_per_bank_pj", pj_in_aj, picojoules,
                                                          "one per-bank refresh"),
    number<&Config::energy, &Energy::active_standby_uw>("energy.active_standby_mw", mw_in_uw, milliwatts,
                                                        "per channel, a bank open"),
    number<&Config::energy, &Energy::precharge_standby_uw>("energy.precharge_standby_mw", mw_in_uw, milliwatts,
                                                           "per channel, all banks closed"),
    number<&Config::energy, &Energy::power_down_uw>("energy.power_down_mw", mw_in_uw, milliwatts, "per channel"),
    number<&Config::energy, &Energy::phy_byte_aj>("energy.phy_byte_pj", pj_in_aj, picojoules,
                                                  "PHY and controller, per byte at the pins"),
};

constexpr Field slot_rows[] = {
    number<&MemoryConfig::base>("base", one, {0, std::uint64_t{1} << 62}, "first address"),
    boolean<&MemoryConfig::cached>("cached", "behind the system cache"),
    number<&MemoryConfig::port_bytes_per_cycle>("port_bytes_per_cycle", one, {1, 65536},
                                                "NoC target port, each direction"),
};

}  // namespace

Fields memory_fields() { return table(rows); }
Fields memory_slot_fields() { return table(slot_rows); }

}  // namespace takt::config
