#include "models/dram/banks.h"

namespace takt::dram {
namespace {

// Whether another constraint, that reaches further and asks for at least as much, says it all.
bool is_implied(const Constraint& k, const std::vector<Constraint>& table) {
  if (k.level == Level::other_ranks) return false;
  for (const Constraint& wider : table) {
    const bool reaches_further = wider.level == Level::rank || wider.level == Level::group;
    if (wider.from == k.from && wider.to == k.to && reaches_further && wider.level > k.level &&
        wider.distance >= k.distance) {
      return true;
    }
  }
  return false;
}

}  // namespace

Banks::Banks(const Config& c)
    : rank_shift_(log2_of(c.bank_groups * c.banks_per_group)),
      banks_(c.ranks * c.bank_groups * c.banks_per_group),
      rank_count_(c.ranks),
      per_rank_(~std::uint64_t{0} >> (64 - c.bank_groups * c.banks_per_group)),
      activates_(c.ranks) {
  const Durations timing = make_durations(c);
  four_activates_ = timing.four_activates;
  precharge_all_ = timing.precharge_all;
  const std::vector<Constraint> table = make_constraints(c);
  for (const Constraint& k : table) {
    if (is_implied(k, table)) continue;
    RuleList& list = from_[static_cast<unsigned>(k.from)][static_cast<unsigned>(k.level)];
    list.rule.at(list.count++) = {k.to, k.distance};
  }
  row_.fill(closed);
  for (unsigned bank = 0; bank < banks_; ++bank) {
    group_[bank] = static_cast<std::uint8_t>(rank_of(bank) * c.bank_groups + (bank & (c.bank_groups - 1)));
  }
  // Before time: the first window of four lets everything pass. Unsigned, so that adding the window gives 0.
  for (Activates& rank : activates_) rank.at.fill(0 - four_activates_);
}

void Banks::apply_below_rank(const Rules& rules, unsigned bank, Cycle at) {
  for (const Rule& r : rules[static_cast<unsigned>(Level::bank)]) {
    raise(bank_ready_[static_cast<unsigned>(r.to)][bank], at + r.distance);
  }
  for (const Rule& r : rules[static_cast<unsigned>(Level::group)]) {
    raise(group_ready_[static_cast<unsigned>(r.to)][group_[bank]], at + r.distance);
  }
}

void Banks::apply(Command command, unsigned bank, Cycle at) {
  apply_below_rank(rules(command), bank, at);
  for (const Rule& r : rules(command)[static_cast<unsigned>(Level::rank)]) {
    raise(rank_ready_[static_cast<unsigned>(r.to)][rank_of(bank)], at + r.distance);
  }
  if (rank_count_ > 1) apply_to_others(command, rank_of(bank), at);
}

void Banks::column_before_others(unsigned bank, bool write, Cycle at) {
  apply_below_rank(rules(write ? Command::write : Command::read), bank, at);
}

void Banks::apply_to_others(Command command, unsigned rank, Cycle at) {
  for (const Rule& r : rules(command)[static_cast<unsigned>(Level::other_ranks)]) {
    for (unsigned other = 0; other < rank_count_; ++other) {
      if (other != rank) raise(rank_ready_[static_cast<unsigned>(r.to)][other], at + r.distance);
    }
  }
}

Cycle Banks::earliest_precharge_all(unsigned rank) const {
  Cycle at = 0;
  for (std::uint64_t rest = open_ & of_rank(rank); rest != 0; rest &= rest - 1) {
    at = max(at, earliest(Command::precharge, static_cast<unsigned>(__builtin_ctzll(rest))));
  }
  return at;
}

Cycle Banks::earliest_refresh_all(unsigned rank) const {
  Cycle at = 0;
  for (std::uint64_t rest = of_rank(rank); rest != 0; rest &= rest - 1) {
    at = max(at, earliest(Command::refresh, static_cast<unsigned>(__builtin_ctzll(rest))));
  }
  return at;
}

void Banks::activate(unsigned bank, std::uint32_t row, Cycle at) {
  apply(Command::activate, bank, at);
  Activates& last = activates_[rank_of(bank)];
  last.at[last.oldest] = at;
  last.oldest = (last.oldest + 1) % 4;
  row_[bank] = row;
  open_ |= bit(bank);
}

void Banks::precharge(unsigned bank, Cycle at) {
  apply(Command::precharge, bank, at);
  row_[bank] = closed;
  open_ &= ~(std::uint64_t{1} << bank);
}

void Banks::precharge_all(unsigned rank, Cycle at) {
  for (std::uint64_t rest = open_ & of_rank(rank); rest != 0; rest &= rest - 1) {
    const unsigned bank = lowest(rest);
    row_[bank] = closed;
    raise(bank_ready_[static_cast<unsigned>(Command::activate)][bank], at + precharge_all_);
    raise(bank_ready_[static_cast<unsigned>(Command::refresh)][bank], at + precharge_all_);
  }
  open_ &= ~of_rank(rank);
}

void Banks::refresh_all(unsigned rank, Cycle at) {
  for (std::uint64_t rest = of_rank(rank); rest != 0; rest &= rest - 1) {
    refresh(static_cast<unsigned>(__builtin_ctzll(rest)), at);
  }
}

void Banks::hold(unsigned rank, Cycle at) {
  for (auto& ready : rank_ready_) raise(ready[rank], at);
}

void Banks::hold_columns(Cycle at) {
  for (unsigned rank = 0; rank < rank_count_; ++rank) {
    raise(rank_ready_[static_cast<unsigned>(Command::read)][rank], at);
    raise(rank_ready_[static_cast<unsigned>(Command::write)][rank], at);
  }
}

}  // namespace takt::dram
