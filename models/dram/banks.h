// The state of a channel's banks: open rows, and when each command may next be issued, from the table of constraints.
#pragma once

#include <array>
#include <vector>

#include "models/dram/constraints.h"

namespace takt::dram {

class Banks {
 public:
  explicit Banks(const Config& config);

  static constexpr std::uint32_t closed = ~std::uint32_t{0};

  unsigned count() const { return banks_; }
  unsigned ranks() const { return rank_count_; }
  unsigned rank_of(unsigned bank) const { return bank >> rank_shift_; }
  // Banks of a rank, one bit each.
  std::uint64_t of_rank(unsigned rank) const { return per_rank_ << (rank << rank_shift_); }
  std::uint32_t row(unsigned bank) const { return row_[bank]; }
  std::uint64_t open() const { return open_; }  // banks with an open row, one bit each

  // The first clock at which the constraints allow the command: what bank and group say, and what the rank says.
  Cycle bank_allows(Command command, unsigned bank) const {
    const unsigned c = static_cast<unsigned>(command);
    return max(bank_ready_[c][bank], group_ready_[c][group_[bank]]);
  }
  Cycle rank_allows(Command command, unsigned rank) const {
    const Cycle ready = rank_ready_[static_cast<unsigned>(command)][rank];
    if (command != Command::activate) return ready;
    return max(ready, activates_[rank].at[activates_[rank].oldest] + four_activates_);
  }
  Cycle earliest(Command command, unsigned bank) const {
    return max(bank_allows(command, bank), rank_allows(command, rank_of(bank)));
  }
  // The first clock for one precharge of all of a rank's banks, and for a refresh of all when all are closed.
  Cycle earliest_precharge_all(unsigned rank) const;
  Cycle earliest_refresh_all(unsigned rank) const;

  // Note a command. An ACT counts from its first command on.
  void activate(unsigned bank, std::uint32_t row, Cycle at);
  void precharge(unsigned bank, Cycle at);
  void precharge_all(unsigned rank, Cycle at);
  void column(unsigned bank, bool write, Cycle at) { apply(write ? Command::write : Command::read, bank, at); }
  // A column that others of its rank and direction follow: what it asks of the rank they ask later.
  void column_before_others(unsigned bank, bool write, Cycle at);
  void refresh(unsigned bank, Cycle at) { apply(Command::refresh, bank, at); }
  void refresh_all(unsigned rank, Cycle at);
  // No command of the rank before `at`.
  void hold(unsigned rank, Cycle at);
  // No column of the channel before `at`.
  void hold_columns(Cycle at);

 private:
  template <unsigned n>
  using Ready = std::array<std::array<Cycle, n>, commands>;  // by command and place
  struct Rule {
    Command to;
    Cycle distance;
  };
  struct RuleList {  // in place: every command walks some
    std::array<Rule, commands> rule;
    unsigned count = 0;
    const Rule* begin() const { return rule.data(); }
    const Rule* end() const { return rule.data() + count; }
  };
  using Rules = std::array<RuleList, levels>;
  struct Activates {
    std::array<Cycle, 4> at{};  // the last four, a ring
    unsigned oldest = 0;
  };

  static void raise(Cycle& ready, Cycle at) { ready = max(ready, at); }
  const Rules& rules(Command command) const { return from_[static_cast<unsigned>(command)]; }
  void apply(Command command, unsigned bank, Cycle at);
  void apply_below_rank(const Rules& rules, unsigned bank, Cycle at);
  void apply_to_others(Command command, unsigned rank, Cycle at);

  std::array<Rules, commands> from_;
  Cycle four_activates_;
  Cycle precharge_all_;
  unsigned rank_shift_;
  unsigned banks_;
  unsigned rank_count_;
  std::uint64_t per_rank_;
  Ready<max_banks> bank_ready_{};
  Ready<max_banks> group_ready_{};
  Ready<max_banks> rank_ready_{};
  std::array<std::uint8_t, max_banks> group_{};  // of all ranks, of a bank
  std::array<std::uint32_t, max_banks> row_;
  std::vector<Activates> activates_;  // by rank
  std::uint64_t open_ = 0;
};

}  // namespace takt::dram
