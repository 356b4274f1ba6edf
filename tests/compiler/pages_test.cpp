// Caches in pages: what programs load and store of them, against arithmetic on the model's sizes.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/compiler/compiler.h"
#include "sim/graph/error.h"
#include "sim/graph/precision.h"
#include "sim/zoo/decoder.h"

namespace takt::compiler::test {
namespace {

constexpr std::uint64_t room = 700;  // cached tokens at most; not whole pages

graph::Decoder small(const char* like) {
  graph::Decoder d = *zoo::find_decoder(like);
  d.layers = 2;
  d.vocabulary = 512;
  return d;
}

Program compiled(const graph::Decoder& decoder, std::int64_t tokens, std::uint32_t page_tokens,
                 std::uint32_t row_tokens = 0) {
  graph::Graph graph = zoo::decoder_step(decoder, {tokens, room});
  graph::set_precision(graph, graph::Precision::w4a16);
  graph::set_cache_type(graph, graph::DataType::int8);
  Options options;
  options.page_tokens = page_tokens;
  options.row_tokens = row_tokens;
  CompiledModel model = compile(graph, Target{}, options);
  EXPECT_EQ(model.programs.size(), 1u);
  return std::move(model.programs.front());
}

// Visits each transfer of a list that a table places, in each turn: command with its rows, entry.
template <typename Visit>
void each_paged(const Program& program, std::uint32_t engine, std::int64_t past, std::int64_t tokens,
                const Visit& visit) {
  const std::int64_t parameters[] = {past, tokens};
  const auto one = [&](takt_command c, std::int64_t turn) {
    if (c.opcode != TAKT_OP_DMA || c.body.dma.table == TAKT_NO_TABLE) return;
    ASSERT_EQ(c.extent.of, TAKT_EXTENT_ROWS);
    c.body.dma.rows = static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(parameters[c.parameter] + c.extent.offset - turn * c.extent.step, 0, c.extent.limit));
    if (c.body.dma.rows != 0) visit(c.body.dma, c.body.dma.entry + turn * c.body.dma.entry_step);
  };
  const std::vector<takt_command>& list = program.lists[engine];
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (list[i].opcode != TAKT_OP_LOOP_BEGIN) {
      one(list[i], 0);
      continue;
    }
    const takt_loop_body& loop = list[i].body.loop;
    const std::int64_t trips = std::min<std::int64_t>(loop.trips, (past + loop.tile - 1) / loop.tile);
    for (std::int64_t turn = 0; turn < trips; ++turn) one(list[i + 1], turn);
    i += 2;
  }
}

// Elements of one token, all layers: keys and values of each head, or a latent and a rotated key.
std::uint64_t of_a_token(const graph::Decoder& d) {
  return d.kv_latent != 0 ? std::uint64_t{d.layers} * (d.kv_latent + d.rope_dim)
                          : 2ull * d.layers * d.kv_heads * d.head_dim;
}

class Pages : public testing::TestWithParam<const char*> {};

TEST_P(Pages, AStepLoadsWhatIsCachedOnce) {
  const graph::Decoder d = small(GetParam());
  const Program program = compiled(d, 1, 64);
  EXPECT_EQ(program.page_bytes, 64 * of_a_token(d));
  for (const std::int64_t past : {0, 1, 63, 64, 65, 300, 700}) {
    std::uint64_t bytes = 0;
    each_paged(program, TAKT_ENGINE_DMA_IN, past, 1, [&](const takt_dma_body& dma, std::int64_t entry) {
      EXPECT_EQ(dma.table, page_table);
      EXPECT_LT(entry * 64, past);
      EXPECT_LE(dma.offset + std::uint64_t{dma.rows} * dma.row_bytes, program.page_bytes);
      bytes += std::uint64_t{dma.rows} * dma.row_bytes;
    });
    EXPECT_EQ(bytes, of_a_token(d) * static_cast<std::uint64_t>(past)) << past;
  }
}

TEST_P(Pages, AChunkStoresTheRowsOfItsTokensOnce) {
  const graph::Decoder d = small(GetParam());
  for (const std::uint32_t page_tokens : {32u, 128u}) {
    const Program program = compiled(d, 128, page_tokens);
    for (const std::int64_t tokens : {1, 31, 33, 128}) {
      std::map<std::uint64_t, std::uint64_t> stored;  // begin to end, pages one behind the other
      std::uint64_t bytes = 0;
      each_paged(program, TAKT_ENGINE_DMA_OUT, 0, tokens, [&](const takt_dma_body& dma, std::int64_t entry) {
        EXPECT_EQ(dma.row_bytes, program.row_bytes.at(dma.table - row_tables));
        const std::uint64_t begin = static_cast<std::uint64_t>(entry) * program.page_bytes + dma.offset;
        const std::uint64_t length = std::uint64_t{dma.rows} * dma.row_bytes;
        EXPECT_TRUE(stored.emplace(begin, begin + length).second);
        EXPECT_LE(dma.offset + length, program.page_bytes);
        bytes += length;
      });
      EXPECT_EQ(bytes, of_a_token(d) * static_cast<std::uint64_t>(tokens)) << tokens;
      std::uint64_t end = 0;
      for (const auto& [begin, until] : stored) {
        EXPECT_GE(begin, end) << "rows overlap";
        end = until;
      }
    }
  }
}

