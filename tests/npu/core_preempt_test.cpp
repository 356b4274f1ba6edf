#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

class Preempt : public testing::TestWithParam<Told> {};

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000;

// Layers of one load, one product, one store; a cut between layers with `live` bytes alive.
TestProgram layered(std::uint32_t layers, std::uint32_t live) {
  TestProgram p;
  for (std::uint32_t l = 0; l < layers; ++l) {
    takt_command load = dma(TAKT_ENGINE_DMA_IN, 640, 0, l);
    if (l > 0) load = after(load, TAKT_ENGINE_TENSOR, l);
    p.add(load);
    p.add(after(matrix(64, 64, 32, 32, 1, l), TAKT_ENGINE_DMA_IN, l + 1));
    p.add(after(dma(TAKT_ENGINE_DMA_OUT, 640, 0, l), TAKT_ENGINE_TENSOR, l + 1));
    if (l + 1 < layers) p.cut({{4096, live}});
  }
  return p;
}

std::uint64_t bytes_on(const Machine& m, Port port) {
  std::uint64_t sum = 0;
  for (const Transfer& t : m.transfers)
    if (t.port == port) sum += std::uint64_t{t.row_bytes} * t.rows;
  return sum;
}

TEST_P(Preempt, StopsAtTheNextCutAndSavesItsLiveRanges) {
  Machine m(GetParam());
  m.put(program_at, layered(4, 6400).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(500));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  EXPECT_EQ(m.core.cut(0), 0u);
  EXPECT_EQ(m.core.counters().save_bytes, sizeof(takt_save_header) + 6400);
  takt_save_header saved{};
  for (std::size_t i = 0; i < sizeof saved; ++i) reinterpret_cast<unsigned char*>(&saved)[i] = m.memory[0x900000 + i];
  EXPECT_EQ(saved.magic, TAKT_SAVE_MAGIC);
  EXPECT_EQ(saved.position[TAKT_ENGINE_TENSOR], 1u);
  EXPECT_EQ(saved.semaphore[TAKT_ENGINE_DMA_OUT], 1u);
}

TEST_P(Preempt, AJobThatIsResumedDoesEveryCommandOnce) {
  Machine m(GetParam());
  const TestProgram p = layered(4, 6400);
  m.put(program_at, p.image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(500));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  m.control(1, m.registers(program_at), TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.state(1), TAKT_NPU_DONE);
  EXPECT_EQ(m.commands.size(), 12u);
  for (std::uint32_t e : {TAKT_ENGINE_DMA_IN, TAKT_ENGINE_TENSOR, TAKT_ENGINE_DMA_OUT})
    EXPECT_EQ(m.core.counters().commands[e], 4u);
  EXPECT_EQ(m.core.counters().restore_bytes, m.core.counters().save_bytes);
}

TEST_P(Preempt, PrefetchedConstantsAndNothingElseAreFetchedAgain) {
  Machine m(GetParam());
  TestProgram p;
  p.add(matrix(64, 64, 32, 32, 1));
  takt_command constants = dma(TAKT_ENGINE_DMA_IN, 640);  // used behind the cut
  constants.body.dma.flags = TAKT_DMA_CONSTANT;
  p.add(constants);
  p.add(dma(TAKT_ENGINE_DMA_IN, 64));  // an activation between them
  p.add(constants);
  p.cut({}, 0, 3);
  p.add(after(matrix(64, 64, 32, 32, 1), TAKT_ENGINE_DMA_IN, 3));
  m.put(program_at, p.image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(310));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  m.control(0, m.registers(program_at), TAKT_NPU_RESUME);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(m.core.counters().refetch_bytes, 1280u);
  EXPECT_EQ(m.core.counters().commands[TAKT_ENGINE_DMA_IN], 3u);  // not posted twice
}

TEST_P(Preempt, WithoutACutAheadTheJobRunsToItsEnd) {
  Machine m(GetParam());
  m.put(program_at, layered(1, 0).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(300));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  EXPECT_EQ(m.core.counters().preemptions, 0u);
}

TEST_P(Preempt, ASaveAreaThatIsTooSmallIsAnError) {
  Machine m(GetParam());
  m.put(program_at, layered(4, 6400).image());
  QueueRegisters r = m.registers(program_at);
  r.save_bytes = 6400;  // no room for the header
  m.control(0, r, TAKT_NPU_START);
  m.run(nanoseconds(500));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_SAVE_TOO_SMALL);
}

// Whenever it is asked to stop, however often: every command retires exactly once and the job ends.
RC_GTEST_PROP(PreemptProperty, AnyPatternOfPreemptionsLeavesTheWorkUnchanged, ()) {
  const auto layers = *rc::gen::inRange<std::uint32_t>(1, 8);
  const auto gaps = *rc::gen::container<std::vector<std::uint32_t>>(*rc::gen::inRange(0, 6),
                                                                    rc::gen::inRange<std::uint32_t>(1, 3000));
  Machine m(*rc::gen::element(Told::at_once, Told::at_the_end));
  m.put(program_at, layered(layers, 640).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  for (const std::uint32_t gap : gaps) {
    m.run(m.now + nanoseconds(gap));
    m.control(0, {}, TAKT_NPU_PREEMPT);
    m.run();
    if (m.core.state(0) != TAKT_NPU_PREEMPTED) break;
    m.control(0, m.registers(program_at), TAKT_NPU_RESUME);
  }
  m.run();
  RC_ASSERT(m.core.state(0) == TAKT_NPU_DONE);
  RC_ASSERT(m.commands.size() == 3u * layers);
  RC_ASSERT(bytes_on(m, Port::dma_out) == 640u * layers + m.core.counters().save_bytes);
}

INSTANTIATE_TEST_SUITE_P(Memory, Preempt, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
