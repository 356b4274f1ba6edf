#include "tests/dram/random_config.h"

#include <stdexcept>

namespace takt::dram::testing {
namespace {

using units::Random;

// One of a list.
template <class T, std::size_t n>
T one_of(Random& random, const T (&list)[n]) {
  return list[random.below(n)];
}

bool chance(Random& random, unsigned percent) { return random.below(100) < percent; }

std::uint64_t between(Random& random, std::uint64_t low, std::uint64_t high) {
  return low + random.below(high - low + 1);
}

void random_geometry(Random& random, Config& c) {
  const std::uint32_t groups[] = {1, 1, 2, 4, 4, 8};
  const std::uint32_t banks[] = {2, 4, 4, 8};
  const std::uint32_t widths[] = {8, 16, 16, 32, 64};
  const std::uint32_t bursts[] = {8, 16, 16, 32};  // beats
  const std::uint32_t pages[] = {16, 32, 64};      // bursts
  c.bank_groups = one_of(random, groups);
  c.banks_per_group = one_of(random, banks);
  c.ranks = chance(random, 40) ? 2 : 1;
  c.bus_bits = one_of(random, widths);
  c.burst_bytes = c.bus_bits / 8 * one_of(random, bursts);
  c.page_bytes = c.burst_bytes * one_of(random, pages);
  c.channels = 1;
  c.interleave_bytes = c.burst_bytes << random.below(4);
  const std::uint64_t rows = std::uint64_t{1} << between(random, 2, 10);
  c.capacity_bytes = rows * c.page_bytes * c.banks_per_group * c.bank_groups * c.ranks;
}

void random_rate(Random& random, Config& c) {
  const std::uint64_t clocks[] = {200, 533, 800, 1000, 1067, 1200, 1600};
  const std::uint64_t ratios[] = {2, 2, 8};  // transfers of a pin per command clock
  const std::uint64_t mhz = one_of(random, clocks);
  c.clock_hz = mhz * 1000000 + (chance(random, 30) ? random.below(1000000) : 0);
  c.data_rate_mbps = mhz * one_of(random, ratios);
}

void random_map(Random& random, Config& c) {
  const char* maps[] = {"row-rank-bank-column-group",         "row-bank-rank-column-group",
                        "row-column-rank-bank-group",         "row-rank-bank-group-column",
                        "row-column-bank-rank-group-column2", "row-column-rank-bank-column2-group",
                        "row-bank-column3-rank-column-group"};
  const BankHash hashes[] = {BankHash::none, BankHash::rotate, BankHash::exclusive_or, BankHash::column};
  c.address_map = one_of(random, maps);
  c.bank_hash = one_of(random, hashes);
}

void random_timing(Random& random, Config& c) {
  const auto ns = [&](std::uint64_t low, std::uint64_t high) { return between(random, low * 1000, high * 1000); };
  const auto maybe = [&](std::uint64_t low, std::uint64_t high) { return chance(random, 50) ? ns(low, high) : 0; };
  c.rcd_ps = ns(6, 25);
  c.rp_ps = ns(6, 25);
  c.ras_ps = ns(10, 50);
  c.rl_ps = ns(5, 30);
  c.wl_ps = ns(2, 20);
  c.rcd_write_ps = maybe(4, 20);
  c.rp_ab_ps = maybe(8, 30);
  c.rrd_ps = ns(1, 8);
  c.rrd_l_ps = chance(random, 50) ? c.rrd_ps + ns(0, 5) : 0;
  c.faw_ps = chance(random, 80) ? ns(1, 40) : 0;
  c.wr_ps = ns(1, 40);
  c.wtr_s_ps = ns(1, 10);
  c.wtr_l_ps = c.wtr_s_ps + ns(0, 10);
  c.rtp_ps = ns(1, 12);
  c.ccd_s_cycles = static_cast<std::uint32_t>(between(random, 1, 8));
  c.ccd_l_cycles = c.ccd_s_cycles * static_cast<std::uint32_t>(between(random, 1, 2));
  c.ppd_cycles = static_cast<std::uint32_t>(between(random, 1, 4));
  c.rtw_gap_cycles = static_cast<std::uint32_t>(between(random, 0, 4));
  c.rank_gap_cycles = static_cast<std::uint32_t>(between(random, 0, 4));
  c.activate_commands = chance(random, 40) ? 2 : 1;
  c.xp_ps = ns(2, 20);
  c.xsr_ps = ns(50, 300);
  c.power_down_after_ps = maybe(1, 1000);
  c.self_refresh_after_ps = chance(random, 40) ? c.power_down_after_ps + ns(1, 10000) : 0;
  if (chance(random, 40)) {
    c.wck_sync_cycles = static_cast<std::uint32_t>(between(random, 1, 6));
    c.wck_expire_cycles = static_cast<std::uint32_t>(between(random, 1, 40));
  }
  c.controller_ps = maybe(1, 20);
}

void random_refresh(Random& random, Config& c) {
  c.refresh = chance(random, 50) ? Refresh::per_bank : Refresh::all_bank;
  c.rfc_ab_ps = between(random, 60000, 300000);
  c.rfc_pb_ps = between(random, 30000, 150000);
  c.pbr_to_pbr_ps = chance(random, 50) ? between(random, 10000, 90000) : 0;
  c.pbr_to_act_ps = chance(random, 50) ? between(random, 3000, 15000) : 0;
  c.refi_ps = between(random, 1500000, 4000000);
}

void random_policy(Random& random, Policy& p) {
  const std::uint32_t queues[] = {1, 2, 5, 16, 32, 32, 64};
  const PagePolicy pages[] = {PagePolicy::open, PagePolicy::open, PagePolicy::closed, PagePolicy::adaptive};
  const std::uint32_t caps[] = {0, 0, 1, 4, 16};
  const std::uint32_t idles[] = {0, 1, 1, 9};
  p.read_queue_bursts = one_of(random, queues);
  p.write_queue_bursts = one_of(random, queues);
  p.write_high_bursts = static_cast<std::uint32_t>(between(random, 1, p.write_queue_bursts));
  p.write_low_bursts = static_cast<std::uint32_t>(random.below(p.write_high_bursts));
  p.write_idle_bursts = one_of(random, idles);
  p.drain = chance(random, 25) ? Drain::together : Drain::alternate;
  p.page = one_of(random, pages);
  p.page_timeout_ps = between(random, 10000, 500000);
  p.row_hit_cap = one_of(random, caps);
  p.starvation_ps = chance(random, 40) ? between(random, 50000, 2000000) : 0;
  p.precharge_all = chance(random, 70);
  p.refresh_postpone = static_cast<std::uint32_t>(random.below(9));
}

}  // namespace

Config random_config(Random& random) {
  for (unsigned tries = 0; tries < 1000; ++tries) {
    Config c;
    c.name = "random";
    random_geometry(random, c);
    random_rate(random, c);
    random_map(random, c);
    random_timing(random, c);
    random_refresh(random, c);
    random_policy(random, c.policy);
    if (check(c).empty()) return c;
  }
  throw std::logic_error("no random configuration passes check()");
}

}  // namespace takt::dram::testing
