// Cores of two kinds in one NPU: each job has the rates, the scratchpad and the prices of the cores it runs on.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000, other_at = 0x20000;
constexpr std::uint32_t small_core = 2;  // behind two others

// 8 x 8 x 8 = 512 MAC a cycle, 32 bytes of the vector engine, 16 of a DMA list, 128 KiB.
Config two_kinds() {
  Config c = small_config(2);
  c.small_cores = 1;
  c.small.scratchpad_bytes = 128 << 10;
  c.small.scratchpad_bytes_per_cycle = 192;
  c.small.tensor = {8, 2, 4, 8, 8, 8, 1, 2, 2, 128, 2};
  c.small.vector = {32, 32, 8, 1000, 32};
  c.small.dma = {2, 0, 16};
  return c;
}

// 16 x 16 positions, 64 channels in, 32 out: 524288 MAC. Of 8 x 8 x 8 they are 1024 tile pairs of a cycle and 128
// drains of 2; of the others' 64 x 32 x 32, 8 of 4 cycles and 4 of 8.
constexpr std::uint64_t macs = 16 * 16 * 64 * 32;
constexpr std::uint64_t on_small = macs / 512 + 128 * 2, on_first = 8 * 4 + 4 * 8;

TestProgram one_product(std::uint32_t times = 1) {
  TestProgram p;
  p.scratchpad_bytes = 128 << 10;
  for (std::uint32_t l = 0; l < times; ++l) {
    p.add(matrix(16, 16, 32, 64, 1, l));
    if (l + 1 < times) p.cut({{0, 640}});
  }
  return p;
}

class SmallCores : public testing::TestWithParam<Told> {
 protected:
  SmallCores() : m(GetParam(), two_kinds()) {}

  void start(std::uint32_t queue, std::uint64_t program, std::uint32_t first_core,
             std::uint32_t what = TAKT_NPU_START) {
    QueueRegisters r = m.registers(program, queue + 1);
    r.first_core = first_core;
    r.save_bytes = save_bytes;
    m.control(queue, r, what);
  }
  void run(const TestProgram& p, std::uint32_t first_core) {
    m.put(program_at, p.image());
    start(0, program_at, first_core);
    m.run();
  }
  std::uint64_t counted(const std::string& component, const std::string& event) const {
    for (const base::Ledger::Event& e : m.ledger.events())
      if (e.component == component && e.name == event) return e.all;
    ADD_FAILURE() << component << " " << event;
    return 0;
  }

  std::uint32_t save_bytes = 0x400000;
  Machine m;
};

TEST_P(SmallCores, WorkAtRatesOfTheirOwn) {
  TestProgram p = one_product();
  p.add(vector_pass(3200));
  for (const auto& [core, product, pass] : {std::tuple{small_core, on_small, 3200 / 32}, {1u, on_first, 7}}) {
    m.commands.clear();
    run(p, core);
    ASSERT_EQ(m.commands.size(), 2u);
    for (const CommandRecord& r : m.commands) {
      EXPECT_EQ(r.core, core);
      EXPECT_EQ(r.end - r.work,
                nanoseconds(r.engine == TAKT_ENGINE_TENSOR ? product : static_cast<std::uint64_t>(pass)));
      EXPECT_EQ(r.useful_macs, r.engine == TAKT_ENGINE_TENSOR ? macs : 0);
    }
  }
}

TEST_P(SmallCores, CountTheirWorkApart) {
  TestProgram p = one_product();
  p.add(vector_pass(3200));
  run(p, small_core);
  EXPECT_EQ(counted("small_tensor_engine", "mac_w8a8"), macs);
  EXPECT_EQ(counted("small_vector_engine", "byte"), 3200u);
  EXPECT_EQ(counted("small_npu_front_end", "command"), 2u);
  // Operands of 1024 tile pairs of 128 bytes, 8192 results, and what passed through the vector engine.
  EXPECT_EQ(counted("small_scratchpad", "byte"), 1024u * 128 + 16 * 16 * 32 + 3200);
  for (const base::Ledger::Event& e : m.ledger.events())
    EXPECT_TRUE(e.component.rfind("small_", 0) == 0 || e.all == 0) << e.component << " " << e.name;
  run(p, 0);
  EXPECT_EQ(counted("small_tensor_engine", "mac_w8a8"), macs);
  EXPECT_EQ(counted("tensor_engine", "mac_w8a8"), macs);
}

