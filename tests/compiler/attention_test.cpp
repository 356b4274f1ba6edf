// Attention whose scores would go through memory becomes one layer; all other attention stays as it is.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "sim/compiler/compiler.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

constexpr const char* fused = "batch_matmul+softmax+batch_matmul";

struct Sizes {
  std::int64_t heads = 2, rows = 512, keys = 1024, width = 64;
};

graph::Graph attention(GraphBuilder& b, const Sizes& s) {
  const TensorId queries = b.input({s.heads, s.rows, s.width}), keys = b.input({s.heads, s.width, s.keys});
  const TensorId values = b.input({s.heads, s.keys, s.width});
  return b.finish({b.matmul(b.unary(OpKind::softmax, b.matmul(queries, keys)), values)});
}

Program compile_in(const graph::Graph& graph, std::uint32_t scratchpad) {
  Target target;
  target.scratchpad_bytes = scratchpad;
  CompiledModel model = compile(graph, target);
  EXPECT_EQ(check_model(graph, model, target), "") << scratchpad;
  return std::move(model.programs.at(0));
}

std::size_t fused_layers(const Program& program) {
  std::size_t count = 0;
  for (const LayerInfo& layer : program.layers) count += layer.op.find(fused) == 0 ? 1 : 0;
  return count;
}

std::uint64_t softmax_bytes(const Program& program) {  // of all passes
  std::uint64_t bytes = 0;
  for (const takt_command& c : program.lists[TAKT_ENGINE_VECTOR])
    if (c.body.vector.kind == TAKT_VECTOR_SOFTMAX) bytes += c.body.vector.pass_bytes;
  return bytes;
}

TEST(Attention, ScoresOfMoreThanAQuarterOfTheScratchpadAreMadeTileByTile) {
  GraphBuilder b;
  const Program program = compile_in(attention(b, {}), 1 << 20);  // 1 MiB of scores
  const LayerInfo& layer = program.layers.back();
  EXPECT_EQ(layer.op, fused);
  EXPECT_EQ(layer.useful_macs, 2u * 2 * 512 * 1024 * 64);
  EXPECT_EQ(layer.load_bytes, 2u * 512 * 64);   // queries
  EXPECT_EQ(layer.store_bytes, 2u * 512 * 64);  // the program's output
  EXPECT_EQ(softmax_bytes(program), 4u * 2 * 512 * 1024);
}

TEST(Attention, FirstProductsRunAheadOfTheSoftmaxOfTheTileBefore) {
  GraphBuilder b;
  const Program program = compile_in(attention(b, {}), 1 << 20);
  std::string order;  // 1: to scores, 2: to the output
  for (const takt_command& c : program.lists[TAKT_ENGINE_TENSOR])
    order += c.body.matrix.out_channels == 1024 ? '1' : '2';
  EXPECT_EQ(order.substr(0, 5), "11212");
  EXPECT_EQ(order.substr(order.size() - 2), "22");
}

TEST(Attention, SmallScoresStayInTheScratchpadAsTheyAre) {
  GraphBuilder b;
  EXPECT_EQ(fused_layers(compile_in(attention(b, {}), 8 << 20)), 0u);
}

TEST(Attention, AMaskIsAddedWithinTheTile) {
  GraphBuilder b;
  const TensorId x = b.input({2, 512, 64}), keys = b.input({2, 64, 1024}), values = b.input({2, 1024, 64});
  const TensorId scores = b.binary(OpKind::add, b.matmul(x, keys), b.constant({512, 1024}, DataType::int8));
  const Program program = compile_in(b.finish({b.matmul(b.unary(OpKind::softmax, scores), values)}), 2 << 20);
  EXPECT_EQ(program.layers.back().op, "batch_matmul+add+softmax+batch_matmul");
  EXPECT_EQ(program.layers.back().constant_bytes, 512u * 1024);
}

// As a step of a decoder has it: cached rows behind the step's own.
graph::Graph attention_of_parts(GraphBuilder& b, std::int64_t own, std::int64_t cached) {
  const auto rows = [&] { return b.concat({b.input({2, own, 64}), b.input({2, cached, 64})}, 1); };
  const TensorId queries = b.input({2, own, 64}), keys = rows(), values = rows();
  const TensorId weights = b.unary(OpKind::softmax, b.matmul(queries, keys, true));
  b.last().causal = own;
  return b.finish({b.matmul(weights, values)});
}

