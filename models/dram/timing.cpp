#include "models/dram/timing.h"

#include "models/units/clock.h"

namespace takt::dram {
namespace {

using units::Time;

constexpr bool power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

struct Positive {
  const char* name;
  std::uint64_t value;
};

std::string not_power_of_two(const Config& c) {
  const Positive rows[] = {{"channels", c.channels},       {"burst_bytes", c.burst_bytes},
                           {"bank_groups", c.bank_groups}, {"banks_per_group", c.banks_per_group},
                           {"page_bytes", c.page_bytes},   {"interleave_bytes", c.interleave_bytes}};
  for (const Positive& row : rows) {
    if (!power_of_two(row.value)) {
      return std::string(row.name) + " is " + std::to_string(row.value) + ", expected a power of two";
    }
  }
  return {};
}

std::string not_positive(const Config& c) {
  const Positive rows[] = {
      {"capacity_bytes", c.capacity_bytes},
      {"bus_bits", c.bus_bits},
      {"data_rate_mbps", c.data_rate_mbps},
      {"clock_hz", c.clock_hz},
      {"ccd_s_cycles", c.ccd_s_cycles},
      {"ccd_l_cycles", c.ccd_l_cycles},
      {"rcd_ps", c.rcd_ps},
      {"rp_ps", c.rp_ps},
      {"ras_ps", c.ras_ps},
      {"rl_ps", c.rl_ps},
      {"wl_ps", c.wl_ps},
      {"refi_ps", c.refi_ps},
      {c.per_bank_refresh ? "rfc_pb_ps" : "rfc_ab_ps", c.per_bank_refresh ? c.rfc_pb_ps : c.rfc_ab_ps}};
  for (const Positive& row : rows) {
    if (row.value == 0) return std::string(row.name) + " is 0, expected a positive value";
  }
  return {};
}

}  // namespace

std::string check(const Config& c) {
  if (std::string problem = not_power_of_two(c); !problem.empty()) return problem;
  if (std::string problem = not_positive(c); !problem.empty()) return problem;
  if (c.bank_groups > 8) return "bank_groups is " + std::to_string(c.bank_groups) + ", expected at most 8";
  if (c.bank_groups * c.banks_per_group > 64) {
    return "bank_groups x banks_per_group is " + std::to_string(c.bank_groups * c.banks_per_group) +
           ", expected at most 64";
  }
  if (c.burst_bytes > c.page_bytes) return "burst_bytes exceeds page_bytes";
  if (c.interleave_bytes < c.burst_bytes) return "interleave_bytes is smaller than burst_bytes";
  const std::uint64_t stripe = std::uint64_t{c.interleave_bytes} * c.channels;
  if (c.capacity_bytes % stripe != 0) {
    return "capacity_bytes is " + std::to_string(c.capacity_bytes) + ", expected a multiple of channels x " +
           "interleave_bytes (" + std::to_string(stripe) + ")";
  }
  // A column must fit between two refreshes even when the first one waits for a write to recover.
  const std::uint64_t refresh = c.per_bank_refresh ? c.rfc_pb_ps : c.rfc_ab_ps;
  const std::uint64_t longest = 2 * (refresh + c.rp_ps + c.rcd_ps + c.ras_ps + c.wl_ps + c.wr_ps);
  if (c.refi_ps < longest) {
    return "refi_ps is " + std::to_string(c.refi_ps) + ", expected at least " + std::to_string(longest) +
           " for this refresh time";
  }
  return {};
}

Timing make_timing(const Config& c) {
  const units::Clock clock(c.clock_hz);
  const auto cycles = [&](std::uint64_t n) { return clock.duration(units::Cycles(n)); };
  // Whole clocks; a hundredth of a clock above one is a rounding of the datasheet's, not another clock (the rounding
  // rule of JESD79-4 section 10 and its successors).
  const auto ceil = [&](std::uint64_t ps) {
    const std::uint64_t hundredth = units::picoseconds_per_second / c.clock_hz / 100;
    return cycles(units::mul_div_ceil(ps < hundredth ? 0 : ps - hundredth, c.clock_hz, units::picoseconds_per_second));
  };
  Timing t;
  t.clock = cycles(1);
  t.burst = Time(units::mul_div_ceil(c.burst_bytes * 8ull, 1000000, c.data_rate_mbps * c.bus_bits));
  t.ccd_l = units::max(cycles(c.ccd_l_cycles), t.burst);
  t.column =
      units::max(units::max(cycles(c.ccd_s_cycles), t.burst), Time(units::ceil_div(t.ccd_l.value, c.bank_groups)));
  t.rcd = ceil(c.rcd_ps);
  t.rp = ceil(c.rp_ps);
  t.ras = ceil(c.ras_ps);
  t.rl = ceil(c.rl_ps);
  t.wl = ceil(c.wl_ps);
  t.rrd = ceil(c.rrd_ps);
  t.faw = ceil(c.faw_ps);
  t.read_to_pre = ceil(c.rtp_ps);
  t.write_to_pre = t.wl + t.burst + ceil(c.wr_ps);
  t.read_to_write = units::max(t.column, units::saturating_sub(t.rl + t.burst + cycles(c.rtw_gap_cycles), t.wl));
  t.write_to_read_s = t.wl + t.burst + ceil(c.wtr_s_ps);
  t.write_to_read_l = t.wl + t.burst + ceil(c.wtr_l_ps);
  t.refresh_interval = Time(c.per_bank_refresh ? c.refi_ps / (c.bank_groups * c.banks_per_group) : c.refi_ps);
  t.refresh = ceil(c.per_bank_refresh ? c.rfc_pb_ps : c.rfc_ab_ps);
  t.xp = ceil(c.xp_ps);
  t.power_down_after = c.power_down_after_ps == 0 ? units::never() : Time(c.power_down_after_ps);
  t.controller = Time(c.controller_ps);
  t.lookahead = t.rp + t.rcd + units::saturating_sub(t.rrd, t.column) * (c.bank_groups - 1);
  t.window = units::max(t.column * queue_bursts, t.lookahead);
  return t;
}

}  // namespace takt::dram
