#include <string>

#include "models/dram/address.h"
#include "models/dram/config.h"

namespace takt::dram {
namespace {

constexpr bool power_of_two(std::uint64_t n) { return n != 0 && (n & (n - 1)) == 0; }

struct Positive {
  const char* name;
  std::uint64_t value;
};

std::string not_power_of_two(const Config& c) {
  const Positive rows[] = {{"channels", c.channels},
                           {"ranks", c.ranks},
                           {"burst_bytes", c.burst_bytes},
                           {"bank_groups", c.bank_groups},
                           {"banks_per_group", c.banks_per_group},
                           {"page_bytes", c.page_bytes},
                           {"interleave_bytes", c.interleave_bytes}};
  for (const Positive& row : rows) {
    if (!power_of_two(row.value)) {
      return std::string(row.name) + " is " + std::to_string(row.value) + ", expected a power of two";
    }
  }
  return {};
}

std::string not_positive(const Config& c) {
  const Positive rows[] = {{"capacity_bytes", c.capacity_bytes},
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
                           {c.refresh == Refresh::per_bank ? "rfc_pb_ps" : "rfc_ab_ps",
                            c.refresh == Refresh::per_bank ? c.rfc_pb_ps : c.rfc_ab_ps}};
  for (const Positive& row : rows) {
    if (row.value == 0) return std::string(row.name) + " is 0, expected a positive value";
  }
  return {};
}

std::string check_policy(const Config& c) {
  const Policy& p = c.policy;
  const auto number = [](const char* name, std::uint64_t value) {
    return std::string(name) + " is " + std::to_string(value);
  };
  if (p.read_queue_bursts == 0 || p.read_queue_bursts > 1024) {
    return number("read_queue_bursts", p.read_queue_bursts) + ", expected 1 to 1024";
  }
  if (p.write_queue_bursts == 0 || p.write_queue_bursts > 1024) {
    return number("write_queue_bursts", p.write_queue_bursts) + ", expected 1 to 1024";
  }
  if (p.write_high_bursts == 0 || p.write_high_bursts > p.write_queue_bursts) {
    return number("write_high_bursts", p.write_high_bursts) + ", expected 1 to write_queue_bursts";
  }
  if (p.write_low_bursts >= p.write_high_bursts) {
    return number("write_low_bursts", p.write_low_bursts) + ", expected less than write_high_bursts";
  }
  if (c.activate_commands != 1 && c.activate_commands != 2) {
    return number("activate_commands", c.activate_commands) + ", expected 1 or 2";
  }
  return {};
}

// Precondition: check_address_map(config) is empty.
std::string check_ecc(const Config& c) {
  const std::uint64_t together = AddressMap(c).locate(0).count;
  if (c.ecc == Ecc::none || together % 8 == 0) return {};
  return "ecc is inline_row and address_map keeps " + std::to_string(together) +
         " bursts of a row together, expected a multiple of 8";
}

std::string check_refresh(const Config& c) {
  const bool per_bank = c.refresh == Refresh::per_bank;
  // A column must fit between two refreshes even when the first one waits for a write to recover.
  const std::uint64_t refresh = per_bank ? c.rfc_pb_ps : c.rfc_ab_ps;
  const std::uint64_t longest = 2 * (refresh + c.rp_ps + c.rcd_ps + c.ras_ps + c.wl_ps + c.wr_ps);
  if (c.refi_ps < longest) {
    return "refi_ps is " + std::to_string(c.refi_ps) + ", expected at least " + std::to_string(longest) +
           " for this refresh time";
  }
  if (!per_bank) return {};
  // Banks are refreshed one after the other, each once its row is closed.
  const std::uint64_t burst = c.burst_bytes * 8000000ull / (c.data_rate_mbps * c.bus_bits);
  const std::uint64_t written = c.rcd_ps + c.wl_ps + burst + c.wr_ps;
  const std::uint64_t closing = c.ranks * (c.rp_ps + (written > c.ras_ps ? written : c.ras_ps));
  const std::uint64_t rounding = 2000000000000ull / c.clock_hz;
  const std::uint64_t between = (closing > c.pbr_to_pbr_ps ? closing : c.pbr_to_pbr_ps) + rounding;
  const std::uint64_t banks = c.bank_groups * c.banks_per_group;
  if (c.refi_ps / banks < between) {
    return "refi_ps is " + std::to_string(c.refi_ps) + ", expected at least " + std::to_string(between * banks) +
           " for per-bank refreshes of " + std::to_string(banks) + " banks";
  }
  return {};
}

}  // namespace

std::string check(const Config& c) {
  if (std::string problem = not_power_of_two(c); !problem.empty()) return problem;
  if (std::string problem = not_positive(c); !problem.empty()) return problem;
  if (c.channels > 64) return "channels is " + std::to_string(c.channels) + ", expected at most 64";
  if (c.bank_groups > 16) return "bank_groups is " + std::to_string(c.bank_groups) + ", expected at most 16";
  const std::uint64_t banks = std::uint64_t{c.ranks} * c.bank_groups * c.banks_per_group;
  if (banks > 64) return "ranks x bank_groups x banks_per_group is " + std::to_string(banks) + ", expected at most 64";
  if (c.burst_bytes > c.page_bytes) return "burst_bytes exceeds page_bytes";
  if (const std::string problem = check_address_map(c); !problem.empty()) return problem;
  if (const std::string problem = check_ecc(c); !problem.empty()) return problem;
  if (const std::string problem = check_policy(c); !problem.empty()) return problem;
  if (c.interleave_bytes < c.burst_bytes) return "interleave_bytes is smaller than burst_bytes";
  const std::uint64_t stripe = std::uint64_t{c.interleave_bytes} * c.channels;
  if (c.capacity_bytes % stripe != 0) {
    return "capacity_bytes is " + std::to_string(c.capacity_bytes) + ", expected a multiple of channels x " +
           "interleave_bytes (" + std::to_string(stripe) + ")";
  }
  return check_refresh(c);
}

}  // namespace takt::dram