// Rows with an entry each may lie in two pages: what a chunk stores that way is what it stores by pages.
TEST_P(Pages, RowsWithAnEntryEachAreStoredOnce) {
  const graph::Decoder d = small(GetParam());
  const Program program = compiled(d, 8, 64, 1);
  EXPECT_EQ(program.page_bytes, 64 * of_a_token(d));
  for (const std::int64_t tokens : {1, 5, 8}) {
    std::map<std::int64_t, std::uint64_t> stored;  // by token
    each_paged(program, TAKT_ENGINE_DMA_OUT, 0, tokens, [&](const takt_dma_body& dma, std::int64_t entry) {
      EXPECT_EQ(dma.rows, 1u);
      EXPECT_LE(dma.offset + 64 * dma.row_bytes, program.page_bytes) << "also in a page's last row";
      stored[entry] += dma.row_bytes;
    });
    EXPECT_EQ(stored.size(), static_cast<std::size_t>(tokens));
    for (const auto& [token, bytes] : stored) EXPECT_EQ(bytes, of_a_token(d)) << token;
  }
}

// What a step of 65 cached tokens loads is what chunks of 64 and of 1 have stored.
TEST_P(Pages, StepsLoadWhereChunksHaveStored) {
  const graph::Decoder d = small(GetParam());
  const Program chunk = compiled(d, 128, 64), step = compiled(d, 1, 64);
  using Bytes = std::map<std::uint64_t, std::uint64_t>;  // address to length, token by token
  Bytes stored, loaded;
  const auto note = [&](Bytes& to) {
    return [&](const takt_dma_body& dma, std::int64_t entry) {
      for (std::uint32_t row = 0; row < dma.rows; ++row)
        to[static_cast<std::uint64_t>(entry) * step.page_bytes + dma.offset + std::uint64_t{row} * dma.row_bytes] =
            dma.row_bytes;
    };
  };
  each_paged(chunk, TAKT_ENGINE_DMA_OUT, 0, 65, note(stored));
  each_paged(step, TAKT_ENGINE_DMA_IN, 65, 1, note(loaded));
  EXPECT_EQ(stored, loaded);
}

TEST_P(Pages, ProgramsOfAModelHaveTheSamePages) {
  const graph::Decoder d = small(GetParam());
  const Program chunk = compiled(d, 128, 64), step = compiled(d, 1, 64);
  EXPECT_EQ(chunk.page_bytes, step.page_bytes);
  EXPECT_EQ(chunk.row_bytes, step.row_bytes);
  EXPECT_EQ(chunk.constant_bytes, step.constant_bytes);
}

INSTANTIATE_TEST_SUITE_P(Models, Pages, testing::Values("llama-3.2-1b", "llama-2-7b", "stories15m"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace_if(
                               name.begin(), name.end(), [](char c) { return c == '-' || c == '.'; }, '_');
                           return name;
                         });

// Weights of experts are no constants of the program: each entry of the experts' table is loaded once, whole, and no
// cut has them fetched again.
TEST(Pages, ExpertsAreLoadedFromWhereTheTableSays) {
  graph::Decoder d = small("tiny-mixtral");
  std::vector<std::uint64_t> parts;
  for (const std::int64_t tokens : {1, 3, 40}) {
    graph::Graph graph = zoo::decoder_step(d, {tokens, room});
    graph::set_precision(graph, graph::Precision::w4a16);
    Options options;
    options.page_tokens = 64;
    options.experts_by_table = true;
    const Program program = std::move(compile(graph, Target{}, options).programs.front());
    ASSERT_EQ(program.experts, 2u * std::min<std::uint64_t>(8, 2 * static_cast<std::uint64_t>(tokens)));
    EXPECT_EQ(program.expert_parts, parts.empty() ? program.expert_parts : parts) << "of all programs alike";
    parts = program.expert_parts;
    std::map<std::uint32_t, std::map<std::uint64_t, std::uint64_t>> loaded;  // by entry: begin to end
    const std::vector<takt_command>& list = program.lists[TAKT_ENGINE_DMA_IN];
    for (const takt_command& c : list) {
      if (c.opcode != TAKT_OP_DMA || c.body.dma.table != expert_table) continue;
      EXPECT_EQ(c.body.dma.flags, TAKT_DMA_CONSTANT);
      const std::uint64_t begin = c.body.dma.offset;
      EXPECT_TRUE(loaded[c.body.dma.entry].emplace(begin, begin + std::uint64_t{c.body.dma.row_bytes}).second);
    }
    EXPECT_EQ(loaded.size(), program.experts);
    for (const auto& [entry, pieces] : loaded) {
      std::uint64_t bytes = 0, end = 0;
      for (const auto& [begin, until] : pieces) {
        EXPECT_GE(begin, end) << "pieces overlap";
        bytes += until - begin;
        end = until;
      }
      EXPECT_EQ(bytes, std::accumulate(parts.begin(), parts.end(), std::uint64_t{0})) << entry;
    }
    for (const takt_cut& cut : program.cuts)
      for (std::uint32_t i = 0; i < cut.refetch_count; ++i)
        EXPECT_NE(list[cut.refetch_first + i].body.dma.table, expert_table);
    EXPECT_GT(program.cuts.size(), 5u);
  }
}

TEST(Pages, RowsOfAPageAreOneCommandAtMost) {
  graph::Graph graph = zoo::decoder_step(small("llama-2-7b"), {1, 4095});
  Options options;
  options.page_tokens = 2048;
  EXPECT_THROW(compile(graph, Target{}, options), graph::GraphError) << "256 KiB a head";
}

}  // namespace
}  // namespace takt::compiler::test
