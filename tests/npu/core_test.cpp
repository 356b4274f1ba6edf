#include <gtest/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

class Core : public testing::TestWithParam<Told> {};

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000;

void load(Machine& m, const TestProgram& p, std::uint64_t at = program_at) { m.put(at, p.image()); }

Time event_time(const Machine& m, JobEvent event, std::uint32_t job = 1) {
  for (const auto& step : m.events)
    if (step.job == job && step.event == event) return step.at;
  return units::never();
}

TEST_P(Core, AChainOfEnginesTakesTheSumOfItsParts) {
  Machine m(GetParam());
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 6400));
  p.add(after(matrix(8, 8, 32, 32, 1), TAKT_ENGINE_DMA_IN, 1));
  p.add(after(vector_pass(5120), TAKT_ENGINE_TENSOR, 1));
  p.add(after(dma(TAKT_ENGINE_DMA_OUT, 6400), TAKT_ENGINE_VECTOR, 1));
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  // Header: 216 bytes at 64 per ns = 3 ns behind 100 ns of latency. No tables. One command fetched per list: 2 ns + 100
  // ns. DMA 100 + 100 ns, matrix 12 cycles, vector 10 cycles, DMA 100 + 100 ns.
  EXPECT_EQ(event_time(m, JobEvent::first_command), nanoseconds(103 + 102));
  EXPECT_EQ(event_time(m, JobEvent::done), nanoseconds(103 + 102 + 200 + 12 + 10 + 200));
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(m.core.take_stopped(), 1u);
  EXPECT_EQ(m.core.progress(0), 4u);
  EXPECT_EQ(m.core.counters().useful_macs, 64u * 32 * 32);
}

TEST_P(Core, DmaCommandsOverlapInFlightAndRetireInOrder) {
  Machine m(GetParam());
  TestProgram p;
  for (int i = 0; i < 4; ++i) p.add(dma(TAKT_ENGINE_DMA_IN, 6400));
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  // Two in flight, each 200 ns: two pairs one after the other. Four commands of 128 bytes are fetched in 8 ns + 100 ns.
  EXPECT_EQ(event_time(m, JobEvent::done), nanoseconds(103 + 108 + 400));
  ASSERT_EQ(m.commands.size(), 4u);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GE(m.commands[i].end, m.commands[i - 1].end);
  EXPECT_EQ(m.core.counters().busy[TAKT_ENGINE_DMA_IN], nanoseconds(400));
}

TEST_P(Core, DmaCommandsRetireInOrderWhateverTheOrderOfTheirAnswers) {
  Machine m(GetParam());
  TestProgram p;
  for (std::uint32_t i = 0; i < 3; ++i) {
    takt_command c = dma(TAKT_ENGINE_DMA_IN, 6400);
    c.body.dma.offset = i * 0x10000;
    p.add(c);
  }
  load(m, p);
  m.slow[0x800000] = nanoseconds(500);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  // Two in flight: the first takes 700 ns, the second 200 but leaves behind it, and only then the third goes. The
  // fetch of three commands takes 106 ns.
  ASSERT_EQ(m.commands.size(), 3u);
  EXPECT_EQ(m.commands[0].end, nanoseconds(103 + 106 + 700));
  EXPECT_EQ(m.commands[1].end, nanoseconds(103 + 106 + 700));
  EXPECT_EQ(event_time(m, JobEvent::done), nanoseconds(103 + 106 + 700 + 200));
}

TEST_P(Core, LoopIterationsMoveTheOperandsAndTheSemaphoreTargets) {
  Machine m(GetParam());
  TestProgram p;
  for (const std::uint8_t engine : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_VECTOR}) {
    takt_command begin = command(TAKT_OP_LOOP_BEGIN, engine);
    begin.body.loop = {};
    begin.body.loop.trips = 3;
    begin.body.loop.parameter = TAKT_NO_PARAMETER;
    p.add(begin);
    if (engine == TAKT_ENGINE_DMA_IN) {
      takt_command move = dma(engine, 640);
      move.body.dma.loop_stride = 4096;
      p.add(move);
    } else {
      takt_command work = after(vector_pass(512), TAKT_ENGINE_DMA_IN, 1);
      work.wait[0].step = 1;
      p.add(work);
    }
    p.add(command(TAKT_OP_LOOP_END, engine));
  }
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  std::vector<std::uint64_t> addresses;
  for (const Transfer& t : m.transfers)
    if (t.port == Port::dma_in) addresses.push_back(t.address);
  EXPECT_EQ(addresses, (std::vector<std::uint64_t>{0x800000, 0x801000, 0x802000}));
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_VECTOR], 3u);
}

