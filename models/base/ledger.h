// The one ledger of energy-relevant counters: [component][event][owner] counts and [component][state] times.
// Blocks register their events once and add integers; power folds them into energy (models/power).
// What an owner's events cost is kept once more by account, a job's layer say, in energy: at the price of the moment,
// as power folds it, so that an owner's accounts add up to what it is charged.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "models/base/stretch.h"

namespace takt::base {

constexpr Owner max_owners = 64;
using Attojoules = unsigned __int128;

// Of a job: its own, for what belongs to no layer, and behind it those of its layers.
struct JobAccounts {
  Account own = 0;
  std::uint32_t layers = 0;

  Account of_layer(std::uint32_t layer) const { return layer < layers ? own + 1 + layer : own; }
};

// Gives jobs their accounts. Changes no timing.
class Accountant {
 public:
  virtual ~Accountant() = default;
  // A job has the engines, for the first time or again.
  virtual JobAccounts begins(std::uint32_t job) = 0;
  // It is over, however it ended.
  virtual void ends(std::uint32_t job) = 0;
};

class Ledger {
 public:
  using EventId = std::uint32_t;
  using StateId = std::uint32_t;

  struct Event {
    std::string component;
    std::string name;
    std::uint64_t price = 0;  // attojoules each, now
    std::uint64_t all = 0;    // of all owners
    std::array<std::uint64_t, max_owners> count{};
  };
  struct State {
    std::string component;
    std::string name;
    units::Time time;
  };

  EventId event(std::string component, std::string name) {
    events_.push_back({std::move(component), std::move(name), 0, 0, {}});
    return static_cast<EventId>(events_.size() - 1);
  }
  StateId state(std::string component, std::string name) {
    states_.push_back({std::move(component), std::move(name), {}});
    return static_cast<StateId>(states_.size() - 1);
  }

  void count(EventId id, Owner owner, std::uint64_t n, Account account = 0) {
    Event& event = events_[id];
    event.count[owner] += n;
    event.all += n;
    if (account != 0) accounts_[account] += Attojoules{event.price} * n;
  }
  void spend(StateId id, units::Time t) { states_[id].time += t; }

  void set_price(EventId id, std::uint64_t attojoules) { events_[id].price = attojoules; }

  // `n` accounts in a row: the first of them.
  Account open(std::uint32_t n) {
    const std::size_t first = accounts_.size();
    accounts_.resize(first + n);
    return static_cast<Account>(first);
  }
  // What has been charged to it since it was taken last.
  Attojoules take(Account account) { return std::exchange(accounts_[account], 0); }

  const std::vector<Event>& events() const { return events_; }
  const std::vector<State>& states() const { return states_; }

 private:
  std::vector<Event> events_;
  std::vector<State> states_;
  std::vector<Attojoules> accounts_{0};  // the first is nobody's
};

}  // namespace takt::base
