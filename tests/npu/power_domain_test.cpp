// Operating points and sleep: when the clock stands still, what the supply gives, and that work is neither lost nor
// done twice. Expected times are arithmetic on the configuration below.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::microseconds;
using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000;

// 1 GHz at 800 mV, 500 MHz at 700 mV, 250 MHz at 700 mV.
Config levels() {
  Config config = small_config();
  config.power.voltage_mv = 800;
  config.power.points = {{"half", 500000000, 700}, {"quarter", 250000000, 700}};
  config.power.ramp_up_mv_per_us = 10;
  config.power.ramp_down_mv_per_us = 5;
  config.power.ramp_ns = 8000;
  config.power.relock_ns = 10000;
  config.power.retention_permille = 250;
  config.power.retention_entry_ns = 1000;
  config.power.retention_exit_ns = 20000;
  config.power.off_entry_ns = 10000;
  config.power.off_exit_ns = 50000;
  return config;
}

struct Change {
  Time at;
  std::uint32_t millivolts, permille;
  friend bool operator==(const Change& a, const Change& b) {
    return a.at == b.at && a.millivolts == b.millivolts && a.permille == b.permille;
  }
};

class PowerDomainTest : public testing::Test {
 public:
  PowerDomainTest() : m(Told::at_once, levels()) {
    m.core.power().on_supply([this](Supply s, Time at) { changes.push_back({at, s.millivolts, s.leakage_permille}); });
  }
  // A vector command of so many cycles, and nothing else.
  void start(std::uint64_t cycles) {
    TestProgram p;
    p.add(vector_pass(cycles * 512));
    m.put(program_at, p.image());
    m.control(0, m.registers(program_at), TAKT_NPU_START);
  }
  Time end() {
    m.run();
    return m.events.back().event == JobEvent::done ? m.events.back().at : units::never();
  }
  // Header in 103 ns, then one command in 102.
  static constexpr Time begin = nanoseconds(205);

  Machine m;
  std::vector<Change> changes;
};

TEST_F(PowerDomainTest, ASlowerPointTakesTheRelockThenTheRestIsSlow) {
  start(100);
  m.run(begin + nanoseconds(40));
  m.core.power().set_level(1, m.now);
  EXPECT_EQ(end(), begin + nanoseconds(40) + microseconds(10) + nanoseconds(60 * 2));
  EXPECT_EQ(m.core.power().level(), 1u);
  // The voltage follows the clock: 8 us and 100 mV at 5 mV/us.
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0], (Change{begin + nanoseconds(40) + microseconds(10 + 28), 700, 1000}));
}

TEST_F(PowerDomainTest, AFasterPointWaitsForItsVoltageAtTheOldClock) {
  m.core.power().set_level(1, m.now);
  m.run();
  changes.clear();
  const Time from = m.now;
  start(40000);  // 80 us
  m.run(from + microseconds(30));
  m.core.power().set_level(0, m.now);
  // 8 us and 100 mV at 10 mV/us at 500 MHz, 10 us of nothing, then 1 GHz.
  const Time stop = from + microseconds(30 + 18);
  const std::uint64_t done = (stop - from - begin).value / 2000;
  EXPECT_EQ(end(), stop + microseconds(10) + nanoseconds(40000 - done));
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(changes[0], (Change{from + microseconds(30), 800, 1000}));
}

TEST_F(PowerDomainTest, PointsOfOneVoltageChangeWithoutARamp) {
  m.core.power().set_level(1, m.now);
  m.run();
  const Time from = m.now;
  m.core.power().set_level(2, from);
  EXPECT_EQ(m.core.power().next_time(), from + microseconds(10));
}

TEST_F(PowerDomainTest, WhatIsAskedForMeanwhileFollowsAndTheLastWins) {
  m.core.power().set_level(1, m.now);
  m.run(microseconds(5));
  m.core.power().set_level(2, m.now);
  m.core.power().set_level(0, m.now);
  m.run();
  EXPECT_EQ(m.core.power().level(), 0u);
  // Down by 38 us, then up by 28.
  EXPECT_EQ(m.now, microseconds(38 + 28));
}

TEST_F(PowerDomainTest, NothingStartsOnAnUnsettledClock) {
  m.core.power().set_level(2, m.now);
  start(10);
  m.run(microseconds(10) - Time(1));
  EXPECT_TRUE(m.transfers.empty());
  EXPECT_EQ(end(), microseconds(10) + begin + nanoseconds(40 + 3));  // to the next edge of 4 ns
}

TEST_F(PowerDomainTest, AStartEndsASleepAndPaysItsExit) {
  for (const auto& [state, entry, exit, permille] :
       {std::tuple{TAKT_NPU_RETENTION, 1, 20, 250u}, std::tuple{TAKT_NPU_OFF, 10, 50, 0u}}) {
    m.run();
    const Time from = m.now;
    changes.clear();
    m.core.set_power_state(state, from);
    m.run(from + microseconds(100));
    EXPECT_EQ(m.core.power().state(), static_cast<std::uint32_t>(state));
    ASSERT_EQ(changes.size(), 1u);
    EXPECT_EQ(changes[0], (Change{from + microseconds(entry), 800, permille}));
    start(10);
    EXPECT_EQ(end(), from + microseconds(100 + exit) + begin + nanoseconds(10));
    EXPECT_EQ(changes.back().permille, 1000u);
    EXPECT_EQ(changes.back().at, from + microseconds(100));
  }
}

TEST_F(PowerDomainTest, AStartDuringTheEntryWaitsForItsEnd) {
  m.core.set_power_state(TAKT_NPU_OFF, m.now);
  m.run(microseconds(3));
  start(10);
  EXPECT_EQ(end(), microseconds(10 + 50) + begin + nanoseconds(10));
}

TEST_F(PowerDomainTest, NobodySleepsOverAJob) {
  start(1000);
  m.run(begin);
  m.core.set_power_state(TAKT_NPU_OFF, m.now);
  EXPECT_EQ(end(), begin + nanoseconds(1000));
  EXPECT_EQ(m.core.power().state(), TAKT_NPU_ON);
}

// Whatever happens to the clock, every cycle of work is done once: the busy time is what the clock's periods add up to.
RC_GTEST_FIXTURE_PROP(PowerDomainTest, EveryCycleIsDoneOnce, ()) {
  const auto cycles = *rc::gen::inRange<std::uint64_t>(1, 100000);
  start(cycles);
  for (std::uint32_t i = 0; i < 8; ++i) {
    m.run(m.now + nanoseconds(*rc::gen::inRange<std::uint64_t>(0, 30000)));
    m.core.power().set_level(*rc::gen::inRange<std::uint32_t>(0, 3), m.now);
  }
  m.run();
  RC_ASSERT(m.events.back().event == JobEvent::done);
  RC_ASSERT(m.commands.size() == 1u);
  // At most at the slowest clock with all eight changes in its way, at least at the fastest.
  const Time busy = m.commands[0].end - m.commands[0].work;
  RC_ASSERT(busy >= nanoseconds(cycles));
  RC_ASSERT(busy <= nanoseconds(cycles * 4) + 8 * microseconds(10) + nanoseconds(8 * 4));
}

}  // namespace
}  // namespace takt::npu::test
