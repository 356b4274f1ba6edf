// Folds the ledger's integer counts into energy, in 128-bit attojoules. Rates may change in time: they belong to
// domains, which are rescaled with their voltage and temperature; what was counted before is folded at the old rates.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "models/base/ledger.h"

namespace takt::power {

using base::Attojoules;

// Rates that change together. Those of `fixed` never do.
using DomainId = std::uint32_t;
constexpr DomainId fixed = 0;

// One event of the ledger costs `aj` each and is reported under `component`.
struct EventRate {
  std::string ledger_component;
  std::string event;
  std::uint64_t aj = 0;
  std::string component;
  DomainId domain = fixed;
};

// A state of the ledger draws `uw` (1 uW x 1 ps = 1 aJ).
struct StateRate {
  std::string ledger_component;
  std::string state;
  std::uint64_t uw = 0;
  std::string component;
};

// A component that draws `uw` all the time.
struct StaticRate {
  std::string component;
  std::uint64_t uw = 0;
  DomainId domain = fixed;
};

struct Table {
  std::vector<EventRate> events;
  std::vector<StateRate> states;
  std::vector<StaticRate> statics;
};

struct Component {
  std::string name;
  Attojoules energy = 0;
};

// Energy of everything counted so far, up to `now`, static power included. Components stand in the order in which the
// table first names them; an event of the ledger that the table lacks is a defect and throws std::logic_error.
class Model {
 public:
  // Sets the ledger's prices.
  Model(Table table, base::Ledger& ledger);

  // From `now` on, every rate of a domain is what the table says x numerator / denominator, rounded down. Times do not
  // decrease; nothing is asked for before the last one.
  void rescale(DomainId domain, std::uint64_t numerator, std::uint64_t denominator, units::Time now);

  // Names of the components, in order.
  const std::vector<std::string>& names() const { return names_; }
  std::vector<Component> components(units::Time now) const;
  // The same without the names.
  std::vector<Attojoules> energies(units::Time now) const;
  Attojoules total(units::Time now) const;
  // Dynamic energy charged to one owner.
  Attojoules of_owner(base::Owner owner) const;

 private:
  std::size_t component(const std::string& name);

  // A rate of the table, and what has been folded of its counts or time.
  struct Term {
    std::size_t index;  // in the ledger
    std::uint64_t table_rate;
    std::size_t component;
    DomainId domain;
    std::uint64_t rate;
    units::Time since;                                    // of a static rate
    std::array<std::uint64_t, base::max_owners> counted;  // of an event
    std::uint64_t all_counted = 0;                        // likewise: of all owners
  };
  // An event's energy since it was folded last, of one owner.
  Attojoules open_energy(const Term& event, base::Owner owner) const;
  // Gives add(component, energy) what is not folded yet.
  template <class Add>
  void each_open(units::Time now, const Add& add) const;

  base::Ledger& ledger_;
  std::vector<std::string> names_;
  std::vector<Term> events_, states_, statics_;
  std::vector<Attojoules> folded_;                           // [component]
  std::array<Attojoules, base::max_owners> folded_owner_{};  // events alone
};

}  // namespace takt::power