TEST_P(SmallCores, TakeAsLongBesideTheOthersAsAlone) {
  const auto took = [&](bool first, bool small) {
    Machine own(GetParam(), two_kinds());
    for (const std::uint64_t at : {program_at, other_at}) own.put(at, one_product(5).image());
    std::vector<std::pair<std::uint64_t, std::uint32_t>> jobs;
    if (first) jobs.emplace_back(program_at, 0);
    if (small) jobs.emplace_back(other_at, small_core);
    std::uint32_t queue = 0;
    for (const auto& [program, core] : jobs) {
      QueueRegisters r = own.registers(program, core + 1);
      r.first_core = core;
      own.control(queue++, r, TAKT_NPU_START);
    }
    own.run();
    std::map<std::uint32_t, Time> ends;
    for (const Machine::JobStep& step : own.events)
      if (step.event == JobEvent::done) ends[step.job] = step.at;
    return ends;
  };
  const auto both = took(true, true), first = took(true, false), small = took(false, true);
  ASSERT_EQ(both.size(), 2u);
  EXPECT_EQ(both.at(1), first.at(1));
  EXPECT_EQ(both.at(small_core + 1), small.at(small_core + 1));
  EXPECT_GT(small.at(small_core + 1), first.at(1) + nanoseconds(5 * (on_small - on_first) - 1));
}

TEST_P(SmallCores, RefuseAProgramThatNeedsALargerScratchpad) {
  TestProgram p = one_product();
  p.scratchpad_bytes = (128 << 10) + 1;
  run(p, small_core);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_PROGRAM);
  run(p, 1);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

TEST_P(SmallCores, RefuseACommandBehindTheirScratchpad) {
  TestProgram p = one_product();
  p.add(dma(TAKT_ENGINE_DMA_IN, 4096, (128 << 10) - 4095));
  run(p, small_core);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_COMMAND);
  run(p, 1);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

TEST_P(SmallCores, AndOthersRunNoProgramTogether) {
  TestProgram p = one_product();
  p.further.push_back(one_product());
  for (const std::uint32_t first : {1u, small_core}) {
    run(p, first);
    EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED) << first;
    EXPECT_EQ(m.core.status(0), TAKT_STATUS_UNSUPPORTED) << first;
  }
  run(p, 0);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

TEST_P(SmallCores, AreLeftAtACut) {
  m.put(program_at, one_product(6).image());
  start(0, program_at, small_core);
  m.run(nanoseconds(3 * on_small));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.counters().save_bytes, sizeof(takt_save_header) + 640);
  start(0, program_at, small_core, TAKT_NPU_RESUME);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  ASSERT_EQ(m.commands.size(), 6u);
  for (const CommandRecord& r : m.commands) EXPECT_EQ(r.end - r.work, nanoseconds(on_small));
}

// The register states room for a core of either kind; a small one moves what it has: 8 x 8 sums, 128 KiB.
TEST_P(SmallCores, AreLeftInTheMiddleOfACommand) {
  const Config config = two_kinds();
  EXPECT_EQ(context_bytes(config) - context_bytes(config.small), (64 * 32 - 8 * 8) * 4u);
  const std::uint64_t needed = TAKT_FORCED_SAVE_BYTES(1, 128 << 10, context_bytes(config));
  m.put(program_at, one_product().image());
  for (const bool room : {false, true}) {
    SCOPED_TRACE(room);
    save_bytes = static_cast<std::uint32_t>(room ? needed : needed - 1);
    m.commands.clear();
    start(0, program_at, small_core);
    m.run(m.now + nanoseconds(on_small / 2));
    m.control(0, {}, TAKT_NPU_PREEMPT_NOW);
    m.run();
    ASSERT_EQ(m.core.state(0), room ? TAKT_NPU_PREEMPTED : TAKT_NPU_DONE);
  }
  EXPECT_EQ(m.core.counters().save_bytes, state_bytes(config.small) + 8 * 8 * 4 + (128 << 10));
  start(0, program_at, small_core, TAKT_NPU_RESUME);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  ASSERT_EQ(m.commands.size(), 2u);
  EXPECT_TRUE(m.commands[0].stopped);
  const Time before = m.commands[0].end - m.commands[0].work, after = m.commands[1].end - m.commands[1].work;
  EXPECT_EQ(before + after, nanoseconds(on_small));
}

