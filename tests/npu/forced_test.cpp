// Forced preemption: a job leaves the engines in the middle of its commands.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000, save_area = 0x4000000, table_at = 0x20000;
constexpr std::uint32_t dispatch = 20;

Config config_of(std::uint32_t cores = 1) {
  Config c = small_config(cores);
  c.dispatch_cycles = dispatch;
  return c;
}

// A product of 64 tiles of pixels and `taps` tile pairs of 4 cycles for each, behind 64 drains of 8 cycles.
takt_command product_of(std::uint32_t taps, std::uint32_t layer = 0) { return matrix(64, 64, 32, 32, taps, layer); }
std::uint64_t cycles_of(std::uint32_t taps) { return 64 * (4 * taps + 8) + dispatch; }

class Forced : public testing::TestWithParam<Told> {
 protected:
  Forced() : m(GetParam(), config_of()) {}

  QueueRegisters registers(std::uint32_t save_bytes = 8 << 20) const {
    QueueRegisters r = m.registers(program_at);
    r.save_area = save_area;
    r.save_bytes = save_bytes;
    return r;
  }

  void start(const TestProgram& p) {
    m.put(program_at, p.image());
    m.control(0, registers(), TAKT_NPU_START);
  }

  void stop_at(Time at) {
    m.run(at);
    m.control(0, {}, TAKT_NPU_PREEMPT_NOW);
  }

  void resume() {
    m.control(0, registers(), TAKT_NPU_RESUME);
    m.run();
  }

  // Of the `nth` event of that kind.
  Time at(JobEvent event, std::size_t nth = 0) const {
    for (const Machine::JobStep& step : m.events)
      if (step.event == event && nth-- == 0) return step.at;
    return units::never();
  }

  takt_save_header saved(std::uint64_t offset = 0) {
    takt_save_header header{};
    for (std::size_t i = 0; i < sizeof header; ++i)
      reinterpret_cast<unsigned char*>(&header)[i] = m.memory[save_area + offset + i];
    return header;
  }

  Machine m;
};

TestProgram one_product(std::uint32_t taps) {
  TestProgram p;
  p.add(product_of(taps));
  return p;
}

// The whole scratchpad of 1 MiB, at 64 bytes a nanosecond behind 100 ns.
constexpr std::uint64_t move_ns = 100 + (1 << 20) / 64;

TEST_P(Forced, StopsInTheMiddleOfACommandAndSavesTheScratchpad) {
  start(one_product(400));
  stop_at(nanoseconds(50000));
  EXPECT_EQ(m.core.state(0), TAKT_NPU_SAVING) << "at once";
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.cut(0), TAKT_NO_CUT);
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_TENSOR], 0u);
  EXPECT_EQ(at(JobEvent::preempted), nanoseconds(50000 + move_ns));
  const takt_save_header header = saved();
  EXPECT_EQ(header.magic, TAKT_SAVE_MAGIC);
  EXPECT_EQ(header.flags, TAKT_SAVE_MID_COMMAND);
  EXPECT_EQ(header.cut, TAKT_NO_CUT);
  EXPECT_EQ(header.live_bytes, 1u << 20);
  EXPECT_EQ(header.position[TAKT_ENGINE_TENSOR], 1u);
  EXPECT_EQ(m.core.counters().save_bytes,
            TAKT_FORCED_SAVE_BYTES(1, 1 << 20, context_bytes(config_of())));  // 64 x 32 sums of 4 bytes among them
}

// Undisturbed, save, restore and the dispatch of the command that goes on: nothing else.
TEST_P(Forced, TheRestOfTheCommandIsAllThatIsLeftToDo) {
  start(one_product(400));
  m.run();
  const Time alone = at(JobEvent::done) - at(JobEvent::started);
  EXPECT_EQ(alone, nanoseconds(103 + 102 + cycles_of(400)));  // header, command
  for (const std::uint64_t stop : {206, 207, 1000, 50000, 102900, 103000}) {
    SCOPED_TRACE(stop);
    m.events.clear();
    const Time begin = m.now;
    m.control(0, registers(), TAKT_NPU_START);
    stop_at(begin + nanoseconds(stop));
    m.run();
    resume();
    ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
    const Time ran = at(JobEvent::quiesced) - begin + (at(JobEvent::done) - at(JobEvent::resumed));
    // A dispatch that was cut short is not taken twice.
    const std::uint64_t dispatched = std::min<std::uint64_t>(stop - 205, dispatch);
    EXPECT_EQ(ran, alone + nanoseconds(stop < 205 + dispatch ? dispatched : dispatch));
    EXPECT_EQ(at(JobEvent::preempted) - at(JobEvent::quiesced), nanoseconds(move_ns));
    // Program header and save header, then the context, then the scratchpad.
    const std::uint64_t state = context_bytes(config_of()) - 64 * 32 * 4;
    EXPECT_EQ(at(JobEvent::resumed) - at(JobEvent::started, 1), nanoseconds(103 + 105 + 100 + state / 64 + move_ns));
  }
}

