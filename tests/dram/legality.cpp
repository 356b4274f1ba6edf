#include "tests/dram/legality.h"

namespace takt::dram::testing {
namespace {

constexpr unsigned most_lines = 8;
constexpr Cycle longest_activate = 8;  // tAAD of JESD209-5: ACT-1 to ACT-2

Cycle larger(Cycle a, Cycle b) { return a > b ? a : b; }

}  // namespace

Legality::Legality(const Config& config)
    : c_(config),
      map_(config),
      rl_(clocks(config.rl_ps)),
      wl_(clocks(config.wl_ps)),
      burst_(clocks((config.burst_bytes * 8ull * 1000000 - 1) / (config.data_rate_mbps * config.bus_bits) + 1)),
      banks_(config.ranks * config.bank_groups * config.banks_per_group),
      ranks_(config.ranks),
      groups_(config.ranks * config.bank_groups) {
  for (Rank& rank : ranks_) rank.refreshed.resize(config.bank_groups * config.banks_per_group);
  const std::uint64_t apart = config.refresh == Refresh::per_bank
                                  ? config.refi_ps / (config.bank_groups * config.banks_per_group)
                                  : config.refi_ps;
  interval_ = static_cast<Cycle>(static_cast<unsigned __int128>(apart) * config.clock_hz / 1000000000000ull);
}

// Up to whole clocks, less the hundredth of a clock that datasheets lose by rounding (JESD79-4 section 10).
Cycle Legality::clocks(std::uint64_t ps) const {
  constexpr unsigned __int128 clock = 1000000000000ull;
  const unsigned __int128 exact = static_cast<unsigned __int128>(ps) * c_.clock_hz;
  return exact <= clock / 100 ? 0 : static_cast<Cycle>((exact - clock / 100 + clock - 1) / clock);
}

void Legality::expect(const std::vector<Run>& runs) {
  for (const Run& run : runs) {
    for (std::uint32_t i = 0; i < run.count; ++i) expect(run.burst + i, run.write, run.arrival);
  }
}

void Legality::expect(std::uint64_t burst, bool write, Cycle arrival) {
  const Place place = map_.place_of(burst);
  expected_[{bank_number(c_, place), place.row, write}].push(arrival);
  arrivals_.push(arrival);
}

void Legality::report(const std::string& rule, unsigned bank, Cycle at, const std::string& detail) {
  rules_.insert(rule);
  if (++lines_ > most_lines) return;
  text_ += rule + ": clock " + std::to_string(at) + ", bank " + std::to_string(bank) + ": " + detail + "\n";
}

void Legality::apart(const char* rule, unsigned bank, Cycle at, Cycle since, Cycle distance) {
  if (since == never || at >= since + distance) return;
  report(rule, bank, at,
         std::to_string(at - since) + " after " + std::to_string(since) + ", needs " + std::to_string(distance));
}

// What holds for every command: one a slot, in order, none while the device sleeps.
void Legality::command(unsigned bank, Cycle at) {
  if (last_ != never && at < last_) report("order", bank, at, "comes after one at " + std::to_string(last_));
  if (at == last_ || at == second_) report("slot", bank, at, "the slot is taken");
  before_ = last_ == never ? 0 : last_;
  last_ = at;
  if (idle_) wake(bank, at);
  while (!arrivals_.empty() && arrivals_.top() <= at) {
    arrivals_.pop();
    ++arrived_;
  }
}

// Rows closed and no refresh owed.
bool Legality::may_sleep(Cycle at) const {
  for (const Bank& bank : banks_) {
    if (bank.open) return false;
  }
  for (const Rank& rank : ranks_) {
    if (rank.refreshes < due(at)) return false;
  }
  return true;
}

void Legality::wake(unsigned bank, Cycle at) {
  const Cycle deep = c_.self_refresh_after_ps != 0 ? data_end_ + clocks(c_.self_refresh_after_ps) : never;
  const Cycle light = c_.power_down_after_ps != 0 ? data_end_ + clocks(c_.power_down_after_ps) : never;
  const Cycle arrival = !arrivals_.empty() ? arrivals_.top() : never;
  if (arrival > at) {
    if (at > deep && may_sleep(larger(deep - 1, before_))) report("self-refresh", bank, at, "a command while in it");
    return;
  }
  idle_ = false;
  if (arrival > deep && may_sleep(deep - 1)) {
    apart("tXSR", bank, at, arrival, clocks(c_.xsr_ps));
    refresh_base_ = arrival + clocks(c_.xsr_ps);
    for (Rank& rank : ranks_) rank.refreshes = 0;
  } else if (arrival > light && may_sleep(arrival)) {
    apart("tXP", bank, at, arrival, clocks(c_.xp_ps));
  }
  if (c_.wck_sync_cycles != 0 && last_column_ != never && arrival > last_column_ + c_.wck_expire_cycles) {
    column_free_ = arrival + c_.wck_sync_cycles;
  }
}

// The device may sleep once nothing waits and no refresh is owed.
void Legality::note_idle(Cycle at) {
  if (served_ != arrived_) return;
  for (const Rank& rank : ranks_) {
    if (rank.refreshes < due(at)) return;
  }
  idle_ = true;
}

void Legality::activate(unsigned number, std::uint32_t row, Cycle at, Cycle second) {
  command(number, at);
  Bank& bank = banks_[number];
  Rank& rank = ranks_[rank_of(number)];
  Group& group = group_of(number);
  if (bank.open) report("ACT open", number, at, "row " + std::to_string(bank.row) + " is open");
  apart("tRC", number, at, bank.activate, clocks(c_.ras_ps) + clocks(c_.rp_ps));
  apart("tRP", number, at, bank.precharge, bank.rp);
  apart("tRRD", number, at, rank.activate, clocks(c_.rrd_ps));
  apart("tRRD_L", number, at, group.activate, clocks(c_.rrd_l_ps, c_.rrd_ps));
  if (rank.activates.size() == 4) {
    apart("tFAW", number, at, rank.activates.front(), clocks(c_.faw_ps));
    rank.activates.erase(rank.activates.begin());
  }
  rank.activates.push_back(at);
  apart("tRFCab", number, at, rank.refresh_all, clocks(c_.rfc_ab_ps));
  apart("tRFCpb", number, at, bank.refresh, clocks(c_.rfc_pb_ps));
  apart("tpbR2act", number, at, rank.refresh_bank, clocks(c_.pbr_to_act_ps, c_.rrd_ps));
  if (second_ != never && at < second_) report("ACT-1", number, at, "before the ACT-2 of another bank");
  if (c_.activate_commands == 1 ? second != at : second <= at || second > at + longest_activate) {
    report("ACT-2", number, at, "comes at " + std::to_string(second));
  }
  if (second != at) second_ = second;
  if (expected_.count({number, row, false}) == 0 && expected_.count({number, row, true}) == 0) {
    report("unasked", number, at, "nobody wants row " + std::to_string(row));
  }
  bank.open = true;
  bank.row = row;
  bank.second = second;
  bank.activate = rank.activate = group.activate = at;
}

void Legality::check_precharge(unsigned number, Cycle at) {
  const Bank& bank = banks_[number];
  apart("tRAS", number, at, bank.activate, clocks(c_.ras_ps));
  apart("tRTP", number, at, bank.read, clocks(c_.rtp_ps));
  apart("tWR", number, at, bank.write, wl_ + burst_ + clocks(c_.wr_ps));
}

void Legality::precharge(unsigned number, Cycle at) {
  command(number, at);
  Bank& bank = banks_[number];
  Rank& rank = ranks_[rank_of(number)];
  if (!bank.open) report("PRE closed", number, at, "no row is open");
  check_precharge(number, at);
  apart("tPPD", number, at, rank.precharge, c_.ppd_cycles);
  bank.open = false;
  bank.precharge = rank.precharge = at;
  bank.rp = clocks(c_.rp_ps);
}

void Legality::precharge_all(unsigned number, Cycle at) {
  const unsigned banks = c_.bank_groups * c_.banks_per_group;
  command(number * banks, at);
  bool any = false;
  for (unsigned i = number * banks; i < (number + 1) * banks; ++i) {
    if (!banks_[i].open) continue;
    any = true;
    check_precharge(i, at);
    banks_[i].open = false;
    banks_[i].precharge = at;
    banks_[i].rp = clocks(c_.rp_ab_ps, c_.rp_ps);
  }
  if (!any) report("PRE closed", number * banks, at, "no row of the rank is open");
  apart("tPPD", number * banks, at, ranks_[number].precharge, c_.ppd_cycles);
  ranks_[number].precharge = at;
}

void Legality::column(unsigned number, bool write, Cycle at) {
  command(number, at);
  Bank& bank = banks_[number];
  if (!bank.open) report("closed", number, at, "a column of a closed bank");
  apart(write ? "tRCD write" : "tRCD read", number, at, bank.activate,
        write ? clocks(c_.rcd_write_ps, c_.rcd_ps) : clocks(c_.rcd_ps));
  if (bank.second != never && bank.second > at) report("ACT-2", number, at, "the column comes first");
  if (at < column_free_) report("WCK", number, at, "synchronised at " + std::to_string(column_free_));
  check_column_to_column(number, write, at);
  check_data_bus(number, write, at);
  check_served(number, write, at);
  Rank& rank = ranks_[rank_of(number)];
  Group& group = group_of(number);
  (write ? bank.write : bank.read) = at;
  (write ? rank.write : rank.read) = at;
  (write ? group.write : group.read) = at;
  last_column_ = at;
  data_end_ = at + (write ? wl_ : rl_) + burst_;
  for (unsigned i = 0; i < ranks_.size(); ++i) check_owed(i, at);
  note_idle(at);
}

void Legality::check_column_to_column(unsigned number, bool write, Cycle at) {
  const Rank& rank = ranks_[rank_of(number)];
  const Group& group = group_of(number);
  apart("tCCD_S", number, at, write ? rank.write : rank.read, c_.ccd_s_cycles);
  apart("tCCD_L", number, at, write ? group.write : group.read, c_.ccd_l_cycles);
  if (write) return;
  apart("tWTR_S", number, at, rank.write, wl_ + burst_ + clocks(c_.wtr_s_ps));
  apart("tWTR_L", number, at, group.write, wl_ + burst_ + clocks(c_.wtr_l_ps));
}

// Data of two columns do not overlap; idle clocks where the direction turns or the rank changes. A burst's time is
// exact, but for the hundredth of a clock.
void Legality::check_data_bus(unsigned number, bool write, Cycle at) {
  const Cycle start = at + (write ? wl_ : rl_);
  if (data_.at != never) {
    Cycle gap = data_.rank != rank_of(number) ? c_.rank_gap_cycles : 0;
    if (write && !data_.write) gap = larger(gap, c_.rtw_gap_cycles);
    const char* rule = gap == 0 ? "data" : data_.rank != rank_of(number) ? "rank gap" : "RD to WR";
    using Wide = __int128;
    const Wide bit_rate = static_cast<Wide>(c_.data_rate_mbps) * 1000000 * c_.bus_bits;
    const Wide burst = static_cast<Wide>(c_.burst_bytes) * 8 * c_.clock_hz * 100 - bit_rate;
    if ((static_cast<Wide>(start) - static_cast<Wide>(data_.at) - gap) * bit_rate * 100 < burst) {
      report(rule, number, at,
             "data at " + std::to_string(start) + " after those at " + std::to_string(data_.at) + ", " +
                 std::to_string(gap) + " idle");
    }
  }
  data_.at = start;
  data_.rank = rank_of(number);
  data_.write = write;
}

void Legality::check_served(unsigned number, bool write, Cycle at) {
  ++served_;
  const auto found = expected_.find({number, banks_[number].row, write});
  if (found == expected_.end() || found->second.top() > at) {
    report("unasked", number, at,
           std::string(write ? "WR" : "RD") + " of row " + std::to_string(banks_[number].row) + " that nobody wants");
    return;
  }
  found->second.pop();
  if (found->second.empty()) expected_.erase(found);
}

void Legality::check_owed(unsigned number, Cycle at) {
  const std::uint64_t most = c_.policy.refresh_postpone + 1;
  const Rank& rank = ranks_[number];
  if (idle_ || due(at) <= rank.refreshes + most) return;
  report("tREFI", number * c_.bank_groups * c_.banks_per_group, at,
         std::to_string(due(at) - rank.refreshes) + " refreshes owed");
}

void Legality::count_refresh(unsigned number, unsigned bank, Cycle at) {
  Rank& rank = ranks_[number];
  check_owed(number, at);
  ++rank.refreshes;
  if (rank.refreshes > due(at)) report("early refresh", bank, at, "it is due later");
  note_idle(at);
}

void Legality::check_refresh_bank(unsigned number, Cycle at) {
  const Bank& bank = banks_[number];
  if (bank.open) report("REF open", number, at, "row " + std::to_string(bank.row) + " is open");
  apart("tRP", number, at, bank.precharge, bank.rp);
  apart("tRC", number, at, bank.activate, clocks(c_.ras_ps) + clocks(c_.rp_ps));
  apart("tRFCpb", number, at, bank.refresh, clocks(c_.rfc_pb_ps));
  apart("tRFCab", number, at, ranks_[rank_of(number)].refresh_all, clocks(c_.rfc_ab_ps));
}

void Legality::refresh(unsigned number, Cycle at) {
  command(number, at);
  check_refresh_bank(number, at);
  Rank& rank = ranks_[rank_of(number)];
  apart("tpbR2pbR", number, at, rank.refresh_bank, clocks(c_.pbr_to_pbr_ps, c_.rrd_ps));
  apart("ACT to REFpb", number, at, rank.activate, clocks(c_.rrd_ps));
  const unsigned banks = c_.bank_groups * c_.banks_per_group;
  if (rank.refreshed[number % banks]) report("round", number, at, "refreshed twice in one round");
  rank.refreshed[number % banks] = true;
  if (++rank.in_round == banks) {
    rank.in_round = 0;
    rank.refreshed.assign(banks, false);
  }
  banks_[number].refresh = rank.refresh_bank = at;
  count_refresh(rank_of(number), number, at);
}

void Legality::refresh_all(unsigned number, Cycle at) {
  const unsigned banks = c_.bank_groups * c_.banks_per_group;
  command(number * banks, at);
  for (unsigned i = number * banks; i < (number + 1) * banks; ++i) check_refresh_bank(i, at);
  ranks_[number].refresh_all = at;
  count_refresh(number, number * banks, at);
}

void Legality::finish() {
  for (const auto& [key, arrivals] : expected_) {
    report("unserved", key.bank, last_,
           std::to_string(arrivals.size()) + (key.write ? " WR" : " RD") + " of row " + std::to_string(key.row));
  }
}

}  // namespace takt::dram::testing
