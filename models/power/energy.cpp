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

Model::Model(Table table, base::Ledger& ledger) : ledger_(ledger) {
  const auto term = [this](std::size_t index, std::uint64_t rate, const std::string& name, DomainId domain) {
    return Term{index, rate, component(name), domain, rate, units::Time(), {}, 0};
  };
  for (const StaticRate& rate : table.statics) statics_.push_back(term(0, rate.uw, rate.component, rate.domain));
  for (std::size_t i = 0; i < ledger.events().size(); ++i) {
    const base::Ledger::Event& event = ledger.events()[i];
    const auto rate = std::find_if(table.events.begin(), table.events.end(), [&](const EventRate& r) {
      return r.ledger_component == event.component && r.event == event.name;
    });
    if (rate == table.events.end()) throw std::logic_error("no energy for " + event.component + "." + event.name);
    events_.push_back(term(i, rate->aj, rate->component, rate->domain));
    ledger.set_price(static_cast<base::Ledger::EventId>(i), rate->aj);
  }
  for (std::size_t i = 0; i < ledger.states().size(); ++i) {
    const base::Ledger::State& state = ledger.states()[i];
    const auto rate = std::find_if(table.states.begin(), table.states.end(), [&](const StateRate& r) {
      return r.ledger_component == state.component && r.state == state.name;
    });
    if (rate == table.states.end()) throw std::logic_error("no power for " + state.component + "." + state.name);
    states_.push_back(term(i, rate->uw, rate->component, fixed));
  }
  folded_.resize(names_.size());
}

Attojoules Model::open_energy(const Term& event, base::Owner owner) const {
  return Attojoules{event.rate} * (ledger_.events()[event.index].count[owner] - event.counted[owner]);
}

void Model::rescale(DomainId domain, std::uint64_t numerator, std::uint64_t denominator, units::Time now) {
  for (Term& term : events_) {
    if (term.domain != domain) continue;
    for (base::Owner owner = 0; owner < base::max_owners; ++owner) {
      const Attojoules energy = open_energy(term, owner);
      folded_[term.component] += energy;
      folded_owner_[owner] += energy;
    }
    term.counted = ledger_.events()[term.index].count;
    term.all_counted = ledger_.events()[term.index].all;
    term.rate = units::mul_div(term.table_rate, numerator, denominator);
    ledger_.set_price(static_cast<base::Ledger::EventId>(term.index), term.rate);
  }
  for (Term& term : statics_) {
    if (term.domain != domain) continue;
    folded_[term.component] += Attojoules{term.rate} * (now - term.since).value;
    term.since = now;
    term.rate = units::mul_div(term.table_rate, numerator, denominator);
  }
}

// This is asked for ten thousand times a simulated second, owners or not.
template <class Add>
void Model::each_open(units::Time now, const Add& add) const {
  for (const Term& term : statics_) add(term.component, Attojoules{term.rate} * (now - term.since).value);
  for (const Term& term : states_) add(term.component, Attojoules{term.rate} * ledger_.states()[term.index].time.value);
  for (const Term& term : events_) {
    const std::uint64_t count = ledger_.events()[term.index].all - term.all_counted;
    add(term.component, Attojoules{term.rate} * count);
  }
}

std::vector<Attojoules> Model::energies(units::Time now) const {
  std::vector<Attojoules> energies = folded_;
  each_open(now, [&](std::size_t component, Attojoules energy) { energies[component] += energy; });
  return energies;
}

std::vector<Component> Model::components(units::Time now) const {
  const std::vector<Attojoules> all = energies(now);
  std::vector<Component> result;
  for (std::size_t i = 0; i < names_.size(); ++i) result.push_back({names_[i], all[i]});
  return result;
}

Attojoules Model::total(units::Time now) const {
  Attojoules sum = 0;
  for (const Attojoules energy : folded_) sum += energy;
  each_open(now, [&](std::size_t, Attojoules energy) { sum += energy; });
  return sum;
}

Attojoules Model::of_owner(base::Owner owner) const {
  Attojoules sum = folded_owner_[owner];
  for (const Term& term : events_) sum += open_energy(term, owner);
  return sum;
}

}  // namespace takt::power
