// ONNX models give ONNX Runtime's answers: each operator by its kernel, whole and in pieces, and compiled programs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "sim/compiler/compiler.h"
#include "sim/functional/kernel.h"
#include "sim/graph/describe.h"
#include "sim/import/onnx/reader.h"
#include "tests/functional/golden.h"
#include "tests/functional/program_machine.h"

namespace takt::functional::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

const graph::Tensor& tensor_of(const graph::Graph& graph, graph::TensorId id) {
  return graph.tensors[static_cast<std::size_t>(id)];
}

graph::Graph graph_of(const Golden& golden) {
  return onnx::parse_onnx(golden.model.data(), golden.model.size(), "golden", "", {}, graph::WithContents::yes);
}

Region whole(const graph::Tensor& tensor) { return {0, tensor.elements(), 1, 0, 1}; }

Part part_of(const graph::Graph& graph, Tensors& tensors, graph::TensorId id) {
  if (id == graph::no_tensor) return {};
  const graph::Tensor& tensor = tensor_of(graph, id);
  if (tensor.type == graph::DataType::int4) {  // kernels want a byte an element
    Bytes& wide = tensors[id];
    wide.clear();
    for (std::uint64_t i = 0; i < tensor.elements(); ++i) {
      const int half = (*tensor.contents)[i / 2] >> (i % 2 * 4) & 15;
      wide.push_back(static_cast<std::uint8_t>(half < 8 ? half : half - 16));
    }
    return {graph::DataType::int8, whole(tensor), wide.data()};
  }
  const Bytes* bytes = tensor.constant ? tensor.contents.get() : &tensors.at(id);
  return {tensor.type, whole(tensor), bytes == nullptr ? nullptr : bytes->data()};
}

Bytes bytes_in(const Bytes& tensor, const Region& region, std::uint64_t size) {
  Bytes bytes;
  for (std::uint64_t at = region.begin; at < region.end; at += region.channels) {
    const auto from = tensor.begin() + static_cast<std::ptrdiff_t>((at + region.first) * size);
    bytes.insert(bytes.end(), from, from + static_cast<std::ptrdiff_t>((region.last - region.first) * size));
  }
  return bytes;
}

// Some rows and some channels.
Region piece_of(const graph::Tensor& tensor, std::mt19937_64& random) {
  const std::uint64_t channels = tensor.shape.empty() ? 1 : static_cast<std::uint64_t>(tensor.shape.back());
  const auto range = [&](std::uint64_t extent) {
    const std::uint64_t begin = random() % extent;
    return std::pair(begin, begin + 1 + random() % (extent - begin));
  };
  const auto [begin, end] = range(tensor.elements() / channels);
  const auto [first, last] = range(channels);
  return {begin * channels, end * channels, channels, first, last};
}

// Every operator of the graph, one after the other; and that its pieces are what the whole has there.
void run_kernels(const graph::Graph& graph, Tensors& tensors) {
  std::mt19937_64 random(1);
  for (const graph::Op& op : graph.ops) {
    std::vector<Part> parts;
    for (const graph::TensorId id : op.inputs) parts.push_back(part_of(graph, tensors, id));
    const graph::Tensor& output = tensor_of(graph, op.outputs[0]);
    const std::unique_ptr<Kernel> kernel = make_kernel(graph, op);
    Bytes& made = tensors[op.outputs[0]];
    made.resize(output.bytes());
    kernel->run(parts, whole(output), made.data());
    const std::uint64_t size = graph::bytes_of(output.type, 1);
    for (int i = 0; i < 4; ++i) {
      const Region region = piece_of(output, random);
      Bytes piece(region.elements() * size);
      kernel->run(parts, region, piece.data());
      ASSERT_EQ(piece, bytes_in(made, region, size)) << graph::name_of(op.kind);
    }
  }
}

// Empty, or how what was made differs from what was expected.
std::string difference(const graph::Tensor& tensor, const Bytes& made, const Bytes& expected) {
  if (made.size() != expected.size()) return "found " + std::to_string(made.size()) + " bytes";
  std::size_t count = 0;
  int most = 0;
  std::string first;
  for (std::size_t i = 0; i < made.size(); ++i) {
    if (made[i] == expected[i]) continue;
    const bool sign = tensor.type == graph::DataType::int8;
    const int is = sign ? static_cast<std::int8_t>(made[i]) : made[i];
    const int should = sign ? static_cast<std::int8_t>(expected[i]) : expected[i];
    if (++count == 1)
      first = "element " + std::to_string(i) + " is " + std::to_string(is) + ", expected " + std::to_string(should);
    most = std::max(most, std::abs(is - should));
  }
  if (count == 0) return {};
  return std::to_string(count) + " of " + std::to_string(made.size()) + " elements differ, by up to " +
         std::to_string(most) + ": " + first;
}

void expect_outputs(const graph::Graph& graph, const Golden& golden, const Tensors& made) {
  for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
    const graph::Tensor& tensor = tensor_of(graph, graph.outputs[i]);
    EXPECT_EQ(difference(tensor, made.at(graph.outputs[i]), golden.outputs.at(i).stored_as(tensor)), "");
  }
}

