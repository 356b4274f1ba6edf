// Floating-point operators: within the reference's bounds as a whole, and in pieces what they are as a whole.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/compiler/compiler.h"
#include "sim/functional/synthesize.h"
#include "sim/graph/error.h"
#include "sim/graph/precision.h"
#include "tests/compiler/graphs.h"
#include "tests/compiler/random_graph.h"
#include "tests/functional/operators.h"
#include "tests/functional/parts.h"
#include "tests/functional/program_machine.h"
#include "tests/functional/whole.h"
#include "tests/reference/random_inputs.h"

namespace takt::functional::testing {
namespace {

using graph::DataType;
using graph::OpKind;
using reference::testing::Network;
using reference::testing::plain;
using test::Tensors;

constexpr DataType types[] = {DataType::float16, DataType::float32};
constexpr int rounds = 150;

// Some pixels, all of their channels or some.
Region piece_of(Random& random, const graph::Tensor& tensor) {
  const std::int64_t channels = tensor.shape.back(), pixels = static_cast<std::int64_t>(tensor.elements()) / channels;
  const auto range = [&](std::int64_t extent) {
    const std::int64_t begin = random.whole(0, extent - 1);
    return std::pair(static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(random.whole(begin + 1, extent)));
  };
  const auto [begin, end] = range(pixels);
  const auto [first, last] = range(channels);
  const auto all = static_cast<std::uint64_t>(channels);
  return {begin * all, end * all, all, first, last};
}

void check(Random& random, Network network) {
  const graph::Graph& graph = network.graph();
  const graph::Op& op = graph.ops[0];
  const Arrays made = run_whole(graph, network.inputs());
  const reference::Array& whole = made.at(op.outputs[0]);
  std::vector<Cut> operands;
  for (const graph::TensorId id : op.inputs) {
    const reference::Array array = operand_of(graph, id, made);
    operands.push_back(array.bytes.empty() ? Cut() : Cut(array));
  }
  const std::unique_ptr<Kernel> kernel = make_kernel(graph, op);
  for (int i = 0; i < 6; ++i) {
    const Region region = piece_of(random, tensor_of(graph, op.outputs[0]));
    ASSERT_EQ(run(*kernel, operands, region, whole.type), bytes_in(whole, region));
  }
}

template <typename Make>
void check_random(const Make& make) {
  Random random(1);
  for (const DataType type : types)
    for (int round = 0; round < rounds; ++round) {
      SCOPED_TRACE(std::string(graph::name_of(type)) + ", round " + std::to_string(round));
      ASSERT_NO_FATAL_FAILURE(check(random, make(random, type)));
    }
}

TEST(Reals, Convolutions) { check_random(random_convolution); }
TEST(Reals, DepthwiseConvolutions) { check_random(random_depthwise_convolution); }
TEST(Reals, TransposedConvolutions) { check_random(random_transposed_convolution); }
TEST(Reals, Products) { check_random(random_product); }
TEST(Reals, Means) { check_random(random_mean); }
TEST(Reals, Softmax) { check_random(random_softmax); }
TEST(Reals, Pools) {
  check_random([](Random& random, DataType type) {
    return random_pool(random, type, random.once_in(2) ? OpKind::max_pool : OpKind::average_pool, random.once_in(3));
  });
}

// A number of each kind between -12 and 12, and those beside 0.
reference::testing::Values numbers(Random& random, std::uint64_t count) {
  reference::testing::Values values(count);
  for (double& value : values) value = random.once_in(4) ? std::exp2(random.real(-24, 3)) : random.real(-12, 12);
  return values;
}

TEST(Reals, FunctionsOfOneElement) {
  for (const OpKind kind : {OpKind::relu, OpKind::relu6, OpKind::leaky_relu, OpKind::hard_swish, OpKind::logistic,
                            OpKind::tanh, OpKind::gelu})
    for (const bool approximate : {false, true})
      check_random([&](Random& random, DataType type) {
        Network network(kind);
        network.op.approximate = approximate;
        network.op.alpha = 0.1F;
        network.input({4, 50}, plain(type), numbers(random, 200)).output({4, 50}, plain(type));
        return network;
      });
}

TEST(Reals, FunctionsOfTwoElements) {
  for (const OpKind kind : {OpKind::add, OpKind::sub, OpKind::mul, OpKind::minimum, OpKind::maximum})
    check_random([&](Random& random, DataType type) {
      Network network(kind);
      network.input({4, 50}, plain(type), numbers(random, 200)).input({50}, plain(type), numbers(random, 50));
      network.output({4, 50}, plain(type));
      return network;
    });
}

// Codes of 4 and 8 bits in blocks of a row, with zero points of the file's packing, of floats, or none.
TEST(Reals, ProductsWithWeightsInBlocks) {
  check_random([](Random& random, DataType type) {
    Network network(OpKind::fully_connected);
    const std::int64_t rows = random.whole(1, 20), units = random.whole(1, 9), depth = random.whole(1, 100);
    const std::int64_t block = random.one_of<std::int64_t>({16, 32}), blocks = (depth + block - 1) / block;
    const bool narrow = random.once_in(2);
    const auto count = [](std::int64_t a, std::int64_t b) { return static_cast<std::uint64_t>(a * b); };
    network.op.block = static_cast<std::int32_t>(block);
    network.input({rows, depth}, plain(type), numbers(random, count(rows, depth)));
    network.constant({units, depth}, plain(narrow ? DataType::int4 : DataType::int8),
                     random.values(count(units, depth), narrow ? -8 : -128, narrow ? 7 : 127));
    if (random.once_in(2))
      network.without_input();
    else
      network.constant({units}, plain(type), numbers(random, count(units, 1)));
    network.constant({units * blocks}, plain(type), numbers(random, count(units, blocks)));
    if (random.once_in(3)) {
      network.constant({units * blocks}, plain(type), numbers(random, count(units, blocks)));
    } else if (random.once_in(2)) {
      const std::int64_t bytes = narrow ? (blocks + 1) / 2 : blocks;
      network.constant({units, bytes}, plain(DataType::uint8), random.values(count(units, bytes), 0, 255));
    }
    network.output({rows, units}, plain(type));
    return network;
  });
}

TEST(Reals, TheFirstOfTheLargestElements) {
  for (const DataType type : types) {
    Network network(OpKind::arg_max);
    network.op.axis = 1;
    network.input({2, 4}, plain(type), {-3, 0.5, 0.75, 0.75, -1, -2, -0.5, -4}).output({2}, plain(DataType::int32));
    const reference::Array made = made_by_kernel(network.graph(), network.graph().ops[0], network.inputs());
    EXPECT_EQ(reference::doubles_of(made), (std::vector<double>{2, 2}));
  }
}

TEST(Reals, WhatIsNoNumberHasOneRepresentation) {
  for (const DataType type : types) {
    Network network(OpKind::sub);
    network.input({2}, plain(type), {INFINITY, -INFINITY}).input({2}, plain(type), {INFINITY, -INFINITY});
    network.output({2}, plain(type));
    const reference::Array made = made_by_kernel(network.graph(), network.graph().ops[0], network.inputs());
    const std::vector<std::uint8_t> half = {0, 0x7E, 0, 0x7E}, single = {0, 0, 0xC0, 0x7F, 0, 0, 0xC0, 0x7F};
    EXPECT_EQ(made.bytes, type == DataType::float16 ? half : single);
  }
}

Tensors bytes_of(const Arrays& arrays) {
  Tensors tensors;
  for (const auto& [id, array] : arrays) tensors[id] = array.bytes;
  return tensors;
}

void expect_outputs(const graph::Graph& graph, const compiler::Program& program, const Tensors& made,
                    const Arrays& expected) {
  for (const compiler::Port& port : program.outputs)
    ASSERT_EQ(made.at(port.tensor), expected.at(port.tensor).bytes) << tensor_of(graph, port.tensor).name;
}

// In some legal order of its lists; and again, preempted at some of its cuts.
void expect_answers(const graph::Graph& graph, const compiler::CompiledModel& model, const Arrays& expected,
                    std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (const compiler::Program& program : model.programs) {
    test::ProgramMachine machine(program);
    Tensors tensors = bytes_of(expected);
    machine.run(tensors, random());
    ASSERT_NO_FATAL_FAILURE(expect_outputs(graph, program, tensors, expected));
    std::vector<std::size_t> cuts;
    for (std::size_t cut = 0; cut < program.cuts.size(); ++cut)
      if (random() % 2 == 0) cuts.push_back(cut);
    machine.run(tensors, random(), cuts);
    ASSERT_NO_FATAL_FAILURE(expect_outputs(graph, program, tensors, expected));
  }
}

void check_programs(std::uint64_t first, std::uint64_t count, std::uint32_t cores) {
  std::uint64_t refused = 0;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    graph::Graph graph = compiler::test::random_graph(seed, compiler::test::Operators::quantized);
    graph::set_precision(graph, graph::Precision::fp16);
    synthesize(graph, seed);
    compiler::Options options;
    options.functional = true;
    options.prefetch_cuts = static_cast<std::uint32_t>(seed % 5);
    options.min_cut_cycles = 0;
    compiler::Target target = compiler::test::random_target(seed);
    target.cores = options.cores = cores;
    if (cores > 1 && seed % 2 == 1) target.dma_bytes_per_cycle = 1u << 20;  // everything is worth dividing
    try {
      const compiler::CompiledModel model = compiler::compile(graph, target, options);
      const Arrays expected = run_whole(graph, reference::random_inputs(graph, seed));
      ASSERT_NO_FATAL_FAILURE(expect_answers(graph, model, expected, seed));
    } catch (const graph::GraphError& error) {
      EXPECT_NE(std::string(error.what()).find("does not fit into a scratchpad"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_LT(refused, count / 2);
}

TEST(RealPrograms, HundredOfSixteenBitFloats) { check_programs(600, 100, 1); }
TEST(RealPrograms, SixtyOnTwoCores) { check_programs(700, 60, 2); }

}  // namespace
}  // namespace takt::functional::testing
