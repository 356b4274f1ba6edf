#include "models/dram/constraints.h"

#include "models/dram/address.h"

namespace takt::dram {
namespace {

using units::Time;

// Whole clocks of a figure in picoseconds.
class Rounding {
 public:
  explicit Rounding(const Config& c) : hz_(c.clock_hz) {}

  // Up; a hundredth of a clock above a whole one is a rounding of the datasheet's, not another clock (the rounding
  // rule of JESD79-4 section 10 and its successors).
  Cycle operator()(std::uint64_t ps) const {
    constexpr std::uint64_t clock = units::picoseconds_per_second;
    const unsigned __int128 exact = static_cast<unsigned __int128>(ps) * hz_;
    return static_cast<Cycle>(exact < clock / 100 ? 0 : (exact - clock / 100 + clock - 1) / clock);
  }
  // A figure that may be left out: 0 stands for another one.
  Cycle operator()(std::uint64_t ps, std::uint64_t instead) const { return (*this)(ps != 0 ? ps : instead); }
  Cycle or_never(std::uint64_t ps) const { return ps == 0 ? no_cycle : (*this)(ps); }

 private:
  std::uint64_t hz_;
};

Time burst_time(const Config& c) {
  return Time(units::mul_div_ceil(c.burst_bytes * 8ull, 1000000, c.data_rate_mbps * c.bus_bits));
}

}  // namespace

Durations make_durations(const Config& c) {
  const Rounding clocks(c);
  Durations t{};
  t.clock = units::Clock(c.clock_hz);
  t.burst_time = burst_time(c);
  t.burst = clocks(t.burst_time.value);
  t.column = c.ccd_s_cycles > t.burst ? c.ccd_s_cycles : t.burst;
  t.column_group = c.ccd_l_cycles > t.column ? c.ccd_l_cycles : t.column;
  t.read_latency = clocks(c.rl_ps);
  t.write_latency = clocks(c.wl_ps);
  t.read_to_precharge = clocks(c.rtp_ps);
  t.write_to_precharge = t.write_latency + t.burst + clocks(c.wr_ps);
  t.four_activates = clocks(c.faw_ps);
  t.precharge_all = clocks(c.rp_ab_ps, c.rp_ps);
  const bool per_bank = c.refresh == Refresh::per_bank;
  t.refresh_interval = units::mul_div(per_bank ? c.refi_ps / (c.bank_groups * c.banks_per_group) : c.refi_ps,
                                      c.clock_hz, units::picoseconds_per_second);
  t.refresh = clocks(per_bank ? c.rfc_pb_ps : c.rfc_ab_ps);
  t.power_down_after = clocks.or_never(c.power_down_after_ps);
  t.power_down_exit = clocks(c.xp_ps);
  t.self_refresh_after = clocks.or_never(c.self_refresh_after_ps);
  t.self_refresh_exit = clocks(c.xsr_ps);
  t.write_clock_expires = c.wck_sync_cycles == 0 ? no_cycle : c.wck_expire_cycles;
  t.write_clock_sync = c.wck_sync_cycles;
  t.page_timeout = c.policy.page == PagePolicy::adaptive ? clocks(c.policy.page_timeout_ps) : 0;
  t.starvation = clocks.or_never(c.policy.starvation_ps);
  t.controller = Time(c.controller_ps);
  return t;
}

std::vector<Constraint> make_constraints(const Config& c) {
  using C = Command;
  using L = Level;
  const Rounding clocks(c);
  const Durations t = make_durations(c);
  const Cycle rp = clocks(c.rp_ps);
  const Cycle ras = clocks(c.ras_ps);
  // The second command of an ACT comes two clocks after the first at the latest, and before any column.
  const Cycle opened = c.activate_commands == 2 ? 3 : 0;
  const Cycle rcd = clocks(c.rcd_ps);
  const Cycle rcd_write = clocks(c.rcd_write_ps, c.rcd_ps);
  const Cycle rrd = clocks(c.rrd_ps);
  const Cycle written = t.write_latency + t.burst;  // WR to the end of its data
  const auto read_to_write = [&](Cycle gap) {
    const Cycle turn = t.read_latency + t.burst + gap;
    return turn > t.write_latency + t.column ? turn - t.write_latency : t.column;
  };
  const Cycle other_rank = t.burst + c.rank_gap_cycles;
  const Cycle write_to_other = written + c.rank_gap_cycles;
  const Cycle to_activate = c.pbr_to_act_ps != 0 ? clocks(c.pbr_to_act_ps) : rrd;
  std::vector<Constraint> table{
      {C::activate, C::read, L::bank, rcd > opened ? rcd : opened},
      {C::activate, C::write, L::bank, rcd_write > opened ? rcd_write : opened},
      {C::activate, C::precharge, L::bank, ras},
      {C::activate, C::activate, L::bank, ras + rp},
      {C::activate, C::refresh, L::bank, ras + rp},
      {C::activate, C::activate, L::group, clocks(c.rrd_l_ps, c.rrd_ps)},
      {C::activate, C::activate, L::rank, rrd},
      {C::precharge, C::activate, L::bank, rp},
      {C::precharge, C::refresh, L::bank, rp},
      {C::precharge, C::precharge, L::rank, c.ppd_cycles},
      {C::read, C::precharge, L::bank, t.read_to_precharge},
      {C::read, C::read, L::group, t.column_group},
      {C::read, C::read, L::rank, t.column},
      {C::read, C::read, L::other_ranks, other_rank},
      {C::read, C::write, L::rank, read_to_write(c.rtw_gap_cycles)},
      {C::read, C::write, L::other_ranks,
       read_to_write(c.rank_gap_cycles > c.rtw_gap_cycles ? c.rank_gap_cycles : c.rtw_gap_cycles)},
      {C::write, C::precharge, L::bank, t.write_to_precharge},
      {C::write, C::write, L::group, t.column_group},
      {C::write, C::write, L::rank, t.column},
      {C::write, C::write, L::other_ranks, other_rank},
      {C::write, C::read, L::group, written + clocks(c.wtr_l_ps)},
      {C::write, C::read, L::rank, written + clocks(c.wtr_s_ps)},
      {C::write, C::read, L::other_ranks,
       write_to_other > t.read_latency + t.column ? write_to_other - t.read_latency : t.column},
      {C::refresh, C::activate, L::bank, t.refresh},
      {C::refresh, C::refresh, L::bank, t.refresh},
  };
  if (c.refresh == Refresh::per_bank) {
    table.push_back({C::refresh, C::activate, L::rank, to_activate});
    table.push_back({C::refresh, C::refresh, L::rank, c.pbr_to_pbr_ps != 0 ? clocks(c.pbr_to_pbr_ps) : rrd});
    table.push_back({C::activate, C::refresh, L::rank, rrd});
  }
  return table;
}

}  // namespace takt::dram