TEST_P(Core, SoftwareOverheadPrecedesTheWork) {
  Machine m(GetParam());
  TestProgram p;
  takt_command c = matrix(8, 8, 32, 32, 1);
  c.overhead = TAKT_OVERHEAD_IRREGULAR;
  p.add(c);
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  ASSERT_EQ(m.commands.size(), 1u);
  EXPECT_EQ(m.commands[0].work - m.commands[0].begin, nanoseconds(400));
  EXPECT_EQ(m.commands[0].end - m.commands[0].work, nanoseconds(12));
}

TEST_P(Core, SaysWhatAnEngineWaitedFor) {
  Machine m(GetParam());
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 6400));
  p.add(after(matrix(8, 8, 32, 32, 1), TAKT_ENGINE_DMA_IN, 1));
  p.add(after(vector_pass(512), TAKT_ENGINE_TENSOR, 1));
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  for (const CommandRecord& r : m.commands) {
    if (r.engine == TAKT_ENGINE_DMA_IN) continue;
    EXPECT_EQ(r.stall, r.engine == TAKT_ENGINE_TENSOR ? Stall::data : Stall::tensor);
  }
}

TEST_P(Core, QueuesThatWaitRunInTheOrderOfTheirStart) {
  Machine m(GetParam());
  TestProgram p;
  p.add(vector_pass(512));
  load(m, p);
  m.control(2, m.registers(program_at, 20), TAKT_NPU_START);
  m.control(0, m.registers(program_at, 10), TAKT_NPU_START);
  m.run(Time(0));
  EXPECT_EQ(m.core.state(2), TAKT_NPU_RUNNING);
  EXPECT_EQ(m.core.state(0), TAKT_NPU_WAITING);
  m.run();
  EXPECT_LT(event_time(m, JobEvent::done, 20), event_time(m, JobEvent::done, 10));
  EXPECT_EQ(m.core.take_stopped(), 0b101u);
}

TEST_P(Core, AnInvalidCommandStopsItsJobAndNamesTheCommand) {
  Machine m(GetParam());
  TestProgram p;
  p.add(vector_pass(512));
  takt_command bad = vector_pass(512);
  bad.body.vector.element_bytes = 3;
  p.add(bad);
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(m.core.fault(0), TAKT_ENGINE_VECTOR << 24 | 1u);
}

TEST_P(Core, AProgramThatIsNoneIsRefused) {
  Machine m(GetParam());
  m.control(0, m.registers(0x5000), TAKT_NPU_START);  // zeros
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_PROGRAM);
  TestProgram p;
  p.add(vector_pass(512));
  std::vector<unsigned char> image = p.image();
  image[offsetof(takt_program_header, version) + 2] = 9;  // major
  m.put(program_at, image);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_VERSION);
}

TEST_P(Core, ATransferThatNoMemoryAnswersStopsTheJob) {
  Machine m(GetParam());
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 64));
  load(m, p);
  m.bad_address = 0x800000;
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
}

TEST_P(Core, AResetDropsEverythingAndAnswersUnderWayAreIgnored) {
  Machine m(GetParam());
  TestProgram p;
  p.add(dma(TAKT_ENGINE_DMA_IN, 6400));
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(250));  // the DMA is in flight
  m.core.reset(m.now);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_IDLE);
  EXPECT_EQ(m.core.take_stopped(), 0u);
  m.control(0, m.registers(program_at, 2), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
}

TEST_P(Core, AProgramThatWaitsForNothingMakesNoProgressAndDoesNotSpin) {
  Machine m(GetParam());
  TestProgram p;
  p.add(after(vector_pass(512), TAKT_ENGINE_TENSOR, 1));
  load(m, p);
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_RUNNING);
  EXPECT_EQ(m.core.progress(0), 0u);
}

INSTANTIATE_TEST_SUITE_P(Memory, Core, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