TEST_P(Forced, TwoStopsOfOneCommandLeaveItsWorkTheSame) {
  start(one_product(400));
  stop_at(nanoseconds(10000));
  m.run();
  m.control(0, registers(), TAKT_NPU_RESUME);
  m.run(m.now + nanoseconds(60000));
  stop_at(m.now);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  resume();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  const Time ran = at(JobEvent::quiesced) + (at(JobEvent::quiesced, 1) - at(JobEvent::resumed)) +
                   (at(JobEvent::done) - at(JobEvent::resumed, 1));
  EXPECT_EQ(ran, nanoseconds(103 + 102 + cycles_of(400) + 2 * dispatch));
  EXPECT_EQ(m.core.counters().useful_macs, std::uint64_t{64} * 64 * 32 * 32 * 400);
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_TENSOR], 1u);
  EXPECT_EQ(m.core.counters().busy[TAKT_ENGINE_TENSOR], nanoseconds(cycles_of(400) + 2 * dispatch));
}

// 0.1, 0.5 and 5 ms at 1 GHz.
TEST_P(Forced, TheLatencyDoesNotDependOnTheCommandsLength) {
  for (const std::uint32_t taps : {389u, 1951u, 19529u}) {
    EXPECT_NEAR(static_cast<double>(cycles_of(taps)), taps < 1000 ? 1e5 : taps < 10000 ? 5e5 : 5e6, 200);
    for (const std::uint64_t tenth : {1, 5, 9}) {
      Machine fresh(GetParam(), config_of());
      fresh.put(program_at, one_product(taps).image());
      fresh.control(0, registers(), TAKT_NPU_START);
      fresh.run(nanoseconds(cycles_of(taps) * tenth / 10));
      fresh.control(0, {}, TAKT_NPU_PREEMPT_NOW);
      fresh.run();
      ASSERT_EQ(fresh.core.state(0), TAKT_NPU_PREEMPTED);
      EXPECT_EQ(fresh.now - nanoseconds(cycles_of(taps) * tenth / 10), nanoseconds(move_ns));
    }
  }
}

TEST_P(Forced, TransfersUnderWayAreDroppedAndDoneAgain) {
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 64000));  // 1100 ns from 205 on
  p.add(dma(TAKT_ENGINE_DMA_IN, 6400, 65536));
  start(p);
  stop_at(nanoseconds(1000));
  m.run();
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_DMA_IN], 0u);
  EXPECT_EQ(m.core.counters().dropped_bytes, 70400u) << "lists retire in order";
  resume();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(at(JobEvent::done) - at(JobEvent::resumed), nanoseconds(1100));
  EXPECT_EQ(m.core.counters().activation_bytes_in, 70400u);
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_DMA_IN], 2u);
}

TEST_P(Forced, OvertakesAPreemptionAtACut) {
  TestProgram p;
  p.add(product_of(400));
  p.cut({{0, 640}});
  p.add(product_of(400, 1));
  start(p);
  m.run(nanoseconds(10000));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  stop_at(nanoseconds(10001));
  EXPECT_EQ(m.core.state(0), TAKT_NPU_SAVING);
  m.run();
  EXPECT_EQ(m.core.cut(0), TAKT_NO_CUT);
  m.control(0, registers(), TAKT_NPU_RESUME);
  m.run(m.now + nanoseconds(30000));
  m.control(0, {}, TAKT_NPU_PREEMPT);  // the cut is still ahead
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.cut(0), 0u);
  EXPECT_EQ(saved().flags, 0u);
  resume();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_TENSOR], 2u);
}

// One that already saves at a cut is on its way out.
TEST_P(Forced, LeavesASaveAtACutAlone) {
  TestProgram p;
  p.add(product_of(10));
  p.cut({{0, 640000}});
  p.add(product_of(400, 1));
  start(p);
  m.run(nanoseconds(1000));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  for (Time t = m.now; m.core.state(0) == TAKT_NPU_RUNNING; t += nanoseconds(10)) m.run(t);
  ASSERT_EQ(m.core.state(0), TAKT_NPU_SAVING);
  m.control(0, {}, TAKT_NPU_PREEMPT_NOW);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.cut(0), 0u);
  resume();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

