#include <algorithm>

#include "models/dram/energy_from_currents.h"
#include "sim/config/blame.h"
#include "sim/config/check.h"
#include "sim/config/suggest.h"

namespace takt::config {
namespace {

std::uint64_t banks_of(const dram::Config& m) { return std::uint64_t{m.bank_groups} * m.banks_per_group; }

void check_geometry(const dram::Config& m, const Blame& blame) {
  blame.power_of_two(m.channels, "channels");
  blame.power_of_two(m.bus_bits, "bus_bits");
  blame.power_of_two(m.burst_bytes, "burst_bytes");
  blame.power_of_two(m.ranks, "ranks");
  blame.power_of_two(m.bank_groups, "bank_groups");
  blame.power_of_two(m.banks_per_group, "banks_per_group");
  blame.power_of_two(m.page_bytes, "page_bytes");
  blame.power_of_two(m.interleave_bytes, "interleave_bytes");
  blame.require(m.burst_bytes * 8 >= m.bus_bits, "burst_bytes", text(m.burst_bytes), "at least one beat of bus_bits");
  blame.at_most(m.burst_bytes, m.page_bytes, "burst_bytes", "page_bytes");
  blame.at_most(m.burst_bytes, m.interleave_bytes, "burst_bytes", "interleave_bytes");
  const std::uint64_t row = m.channels * std::uint64_t{m.ranks} * banks_of(m) * m.page_bytes;
  blame.require(m.capacity_bytes % row == 0, "capacity_mib", text(m.capacity_bytes) + " bytes",
                "whole rows of channels * ranks * banks * page_bytes = " + text(row) + " bytes");
}

void check_rate(const dram::Config& m, const Blame& blame) {
  const std::uint64_t bits_per_second = m.data_rate_mbps * 1000000;
  const std::uint64_t beats = std::uint64_t{m.burst_bytes} * 8 / m.bus_bits;
  blame.require(beats * m.clock_hz % bits_per_second == 0, "clock_hz", text(m.clock_hz),
                "whole clocks for a burst of " + text(beats) + " beats at data_rate_mbps = " + text(m.data_rate_mbps));
  const std::uint64_t burst_cycles = beats * m.clock_hz / bits_per_second;
  blame.require(m.ccd_s_cycles >= burst_cycles, "ccd_s_cycles", text(m.ccd_s_cycles),
                "at least the " + text(burst_cycles) + " cycles a burst of burst_bytes takes");
  blame.at_most(m.ccd_s_cycles, m.ccd_l_cycles, "ccd_s_cycles", "ccd_l_cycles");
}

// Of keys whose 0 stands for another key.
void check_at_least_unless_zero(std::uint64_t value, std::uint64_t bound, const char* key, const char* bound_key,
                                const Blame& blame) {
  if (value != 0) blame.at_least(value, bound, key, bound_key, ns_in_ps);
}

void check_rows(const dram::Config& m, const Blame& blame) {
  blame.at_most(m.rcd_ps, m.ras_ps, "rcd_ns", "ras_ns", ns_in_ps);
  blame.at_most(m.rcd_write_ps, m.ras_ps, "rcd_write_ns", "ras_ns", ns_in_ps);
  check_at_least_unless_zero(m.rp_ab_ps, m.rp_ps, "rp_ab_ns", "rp_ns", blame);
  blame.at_most(m.rrd_ps, m.faw_ps, "rrd_ns", "faw_ns", ns_in_ps);
  check_at_least_unless_zero(m.rrd_l_ps, m.rrd_ps, "rrd_l_ns", "rrd_ns", blame);
  blame.at_most(m.wtr_s_ps, m.wtr_l_ps, "wtr_s_ns", "wtr_l_ns", ns_in_ps);
  blame.require(m.rl_ps > 0, "rl_ns", "0", "more than 0");
}

void check_refresh(const dram::Config& m, const Blame& blame) {
  blame.require(m.refi_ps > 0, "refi_ns", "0", "more than 0");
  blame.require(m.rfc_ab_ps < m.refi_ps, "rfc_ab_ns", format_decimal(m.rfc_ab_ps, ns_in_ps),
                "less than refi_ns = " + format_decimal(m.refi_ps, ns_in_ps));
  if (m.refresh != dram::Refresh::per_bank) return;
  const std::string each = "refi_ns / " + text(banks_of(m)) + " banks";
  blame.require(m.rfc_pb_ps * banks_of(m) < m.refi_ps, "rfc_pb_ns", format_decimal(m.rfc_pb_ps, ns_in_ps),
                "less than " + each);
  blame.require(m.pbr_to_pbr_ps * banks_of(m) <= m.refi_ps, "pbr_to_pbr_ns", format_decimal(m.pbr_to_pbr_ps, ns_in_ps),
                "at most " + each);
}

void check_idle(const dram::Config& m, const Blame& blame) {
  blame.at_least(m.xsr_ps, m.xp_ps, "xsr_ns", "xp_ns", ns_in_ps);
  check_at_least_unless_zero(m.self_refresh_after_ps, m.power_down_after_ps, "self_refresh_after_ns",
                             "power_down_after_ns", blame);
  blame.require(m.wck_sync_cycles == 0 || m.wck_expire_cycles != 0, "wck_expire_cycles", "0",
                "more than 0 with wck_sync_cycles = " + text(m.wck_sync_cycles));
}

void check_policy(const dram::Config& m, const Blame& blame) {
  const dram::Policy& p = m.policy;
  blame.require(p.write_low_bursts < p.write_high_bursts, "policy.write_low_bursts", text(p.write_low_bursts),
                "less than policy.write_high_bursts = " + text(p.write_high_bursts));
  blame.at_most(p.write_high_bursts, p.write_queue_bursts, "policy.write_high_bursts", "policy.write_queue_bursts");
  blame.require(p.page != dram::PagePolicy::adaptive || p.page_timeout_ps != 0, "policy.page_timeout_ns", "0",
                "more than 0 with policy.page \"adaptive\"");
  // What a row conflict costs alone: less would make every request one that starves.
  check_at_least_unless_zero(p.starvation_ps, m.rp_ps + m.rcd_ps + m.rl_ps, "policy.starvation_ns",
                             "rp_ns + rcd_ns + rl_ns", blame);
}

// The key that a message of the model is about: the first word outside quotes that names one, in whatever unit.
std::string key_in(const std::string& message) {
  constexpr const char* word = "abcdefghijklmnopqrstuvwxyz_.";
  for (std::size_t at = message.find_first_of(word); at != std::string::npos;) {
    const std::size_t end = std::min(message.find_first_not_of(word, at), message.size());
    const bool quoted = at > 0 && message[at - 1] == '\'';
    const std::string name = quoted ? std::string() : message.substr(at, end - at);
    for (const Field& field : memory_fields()) {
      const std::string key(field.name);
      if (name == key || same_but_unit(name, key)) return key;
      const std::string leaf = key.substr(key.find('.') == std::string::npos ? 0 : key.find('.') + 1);
      if (name == leaf) return key;
    }
    at = message.find_first_of(word, end);
  }
  return {};
}

// What the model itself refuses; nothing that the checks above have said more precisely.
void check_model(const dram::Config& m, const Blame& blame) {
  const std::string problem = dram::check(m);
  if (problem.empty()) return;
  const std::string key = key_in(problem);
  blame.require(false, key.empty() ? "capacity_mib" : key, "what cannot be built (" + problem + ")",
                "a memory that can");
}

void check_currents(const dram::Currents& currents, const dram::Config& m, const std::string& prefix,
                    const Layers& layers) {
  for (const dram::Rail& rail : currents.rails) {
    const std::string path = prefix.empty() ? "currents." + rail.name : prefix + ".currents." + rail.name;
    const dram::TooSmall small = dram::check(rail, m);
    if (small.field.empty()) continue;
    const std::string key = small.field.substr(0, small.field.rfind('_')) + "_ma";
    Blame(layers, path)
        .require(false, key, "less than standby", "at least " + format_decimal(small.least_ua, ma_in_ua));
  }
}

}  // namespace

void check_memory(const dram::Config& memory, const dram::Currents& currents, const std::string& prefix,
                  const Layers& layers) {
  const Blame blame(layers, prefix);
  check_geometry(memory, blame);
  check_rate(memory, blame);
  check_rows(memory, blame);
  check_refresh(memory, blame);
  check_idle(memory, blame);
  check_policy(memory, blame);
  check_model(memory, blame);
  check_currents(currents, memory, prefix, layers);
}

}  // namespace takt::config