// False where an operator is the CPU's: these have no programs.
bool expect_program(const graph::Graph& graph, const Golden& golden, Tensors tensors) {
  compiler::Options options;
  options.functional = true;
  const compiler::CompiledModel model = compiler::compile(graph, {}, options);
  if (!model.cpu.empty()) return false;
  for (const compiler::Program& program : model.programs) ProgramMachine(program).run(tensors, 1);
  expect_outputs(graph, golden, tensors);
  return true;
}

// Counts in `compiled` a case whose program was run.
void check(const Golden& golden, std::size_t& compiled) {
  SCOPED_TRACE(golden.name);
  const graph::Graph graph = graph_of(golden);
  ASSERT_EQ(graph.inputs.size(), golden.inputs.size());
  Tensors inputs;
  for (std::size_t i = 0; i < graph.inputs.size(); ++i)
    inputs[graph.inputs[i]] = golden.inputs[i].stored_as(tensor_of(graph, graph.inputs[i]));
  Tensors tensors = inputs;
  ASSERT_NO_FATAL_FAILURE(run_kernels(graph, tensors));
  expect_outputs(graph, golden, tensors);
  if (expect_program(graph, golden, inputs)) ++compiled;
}

// At least so many cases, and so many of them compiled.
void check_family(const std::string& family, std::size_t cases, std::size_t programs) {
  const std::vector<Golden> goldens = read_golden(family);
  EXPECT_GE(goldens.size(), cases);
  std::size_t compiled = 0;
  for (const Golden& golden : goldens) check(golden, compiled);
  EXPECT_GE(compiled, programs);
}

TEST(FunctionalOnnx, ConvolutionsAreOnnxRuntimes) { check_family("convolution", 66, 66); }
TEST(FunctionalOnnx, ProductsAreOnnxRuntimes) { check_family("product", 36, 36); }
TEST(FunctionalOnnx, ProductsOfActivationsAndGeluAreOnnxRuntimes) { check_family("transformers", 48, 48); }
TEST(FunctionalOnnx, WeightsOfFourBitsAreOnnxRuntimes) { check_family("four_bits", 72, 72); }
TEST(FunctionalOnnx, TransposedConvolutionsAreOnnxRuntimes) { check_family("transposed", 32, 16); }
TEST(FunctionalOnnx, InterpolationIsOnnxRuntimes) { check_family("interpolation", 32, 32); }
TEST(FunctionalOnnx, SumsAndProductsOfElementsAreOnnxRuntimes) { check_family("binary", 88, 88); }
TEST(FunctionalOnnx, FunctionsOfOneElementAreOnnxRuntimes) { check_family("unary", 48, 40); }
TEST(FunctionalOnnx, SoftmaxIsOnnxRuntimes) { check_family("softmax", 16, 16); }
TEST(FunctionalOnnx, PoolsAreOnnxRuntimes) { check_family("pool", 40, 40); }
TEST(FunctionalOnnx, MovementIsOnnxRuntimes) { check_family("movement", 62, 62); }
TEST(FunctionalOnnx, WholeNetworksAreOnnxRuntimes) { check_family("networks", 6, 6); }

// What the reader finds in a file beyond an operator's fields, and types that ONNX Runtime's kernels lack.
TEST(FunctionalOnnx, WhatCannotBeComputedIsNamed) {
  graph::Graph graph = graph_of(read_golden("product").front());
  const graph::Op op = graph.ops.front();
  const auto message = [&](const graph::Op& changed) {
    try {
      make_kernel(graph, changed);
    } catch (const Unsupported& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_EQ(message(op), "");
  graph::Op other = op;
  other.name = "layer";
  other.beyond = "an alpha or beta";
  EXPECT_EQ(message(other), "operator 'layer' (fully_connected): an alpha or beta cannot be computed");
  graph.tensors[static_cast<std::size_t>(op.inputs[0])].type = graph::DataType::int16;
  EXPECT_THAT(message(op), ::testing::HasSubstr("an output of uint8 from an input of int16 cannot be computed"));
}

TEST(FunctionalOnnx, WithoutContentsTheGraphIsTheSameButForThem) {
  const Golden golden = read_golden("networks").front();
  const graph::Graph with = graph_of(golden);
  const graph::Graph without = onnx::parse_onnx(golden.model.data(), golden.model.size(), "golden");
  EXPECT_EQ(without.arithmetic, graph::Arithmetic::onnx);
  ASSERT_EQ(with.tensors.size(), without.tensors.size());
  EXPECT_EQ(with.ops.size(), without.ops.size());
  for (std::size_t i = 0; i < with.tensors.size(); ++i) {
    EXPECT_EQ(with.tensors[i].shape, without.tensors[i].shape);
    EXPECT_EQ(with.tensors[i].contents != nullptr, with.tensors[i].constant) << with.tensors[i].name;
    EXPECT_EQ(without.tensors[i].contents, nullptr);
  }
}

}  // namespace
}  // namespace takt::functional::test
