// Norms, look-ups and convolutions over frames: what they become. Expected counts are worked out from the shapes.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/compiler/lower.h"
#include "sim/graph/infer_shapes.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

Program compile_one(const graph::Graph& graph, const Target& target = {}) {
  CompiledModel model = compile(graph, target);
  EXPECT_EQ(check_model(graph, model, target), "");
  EXPECT_EQ(model.programs.size(), 1u);
  EXPECT_TRUE(model.cpu.empty());
  return std::move(model.programs.at(0));
}

std::uint64_t pass_bytes(const Program& program, std::uint16_t kind) {
  std::uint64_t total = 0;
  for (const takt_command& c : program.lists[TAKT_ENGINE_VECTOR])
    if (c.body.vector.kind == kind) total += c.body.vector.pass_bytes;
  return total;
}

constexpr std::uint64_t norm = 110 * 128;  // instructions of a mean and a variance, each a pass over a vector

TEST(Norm, ALayerNormTakesThreePassesAndItsRowsReductions) {
  GraphBuilder b;
  const TensorId x = b.input({40, 100});
  const Program program = compile_one(b.finish({b.norm(OpKind::layer_norm, x)}));
  EXPECT_EQ(pass_bytes(program, TAKT_VECTOR_NORM), 40u * (3 * 128 + norm));  // channels padded to the granule
  EXPECT_EQ(program.layers[0].overhead, TAKT_OVERHEAD_IRREGULAR);
  EXPECT_EQ(program.layers[0].constant_bytes, 2u * 100);
}

TEST(Norm, ALayerNormOfAnImageNormalisesItsPixels) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 12, 32}), 64);
  const Program program = compile_one(b.finish({b.norm(OpKind::layer_norm, x)}));
  EXPECT_EQ(pass_bytes(program, TAKT_VECTOR_NORM), 8u * 12 * (3 * 64 + norm));
}

TEST(Norm, WideElementsSlowThePassesAndNotTheReductions) {
  GraphBuilder b(DataType::int16);
  const Target target;
  const TensorId x = b.input({40, 128});
  const Program program = compile_one(b.finish({b.norm(OpKind::layer_norm, x)}), target);
  EXPECT_EQ(pass_bytes(program, TAKT_VECTOR_NORM), 40u * (3 * 2 * 128 + norm * 1000 / target.wide_permille));
}

TEST(Norm, AGroupNormReadsItsInputTwice) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 16, 12, 32}), 64);
  const TensorId y = b.norm(OpKind::group_norm, x);
  b.last().groups = 32;
  const Program program = compile_one(b.finish({y}));
  ASSERT_EQ(program.layers.size(), 4u);
  EXPECT_EQ(program.layers[2].op, "group statistics");
  EXPECT_EQ(program.layers[2].shape, "1x1x1x64");  // mean and variance of 32 groups
  EXPECT_EQ(program.layers[3].op, "group_norm");
  EXPECT_EQ(program.layers[3].inputs, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(pass_bytes(program, TAKT_VECTOR_NORM),
            16u * 12 * 64 + 16 * (2 * 12 * 64 + 2 * norm));  // 32 groups, 16 rows
}

TEST(Norm, AGroupNormOfAnImageThatDoesNotFitIsStreamedTwice) {
  GraphBuilder b;
  Target target;
  target.scratchpad_bytes = 64 << 10;
  const TensorId x = b.conv(b.input({1, 64, 64, 32}), 64);
  const TensorId y = b.norm(OpKind::group_norm, x);
  b.last().groups = 32;
  const Program program = compile_one(b.finish({y}), target);
  EXPECT_EQ(program.layers[2].load_bytes, 64u * 64 * 64);
  EXPECT_EQ(program.layers[3].load_bytes, 64u * 64 * 64);
}

