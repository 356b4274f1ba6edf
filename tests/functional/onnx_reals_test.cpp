// Floating-point ONNX models: kernels, and compiled programs, lie within the reference's bounds, and so does ONNX
// Runtime. Both bounds together are what they may differ by.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "sim/compiler/compiler.h"
#include "sim/import/onnx/reader.h"
#include "tests/functional/golden.h"
#include "tests/functional/program_machine.h"
#include "tests/functional/whole.h"

namespace takt::functional::test {
namespace {

using testing::Arrays;
using testing::tensor_of;

graph::Graph graph_of(const Golden& golden) {
  return onnx::parse_onnx(golden.model.data(), golden.model.size(), "golden", "", {}, graph::WithContents::yes);
}

// What ONNX Runtime's kernels may be off beyond the bound: in single precision they add 1 to the error function or the
// tangent (gelu) and a half to a sixth (hard_swish), before they multiply by x; logistic and tanh are approximated to a
// few units of the last place of 1; the exponents of softmax, here above -24, are rounded before the exponential.
double allowance(graph::OpKind kind, double x, double value) {
  constexpr double single = 0x1p-24;
  switch (kind) {
    case graph::OpKind::gelu:
    case graph::OpKind::hard_swish:
      return 4 * single * std::fabs(x);
    case graph::OpKind::logistic:
    case graph::OpKind::tanh:
      return 4 * single;
    case graph::OpKind::softmax:
      return 24 * single * value;
    default:
      return 0;
  }
}

// What ONNX Runtime gives against the reference, from the operands that the last operator had in takt.
void expect_onnx_runtime_within(const graph::Graph& graph, const Golden& golden, const Arrays& arrays) {
  ASSERT_EQ(graph.outputs.size(), 1u);
  const graph::Tensor& tensor = tensor_of(graph, graph.outputs[0]);
  const auto maker = std::find_if(graph.ops.begin(), graph.ops.end(),
                                  [&](const graph::Op& op) { return op.outputs[0] == graph.outputs[0]; });
  ASSERT_NE(maker, graph.ops.end());
  ASSERT_FALSE(reference::moves_only(maker->kind)) << graph::name_of(maker->kind);
  const reference::Array theirs{tensor.type, tensor.shape, golden.outputs.at(0).stored_as(tensor)};
  std::vector<reference::Real> expected = reference::evaluate_reals(graph, *maker, arrays);
  const std::vector<double> x = reference::doubles_of(testing::operand_of(graph, maker->inputs[0], arrays));
  for (std::size_t i = 0; i < std::min(x.size(), expected.size()); ++i)
    expected[i].bound += allowance(maker->kind, x[i], expected[i].value);
  EXPECT_EQ(reference::difference(expected, reference::doubles_of(theirs)), "");
}

// False where an operator is the CPU's.
bool expect_program(const graph::Graph& graph, const Arrays& arrays) {
  compiler::Options options;
  options.functional = true;
  const compiler::CompiledModel model = compiler::compile(graph, {}, options);
  if (!model.cpu.empty()) return false;
  Tensors tensors;
  for (const graph::TensorId id : graph.inputs) tensors[id] = arrays.at(id).bytes;
  for (const compiler::Program& program : model.programs) ProgramMachine(program).run(tensors, 1);
  for (const graph::TensorId id : graph.outputs) EXPECT_EQ(tensors.at(id), arrays.at(id).bytes);
  return true;
}

// At least so many cases, and so many of them compiled.
void check_family(const std::string& family, std::size_t cases, std::size_t programs) {
  const std::vector<Golden> goldens = read_golden(family);
  EXPECT_GE(goldens.size(), cases);
  std::size_t compiled = 0;
  for (const Golden& golden : goldens) {
    SCOPED_TRACE(golden.name);
    const graph::Graph graph = graph_of(golden);
    ASSERT_EQ(graph.inputs.size(), golden.inputs.size());
    Arrays inputs;
    for (std::size_t i = 0; i < graph.inputs.size(); ++i) {
      const graph::Tensor& tensor = tensor_of(graph, graph.inputs[i]);
      inputs[graph.inputs[i]] = {tensor.type, tensor.shape, golden.inputs[i].stored_as(tensor)};
    }
    const Arrays arrays = testing::run_whole(graph, inputs);
    ASSERT_NO_FATAL_FAILURE(expect_onnx_runtime_within(graph, golden, arrays));
    if (expect_program(graph, arrays)) ++compiled;
  }
  EXPECT_GE(compiled, programs);
}

TEST(FunctionalOnnxReals, FloatsLieWithinTheirBounds) { check_family("floats", 134, 60); }
TEST(FunctionalOnnxReals, WeightsInBlocksLieWithinTheirBounds) { check_family("blocks", 32, 0); }

}  // namespace
}  // namespace takt::functional::test
