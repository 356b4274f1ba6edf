#include "tests/dram/legality.h"

namespace takt::dram::testing {

namespace {
std::int64_t ps(std::uint64_t n) { return static_cast<std::int64_t>(n); }
}  // namespace

std::string Legality::violations() {
  std::stable_sort(log_.begin(), log_.end(), [](const Command& a, const Command& b) { return a.at < b.at; });
  for (const Command& command : log_) {
    switch (command.kind) {
      case Kind::activate:
        on_activate(command);
        break;
      case Kind::precharge:
        on_precharge(command);
        break;
      case Kind::refresh:
        on_refresh(command);
        break;
      default:
        on_column(command);
    }
  }
  return text_;
}

void Legality::expect(bool legal, const Command& command, const char* rule) {
  if (legal || ++found_ > 5) return;
  text_ += std::string(rule) + " at " + std::to_string(command.at) + " ps, bank " + std::to_string(command.bank) + "\n";
}

std::int64_t Legality::burst_ps() const {
  return ps(c_.burst_bytes) * 8 * 1000000 / ps(c_.data_rate_mbps * c_.bus_bits);
}

void Legality::on_activate(const Command& command) {
  Bank& bank = banks_[command.bank];
  const std::int64_t at = ps(command.at);
  expect(!bank.open, command, "ACT to an open bank");
  at_least(at - bank.precharged, ps(c_.rp_ps), command, "tRP");
  at_least(at - bank.activated, ps(c_.ras_ps + c_.rp_ps), command, "tRC");
  at_least(at - bank.refreshed, ps(c_.per_bank_refresh ? c_.rfc_pb_ps : c_.rfc_ab_ps), command, "tRFC");
  if (!activates_.empty()) at_least(at - activates_.back(), ps(c_.rrd_ps), command, "tRRD");
  if (activates_.size() >= 4) at_least(at - activates_[activates_.size() - 4], ps(c_.faw_ps), command, "tFAW");
  activates_.push_back(at);
  bank.open = true;
  bank.activated = at;
  bank.read = bank.written = past;
}

void Legality::on_precharge(const Command& command) {
  Bank& bank = banks_[command.bank];
  const std::int64_t at = ps(command.at);
  expect(bank.open, command, "PRE to a closed bank");
  at_least(at - bank.activated, ps(c_.ras_ps), command, "tRAS");
  at_least(at - bank.read, ps(c_.rtp_ps), command, "tRTP");
  at_least(at - bank.written, ps(c_.wl_ps + c_.wr_ps) + burst_ps(), command, "tWR");
  bank.open = false;
  bank.precharged = at;
}

void Legality::on_refresh(const Command& command) {
  const std::int64_t at = ps(command.at);
  for (unsigned i = 0; i < banks_.size(); ++i) {
    if (c_.per_bank_refresh && i != command.bank) continue;
    expect(!banks_[i].open, command, "REF to an open bank");
    at_least(at - banks_[i].precharged, ps(c_.rp_ps), command, "tRP before REF");
    at_least(at - banks_[i].refreshed, ps(c_.per_bank_refresh ? c_.rfc_pb_ps : c_.rfc_ab_ps), command, "REF to REF");
    banks_[i].refreshed = at;
  }
}

void Legality::on_column(const Command& command) {
  Bank& bank = banks_[command.bank];
  const std::int64_t at = ps(command.at);
  const bool write = command.kind == Kind::write;
  const unsigned group = command.bank % c_.bank_groups;
  expect(bank.open, command, "column in a closed bank");
  at_least(at - bank.activated, ps(c_.rcd_ps), command, "tRCD");
  const auto cycles = [&](std::uint64_t n) { return ps(n * 1000000000000 / c_.clock_hz); };
  // No constraint between columns reaches further than 150 ns.
  for (auto it = seen_columns_.rbegin(); it != seen_columns_.rend() && ps(it->first.at) > at - 150000; ++it) {
    const std::int64_t gap = at - ps(it->first.at);
    const bool same = it->second == group;
    const bool wrote = it->first.kind == Kind::write;
    at_least(gap, cycles(same ? c_.ccd_l_cycles : c_.ccd_s_cycles), command, "tCCD");
    if (wrote && !write) {
      at_least(gap, ps(c_.wl_ps) + burst_ps() + ps(same ? c_.wtr_l_ps : c_.wtr_s_ps), command, "tWTR");
    }
    if (!wrote && write) {
      at_least(gap, ps(c_.rl_ps) + burst_ps() + cycles(c_.rtw_gap_cycles) - ps(c_.wl_ps) - cycles(1), command, "tRTW");
    }
  }
  const std::int64_t data = at + ps(write ? c_.wl_ps : c_.rl_ps);
  expect(data >= bus_free_, command, "two bursts on the data bus at once");
  bus_free_ = data + burst_ps();
  seen_columns_.push_back({command, group});
  (write ? bank.written : bank.read) = at;
}

}  // namespace takt::dram::testing
