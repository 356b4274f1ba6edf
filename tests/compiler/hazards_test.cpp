#include "sim/compiler/hazards.h"

#include <gtest/gtest.h>

#include "sim/compiler/list_writer.h"

namespace takt::compiler {
namespace {

Access read(std::uint64_t begin, std::uint64_t end) { return {Access::Space::scratchpad, false, begin, end}; }
Access write(std::uint64_t begin, std::uint64_t end) { return {Access::Space::scratchpad, true, begin, end}; }

TEST(Hazards, AReadWaitsForTheLastWriterOfItsBytes) {
  Hazards hazards;
  hazards.record({write(0, 100)}, 0, 1);
  hazards.record({write(100, 200)}, 0, 2);
  hazards.record({write(50, 60)}, 2, 7);
  EXPECT_EQ(hazards.required({read(0, 50)}), (Counts{1, 0, 0, 0}));
  EXPECT_EQ(hazards.required({read(55, 56)}), (Counts{0, 0, 7, 0}));
  EXPECT_EQ(hazards.required({read(40, 150)}), (Counts{2, 0, 7, 0}));
  EXPECT_EQ(hazards.required({read(200, 300)}), (Counts{0, 0, 0, 0}));
}

TEST(Hazards, AWriteWaitsForReadersAndTheWriter) {
  Hazards hazards;
  hazards.record({write(0, 100)}, 0, 1);
  hazards.record({read(0, 40)}, 2, 3);
  hazards.record({read(30, 100)}, 3, 5);
  EXPECT_EQ(hazards.required({write(0, 10)}), (Counts{1, 0, 3, 0}));
  EXPECT_EQ(hazards.required({write(35, 36)}), (Counts{1, 0, 3, 5}));
  EXPECT_EQ(hazards.required({read(35, 36)}), (Counts{1, 0, 0, 0}));  // readers do not hinder each other
}

TEST(Hazards, AWriteForgetsWhatItOverwrites) {
  Hazards hazards;
  hazards.record({write(0, 100)}, 0, 1);
  hazards.record({read(0, 100)}, 2, 3);
  hazards.record({write(0, 100)}, 3, 4);
  EXPECT_EQ(hazards.required({write(0, 100)}), (Counts{0, 0, 0, 4}));
}

TEST(Hazards, SpacesAreApart) {
  Hazards hazards;
  hazards.record({write(0, 100)}, 1, 1);
  EXPECT_EQ(hazards.required({{Access::Space::buffers, false, 0, 100}}), (Counts{}));
}

class Lists : public testing::Test {
 protected:
  void push(std::uint32_t engine, std::vector<Access> accesses) {
    takt_command command{};
    command.opcode = engine < 2 ? TAKT_OP_DMA : engine == 2 ? TAKT_OP_MATRIX : TAKT_OP_VECTOR;
    writer_.push(engine, command, std::move(accesses));
  }
  static int waits(const takt_command& command) {
    int count = 0;
    for (const takt_wait& wait : command.wait) count += wait.semaphore != TAKT_NO_SEMAPHORE ? 1 : 0;
    return count;
  }