TEST_P(Forced, IsIgnoredWhereTheSaveAreaIsTooSmall) {
  const std::uint64_t enough = TAKT_FORCED_SAVE_BYTES(1, 1 << 20, context_bytes(config_of()));
  TestProgram p;
  p.add(product_of(400));
  p.cut({{0, 640}});
  p.add(product_of(400, 1));
  m.put(program_at, p.image());
  for (const Time request : {nanoseconds(50), nanoseconds(50000)}) {  // being started; running
    m.control(0, registers(static_cast<std::uint32_t>(enough - 1)), TAKT_NPU_START);
    stop_at(m.now + request);
    m.run(m.now + nanoseconds(1000));
    EXPECT_EQ(m.core.state(0), TAKT_NPU_RUNNING);
    m.control(0, {}, TAKT_NPU_PREEMPT);
    m.run();
    ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
    EXPECT_EQ(m.core.cut(0), 0u) << "at the cut";
    EXPECT_EQ(m.core.counters().forced_stops, 0u);
  }
  m.control(0, registers(static_cast<std::uint32_t>(enough)), TAKT_NPU_START);
  stop_at(m.now + nanoseconds(50000));
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.counters().forced_stops, 1u);
}

// Nanosecond by nanosecond through start and restore.
TEST_P(Forced, ComesInAnyPhase) {
  TestProgram p;
  p.scratchpad_bytes = 4096;
  p.add(dma(TAKT_ENGINE_DMA_IN, 640));
  p.add(after(product_of(1), TAKT_ENGINE_DMA_IN, 1));
  p.add(after(dma(TAKT_ENGINE_DMA_OUT, 640), TAKT_ENGINE_TENSOR, 1));
  for (std::uint64_t first = 0; first < 2000; first += 7)
    for (const std::uint64_t second : {first % 97, 200 + first % 331, 600 + first}) {
      Machine fresh(GetParam(), config_of());
      fresh.put(program_at, p.image());
      fresh.control(0, registers(), TAKT_NPU_START);
      for (const std::uint64_t gap : {first, second, second / 2}) {
        fresh.run(fresh.now + nanoseconds(gap));
        if (fresh.core.state(0) == TAKT_NPU_WAITING) fresh.run(fresh.now + nanoseconds(1));
        fresh.control(0, {}, TAKT_NPU_PREEMPT_NOW);
        fresh.run();
        if (fresh.core.state(0) == TAKT_NPU_DONE) break;
        ASSERT_EQ(fresh.core.state(0), TAKT_NPU_PREEMPTED) << first << " " << second;
        fresh.control(0, registers(), TAKT_NPU_RESUME);
      }
      fresh.run();
      ASSERT_EQ(fresh.core.state(0), TAKT_NPU_DONE) << first << " " << second;
      for (std::uint32_t e : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_TENSOR, TAKT_ENGINE_DMA_OUT})
        ASSERT_EQ(fresh.core.counters().commands[e], 1u) << first << " " << second;
    }
}

