// Energies by hand: counts times rates, before and after a domain's rates change.
#include "models/power/energy.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace takt::power {
namespace {

using units::microseconds;
using units::Time;

constexpr DomainId npu = 1, leak = 2;

struct Books {
  base::Ledger ledger;
  base::Ledger::EventId mac = ledger.event("engine", "mac"), byte = ledger.event("bus", "byte");
  base::Ledger::StateId busy = ledger.state("cpu", "busy");
  Model model{Table{{{"engine", "mac", 900, "engine", npu}, {"bus", "byte", 7, "bus"}},
                    {{"cpu", "busy", 1000, "cpu"}},
                    {{"leakage", 600, leak}, {"cpu", 2}}},
              ledger};

  std::uint64_t of(const std::string& name, Time now) const {
    for (const Component& c : model.components(now))
      if (c.name == name) return static_cast<std::uint64_t>(c.energy);
    return ~std::uint64_t{0};
  }
};

TEST(Energy, AnEventCostsWhatItsVoltageSays) {
  Books b;
  b.ledger.count(b.mac, 1, 10);
  b.model.rescale(npu, 600 * 600, 900 * 900, microseconds(1));
  b.ledger.count(b.mac, 1, 10);
  b.ledger.count(b.mac, 2, 1);
  EXPECT_EQ(b.of("engine", microseconds(2)), 10 * 900u + 11 * 400u);
  EXPECT_EQ(static_cast<std::uint64_t>(b.model.of_owner(1)), 10 * 900u + 10 * 400u);
  EXPECT_EQ(static_cast<std::uint64_t>(b.model.of_owner(2)), 400u);
  b.model.rescale(npu, 1, 1, microseconds(3));
  b.ledger.count(b.mac, 2, 1);
  EXPECT_EQ(static_cast<std::uint64_t>(b.model.of_owner(2)), 1300u);
}

TEST(Energy, LeakageIsPowerByTime) {
  Books b;
  EXPECT_EQ(b.of("leakage", Time(1000)), 600u * 1000);
  b.model.rescale(leak, 1, 3, Time(1000));
  EXPECT_EQ(b.of("leakage", Time(1500)), 600u * 1000 + 200 * 500);
  b.model.rescale(leak, 0, 1, Time(1500));
  EXPECT_EQ(b.of("leakage", Time(9000)), 600u * 1000 + 200 * 500);
  EXPECT_EQ(b.of("cpu", Time(9000)), 2u * 9000);  // of no domain
}

// However often rates change: components are streams and what nobody is charged, to the last attojoule.
RC_GTEST_PROP(Energy, BooksBalanceAcrossChanges, ()) {
  Books b;
  Time now;
  unsigned __int128 last = 0;
  for (int step = 0; step < 20; ++step) {
    now += microseconds(*rc::gen::inRange<std::uint64_t>(0, 100));
    b.ledger.count(b.mac, *rc::gen::inRange<base::Owner>(0, 8), *rc::gen::inRange<std::uint64_t>(0, 1000000));
    b.ledger.count(b.byte, *rc::gen::inRange<base::Owner>(0, 8), *rc::gen::inRange<std::uint64_t>(0, 1000000));
    b.ledger.spend(b.busy, Time(*rc::gen::inRange<std::uint64_t>(0, 1000)));
    const Attojoules before = b.model.total(now);
    b.model.rescale(*rc::gen::inRange<DomainId>(1, 3), *rc::gen::inRange<std::uint64_t>(0, 2000000), 1000000, now);
    RC_ASSERT(b.model.total(now) == before);  // a change of rates spends nothing
    RC_ASSERT(before >= last);
    last = before;
  }
  Attojoules owners = 0, events = 0;
  for (base::Owner owner = 0; owner < 8; ++owner) owners += b.model.of_owner(owner);
  for (const Component& c : b.model.components(now))
    if (c.name == "engine" || c.name == "bus") events += c.energy;
  RC_ASSERT(owners == events);
}

}  // namespace
}  // namespace takt::power
