// Programs that run on several cores at once.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

using units::nanoseconds;
using units::Time;

constexpr std::uint64_t program_at = 0x10000;
constexpr std::uint16_t shared_semaphore = 9;

takt_command to_all(takt_command c) {
  c.post = shared_semaphore;
  c.flags = TAKT_POST_ALL_CORES;
  return c;
}

// Each layer's product waits for the product before it on all cores.
TestProgram in_step(std::uint32_t cores, std::uint32_t layers, std::uint32_t live = 640) {
  const auto part = [&](std::uint32_t core) {
    TestProgram p;
    for (std::uint32_t l = 0; l < layers; ++l) {
      takt_command product = matrix(8 * (1 + (l + core) % 3), 64, 32, 32, 1, l);
      p.lists[TAKT_ENGINE_TENSOR].push_back(to_all(after(product, shared_semaphore, cores * l)));
      if (l + 1 < layers) p.cut({{4096, live}});
    }
    return p;
  };
  TestProgram program = part(0);
  for (std::uint32_t core = 1; core < cores; ++core) program.further.push_back(part(core));
  return program;
}

class Cores : public testing::TestWithParam<Told> {};

TEST_P(Cores, WaitForEachOther) {
  Machine m(GetParam(), small_config(2));
  m.put(program_at, in_step(2, 5).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_DONE);
  ASSERT_EQ(m.commands.size(), 10u);
  for (const CommandRecord& later : m.commands)
    for (const CommandRecord& earlier : m.commands)
      if (earlier.layer < later.layer) {
        EXPECT_LE(earlier.end, later.work) << "layer " << later.layer << " of core " << later.core;
      }
}

// 8, 16 or 24 rows of 64 pixels are 8, 16 or 24 tiles of 4 cycles and their drain of 8: the slower core of each layer
// sets the pace, and its turn to be slower changes.
TEST_P(Cores, TakeAsLongAsTheSlowestOfEachLayer) {
  const auto span = [&](std::uint32_t cores) {
    Machine m(GetParam(), small_config(cores));
    m.put(program_at, in_step(cores, 6).image());
    m.control(0, m.registers(program_at), TAKT_NPU_START);
    m.run();
    Time begin = units::never(), end;
    for (const CommandRecord& r : m.commands) begin = units::min(begin, r.work), end = units::max(end, r.end);
    return (end - begin).value;
  };
  // By core 0 alone (l % 3): 8, 16, 24, 8, 16, 24 tiles. With core 1 ((l + 1) % 3): 16, 24, 24, 16, 24, 24.
  const std::uint64_t alone = span(1), together = span(2);
  EXPECT_EQ(together * 96, alone * 128);
}

TEST_P(Cores, APostWithoutTheFlagStaysOnItsCore) {
  TestProgram p, other;
  takt_command post = vector_pass(512);
  post.post = shared_semaphore;
  p.lists[TAKT_ENGINE_VECTOR].push_back(post);
  other.add(after(vector_pass(512), shared_semaphore, 1));
  p.further.push_back(other);
  Machine m(GetParam(), small_config(2));
  m.put(program_at, p.image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_RUNNING);  // core 1 waits for ever
  EXPECT_EQ(m.core.progress(0), 1u);
}

