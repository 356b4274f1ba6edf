// Watches the commands of one channel and says which break the standard's constraints. Written from the constraints
// alone: it shares no code with the model.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/dram/channel.h"

namespace takt::dram::testing {

class Legality final : public CommandObserver {
 public:
  explicit Legality(const Config& config) : c_(config), banks_(config.bank_groups * config.banks_per_group) {}

  void precharge(unsigned bank, units::Time at) override { log_.push_back({at.value, Kind::precharge, bank, 0}); }
  void activate(unsigned bank, std::uint64_t row, units::Time at) override {
    log_.push_back({at.value, Kind::activate, bank, row});
  }
  void column(unsigned bank, bool write, units::Time at) override {
    log_.push_back({at.value, write ? Kind::write : Kind::read, bank, 0});
    ++columns_;
  }
  void refresh(int bank, units::Time at) override {
    log_.push_back({at.value, Kind::refresh, static_cast<unsigned>(bank), 0});
  }

  std::uint64_t columns() const { return columns_; }
  // Empty when every command was legal, else the first few that were not.
  std::string violations();

 private:
  enum class Kind { precharge, activate, read, write, refresh };
  struct Command {
    std::uint64_t at;
    Kind kind;
    unsigned bank;
    std::uint64_t row;
  };
  struct Bank {
    bool open = false;
    std::int64_t activated = past, precharged = past, refreshed = past, read = past, written = past;
  };
  static constexpr std::int64_t past = -1000000000000;

  void expect(bool legal, const Command& command, const char* rule);
  void at_least(std::int64_t gap, std::int64_t needed, const Command& command, const char* rule) {
    expect(gap >= needed, command, rule);
  }
  void on_activate(const Command& command);
  void on_column(const Command& command);
  void on_precharge(const Command& command);
  void on_refresh(const Command& command);
  std::int64_t burst_ps() const;

  Config c_;
  std::vector<Command> log_;
  std::uint64_t columns_ = 0;
  std::vector<Bank> banks_;
  std::vector<std::int64_t> activates_;
  std::vector<std::pair<Command, unsigned>> seen_columns_;  // with its bank group
  std::int64_t bus_free_ = past;
  std::string text_;
  int found_ = 0;
};

}  // namespace takt::dram::testing
