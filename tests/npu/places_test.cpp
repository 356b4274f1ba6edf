// Jobs on cores of their own: FIRST_CORE, who waits for which cores, what jobs beside each other see of each other.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint32_t layers = 4;
constexpr std::uint16_t meeting = 9;

// On each core `layers` loads, each with a product behind it that all cores wait for, and a cut after all but the last.
TestProgram wide(std::uint32_t cores) {
  const auto part = [&](std::uint32_t core) {
    TestProgram p;
    for (std::uint32_t l = 0; l < layers; ++l) {
      p.add(dma(TAKT_ENGINE_DMA_IN, 4096 * (1 + core), 4096, l));
      takt_command product = matrix(8 * (1 + (l + core) % 3), 64, 32, 32, 1, l);
      product = after(after(product, TAKT_ENGINE_DMA_IN, l + 1), meeting, cores * l);
      product.post = meeting;
      product.flags = TAKT_POST_ALL_CORES;
      p.lists[TAKT_ENGINE_TENSOR].push_back(product);
      if (l + 1 < layers) p.cut({{4096, 640}});
    }
    return p;
  };
  TestProgram program = part(0);
  for (std::uint32_t core = 1; core < cores; ++core) program.further.push_back(part(core));
  return program;
}

constexpr std::uint64_t program_of(std::uint32_t cores) { return 0x10000 * cores; }

class Places : public testing::TestWithParam<Told> {
 protected:
  Places() : m(GetParam(), small_config(4)) {
    for (std::uint32_t cores = 1; cores <= 4; ++cores) m.put(program_of(cores), wide(cores).image());
  }

  QueueRegisters job(std::uint32_t cores, std::uint32_t first_core, std::uint32_t tag) const {
    QueueRegisters r = m.registers(program_of(cores), tag);
    r.first_core = first_core;
    r.save_area = 0x2000000 + 0x1000000 * std::uint64_t{tag};
    return r;
  }
  Time when(std::uint32_t tag, JobEvent event) const {
    const auto step = std::find_if(m.events.begin(), m.events.end(),
                                   [&](const Machine::JobStep& s) { return s.job == tag && s.event == event; });
    return step == m.events.end() ? units::never() : step->at;
  }
  // From its start to its end, alone.
  Time alone(std::uint32_t cores) const {
    Machine other(GetParam(), small_config(4));
    other.put(program_of(cores), wide(cores).image());
    other.control(0, other.registers(program_of(cores)), TAKT_NPU_START);
    other.run();
    return other.now;
  }

  Machine m;
};