// A job that had not begun has nothing in the scratchpad.
TEST_P(Forced, BeforeTheFirstCommandOnlyTheContextIsSaved) {
  start(one_product(400));
  stop_at(nanoseconds(50));
  EXPECT_EQ(m.core.state(0), TAKT_NPU_RUNNING);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(saved().live_bytes, 0u);
  EXPECT_EQ(at(JobEvent::quiesced), nanoseconds(103));
  resume();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

// What was saved is there still, to the byte: nothing is written.
TEST_P(Forced, ARestoreIsStoppedAtOnceAndItsSaveAreaStays) {
  start(one_product(400));
  stop_at(nanoseconds(50000));
  m.run();
  const auto before = m.memory;
  const std::uint64_t saves = m.core.counters().save_bytes;
  m.control(0, registers(), TAKT_NPU_RESUME);
  stop_at(m.now + nanoseconds(2000));  // of 16,000
  EXPECT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.run();
  EXPECT_EQ(m.memory, before);
  EXPECT_EQ(m.core.counters().save_bytes, saves);
  EXPECT_EQ(m.core.cut(0), TAKT_NO_CUT);
  resume();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(at(JobEvent::done) - at(JobEvent::resumed), nanoseconds(cycles_of(400) - (50000 - 205) + dispatch));
}

TEST_P(Forced, SoftwareOverheadGoesOnWhereItStood) {
  TestProgram p;
  takt_command c = product_of(10);
  c.overhead = TAKT_OVERHEAD_IRREGULAR;  // 400 cycles
  p.add(c);
  start(p);
  stop_at(nanoseconds(205 + 150));
  m.run();
  resume();
  EXPECT_EQ(at(JobEvent::done) - at(JobEvent::resumed), nanoseconds(250 + cycles_of(10)));
}

TEST_P(Forced, AllCoresStopAndEachSavesItsOwn) {
  TestProgram p = one_product(400);
  p.further.push_back(one_product(300));
  p.further.push_back(one_product(20));
  Machine cores(GetParam(), config_of(3));
  cores.put(program_at, p.image());
  cores.control(0, registers(), TAKT_NPU_START);
  cores.run(nanoseconds(30000));
  cores.control(0, {}, TAKT_NPU_PREEMPT_NOW);
  cores.run();
  ASSERT_EQ(cores.core.state(0), TAKT_NPU_PREEMPTED);
  const std::uint64_t context = context_bytes(config_of(3));
  // Of the third, which was done, no accumulators.
  EXPECT_EQ(cores.core.counters().save_bytes, TAKT_FORCED_SAVE_BYTES(3, 1 << 20, context) - 64 * 32 * 4);
  cores.control(0, registers(), TAKT_NPU_RESUME);
  cores.run();
  ASSERT_EQ(cores.core.state(0), TAKT_NPU_DONE);
  std::vector<std::uint32_t> retired;
  for (const CommandRecord& r : cores.commands)
    if (!r.stopped) retired.push_back(r.core);
  EXPECT_EQ(retired, (std::vector<std::uint32_t>{2, 1, 0}));
}

TEST_P(Forced, WindowsHoldForItsSavesAndRestores) {
  takt_window_table t{};
  t.magic = TAKT_WINDOWS_MAGIC;
  t.count = 1;
  const std::uint64_t enough = TAKT_FORCED_SAVE_BYTES(1, 1 << 20, context_bytes(config_of()));
  m.put(program_at, one_product(400).image());
  QueueRegisters r = registers();
  r.windows = table_at;
  const auto preempted = [&](std::uint32_t access, std::uint64_t bytes) {
    t.window[0] = {save_area, bytes, access, 0};
    const auto* from = reinterpret_cast<const unsigned char*>(&t);
    m.put(table_at, {from, from + sizeof t});
    m.core.load_windows(0, table_at, m.now);
    m.control(0, r, TAKT_NPU_START);
    stop_at(m.now + nanoseconds(5000));
    m.run();
  };
  constexpr std::uint32_t both = TAKT_WINDOW_READ | TAKT_WINDOW_WRITE;
  preempted(TAKT_WINDOW_READ, enough);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  preempted(both, enough - 1);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
  preempted(TAKT_WINDOW_WRITE, enough);
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.control(0, r, TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS) << "it may not be read back";
  preempted(both, enough);
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.control(0, r, TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

// The save area is the context's: what it wrote there passes the windows as its commands do.
TEST_P(Forced, ASavedTransferIsHeldToTheWindowsAgain) {
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 64000));
  m.put(program_at, p.image());
  takt_window_table t{};
  t.magic = TAKT_WINDOWS_MAGIC;
  t.count = 2;
  t.window[0] = {save_area, 8 << 20, TAKT_WINDOW_READ | TAKT_WINDOW_WRITE, 0};
  t.window[1] = {0x800000, 64000, TAKT_WINDOW_READ, 0};
  const auto* from = reinterpret_cast<const unsigned char*>(&t);
  m.put(table_at, {from, from + sizeof t});
  QueueRegisters r = registers();
  r.windows = table_at;
  m.core.load_windows(0, table_at, m.now);
  m.control(0, r, TAKT_NPU_START);
  stop_at(nanoseconds(1000));
  m.run();
  m.memory[save_area + sizeof(Context) + offsetof(SavedDma, address)] = 1;
  m.control(0, r, TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_ACCESS);
}

TEST_P(Forced, AContextThatDoesNotFitTheProgramIsRefused) {
  start(one_product(400));
  stop_at(nanoseconds(50000));
  m.run();
  const auto good = m.memory;
  const std::size_t wrong[] = {
      offsetof(takt_save_header, position) + 4 * TAKT_ENGINE_TENSOR,
      offsetof(takt_save_header, live_bytes),
      offsetof(Context, dma_commands),
      offsetof(Context, list) + offsetof(SavedList, loops),
      offsetof(Context, compute) + offsetof(SavedCompute, stopped),
      offsetof(Context, compute) + offsetof(SavedCompute, remaining) + 6,
      offsetof(Context, compute) + offsetof(SavedCompute, command),
  };
  for (const std::size_t byte : wrong) {
    m.memory = good;
    m.memory[save_area + byte] = 0x77;
    resume();
    EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_PROGRAM) << byte;
  }
  m.memory = good;
  resume();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

INSTANTIATE_TEST_SUITE_P(Npu, Forced, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
