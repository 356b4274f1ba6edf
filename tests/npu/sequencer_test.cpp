#include "models/npu/sequencer.h"

#include <gtest/gtest.h>

#include "tests/npu/machine.h"

namespace takt::npu::test {
namespace {

takt_command loop_begin(std::uint32_t trips) {
  takt_command c = command(TAKT_OP_LOOP_BEGIN, TAKT_ENGINE_VECTOR);
  c.body.loop = {};
  c.body.loop.trips = trips;
  c.body.loop.parameter = TAKT_NO_PARAMETER;
  return c;
}
takt_command loop_end() { return command(TAKT_OP_LOOP_END, TAKT_ENGINE_VECTOR); }

// Layers of the commands in the order in which they come up; -1 ends on an error.
std::vector<int> walk(const std::vector<takt_command>& list, std::uint32_t batch, std::uint32_t* status = nullptr) {
  Sequencer sequencer;
  sequencer.start(0, static_cast<std::uint32_t>(list.size()), 0);
  std::vector<int> seen;
  for (int steps = 0; !sequencer.finished() && steps < 1000; ++steps) {
    const Sequencer::Fetch fetch = sequencer.wanted(batch);
    if (fetch.count != 0) {
      sequencer.fetching();
      sequencer.fetched(&list[fetch.first], fetch.count);
    }
    const takt_command* c = sequencer.peek();
    if (c == nullptr) continue;
    if (c->opcode == TAKT_OP_VECTOR) seen.push_back(static_cast<int>(c->layer));
    if (const std::uint32_t bad = sequencer.advance()) {
      if (status != nullptr) *status = bad;
      seen.push_back(-1);
      return seen;
    }
  }
  return seen;
}

TEST(Sequencer, RunsAStraightListInOrderWhateverTheBatch) {
  const std::vector<takt_command> list = {vector_pass(1, 0), vector_pass(1, 1), vector_pass(1, 2), vector_pass(1, 3),
                                          vector_pass(1, 4)};
  for (std::uint32_t batch = 1; batch <= 6; ++batch) EXPECT_EQ(walk(list, batch), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Sequencer, RepeatsALoopBodyAcrossBatches) {
  const std::vector<takt_command> list = {vector_pass(1, 0), loop_begin(3), vector_pass(1, 1),
                                          vector_pass(1, 2), loop_end(),    vector_pass(1, 3)};
  for (std::uint32_t batch = 1; batch <= 6; ++batch)
    EXPECT_EQ(walk(list, batch), (std::vector<int>{0, 1, 2, 1, 2, 1, 2, 3}));
}

TEST(Sequencer, RefusesAFifthLoopLevelAsUnsupported) {
  const auto nested = [](int levels) {
    std::vector<takt_command> list(static_cast<std::size_t>(levels), loop_begin(2));
    list.push_back(vector_pass(1, 7));
    list.insert(list.end(), static_cast<std::size_t>(levels), loop_end());
    return list;
  };
  EXPECT_EQ(walk(nested(4), 3), std::vector<int>(16, 7));
  std::uint32_t status = 0;
  walk(nested(5), 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_UNSUPPORTED);
}

TEST(Sequencer, RefusesLoopsOfParametersThatDoNotExist) {
  takt_command begin = loop_begin(2);
  begin.body.loop.tile = 1;
  begin.body.loop.parameter = TAKT_PARAMETERS;
  std::uint32_t status = 0;
  walk({begin, vector_pass(1), loop_end()}, 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_BAD_COMMAND);
  begin.body.loop.parameter = 0;
  EXPECT_EQ(walk({begin, vector_pass(1, 3), loop_end()}, 8), (std::vector<int>{3, 3}));
  begin.body.loop.tile = 0;
  status = 0;
  walk({begin, vector_pass(1), loop_end()}, 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_BAD_COMMAND);
}

TEST(Sequencer, RefusesMalformedLoops) {
  std::uint32_t status = 0;
  walk({loop_end()}, 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_BAD_COMMAND);
  status = 0;
  walk({loop_begin(0), vector_pass(1), loop_end()}, 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_BAD_COMMAND);
  status = 0;
  walk({loop_begin(2), vector_pass(1)}, 8, &status);
  EXPECT_EQ(status, TAKT_STATUS_BAD_COMMAND);
}

TEST(Sequencer, StopsAtALimit) {
  const std::vector<takt_command> list = {vector_pass(1, 0), vector_pass(1, 1)};
  Sequencer sequencer;
  sequencer.start(0, 2, 0);
  sequencer.set_limit(1);
  sequencer.fetched(list.data(), 2);
  EXPECT_EQ(sequencer.advance(), TAKT_STATUS_OK);
  EXPECT_TRUE(sequencer.at_limit());
  EXPECT_EQ(sequencer.peek(), nullptr);
  EXPECT_FALSE(sequencer.finished());
}

TEST(CheckCommand, RefusesWhatDoesNotBelongOrReachesOutside) {
  const std::uint32_t pad = 1 << 20;
  EXPECT_EQ(check_command(dma(TAKT_ENGINE_DMA_IN, 64), TAKT_ENGINE_DMA_IN, pad), TAKT_STATUS_OK);
  EXPECT_EQ(check_command(dma(TAKT_ENGINE_DMA_IN, 64), TAKT_ENGINE_DMA_OUT, pad), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(check_command(dma(TAKT_ENGINE_DMA_IN, 64, pad - 32), TAKT_ENGINE_DMA_IN, pad), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(check_command(command(TAKT_OP_MATRIX, TAKT_ENGINE_VECTOR), TAKT_ENGINE_VECTOR, pad),
            TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(check_command(command(77, TAKT_ENGINE_VECTOR), TAKT_ENGINE_VECTOR, pad), TAKT_STATUS_BAD_COMMAND);
  takt_command indirect = dma(TAKT_ENGINE_DMA_IN, 64);
  indirect.body.dma.table = TAKT_TABLES - 1;
  EXPECT_EQ(check_command(indirect, TAKT_ENGINE_DMA_IN, pad), TAKT_STATUS_OK);
  indirect.body.dma.table = TAKT_TABLES;
  EXPECT_EQ(check_command(indirect, TAKT_ENGINE_DMA_IN, pad), TAKT_STATUS_BAD_COMMAND);
}

TEST(CheckCommand, RefusesExtentsThatDoNotFitTheCommand) {
  const std::uint32_t pad = 1 << 20;
  const auto status = [&](takt_command c, std::uint16_t parameter, std::uint8_t of, std::uint32_t limit) {
    c.parameter = parameter;
    c.extent = {limit, 0, 0, of, {}};
    return check_command(c, c.engine, pad);
  };
  EXPECT_EQ(status(vector_pass(64), 3, TAKT_EXTENT_BYTES, 5), TAKT_STATUS_OK);
  EXPECT_EQ(status(vector_pass(64), TAKT_PARAMETERS, TAKT_EXTENT_BYTES, 5), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(status(vector_pass(64), 3, TAKT_EXTENT_BYTES, 0), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(status(vector_pass(64), 3, TAKT_EXTENT_NONE, 5), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(status(vector_pass(64), 3, TAKT_EXTENT_ROWS, 1), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(status(dma(TAKT_ENGINE_DMA_IN, 64), 3, TAKT_EXTENT_ROWS, 1), TAKT_STATUS_OK);
  EXPECT_EQ(status(dma(TAKT_ENGINE_DMA_IN, 64), 3, TAKT_EXTENT_ROWS, 2), TAKT_STATUS_BAD_COMMAND);
  EXPECT_EQ(status(matrix(5, 1, 6, 7, 1), 3, TAKT_EXTENT_OUT_HEIGHT, 5), TAKT_STATUS_OK);
  EXPECT_EQ(status(matrix(5, 1, 6, 7, 1), 3, TAKT_EXTENT_OUT_CHANNELS, 6), TAKT_STATUS_OK);
  EXPECT_EQ(status(matrix(5, 1, 6, 7, 1), 3, TAKT_EXTENT_IN_CHANNELS, 7), TAKT_STATUS_OK);
  EXPECT_EQ(status(matrix(5, 1, 6, 7, 1), 3, TAKT_EXTENT_IN_CHANNELS, 6), TAKT_STATUS_BAD_COMMAND);
}

}  // namespace
}  // namespace takt::npu::test