  Program program_;
  ListWriter writer_{program_, program_, 0, 1};
};

TEST_F(Lists, ACommandWaitsForTheCommandsItDependsOn) {
  push(TAKT_ENGINE_DMA_IN, {write(0, 100)});
  push(TAKT_ENGINE_TENSOR, {read(0, 100), write(100, 200)});
  const takt_command& command = program_.lists[TAKT_ENGINE_TENSOR][0];
  EXPECT_EQ(waits(command), 1);
  EXPECT_EQ(command.wait[0].semaphore, TAKT_ENGINE_DMA_IN);
  EXPECT_EQ(command.wait[0].value, 1u);
  EXPECT_EQ(command.post, TAKT_ENGINE_TENSOR);
}

TEST_F(Lists, WhatAnEarlierWaitImpliesIsNotWaitedForAgain) {
  push(TAKT_ENGINE_DMA_IN, {write(0, 100)});
  push(TAKT_ENGINE_TENSOR, {read(0, 100), write(100, 200)});
  push(TAKT_ENGINE_VECTOR, {read(0, 100), read(100, 200), write(200, 300)});  // the tensor engine waited for the DMA
  EXPECT_EQ(waits(program_.lists[TAKT_ENGINE_VECTOR][0]), 1);
  push(TAKT_ENGINE_VECTOR, {read(0, 200), write(300, 400)});
  EXPECT_EQ(waits(program_.lists[TAKT_ENGINE_VECTOR][1]), 0);
}

TEST_F(Lists, ADmaListWaitsForItselfWhereItsCommandsConflict) {
  push(TAKT_ENGINE_DMA_IN, {write(0, 100)});
  push(TAKT_ENGINE_DMA_IN, {write(50, 150)});
  const takt_command& command = program_.lists[TAKT_ENGINE_DMA_IN][1];
  EXPECT_EQ(command.wait[0].semaphore, TAKT_ENGINE_DMA_IN);
  EXPECT_EQ(command.wait[0].value, 1u);
}

TEST_F(Lists, AFourthWaitTakesACommandOfItsOwn) {
  push(TAKT_ENGINE_DMA_IN, {write(0, 100)});
  push(TAKT_ENGINE_DMA_OUT, {read(200, 300)});
  push(TAKT_ENGINE_TENSOR, {write(400, 500)});
  push(TAKT_ENGINE_VECTOR, {write(600, 700)});
  push(TAKT_ENGINE_DMA_IN, {write(0, 700)});
  const auto& list = program_.lists[TAKT_ENGINE_DMA_IN];
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1].opcode, TAKT_OP_NOP);
  EXPECT_EQ(waits(list[1]), 1);
  EXPECT_EQ(list[1].post, TAKT_ENGINE_DMA_IN);  // positions and counts stay equal
  EXPECT_EQ(waits(list[2]), 3);
}

// Semaphores as firmware/abi/program.h has them: each core's own, but stores of all are known to all.
TEST(ListsOfCores, StoresAreToldToAllAndAwaitedByLoads) {
  constexpr std::uint32_t cores = 3;
  Program program;
  program.further.resize(cores - 1);
  for (std::uint32_t core = 0; core < cores; ++core) {
    CorePart& part = core == 0 ? program : program.further[core - 1];
    ListWriter writer(program, part, core, cores);
    writer.push(TAKT_ENGINE_VECTOR, {}, {write(0, 100)});
    writer.push(TAKT_ENGINE_DMA_OUT, {}, {read(0, 100)});
    writer.push(TAKT_ENGINE_VECTOR, {}, {write(0, 100)});
    for (std::uint32_t other = 0; other < cores; ++other) writer.await_stores(other, 5, 0);
    for (std::uint32_t other = 0; other < cores; ++other) writer.await_stores(other, 4, 0);  // known already
    const std::uint16_t stores[] = {TAKT_ENGINE_DMA_OUT, TAKT_ENGINE_COUNT, TAKT_ENGINE_COUNT + 1};
    const takt_command& store = part.lists[TAKT_ENGINE_DMA_OUT].at(0);
    EXPECT_EQ(store.post, stores[core]);
    EXPECT_EQ(store.flags, TAKT_POST_ALL_CORES);
    EXPECT_EQ(part.lists[TAKT_ENGINE_VECTOR].at(0).flags, 0);
    EXPECT_EQ(part.lists[TAKT_ENGINE_VECTOR].at(1).wait[0].semaphore, stores[core]);
    const std::vector<takt_command>& loads = part.lists[TAKT_ENGINE_DMA_IN];
    ASSERT_EQ(loads.size(), cores - 1);
    for (std::uint32_t i = 0; i + 1 < cores; ++i) {
      EXPECT_EQ(loads[i].opcode, TAKT_OP_NOP);
      EXPECT_EQ(loads[i].wait[0].semaphore, stores[i < core ? i : i + 1]);
      EXPECT_EQ(loads[i].wait[0].value, 5u);
    }
  }
}

}  // namespace
}  // namespace takt::compiler
