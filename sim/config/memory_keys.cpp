#include "sim/config/keys.h"

namespace takt::config {
namespace {

using dram::Config;
using dram::Energy;
using dram::Policy;
using dram::Rail;

constexpr Range nanoseconds{0, 1000000};
constexpr Range cycles{0, 1024};
constexpr Range picojoules{0, 100000000};
constexpr Range milliwatts{0, 100000};
constexpr Range milliamperes{0, 10000};
constexpr Range bursts{0, 65536};

constexpr Field rows[] = {
    // Geometry.
    number<&Config::capacity_bytes>("capacity_mib", mib_in_bytes, {1, 1048576}, "all channels"),
    number<&Config::channels>("channels", one, {1, 256}, "a power of two"),
    number<&Config::bus_bits>("bus_bits", one, {8, 4096}, "data pins of a channel"),
    number<&Config::data_rate_mbps>("data_rate_mbps", one, {1, 100000}, "megabits per second and pin"),
    number<&Config::clock_hz>("clock_hz", one, {1000000, 10000000000}, "command clock: one command per clock"),
    number<&Config::burst_bytes>("burst_bytes", one, {8, 4096}, "one column access"),
    number<&Config::ranks>("ranks", one, {1, 16}, "of a channel"),
    number<&Config::bank_groups>("bank_groups", one, {1, 64}, "1: no groups"),
    number<&Config::banks_per_group>("banks_per_group", one, {1, 256}, "banks of a group"),
    number<&Config::page_bytes>("page_bytes", one, {64, 65536}, "row of one bank"),
    number<&Config::interleave_bytes>("interleave_bytes", one, {32, 1048576}, "consecutive bytes of one channel"),
    text<&Config::address_map>("address_map",
                               "digits of a channel's bursts, highest first: row, rank, bank, column, group; column2 "
                               "is two bits of the column, column the rest"),
    choice<&Config::bank_hash>("bank_hash", "none|rotate|exclusive_or|column",
                               "how the row, or the column above its two lowest bits, permutes the banks"),
    choice<&Config::ecc>("ecc", "none|inline_row", "inline_row: the last eighth of each row protects the rest"),
    // Timing.
    number<&Config::activate_commands>("activate_commands", one, {1, 4}, "commands of one ACT; 2: ACT-1 and ACT-2"),
    number<&Config::ccd_s_cycles>("ccd_s_cycles", one, {1, 1024}, "column to column, other bank group"),
    number<&Config::ccd_l_cycles>("ccd_l_cycles", one, {1, 1024}, "column to column, same bank group"),
    number<&Config::rtw_gap_cycles>("rtw_gap_cycles", one, cycles, "idle bus between read data and write data"),
    number<&Config::rank_gap_cycles>("rank_gap_cycles", one, cycles, "idle bus between data of two ranks"),
    number<&Config::ppd_cycles>("ppd_cycles", one, {1, 1024}, "precharge to precharge"),
    number<&Config::rcd_ps>("rcd_ns", ns_in_ps, nanoseconds, "activate to read"),
    number<&Config::rcd_write_ps>("rcd_write_ns", ns_in_ps, nanoseconds, "activate to write; 0: rcd_ns"),
    number<&Config::rp_ps>("rp_ns", ns_in_ps, nanoseconds, "precharge of one bank to activate"),
    number<&Config::rp_ab_ps>("rp_ab_ns", ns_in_ps, nanoseconds, "precharge of all banks; 0: rp_ns"),
    number<&Config::ras_ps>("ras_ns", ns_in_ps, nanoseconds, "activate to precharge"),
    number<&Config::rl_ps>("rl_ns", ns_in_ps, nanoseconds, "read latency"),
    number<&Config::wl_ps>("wl_ns", ns_in_ps, nanoseconds, "write latency"),
    number<&Config::rrd_ps>("rrd_ns", ns_in_ps, nanoseconds, "activate to activate, another bank"),
    number<&Config::rrd_l_ps>("rrd_l_ns", ns_in_ps, nanoseconds, "activate to activate, same bank group; 0: rrd_ns"),
    number<&Config::faw_ps>("faw_ns", ns_in_ps, nanoseconds, "window of four activates"),
    number<&Config::wr_ps>("wr_ns", ns_in_ps, nanoseconds, "write recovery, from the last beat"),
    number<&Config::wtr_s_ps>("wtr_s_ns", ns_in_ps, nanoseconds, "last beat written to read, other bank group"),
    number<&Config::wtr_l_ps>("wtr_l_ns", ns_in_ps, nanoseconds, "last beat written to read, same bank group"),
    number<&Config::rtp_ps>("rtp_ns", ns_in_ps, nanoseconds, "read to precharge"),
    number<&Config::refi_ps>("refi_ns", ns_in_ps, nanoseconds, "average all-bank refresh interval"),
    number<&Config::rfc_ab_ps>("rfc_ab_ns", ns_in_ps, nanoseconds, "all-bank refresh"),
    number<&Config::rfc_pb_ps>("rfc_pb_ns", ns_in_ps, nanoseconds, "per-bank refresh"),
    number<&Config::pbr_to_pbr_ps>("pbr_to_pbr_ns", ns_in_ps, nanoseconds,
                                   "per-bank refresh to that of another bank; 0: rrd_ns"),
    number<&Config::pbr_to_act_ps>("pbr_to_act_ns", ns_in_ps, nanoseconds,
                                   "per-bank refresh to activate of another bank; 0: rrd_ns"),
    choice<&Config::refresh>("refresh", "all_bank|per_bank",
                             "per_bank: one bank after the other, every refi_ns / banks"),
    number<&Config::xp_ps>("xp_ns", ns_in_ps, nanoseconds, "power-down exit"),
    number<&Config::power_down_after_ps>("power_down_after_ns", ns_in_ps, nanoseconds,
                                         "idle time before power-down; 0: never"),
    number<&Config::xsr_ps>("xsr_ns", ns_in_ps, nanoseconds, "self-refresh exit"),
    number<&Config::self_refresh_after_ps>("self_refresh_after_ns", ns_in_ps, nanoseconds,
                                           "idle time before self-refresh; 0: never"),
    number<&Config::wck_sync_cycles>("wck_sync_cycles", one, cycles,
                                     "delay of a column that synchronises the write clock; 0: always on"),
    number<&Config::wck_expire_cycles>("wck_expire_cycles", one, cycles,
                                       "from a column until the write clock has to be synchronised"),
    number<&Config::controller_ps>("controller_ns", ns_in_ps, nanoseconds, "controller and PHY, both ways together"),
    // Policy of each channel's controller.
    number<&Config::policy, &Policy::read_queue_bursts>("policy.read_queue_bursts", one, {1, 65536},
                                                        "reads the scheduler sees"),
    number<&Config::policy, &Policy::write_queue_bursts>("policy.write_queue_bursts", one, {1, 65536},
                                                         "writes it may hold back"),
    number<&Config::policy, &Policy::write_high_bursts>("policy.write_high_bursts", one, bursts,
                                                        "waiting writes from which they are served"),
    number<&Config::policy, &Policy::write_low_bursts>("policy.write_low_bursts", one, bursts,
                                                       "waiting writes down to which they are served"),
    number<&Config::policy, &Policy::write_idle_bursts>("policy.write_idle_bursts", one, bursts,
                                                        "waiting writes served while no read waits; 0: never"),
    choice<&Config::policy, &Policy::drain>("policy.drain", "alternate|together",
                                            "above write_high_bursts: reads stand back, or writes join them"),
    choice<&Config::policy, &Policy::page>("policy.page", "open|closed|adaptive",
                                           "a row without waiting hits is closed: when another is wanted, at once, "
                                           "after page_timeout_ns"),
    number<&Config::policy, &Policy::page_timeout_ps>("policy.page_timeout_ns", ns_in_ps, nanoseconds,
                                                      "with page = adaptive"),
    number<&Config::policy, &Policy::row_hit_cap>("policy.row_hit_cap", one, bursts,
                                                  "bursts that may overtake an older one of another row; 0: no cap"),
    number<&Config::policy, &Policy::starvation_ps>("policy.starvation_ns", ns_in_ps, nanoseconds,
                                                    "a request older than that overtakes every row hit; 0: never"),
    boolean<&Config::policy, &Policy::precharge_all>("policy.precharge_all",
                                                     "one command closes all rows before a refresh; false: one each"),
    number<&Config::policy, &Policy::refresh_postpone>("policy.refresh_postpone", one, {0, 64},
                                                       "refreshes that may be due while requests wait"),
    // Energy that no supply current tells.
    number<&Config::energy, &Energy::wck_uw>("energy.wck_mw", mw_in_uw, milliwatts,
                                             "per channel, while the write clock toggles"),
    number<&Config::energy, &Energy::phy_byte_aj>("energy.phy_byte_pj", pj_in_aj, picojoules,
                                                  "PHY and controller, per byte at the pins"),
};

constexpr Field energy_rows[] = {
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
    number<&Config::energy, &Energy::self_refresh_uw>("energy.self_refresh_mw", mw_in_uw, milliwatts, "per channel"),
};

constexpr Field rail_rows[] = {
    number<&Rail::voltage_mv>("voltage_mv", one, {1, 5000}, "of the rail"),
    number<&Rail::idd0_ua>("idd0_ma", ma_in_ua, milliamperes, "one bank activated and precharged in a loop"),
    number<&Rail::idd2n_ua>("idd2n_ma", ma_in_ua, milliamperes, "standby, all banks closed"),
    number<&Rail::idd3n_ua>("idd3n_ma", ma_in_ua, milliamperes, "standby, a bank open"),
    number<&Rail::idd2p_ua>("idd2p_ma", ma_in_ua, milliamperes, "power-down, all banks closed"),
    number<&Rail::idd4r_ua>("idd4r_ma", ma_in_ua, milliamperes, "reads back to back"),
    number<&Rail::idd4w_ua>("idd4w_ma", ma_in_ua, milliamperes, "writes back to back"),
    number<&Rail::idd5_ua>("idd5_ma", ma_in_ua, milliamperes, "all-bank refreshes back to back"),
    number<&Rail::idd5pb_ua>("idd5pb_ma", ma_in_ua, milliamperes, "a per-bank refresh every refi_ns / 8"),
    number<&Rail::idd6_ua>("idd6_ma", ma_in_ua, milliamperes, "self-refresh"),
};

constexpr Field slot_rows[] = {
    number<&MemoryConfig::base>("base", one, {0, std::uint64_t{1} << 62}, "first address"),
    boolean<&MemoryConfig::cached>("cached", "behind the system cache"),
    number<&MemoryConfig::port_bytes_per_cycle>("port_bytes_per_cycle", one, {1, 65536},
                                                "NoC target port, each direction"),
};

}  // namespace

Fields memory_fields() { return table(rows); }
Fields memory_energy_fields() { return table(energy_rows); }
Fields memory_rail_fields() { return table(rail_rows); }
Fields memory_slot_fields() { return table(slot_rows); }

}  // namespace takt::config
