// Programs whose extents follow a parameter against programs compiled for its value.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sim/compiler/compiler.h"
#include "sim/graph/precision.h"
#include "sim/zoo/decoder.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

graph::Decoder small(const char* like, std::uint32_t layers) {
  for (graph::Decoder d : zoo::decoders())
    if (d.name == like) {
      d.layers = layers;
      d.vocabulary = 512;
      return d;
    }
  throw std::logic_error(like);
}

Program compiled(const graph::Decoder& decoder, const zoo::TokenStep& step) {
  graph::Graph graph = zoo::decoder_step(decoder, step);
  graph::set_precision(graph, graph::Precision::w4a16);
  CompiledModel model = compile(graph, Target{});
  EXPECT_EQ(model.programs.size(), 1u);
  return std::move(model.programs.front());
}

struct Work {
  std::uint64_t input_bytes = 0, macs = 0, vector_bytes = 0;
};

// As firmware/abi/command.h defines extents and turns.
std::int64_t extent(const takt_command& c, std::int64_t parameter, std::int64_t turn) {
  return std::clamp<std::int64_t>(parameter + c.extent.offset - turn * c.extent.step, 0, c.extent.limit);
}

void add(Work& work, takt_command c, std::int64_t parameter, std::int64_t turn) {
  const bool follows = c.parameter != TAKT_NO_PARAMETER;
  const auto e = static_cast<std::uint32_t>(follows ? extent(c, parameter, turn) : 0);
  if (c.opcode == TAKT_OP_DMA && c.body.dma.base == TAKT_BASE_INPUT) {
    work.input_bytes += std::uint64_t{follows ? e : c.body.dma.rows} * c.body.dma.row_bytes;
  } else if (c.opcode == TAKT_OP_MATRIX) {
    takt_matrix_body& b = c.body.matrix;
    if (follows) (c.extent.of == TAKT_EXTENT_IN_CHANNELS ? b.in_channels : b.out_channels) = e;
    work.macs += std::uint64_t{b.out_height} * b.out_width * b.out_channels * b.taps * b.in_channels * b.groups;
  } else if (c.opcode == TAKT_OP_VECTOR) {
    const std::uint64_t bytes = c.body.vector.pass_bytes + c.body.vector.move_bytes;
    work.vector_bytes += follows ? bytes * e / c.extent.limit : bytes;
  }
}

Work work_at(const Program& program, std::int64_t parameter) {
  Work work;
  for (const std::vector<takt_command>& list : program.lists)
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].opcode != TAKT_OP_LOOP_BEGIN) {
        add(work, list[i], parameter, 0);
        continue;
      }
      const takt_loop_body& loop = list[i].body.loop;
      const std::int64_t trips = std::min<std::int64_t>(loop.trips, (parameter + loop.tile - 1) / loop.tile);
      for (std::int64_t turn = 0; turn < trips; ++turn) add(work, list[i + 1], parameter, turn);
      ++i;
    }
  return work;
}

class Growth : public testing::TestWithParam<const char*> {};

TEST_P(Growth, AProgramForAsManyCachedTokensAsFitDoesTheWorkOfOneForThem) {
  const graph::Decoder decoder = small(GetParam(), 2);
  const Program program = compiled(decoder, {1, 3000});
  for (const std::int64_t past : {2, 31, 700, 1024, 1025, 2999, 3000}) {
    const Work grown = work_at(program, past), exact = work_at(compiled(decoder, {1, past}), past);
    EXPECT_EQ(grown.input_bytes, exact.input_bytes) << past;
    EXPECT_EQ(grown.macs, exact.macs) << past;
    // Rows are padded to the vectors' granule, and few layers move parts of rows whose place they cannot know.
    EXPECT_NEAR(static_cast<double>(grown.vector_bytes), static_cast<double>(exact.vector_bytes),
                0.08 * static_cast<double>(exact.vector_bytes))
        << past;
  }
}

// A job without parameters runs each turn at its limit (firmware/abi/command.h), and its windows end where the cache
// does.
TEST_P(Growth, WithoutParametersNoLoadReachesBehindTheInputs) {
  for (const std::int64_t past : {1023, 3000}) {
    const Program program = compiled(small(GetParam(), 2), {1, past});
    std::uint64_t reached = 0, turns = 0;
    for (const takt_command& c : program.lists[TAKT_ENGINE_DMA_IN]) {
      if (c.opcode == TAKT_OP_LOOP_BEGIN) turns = c.body.loop.trips - 1;
      if (c.opcode == TAKT_OP_LOOP_END) turns = 0;
      const takt_dma_body& dma = c.body.dma;
      if (c.opcode != TAKT_OP_DMA || dma.base != TAKT_BASE_INPUT) continue;
      const std::uint64_t end = dma.offset + turns * static_cast<std::uint64_t>(dma.loop_stride) +
                                (dma.rows - 1) * dma.stride + dma.row_bytes;
      reached = std::max(reached, end);
    }
    EXPECT_LE(reached, program.input_bytes) << past;
    EXPECT_GT(reached, program.input_bytes / 2) << past;
  }
}

TEST_P(Growth, ListsHoldAtTheLimit) {
  const graph::Decoder decoder = small(GetParam(), 2);
  for (const zoo::TokenStep step : {zoo::TokenStep{1, 3000}, zoo::TokenStep{16, 500}})
    EXPECT_EQ(check_program(compiled(decoder, step), Target{}), "");
}

TEST_P(Growth, CyclesFallWithBandwidthAndGrowWithTheCache) {
  const Program program = compiled(small(GetParam(), 2), {1, 3000});
  const takt_cost_table& cost = program.cost;
  ASSERT_EQ(cost.ratios, TAKT_COST_RATIOS);
  ASSERT_GT(cost.values, 2u);
  EXPECT_EQ(cost.value[cost.values - 1], 3000u);
  for (std::uint32_t v = 0; v < cost.values; ++v)
    for (std::uint32_t r = 0; r < cost.ratios; ++r) {
      EXPECT_LE(cost.cycles[v][r], cost.cycles[v][r == 0 ? 0 : r - 1]);
      EXPECT_GE(cost.cycles[v][r], cost.cycles[v == 0 ? 0 : v - 1][r]);
    }
  // Where memory is slow it takes the bytes their time, and little beside.
  for (std::uint32_t v = 0; v < cost.values; ++v) {
    const double bytes = static_cast<double>(program.constant_bytes + work_at(program, cost.value[v]).input_bytes);
    const double bound = bytes * 1000 / cost.bytes_per_kilocycle[0];
    EXPECT_GE(static_cast<double>(cost.cycles[v][0]), bound);
    EXPECT_LE(static_cast<double>(cost.cycles[v][0]), 1.03 * bound);
  }
}

TEST_P(Growth, NeedsHardlyMoreCommandsForALongerCache) {
  const graph::Decoder decoder = small(GetParam(), 2);
  const auto commands = [&](std::int64_t past) {
    return compiled(decoder, {1, past}).lists[TAKT_ENGINE_DMA_IN].size();
  };
  EXPECT_LE(commands(4000), commands(500) * 6 / 5);
}

INSTANTIATE_TEST_SUITE_P(Models, Growth,
                         testing::Values("llama-3.2-1b", "llama-2-7b", "qwen2.5-7b", "deepseek-v2-lite"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace_if(
                               name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

}  // namespace
}  // namespace takt::compiler::test
