// Rehearsals and cost tables against times worked out by hand.
#include "sim/compiler/cost_table.h"

#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/compiler/rehearsal.h"

namespace takt::compiler::test {
namespace {

// A vector command of `cycles` at 1 byte per cycle.
Target slow_vector() {
  Target target;
  target.pass_bytes_per_cycle = 1;
  return target;
}

takt_command command(std::uint8_t opcode, std::uint8_t engine) {
  takt_command c{};
  c.opcode = opcode;
  c.engine = engine;
  for (takt_wait& wait : c.wait) wait = {TAKT_NO_SEMAPHORE, 0, 0};
  c.post = engine;
  c.parameter = TAKT_NO_PARAMETER;
  return c;
}

takt_command dma(std::uint8_t engine, std::uint32_t row_bytes, std::uint32_t rows = 1) {
  takt_command c = command(TAKT_OP_DMA, engine);
  c.body.dma.row_bytes = row_bytes;
  c.body.dma.rows = rows;
  return c;
}

takt_command vector(std::uint64_t cycles) {
  takt_command c = command(TAKT_OP_VECTOR, TAKT_ENGINE_VECTOR);
  c.body.vector.pass_bytes = cycles;
  c.body.vector.element_bytes = 1;
  return c;
}

takt_command after(takt_command c, std::uint16_t semaphore, std::uint32_t value) {
  c.wait[0] = {semaphore, 0, value};
  return c;
}

constexpr std::uint64_t per_cycle = 1000;  // bytes per kilocycle

TEST(Rehearsal, EnginesWaitForWhatTheyAreTold) {
  Program program;
  program.lists[TAKT_ENGINE_DMA_IN] = {dma(TAKT_ENGINE_DMA_IN, 800), dma(TAKT_ENGINE_DMA_IN, 1600)};
  program.lists[TAKT_ENGINE_VECTOR] = {after(vector(50), TAKT_ENGINE_DMA_IN, 1),
                                       after(vector(70), TAKT_ENGINE_DMA_IN, 2)};
  // At 8 B/cycle loads end at 100 and 300, so the second command runs 300 .. 370.
  EXPECT_EQ(Rehearsal(program, slow_vector(), 0).run(8 * per_cycle), 370u);
  // At 100: loads end at 8 and 24; 8 + 50 + 70.
  EXPECT_EQ(Rehearsal(program, slow_vector(), 0).run(100 * per_cycle), 128u);
}

TEST(Rehearsal, BothDmaListsShareWhatMemoryGives) {
  Program program;
  program.lists[TAKT_ENGINE_DMA_IN] = {dma(TAKT_ENGINE_DMA_IN, 1000)};
  program.lists[TAKT_ENGINE_DMA_OUT] = {dma(TAKT_ENGINE_DMA_OUT, 3000)};
  // Half of 10 B/cycle each until 200; 2000 bytes are left for the whole.
  EXPECT_EQ(Rehearsal(program, Target(), 0).run(10 * per_cycle), 400u);
}

TEST(Rehearsal, CutsAreReachedWhenAllListsStandThere) {
  Program program;
  program.lists[TAKT_ENGINE_DMA_IN] = {dma(TAKT_ENGINE_DMA_IN, 800), dma(TAKT_ENGINE_DMA_IN, 800)};
  program.lists[TAKT_ENGINE_VECTOR] = {after(vector(50), TAKT_ENGINE_DMA_IN, 1),
                                       after(vector(70), TAKT_ENGINE_DMA_IN, 2)};
  Rehearsal rehearsal(program, slow_vector(), 0);
  EXPECT_EQ(rehearsal.run(8 * per_cycle), 270u);
  takt_cut cut{};
  EXPECT_EQ(rehearsal.reached(cut), 0u);
  cut.position[TAKT_ENGINE_DMA_IN] = 1;
  cut.position[TAKT_ENGINE_VECTOR] = 1;
  EXPECT_EQ(rehearsal.reached(cut), 150u);
  cut.position[TAKT_ENGINE_DMA_IN] = 2;
  EXPECT_EQ(rehearsal.reached(cut), 200u);
}

TEST(Rehearsal, ListsThatWaitForEachOtherAreADefect) {
  Program program;
  program.lists[TAKT_ENGINE_DMA_IN] = {after(dma(TAKT_ENGINE_DMA_IN, 8), TAKT_ENGINE_VECTOR, 1)};
  program.lists[TAKT_ENGINE_VECTOR] = {after(vector(8), TAKT_ENGINE_DMA_IN, 1)};
  EXPECT_THROW(Rehearsal(program, Target(), 0).run(per_cycle), std::logic_error);
}

// Turns of a loop by a parameter, the last one shorter, and a command that waits for all turns there may be.
TEST(Rehearsal, LoopsAndExtentsFollowTheParameter) {
  takt_command begin = command(TAKT_OP_LOOP_BEGIN, TAKT_ENGINE_DMA_IN);
  begin.post = TAKT_NO_SEMAPHORE;
  begin.body.loop.trips = 4;
  begin.body.loop.parameter = 0;
  begin.body.loop.tile = 10;
  takt_command load = dma(TAKT_ENGINE_DMA_IN, 100, 10);
  load.parameter = 0;
  load.extent = {10, 0, 10, TAKT_EXTENT_ROWS, {}};
  takt_command end = command(TAKT_OP_LOOP_END, TAKT_ENGINE_DMA_IN);
  end.post = TAKT_NO_SEMAPHORE;
  for (takt_loop_count& count : end.body.loop.count) count = {TAKT_NO_SEMAPHORE, 0};
  end.body.loop.count[0] = {TAKT_ENGINE_DMA_IN, 1};
  takt_command growing = after(vector(400), TAKT_ENGINE_DMA_IN, 4);
  growing.parameter = 0;
  growing.extent = {40, 0, 0, TAKT_EXTENT_BYTES, {}};
  Program program;
  program.lists[TAKT_ENGINE_DMA_IN] = {begin, load, end};
  program.lists[TAKT_ENGINE_VECTOR] = {growing};
  // A row takes 10 cycles, and as many behind.
  for (const std::uint64_t rows : {0u, 1u, 10u, 25u, 40u})
    EXPECT_EQ(Rehearsal(program, slow_vector(), rows).run(10 * per_cycle), rows * 20) << rows;
}

}  // namespace
}  // namespace takt::compiler::test