TEST_P(Places, JobsOnCoresOfTheirOwnTakeAsLongAsAlone) {
  const Time one = alone(1), two = alone(2);
  m.control(0, job(2, 0, 1), TAKT_NPU_START);
  m.control(1, job(1, 2, 2), TAKT_NPU_START);
  m.control(2, job(1, 3, 3), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(when(1, JobEvent::done), two);
  EXPECT_EQ(when(2, JobEvent::done), one);
  EXPECT_EQ(when(3, JobEvent::done), one);
}

TEST_P(Places, AreTheCoresAndPortsThatTheJobWorksWith) {
  m.control(0, job(2, 1, 1), TAKT_NPU_START);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  for (std::uint32_t core = 0; core < 4; ++core) {
    const bool its = core == 1 || core == 2;
    const auto commands = std::count_if(m.commands.begin(), m.commands.end(), [&](auto& c) { return c.core == core; });
    const bool moved = std::any_of(m.transfers.begin(), m.transfers.end(), [&](auto& t) { return t.core == core; });
    EXPECT_EQ(commands, its ? 2 * layers : 0) << core;
    EXPECT_EQ(moved, its) << core;
  }
}

TEST_P(Places, AJobWaitsForItsFirstCoreAndThenForTheOthers) {
  m.control(0, job(1, 1, 1), TAKT_NPU_START);
  m.control(1, job(2, 0, 2), TAKT_NPU_START);  // core 0 is free, core 1 is not
  m.control(2, job(1, 1, 3), TAKT_NPU_START);
  m.run(nanoseconds(400));
  EXPECT_EQ(m.core.state(0), TAKT_NPU_RUNNING);
  EXPECT_EQ(m.core.state(1), TAKT_NPU_WAITING);
  EXPECT_EQ(m.core.state(2), TAKT_NPU_WAITING);
  m.run();
  for (std::uint32_t queue = 0; queue < 3; ++queue) EXPECT_EQ(m.core.state(queue), TAKT_NPU_DONE);
  // It has read its header meanwhile.
  const Time end = when(1, JobEvent::done);
  EXPECT_EQ(when(2, JobEvent::done),
            end + alone(2) - m.latency - nanoseconds(sizeof(takt_program_header) / m.bytes_per_ns));
  EXPECT_EQ(when(3, JobEvent::started), when(2, JobEvent::done));
}

TEST_P(Places, AJobThatWaitsCanBeAbortedAndLetsItsCoresGo) {
  m.control(0, job(1, 1, 1), TAKT_NPU_START);
  m.control(1, job(2, 0, 2), TAKT_NPU_START);
  m.run(nanoseconds(400));
  m.control(2, job(1, 0, 3), TAKT_NPU_START);
  m.run(nanoseconds(500));
  EXPECT_EQ(m.core.state(2), TAKT_NPU_WAITING);
  m.control(1, {}, TAKT_NPU_ABORT);
  EXPECT_EQ(m.core.state(1), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(1), TAKT_STATUS_ABORTED);
  m.run();
  EXPECT_EQ(when(3, JobEvent::started), nanoseconds(500));
  EXPECT_EQ(m.core.state(2), TAKT_NPU_DONE);
}

TEST_P(Places, BeyondTheLastCoreAreUnsupported) {
  m.control(0, job(1, 4, 1), TAKT_NPU_START);
  m.control(1, job(2, 3, 2), TAKT_NPU_START);
  m.run();
  for (std::uint32_t queue = 0; queue < 2; ++queue) {
    EXPECT_EQ(m.core.state(queue), TAKT_NPU_FAULTED);
    EXPECT_EQ(m.core.status(queue), TAKT_STATUS_UNSUPPORTED);
  }
  EXPECT_EQ(m.core.take_stopped(), 3u);
}

TEST_P(Places, AFaultOfOneLeavesTheOthersAlone) {
  const Time one = alone(1);
  TestProgram bad;
  bad.add(dma(TAKT_ENGINE_DMA_IN, 64, 1 << 20));  // behind the scratchpad's end
  m.put(0x100000, bad.image());
  QueueRegisters r = job(1, 0, 1);
  r.program = 0x100000;
  m.control(0, r, TAKT_NPU_START);
  m.control(1, job(1, 1, 2), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(when(2, JobEvent::done), one);
}

TEST_P(Places, AResetTakesAllJobs) {
  m.control(0, job(2, 0, 1), TAKT_NPU_START);
  m.control(1, job(2, 2, 2), TAKT_NPU_START);
  m.control(2, job(1, 0, 3), TAKT_NPU_START);
  m.run(nanoseconds(600));
  m.core.reset(m.now);
  for (std::uint32_t queue = 0; queue < 3; ++queue) EXPECT_EQ(m.core.state(queue), TAKT_NPU_IDLE);
  EXPECT_EQ(when(1, JobEvent::aborted), nanoseconds(600));
  EXPECT_EQ(when(2, JobEvent::aborted), nanoseconds(600));
  m.run();
  m.control(0, job(4, 0, 4), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

// A save area is of no particular core.
TEST_P(Places, AJobGoesOnAnywhere) {
  for (const std::uint32_t stop : {TAKT_NPU_PREEMPT, TAKT_NPU_PREEMPT_NOW}) {
    m.commands.clear();
    QueueRegisters r = job(2, 0, 1);
    r.save_bytes = 1 << 23;
    m.control(0, r, TAKT_NPU_START);
    m.run(m.now + nanoseconds(450));
    m.control(0, r, stop);
    m.run();
    ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
    r.first_core = 2;
    m.control(1, r, TAKT_NPU_RESUME);
    m.run();
    ASSERT_EQ(m.core.state(1), TAKT_NPU_DONE);
    std::array<std::uint32_t, 4> retired{};
    for (const CommandRecord& c : m.commands) retired[c.core] += c.stopped ? 0 : 1;
    EXPECT_EQ(retired[0] + retired[2], 2 * layers);
    EXPECT_EQ(retired[1] + retired[3], 2 * layers);
    EXPECT_GT(retired[2], 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(Transfers, Places, testing::Values(Told::at_once, Told::at_the_end), told_name);

// Random jobs on random cores of an NPU of four, preempted and aborted at random: no core has two jobs at once, none is
// lost or done twice, and each that is done has run all its commands.
RC_GTEST_PROP(PlacesProperty, NoCoreHasTwoJobsAndNoneIsLost, ()) {
  Machine m(*rc::gen::element(Told::at_once, Told::at_the_end), small_config(4));
  for (std::uint32_t cores = 1; cores <= 4; ++cores) m.put(program_of(cores), wide(cores).image());
  struct Held {
    QueueRegisters registers;
    std::uint32_t cores = 0;
    bool over = true;
  };
  std::array<Held, 4> held;
  std::map<std::uint32_t, std::uint32_t> cores_of;  // by tag
  std::uint32_t next_tag = 1, done = 0, aborted = 0;
  const auto settle = [&](std::uint32_t queue) {
    const std::uint32_t state = m.core.state(queue);
    if (held[queue].over || (state != TAKT_NPU_DONE && state != TAKT_NPU_FAULTED)) return;
    RC_ASSERT(state == TAKT_NPU_DONE || m.core.status(queue) == TAKT_STATUS_ABORTED);
    (state == TAKT_NPU_DONE ? done : aborted)++;
    held[queue].over = true;
  };
  const auto step = [&](std::uint32_t queue, std::uint32_t dice) {
    settle(queue);
    Held& own = held[queue];
    if (own.over) {
      own.cores = 1 + dice % 4;
      own.registers = m.registers(program_of(own.cores), next_tag);
      own.registers.save_area = 0x2000000 + 0x1000000 * std::uint64_t{queue};
      own.registers.save_bytes = 1 << 23;
      own.registers.first_core = dice / 4 % (5 - own.cores);
      own.over = false;
      cores_of[next_tag++] = own.cores;
      m.control(queue, own.registers, TAKT_NPU_START);
    } else if (m.core.state(queue) == TAKT_NPU_PREEMPTED) {
      own.registers.first_core = dice % (5 - own.cores);
      m.control(queue, own.registers, TAKT_NPU_RESUME);
    } else {
      m.control(queue, own.registers,
                dice % 8 == 0   ? TAKT_NPU_ABORT
                : dice % 2 == 0 ? TAKT_NPU_PREEMPT
                                : TAKT_NPU_PREEMPT_NOW);
    }
  };
  for (const auto& [queue, dice, pause] : *rc::gen::container<std::vector<std::tuple<unsigned, unsigned, unsigned>>>(
           rc::gen::tuple(rc::gen::inRange(0u, 4u), rc::gen::inRange(0u, 64u), rc::gen::inRange(0u, 700u)))) {
    step(queue, dice);
    m.run(m.now + nanoseconds(pause));
  }
  m.run();
  for (bool again = true; again;) {
    again = false;
    for (std::uint32_t queue = 0; queue < 4; ++queue) {
      settle(queue);
      if (held[queue].over) continue;
      RC_ASSERT(m.core.state(queue) == TAKT_NPU_PREEMPTED);
      m.control(queue, held[queue].registers, TAKT_NPU_RESUME);
      again = true;
    }
    m.run();
  }
  RC_ASSERT(done + aborted == next_tag - 1);

  std::map<std::uint32_t, std::uint32_t> retired;  // by tag
  for (const CommandRecord& c : m.commands) retired[c.job] += c.stopped ? 0 : 1;
  std::uint32_t complete = 0;
  for (const Machine::JobStep& s : m.events) {
    if (s.event != JobEvent::done) continue;
    ++complete;
    RC_ASSERT(retired[s.job] == cores_of[s.job] * 2 * layers);
  }
  RC_ASSERT(complete == done);
  // On each core, stays follow each other.
  struct Stay {
    std::uint32_t job;
    Time from, to;
  };
  std::map<std::uint32_t, Time> began;
  std::vector<Stay> stays;
  for (const Machine::JobStep& s : m.events) {
    if (s.event == JobEvent::started) began[s.job] = s.at;
    if (s.event == JobEvent::preempted || s.event >= JobEvent::done) stays.push_back({s.job, began[s.job], s.at});
  }
  for (std::uint32_t core = 0; core < 4; ++core) {
    std::vector<std::pair<Time, Time>> spans;
    for (const Stay& stay : stays) {
      std::pair<Time, Time> span{units::never(), Time()};
      for (const CommandRecord& c : m.commands)
        if (c.core == core && c.job == stay.job && c.begin >= stay.from && c.end <= stay.to)
          span = {units::min(span.first, c.begin), units::max(span.second, c.end)};
      if (span.first != units::never()) spans.push_back(span);
    }
    std::sort(spans.begin(), spans.end());
    for (std::size_t i = 1; i < spans.size(); ++i) RC_ASSERT(spans[i - 1].second <= spans[i].first);
  }
}

}  // namespace
}  // namespace takt::npu::test
