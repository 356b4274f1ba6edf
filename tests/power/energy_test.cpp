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

// An account is charged at the price of the moment, and once.
TEST(Energy, AnAccountHasItsShareOfItsOwners) {
  Books b;
  const base::Account job = b.ledger.open(2), layer = job + 1;
  b.ledger.count(b.mac, 1, 10, job);
  b.ledger.count(b.mac, 1, 1, layer);
  b.model.rescale(npu, 600 * 600, 900 * 900, microseconds(1));
  b.ledger.count(b.mac, 1, 10, layer);
  b.ledger.count(b.byte, 1, 5, layer);
  EXPECT_EQ(static_cast<std::uint64_t>(b.ledger.take(job)), 10 * 900u);
  EXPECT_EQ(static_cast<std::uint64_t>(b.ledger.take(layer)), 900u + 10 * 400u + 5 * 7u);
  EXPECT_EQ(static_cast<std::uint64_t>(b.ledger.take(layer)), 0u);
  EXPECT_EQ(static_cast<std::uint64_t>(b.model.of_owner(1)), 11 * 900u + 10 * 400u + 5 * 7u);
}

// However often rates change: components are streams and what nobody is charged, to the last attojoule.
RC_GTEST_PROP(Energy, BooksBalanceAcrossChanges, ()) {
  Books b;
  const base::Account first = b.ledger.open(8 * 3);
  Time now;
  unsigned __int128 last = 0;
  for (int step = 0; step < 20; ++step) {
    now += microseconds(*rc::gen::inRange<std::uint64_t>(0, 100));
    for (const base::Ledger::EventId event : {b.mac, b.byte}) {
      const auto owner = *rc::gen::inRange<base::Owner>(0, 8);
      const auto account = *rc::gen::inRange<base::Account>(0, 3);
      b.ledger.count(event, owner, *rc::gen::inRange<std::uint64_t>(0, 1000000), first + owner * 3 + account);
    }
    b.ledger.spend(b.busy, Time(*rc::gen::inRange<std::uint64_t>(0, 1000)));
    const Attojoules before = b.model.total(now);
    b.model.rescale(*rc::gen::inRange<DomainId>(1, 3), *rc::gen::inRange<std::uint64_t>(0, 2000000), 1000000, now);
    RC_ASSERT(b.model.total(now) == before);  // a change of rates spends nothing
    RC_ASSERT(before >= last);
    last = before;
  }
  Attojoules owners = 0, events = 0;
  for (base::Owner owner = 0; owner < 8; ++owner) {
    owners += b.model.of_owner(owner);
    Attojoules accounts = 0;
    for (base::Account account = 0; account < 3; ++account) accounts += b.ledger.take(first + owner * 3 + account);
    RC_ASSERT(accounts == b.model.of_owner(owner));
  }
  for (const Component& c : b.model.components(now))
    if (c.name == "engine" || c.name == "bus") events += c.energy;
  RC_ASSERT(owners == events);
}

}  // namespace
}  // namespace takt::power
