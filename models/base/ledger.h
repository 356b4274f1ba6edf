// The one ledger of energy-relevant counters: [component][event][owner] counts and [component][state] times.
// Blocks register their events once and add integers; power folds them into energy (models/power).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/stretch.h"

namespace takt::base {

constexpr Owner max_owners = 64;

class Ledger {
 public:
  using EventId = std::uint32_t;
  using StateId = std::uint32_t;

  struct Event {
    std::string component;
    std::string name;
    std::array<std::uint64_t, max_owners> count{};
  };
  struct State {
    std::string component;
    std::string name;
    units::Time time;
  };

  EventId event(std::string component, std::string name) {
    events_.push_back({std::move(component), std::move(name), {}});
    return static_cast<EventId>(events_.size() - 1);
  }
  StateId state(std::string component, std::string name) {
    states_.push_back({std::move(component), std::move(name), {}});
    return static_cast<StateId>(states_.size() - 1);
  }

  void count(EventId id, Owner owner, std::uint64_t n) { events_[id].count[owner] += n; }
  void spend(StateId id, units::Time t) { states_[id].time += t; }

  const std::vector<Event>& events() const { return events_; }
  const std::vector<State>& states() const { return states_; }

 private:
  std::vector<Event> events_;
  std::vector<State> states_;
};

}  // namespace takt::base