TEST(Gather, IsLeftToTheCpuAndReadsTheRowsItLooksUp) {
  GraphBuilder b;
  const TensorId table = b.constant({30000, 64}, DataType::int8);
  const TensorId indices = b.input({1, 77});
  b.tensor(indices).type = DataType::int32;
  const TensorId rows = b.binary(OpKind::gather, table, indices);
  const CompiledModel model = compile(b.finish({b.fully_connected(rows, 32)}), {});
  ASSERT_EQ(model.cpu.size(), 1u);
  EXPECT_EQ(model.cpu[0].what, "gather");
  EXPECT_EQ(model.cpu[0].bytes_read, 77u * 64 + 77 * 4);
  EXPECT_EQ(model.programs.size(), 1u);
}

TEST(Conv3d, IsOneProductWithAllTaps) {
  GraphBuilder b;
  const TensorId x = b.input({1, 4, 16, 16, 32});
  const Program program = compile_one(b.finish({b.conv3d(x, 64, 3, 3, 1, 1)}));
  EXPECT_EQ(program.useful_macs, 4u * 16 * 16 * 64 * 27 * 32);
  EXPECT_EQ(program.issued_macs, program.useful_macs);
  for (const takt_command& c : program.lists[TAKT_ENGINE_TENSOR]) EXPECT_EQ(c.body.matrix.taps, 27u);
}

TEST(Conv3d, AloneOnEachFrameWalksFrames) {
  GraphBuilder b;
  const TensorId x = b.input({1, 4, 16, 16, 32});
  const Program program = compile_one(b.finish({b.conv3d(x, 64, 1, 3, 1, 2)}));
  EXPECT_EQ(program.layers[1].shape, "4x8x8x64");
  EXPECT_EQ(program.useful_macs, 4u * 8 * 8 * 64 * 9 * 32);
}

// Rows of the input, counted over all frames, that one row of the output needs.
std::vector<std::int64_t> rows_by_definition(const Op& op, const Shape& in, std::int64_t frame, std::int64_t row) {
  std::vector<std::int64_t> rows;
  for (std::int64_t d = 0; d < op.kernel_d; ++d)
    for (std::int64_t h = 0; h < op.kernel_h; ++h) {
      const std::int64_t f = frame * op.stride_d - op.pad_front + d, r = row * op.stride_h - op.pad_top + h;
      if (f >= 0 && f < in[1] && r >= 0 && r < in[2]) rows.push_back(f * in[2] + r);
    }
  return rows;
}

TEST(Conv3d, TheRowsThatATileLoadsHoldAllThatItsWindowsCover) {
  for (const std::int32_t kernel_d : {2, 3, 5})
    for (const std::int32_t kernel : {1, 3, 7})
      for (const std::int32_t stride_d : {1, 2, 3})
        for (const std::int32_t stride : {1, 2, 4})
          for (const std::int64_t height : {7, 12, 17}) {
            GraphBuilder b;
            const Shape in = {1, 6, height, 9, 8};
            const graph::Graph graph = b.finish({b.conv3d(b.input(in), 8, kernel_d, kernel, stride_d, stride)});
            const Network network = lower(graph, {});
            const Operand& operand = network.layers.back().inputs[0];
            const Op& op = graph.ops[0];
            const Shape& out = graph.tensors[static_cast<std::size_t>(op.outputs[0])].shape;
            for (std::int64_t frame = 0; frame < out[1]; ++frame)
              for (std::int64_t row = 0; row < out[2]; ++row) {
                const std::uint64_t at = static_cast<std::uint64_t>(frame * out[2] + row);
                const Range loaded = rows_needed(operand, 0, at, at + 1);
                for (const std::int64_t needed : rows_by_definition(op, in, frame, row)) {
                  ASSERT_GE(needed, static_cast<std::int64_t>(loaded.begin));
                  ASSERT_LT(needed, static_cast<std::int64_t>(loaded.end));
                }
              }
          }
}

}  // namespace
}  // namespace takt::compiler::test