TEST_P(Cores, SayThatTheyWaitedForEachOther) {
  Machine m(GetParam(), small_config(2));
  TestProgram p, other;
  p.lists[TAKT_ENGINE_VECTOR].push_back(to_all(vector_pass(51200)));
  other.add(after(vector_pass(512), shared_semaphore, 1));
  p.further.push_back(other);
  m.put(program_at, p.image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  ASSERT_EQ(m.commands.size(), 2u);
  EXPECT_EQ(m.commands[1].core, 1u);
  EXPECT_EQ(m.commands[1].stall, Stall::core);
}

TEST_P(Cores, AreUnsupportedWhereTheNpuHasFewer) {
  Machine m(GetParam(), small_config(2));
  m.put(program_at, in_step(3, 2).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_UNSUPPORTED);
}

TEST_P(Cores, AProgramOfOneRunsOnTheFirst) {
  Machine m(GetParam(), small_config(2));
  m.put(program_at, in_step(1, 3).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);
  for (const CommandRecord& r : m.commands) EXPECT_EQ(r.core, 0u);
  for (const Transfer& t : m.transfers) EXPECT_EQ(t.core, 0u);
}

TEST_P(Cores, AFaultOfOneStopsAllAndNamesIt) {
  TestProgram p = in_step(2, 3);
  p.further[0].lists[TAKT_ENGINE_TENSOR][1].body.matrix.taps = 0;
  Machine m(GetParam(), small_config(2));
  m.put(program_at, p.image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_FAULTED);
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(m.core.fault(0), 1u << 28 | TAKT_ENGINE_TENSOR << 24 | 1u);
  m.put(program_at, in_step(2, 3).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run();
  EXPECT_EQ(m.core.state(0), TAKT_NPU_DONE);  // nothing is left of it
}

TEST_P(Cores, PartsOutsideTheProgramAreRefused) {
  for (const std::size_t at : {offsetof(takt_program_header, cores_offset), std::size_t{0}}) {
    std::vector<unsigned char> image = in_step(2, 2).image();
    if (at != 0)
      image[at + 5] = 1;  // the table of parts
    else
      image[image.size() - sizeof(takt_core_part) + 5] = 1;  // a list of a part
    Machine m(GetParam(), small_config(2));
    m.put(program_at, image);
    m.control(0, m.registers(program_at), TAKT_NPU_START);
    m.run();
    EXPECT_EQ(m.core.status(0), TAKT_STATUS_BAD_PROGRAM);
  }
}

TEST_P(Cores, StopAtTheSameCutAndSaveApart) {
  Machine m(GetParam(), small_config(2));
  m.put(program_at, in_step(2, 6).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  m.run(nanoseconds(800));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  ASSERT_EQ(m.core.state(0), TAKT_NPU_PREEMPTED);
  std::uint32_t positions[2];
  for (std::uint32_t core = 0; core < 2; ++core) {
    takt_save_header saved{};
    for (std::size_t i = 0; i < sizeof saved; ++i)
      reinterpret_cast<unsigned char*>(&saved)[i] = m.memory[0x900000 + core * 0x40000 + i];
    EXPECT_EQ(saved.magic, TAKT_SAVE_MAGIC);
    EXPECT_EQ(saved.cut, m.core.cut(0));
    EXPECT_EQ(saved.semaphore[shared_semaphore], 2 * saved.position[TAKT_ENGINE_TENSOR]);
    positions[core] = saved.position[TAKT_ENGINE_TENSOR];
  }
  EXPECT_EQ(positions[0], positions[1]);
  EXPECT_EQ(m.core.counters().save_bytes, 2 * (sizeof(takt_save_header) + 640));
}

TEST_P(Cores, ASaveAreaThatHoldsOnlyTheFirstIsTooSmall) {
  Machine m(GetParam(), small_config(2));
  m.put(program_at, in_step(2, 6).image());
  QueueRegisters r = m.registers(program_at);
  r.save_bytes = 0x40000 + sizeof(takt_save_header) + 639;
  m.control(0, r, TAKT_NPU_START);
  m.run(nanoseconds(800));
  m.control(0, {}, TAKT_NPU_PREEMPT);
  m.run();
  EXPECT_EQ(m.core.status(0), TAKT_STATUS_SAVE_TOO_SMALL);
}

RC_GTEST_PROP(CoresPreempted, AtAnyTimesDoEveryCommandOnceAndInOrder, ()) {
  const auto cores = *rc::gen::inRange<std::uint32_t>(2, 5);
  const auto layers = *rc::gen::inRange<std::uint32_t>(2, 9);
  Machine m(Told::at_once, small_config(cores));
  m.put(program_at, in_step(cores, layers).image());
  m.control(0, m.registers(program_at), TAKT_NPU_START);
  std::uint32_t resumes = 0;
  while (m.core.state(0) != TAKT_NPU_DONE && ++resumes < 30) {
    m.run(m.now + nanoseconds(*rc::gen::inRange<std::uint64_t>(1, 1500)));
    m.control(0, {}, TAKT_NPU_PREEMPT);
    m.run();
    RC_ASSERT(m.core.state(0) == TAKT_NPU_PREEMPTED || m.core.state(0) == TAKT_NPU_DONE);
    if (m.core.state(0) == TAKT_NPU_PREEMPTED) m.control(0, m.registers(program_at), TAKT_NPU_RESUME);
  }
  RC_ASSERT(m.core.state(0) == TAKT_NPU_DONE);
  RC_ASSERT(m.commands.size() == std::size_t{cores} * layers);
  std::vector<std::uint32_t> next(cores, 0);
  for (const CommandRecord& r : m.commands) {
    RC_ASSERT(r.layer == next[r.core]++);
    for (const std::uint32_t done : next) RC_ASSERT(done + 1 >= next[r.core]);
  }
}

INSTANTIATE_TEST_SUITE_P(Npu, Cores, testing::Values(Told::at_once, Told::at_the_end), told_name);

}  // namespace
}  // namespace takt::npu::test