struct Switch {
  bool small, on;
  Time at;
  friend bool operator==(const Switch& a, const Switch& b) {
    return a.small == b.small && a.on == b.on && a.at == b.at;
  }
};

// After 10 us without a job; power is back 300 ns after it is wanted.
class SwitchedCores : public testing::TestWithParam<Told> {
 protected:
  static Config config() {
    Config c = two_kinds();
    c.idle_off_us = 10;
    c.power.off_exit_ns = 300;
    return c;
  }
  SwitchedCores() : m(GetParam(), config()) {
    m.core.switches().on_switch([this](bool small, bool on, Time at) { switches.push_back({small, on, at}); });
    m.put(program_at, one_product().image());
  }
  void start(std::uint32_t first_core) {
    QueueRegisters r = m.registers(program_at);
    r.first_core = first_core;
    m.control(0, r, TAKT_NPU_START);
  }
  Time last(JobEvent event) const {
    Time at = units::never();
    for (const Machine::JobStep& step : m.events)
      if (step.event == event) at = step.at;
    return at;
  }
  static constexpr Time idle = units::microseconds(10), exit = nanoseconds(300);

  Machine m;
  std::vector<Switch> switches;
};

TEST_P(SwitchedCores, LoseTheirPowerByKindWhenNoJobHasThem) {
  start(small_core);
  m.run();
  const Time done = last(JobEvent::done);
  EXPECT_EQ(switches, (std::vector<Switch>{{false, false, idle}, {true, false, done + idle}}));
  EXPECT_EQ(m.core.switches().off(false, done + idle), done);
  EXPECT_EQ(m.core.switches().off(true, done + idle), Time());
}

TEST_P(SwitchedCores, OfTheKindThatAJobWantsComeBackAndItWaits) {
  m.run();
  ASSERT_EQ(switches.size(), 2u);
  for (const std::uint32_t core : {small_core, 0u}) {
    switches.clear();
    const Time asked = m.now + nanoseconds(50);
    m.run(asked);
    start(core);
    m.run();
    EXPECT_EQ(last(JobEvent::started), asked + exit);
    const bool small = core == small_core;
    EXPECT_EQ(switches, (std::vector<Switch>{{small, true, asked}, {small, false, last(JobEvent::done) + idle}}));
  }
}

TEST_P(SwitchedCores, KeepTheirPowerInAShorterPause) {
  start(small_core);
  m.run(nanoseconds(5000));
  const Time again = last(JobEvent::done) + idle - nanoseconds(1);
  m.run(again);
  start(small_core);
  m.run(again + nanoseconds(1000));
  EXPECT_EQ(last(JobEvent::started), again);
  EXPECT_EQ(switches, (std::vector<Switch>{{false, false, idle}}));
}

TEST_P(SwitchedCores, ComeBackForAJobThatIsAbortedBeforeItHasThem) {
  m.run();
  start(0);
  m.run(m.now + nanoseconds(100));
  const Time asked = m.now;
  m.control(0, {}, TAKT_NPU_ABORT);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ABORTED);
  m.run();
  EXPECT_EQ(switches.back(), (Switch{false, false, asked + idle}));
  start(0);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

INSTANTIATE_TEST_SUITE_P(Npu, SwitchedCores, testing::Values(Told::at_once, Told::at_the_end), told_name);
INSTANTIATE_TEST_SUITE_P(Npu, SmallCores, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
