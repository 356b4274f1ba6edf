// One channel, spoken to in banks, rows and columns.
#pragma once

#include <string>
#include <vector>

#include "models/dram/controller.h"

namespace takt::dram::testing {

// Notes every command as text: "ACT 3", "RD 3", "PRE 3", "PREA 0", "REF 3", "REFA 0", with its clock.
class CommandLog final : public CommandObserver {
 public:
  struct Entry {
    Cycle at;
    std::string text;
  };
  const std::vector<Entry>& entries() const { return entries_; }
  // The clocks at which that command was issued.
  std::vector<Cycle> at(const std::string& text) const {
    std::vector<Cycle> all;
    for (const Entry& e : entries_) {
      if (e.text == text) all.push_back(e.at);
    }
    return all;
  }

  void activate(unsigned bank, std::uint32_t, Cycle at, Cycle) override { note("ACT ", bank, at); }
  void precharge(unsigned bank, Cycle at) override { note("PRE ", bank, at); }
  void precharge_all(unsigned rank, Cycle at) override { note("PREA ", rank, at); }
  void column(unsigned bank, bool write, Cycle at) override { note(write ? "WR " : "RD ", bank, at); }
  void refresh(unsigned bank, Cycle at) override { note("REF ", bank, at); }
  void refresh_all(unsigned rank, Cycle at) override { note("REFA ", rank, at); }

 private:
  void note(const char* name, unsigned number, Cycle at) { entries_.push_back({at, name + std::to_string(number)}); }
  std::vector<Entry> entries_;
};

class ChannelBench {
 public:
  explicit ChannelBench(const Config& config, Fidelity fidelity = Fidelity::detailed)
      : config_(config), controller(config, fidelity) {
    controller.observe(&log);
  }

  // Hands over one burst (or more that follow it); returns its tag. `bank` as in Chunk.
  std::uint32_t read(unsigned bank, std::uint32_t row, Cycle arrival, std::uint8_t qos = 0, std::uint32_t count = 1) {
    return push(bank, row, 0, false, arrival, qos, count);
  }
  std::uint32_t write(unsigned bank, std::uint32_t row, Cycle arrival, std::uint8_t qos = 0, std::uint32_t count = 1) {
    return push(bank, row, 0, true, arrival, qos, count);
  }
  std::uint32_t push(unsigned bank, std::uint32_t row, std::uint32_t column, bool write, Cycle arrival,
                     std::uint8_t qos = 0, std::uint32_t count = 1) {
    const unsigned per_rank = config_.bank_groups * config_.banks_per_group;
    Run run;
    run.burst = controller.map().burst_at(bank / per_rank, bank % config_.bank_groups,
                                          bank % per_rank / config_.bank_groups, row, column);
    run.count = count;
    run.write = write;
    run.qos = qos;
    run.tag = static_cast<std::uint32_t>(done_.size());
    run.arrival = arrival;
    done_.emplace_back();
    controller.push(run);
    return run.tag;
  }
  // Serves everything; the answer of each run.
  const std::vector<Done>& finish() {
    controller.drain();
    for (const Done& d : controller.done()) done_.at(d.tag) = d;
    controller.done().clear();
    return done_;
  }

 private:
  Config config_;
  std::vector<Done> done_;

 public:
  Controller controller;
  CommandLog log;
};

}  // namespace takt::dram::testing
