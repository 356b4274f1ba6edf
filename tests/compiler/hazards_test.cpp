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
  ListWriter writer_{program_};
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

}  // namespace
}  // namespace takt::compiler
