// What the NPU lacks splits the graph; nothing is silently free.
#include <gtest/gtest.h>

#include "sim/compiler/compiler.h"
#include "sim/graph/error.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/list_checker.h"

namespace takt::compiler::test {
namespace {

std::string steps(const CompiledModel& model) {
  std::string text;
  for (const Step& step : model.steps) text += step.kind == Step::Kind::cpu ? "C" : "N";
  return text;
}

CompiledModel compile_checked(const graph::Graph& graph, const Target& target = {}) {
  CompiledModel model = compile(graph, target);
  EXPECT_EQ(check_model(graph, model, target), "");
  EXPECT_EQ(model.npu_macs + model.cpu_macs, model.graph_macs);
  return model;
}

TEST(Partition, AnOperatorTheNpuLacksSplitsTheGraph) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  const CompiledModel model = compile_checked(b.finish({b.conv(b.custom(x, "Mystery"), 16)}));
  EXPECT_EQ(steps(model), "NCN");
  EXPECT_EQ(model.cpu[0].what, "Mystery");
  EXPECT_EQ(model.cpu[0].elements, 8u * 8 * 32);
  EXPECT_EQ(model.cpu[0].bytes_read, 8u * 8 * 32);
  EXPECT_EQ(model.cpu[0].bytes_written, 8u * 8 * 32);
  EXPECT_FALSE(model.cpu[0].reason.empty());
  EXPECT_EQ(model.programs[0].outputs.at(0).tensor, x);
  EXPECT_EQ(model.programs[1].inputs.at(0).bytes, 8u * 8 * 32);
}

TEST(Partition, BranchesThatNeedNoSplitStayTogether) {
  GraphBuilder b;
  const TensorId x = b.conv(b.input({1, 8, 8, 32}), 32);
  const TensorId left = b.custom(x, "a");
  const TensorId right = b.conv(b.conv(x, 32, 3), 32, 3);  // in the file behind the custom operator
  const CompiledModel model = compile_checked(b.finish({b.binary(OpKind::add, left, right)}));
  EXPECT_EQ(steps(model), "NCN");
  EXPECT_EQ(model.programs[0].outputs.size(), 2u);
  EXPECT_EQ(model.programs[1].inputs.size(), 2u);
}

TEST(Partition, MacsLeftToTheCpuAreCounted) {
  GraphBuilder b;
  const TensorId x = b.input({1, 8, 8, 16});
  const TensorId y = b.conv(x, 8, 3);
  b.tensor(y).type = DataType::float32;
  const CompiledModel model = compile_checked(b.finish({y}));
  EXPECT_EQ(steps(model), "C");
  EXPECT_EQ(model.cpu_macs, 8u * 8 * 8 * 9 * 16);
  EXPECT_EQ(model.cpu[0].reason, "float32 output");
}

TEST(Partition, HalfPrecisionIsTheTargetsChoice) {
  GraphBuilder b(DataType::float16);
  const TensorId x = b.input({1, 8, 8, 16});
  const graph::Graph graph = b.finish({b.conv(x, 8, 3)});
  Target without;
  without.fp16 = false;
  EXPECT_EQ(steps(compile_checked(graph)), "N");
  EXPECT_EQ(steps(compile_checked(graph, without)), "C");
}

TEST(Partition, WeightsMustBeConstants) {
  GraphBuilder b;
  const TensorId x = b.input({4, 32}), w = b.input({16, 32});
  const TensorId y = b.fully_connected(x, 16);
  b.last().inputs[1] = w;
  const CompiledModel model = compile_checked(b.finish({y}));
  EXPECT_EQ(steps(model), "C");
  EXPECT_EQ(model.cpu[0].reason, "weights are computed at run time");
}

TEST(Partition, AReshapeStaysWhereItsInputIsMade) {
  GraphBuilder b;
  const TensorId x = b.custom(b.input({1, 8, 8, 32}), "a");
  const CompiledModel model = compile_checked(b.finish({b.custom(b.reshape(x, {1, 2048}), "b")}));
  EXPECT_EQ(steps(model), "CCC");
}

TEST(Partition, AnInvalidGraphIsRefused) {
  GraphBuilder b;
  graph::Graph graph = b.finish({b.conv(b.input({1, 8, 8, 3}), 8)});
  graph.tensors[static_cast<std::size_t>(graph.outputs[0])].shape[3] = 9;
  EXPECT_THROW(compile(graph, {}), graph::GraphError);
}

}  // namespace
}  // namespace takt::compiler::test
