// Watches the commands of one channel and says which break a constraint of the standard or were not asked for. Written
// from the constraints and the configuration alone: it shares no code with the controller. Constraints are those of
// JESD209-5 (and -4), each parameter rounded up to clocks by itself, sums in clocks.
#pragma once

#include <map>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "models/dram/controller.h"
#include "tests/dram/reference_map.h"

namespace takt::dram::testing {

class Legality final : public CommandObserver {
 public:
  explicit Legality(const Config& config);

  // What has to be served, each burst once and not before it arrives. To be told before the command that serves it.
  void expect(const std::vector<Run>& runs);
  void expect(std::uint64_t burst, bool write, Cycle arrival);

  void activate(unsigned bank, std::uint32_t row, Cycle at, Cycle second) override;
  void precharge(unsigned bank, Cycle at) override;
  void precharge_all(unsigned rank, Cycle at) override;
  void column(unsigned bank, bool write, Cycle at) override;
  void refresh(unsigned bank, Cycle at) override;
  void refresh_all(unsigned rank, Cycle at) override;

  // Every burst expected has to have been served.
  void finish();
  // One line each for the first few violations: "tRCD: clock 10, bank 3: 5 after 0, needs 15". Empty: legal.
  const std::string& violations() const { return text_; }
  const std::set<std::string>& rules() const { return rules_; }  // that were broken
  std::uint64_t columns() const { return served_; }
  // End of the data of the last column, rounded up to clocks.
  Cycle data_end() const { return data_end_; }

 private:
  static constexpr Cycle never = ~Cycle{0};
  struct Bank {
    bool open = false;
    std::uint32_t row = 0;
    Cycle second = never;  // ACT-2
    Cycle activate = never, precharge = never, read = never, write = never, refresh = never;
    Cycle rp = 0;  // of the latest precharge: tRP or tRPab
  };
  struct Rank {
    std::vector<Cycle> activates;  // the last four, oldest first
    Cycle activate = never, precharge = never, read = never, write = never;
    Cycle refresh_bank = never, refresh_all = never;
    std::uint64_t refreshes = 0;  // since refresh_base_
    std::vector<bool> refreshed;  // banks of this round
    unsigned in_round = 0;
  };
  struct Group {
    Cycle activate = never, read = never, write = never;
  };
  struct Key {
    unsigned bank;
    std::uint32_t row;
    bool write;
    bool operator<(const Key& o) const {
      return bank != o.bank ? bank < o.bank : row != o.row ? row < o.row : write < o.write;
    }
  };
  using Arrivals = std::priority_queue<Cycle, std::vector<Cycle>, std::greater<>>;

  Cycle clocks(std::uint64_t ps) const;
  Cycle clocks(std::uint64_t ps, std::uint64_t otherwise) const { return clocks(ps != 0 ? ps : otherwise); }
  void report(const std::string& rule, unsigned bank, Cycle at, const std::string& detail);
  void apart(const char* rule, unsigned bank, Cycle at, Cycle since, Cycle distance);
  void command(unsigned bank, Cycle at);
  bool may_sleep(Cycle at) const;
  void wake(unsigned bank, Cycle at);
  void note_idle(Cycle at);
  void check_precharge(unsigned bank, Cycle at);
  void check_column_to_column(unsigned bank, bool write, Cycle at);
  void check_data_bus(unsigned bank, bool write, Cycle at);
  void check_refresh_bank(unsigned bank, Cycle at);
  std::uint64_t due(Cycle at) const { return at < refresh_base_ ? 0 : (at - refresh_base_) / interval_; }
  void check_owed(unsigned rank, Cycle at);
  void count_refresh(unsigned rank, unsigned bank, Cycle at);
  void check_served(unsigned bank, bool write, Cycle at);
  unsigned rank_of(unsigned bank) const { return bank / (c_.bank_groups * c_.banks_per_group); }
  Group& group_of(unsigned bank) { return groups_[rank_of(bank) * c_.bank_groups + bank % c_.bank_groups]; }

  Config c_;
  ReferenceMap map_;
  Cycle rl_, wl_, burst_;  // clocks
  std::vector<Bank> banks_;
  std::vector<Rank> ranks_;
  std::vector<Group> groups_;
  Cycle last_ = never;    // command
  Cycle before_ = 0;      // the command before
  Cycle second_ = never;  // the latest ACT-2
  struct {
    Cycle at = never;
    unsigned rank = 0;
    bool write = false;
  } data_;  // of the latest column: its first clock

  std::map<Key, Arrivals> expected_;
  Arrivals arrivals_;          // of bursts that arrive after the latest command
  std::uint64_t arrived_ = 0;  // bursts, up to the latest command
  std::uint64_t served_ = 0;
  Cycle data_end_ = 0;
  bool idle_ = true;  // nothing to serve, no refresh owed
  Cycle last_column_ = never;
  Cycle refresh_base_ = 0;  // refreshes are due every interval from here on
  Cycle interval_;
  Cycle column_free_ = 0;  // write clock synchronised

  std::string text_;
  std::set<std::string> rules_;
  unsigned lines_ = 0;
};

}  // namespace takt::dram::testing
