#include "models/power/energy.h"

#include <algorithm>
#include <stdexcept>

namespace takt::power {

std::size_t Model::component(const std::string& name) {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found != names_.end()) return static_cast<std::size_t>(found - names_.begin());
  names_.push_back(name);
  return names_.size() - 1;
}

Model::Model(Table table, const base::Ledger& ledger) : ledger_(ledger) {
  for (const StaticRate& rate : table.statics) statics_.push_back({0, rate.uw, component(rate.component)});
  for (std::size_t i = 0; i < ledger.events().size(); ++i) {
    const base::Ledger::Event& event = ledger.events()[i];
    const auto rate = std::find_if(table.events.begin(), table.events.end(), [&](const EventRate& r) {
      return r.ledger_component == event.component && r.event == event.name;
    });
    if (rate == table.events.end()) throw std::logic_error("no energy for " + event.component + "." + event.name);
    events_.push_back({i, rate->aj, component(rate->component)});
  }
  for (std::size_t i = 0; i < ledger.states().size(); ++i) {
    const base::Ledger::State& state = ledger.states()[i];
    const auto rate = std::find_if(table.states.begin(), table.states.end(), [&](const StateRate& r) {
      return r.ledger_component == state.component && r.state == state.name;
    });
    if (rate == table.states.end()) throw std::logic_error("no power for " + state.component + "." + state.name);
    states_.push_back({i, rate->uw, component(rate->component)});
  }
}

std::vector<Component> Model::components(units::Time elapsed) const {
  std::vector<Component> result;
  for (const std::string& name : names_) result.push_back({name, 0});
  for (const Term& term : statics_) result[term.component].energy += Attojoules{term.rate} * elapsed.value;
  for (const Term& term : states_)
    result[term.component].energy += Attojoules{term.rate} * ledger_.states()[term.index].time.value;
  for (const Term& term : events_)
    for (const std::uint64_t count : ledger_.events()[term.index].count)
      result[term.component].energy += Attojoules{term.rate} * count;
  return result;
}

Attojoules Model::total(units::Time elapsed) const {
  Attojoules sum = 0;
  for (const Component& part : components(elapsed)) sum += part.energy;
  return sum;
}

Attojoules Model::of_owner(base::Owner owner) const {
  Attojoules sum = 0;
  for (const Term& term : events_) sum += Attojoules{term.rate} * ledger_.events()[term.index].count[owner];
  return sum;
}

}  // namespace takt::power
