// Folds the ledger's integer counts into energy, once per window, in 128-bit attojoules.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/ledger.h"

namespace takt::power {

using Attojoules = unsigned __int128;

// One event of the ledger costs `aj` each and is reported under `component`.
struct EventRate {
  std::string ledger_component;
  std::string event;
  std::uint64_t aj = 0;
  std::string component;
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

// Energy of everything counted so far, with `elapsed` of static power. Components stand in the order in which the table
// first names them; an event of the ledger that the table lacks is a defect and throws std::logic_error.
class Model {
 public:
  Model(Table table, const base::Ledger& ledger);

  std::vector<Component> components(units::Time elapsed) const;
  Attojoules total(units::Time elapsed) const;
  // Dynamic energy charged to one owner.
  Attojoules of_owner(base::Owner owner) const;

 private:
  std::size_t component(const std::string& name);

  const base::Ledger& ledger_;
  std::vector<std::string> names_;
  struct Term {
    std::size_t index;  // in the ledger
    std::uint64_t rate;
    std::size_t component;
  };
  std::vector<Term> events_, states_;
  std::vector<Term> statics_;
};

}  // namespace takt::power