TEST(Attention, KeysAndValuesOfTwoPartsAreReadWhereTheyLie) {
  GraphBuilder b;
  const Program program = compile_in(attention_of_parts(b, 256, 1024), 1 << 20);
  const LayerInfo& layer = program.layers.back();
  EXPECT_EQ(layer.op, fused);
  EXPECT_EQ(layer.useful_macs, 2u * 2 * 256 * 1280 * 64);
  for (const LayerInfo& other : program.layers) EXPECT_EQ(other.op.find("concat"), std::string::npos) << other.op;
  EXPECT_EQ(softmax_bytes(program), 2u * 256 * (4 * 1280 + 256));  // and one for the mask of the step's own
}

// Scores: columns of each part. Weighted sums: terms of each part.
TEST(Attention, AProductTakesThePartsOfItsSecondOperandOneAfterTheOther) {
  GraphBuilder b;
  const Program program = compile_in(attention_of_parts(b, 256, 1024), 8 << 20);
  std::map<std::string, std::uint64_t> rows;  // by extents
  for (const takt_command& c : program.lists[TAKT_ENGINE_TENSOR])
    rows[std::to_string(c.body.matrix.in_channels) + " to " + std::to_string(c.body.matrix.out_channels)] +=
        c.body.matrix.out_height;
  const std::map<std::string, std::uint64_t> expected = {
      {"64 to 256", 512}, {"64 to 1024", 512}, {"256 to 64", 512}, {"1024 to 64", 512}};
  EXPECT_EQ(rows, expected);
}

TEST(Attention, AConcatenationOfRowsThatSomethingElseReadsIsMade) {
  GraphBuilder b;
  const TensorId queries = b.input({2, 64, 64});
  const TensorId keys = b.concat({b.input({2, 64, 64}), b.input({2, 128, 64})}, 1);
  const graph::Graph graph = b.finish({b.matmul(queries, keys, true), b.unary(OpKind::logistic, keys)});
  const Program program = compile_in(graph, 8 << 20);
  EXPECT_EQ(std::count_if(program.layers.begin(), program.layers.end(),
                          [](const LayerInfo& layer) { return layer.op.find("concat") == 0; }),
            1);
}

TEST(Attention, AConstantTimesAConcatenationOfRowsCompiles) {
  GraphBuilder b;
  const TensorId rows = b.concat({b.input({2, 64, 64}), b.input({2, 128, 64})}, 1);
  compile_in(b.finish({b.matmul(b.constant({2, 16, 64}, DataType::int8), rows, true)}), 8 << 20);
}

TEST(Attention, ScoresThatSomethingElseReadsAreStored) {
  GraphBuilder b;
  const TensorId x = b.input({2, 512, 64}), keys = b.input({2, 64, 1024}), values = b.input({2, 1024, 64});
  const TensorId softmax = b.unary(OpKind::softmax, b.matmul(x, keys));
  const graph::Graph graph = b.finish({b.matmul(softmax, values), softmax});
  EXPECT_EQ(fused_layers(compile_in(graph, 1 << 20)), 0u);
}

TEST(Attention, KeysAndValuesThatFillTheScratchpadLeaveNoRoomForTiles) {
  GraphBuilder b;
  EXPECT_EQ(fused_layers(compile_in(attention(b, {1, 4096, 4096, 80}), 600 << 10)), 0u);
}

TEST(Attention, FitsIntoWhateverScratchpadThereIs) {
  for (const DataType type : {DataType::int8, DataType::int16, DataType::float16})
    for (const std::uint32_t kib : {384, 448, 512, 768, 1024, 1536})
      for (const Sizes& sizes : {Sizes{}, Sizes{1, 100, 777, 33}, Sizes{5, 257, 600, 16}}) {
        GraphBuilder b(type);
        compile_in(attention(b, sizes), kib << 10);
      }
}

}  // namespace
}  // namespace takt::compiler::test
