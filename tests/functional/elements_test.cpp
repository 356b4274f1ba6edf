// Kernels that work element by element.
#include <gtest/gtest.h>

#include "sim/functional/fixed_sigmoid.h"
#include "tests/functional/cuts.h"
#include "tests/reference/fixed_point.h"

namespace takt::functional::testing {
namespace {

using graph::Activation;
using graph::DataType;
using graph::OpKind;
using graph::Shape;
using reference::testing::int16;
using reference::testing::int8;
using reference::testing::plain;
using reference::testing::uint8;

const std::vector<DataType> activations = {DataType::int8, DataType::uint8, DataType::int16};
const std::vector<DataType> bytes = {DataType::int8, DataType::uint8};

// A shape that broadcasting makes the given one.
Shape narrowed(Random& random, Shape shape) {
  for (std::int64_t& extent : shape)
    if (random.once_in(3)) extent = 1;
  if (!shape.empty() && random.once_in(3))
    shape.erase(shape.begin(), shape.begin() + random.between(1, static_cast<std::int64_t>(shape.size())));
  return shape;
}

Shape joined(Shape a, Shape b) {
  while (a.size() < b.size()) a.insert(a.begin(), 1);
  while (b.size() < a.size()) b.insert(b.begin(), 1);
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = std::max(a[i], b[i]);
  return a;
}

void check_binary(OpKind kind, DataType type, Random& random) {
  const Shape full = random.shape(0, 5, 4);
  const Shape a = random.once_in(2) ? full : narrowed(random, full),
              b = random.once_in(3) ? full : narrowed(random, full);
  Network n(kind);
  n.fuse(random.one_of<Activation>({Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1}));
  n.input(a, random.type(type), random.values(type, a));
  if (random.once_in(2))
    n.input(b, random.type(type), random.values(type, b));
  else
    n.constant(b, random.type(type), random.values(type, b));
  n.output(joined(a, b), random.type(type));
  check_cuts(n, random);
}

class BinaryElements : public ::testing::TestWithParam<OpKind> {};

TEST_P(BinaryElements, AreThoseOfTheReference) {
  Random random(1);
  for (const DataType type : activations)
    for (int i = 0; i < 150 && !HasFailure(); ++i) check_binary(GetParam(), type, random);
}

INSTANTIATE_TEST_SUITE_P(All, BinaryElements,
                         ::testing::Values(OpKind::add, OpKind::sub, OpKind::mul, OpKind::minimum, OpKind::maximum),
                         [](const auto& param) { return std::string(graph::name_of(param.param)); });

// Every pair of 8-bit codes.
TEST(BinaryElements, AreThoseOfTheReferenceForEveryPairOfCodes) {
  Random random(2);
  Values codes(256);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<double>(i) - 128;
  for (const OpKind kind : {OpKind::add, OpKind::sub, OpKind::mul, OpKind::minimum, OpKind::maximum})
    for (int i = 0; i < 4; ++i) {
      Network n(kind);
      n.input({256, 1}, random.type(DataType::int8), codes).input({1, 256}, random.type(DataType::int8), codes);
      n.output({256, 256}, random.type(DataType::int8));
      Trial(n).check_from_whole(whole(256 * 256));
    }
}

// Two rows more than every code of a byte has; of wider types as many.
void add_input(Network& network, const Type& of, Random& random) {
  const DataType type = of.type;
  Values values = random.values(type, 18 * 16);
  if (type == DataType::int8 || type == DataType::uint8)
    for (std::size_t i = 0; i < 256; ++i) values[i] = static_cast<double>(i) - (type == DataType::int8 ? 128 : 0);
  network.input({2, 9, 16}, of, values);
}
void add_input(Network& network, DataType type, Random& random) { add_input(network, random.type(type), random); }

Type prescribed(OpKind kind, DataType type, Random& random) {
  const bool is_signed = type == DataType::int8, is_sigmoid = kind == OpKind::logistic || kind == OpKind::tanh;
  if (is_sigmoid && type == DataType::int16) return int16(1.0F / 32768);
  if (kind == OpKind::logistic) return {type, {1.0F / 256}, {is_signed ? -128 : 0}};
  if (kind == OpKind::tanh) return {type, {1.0F / 128}, {is_signed ? 0 : 128}};
  return random.type(type);
}

// Among those of int16 scales that logistic and tanh take for a power of two, and others that are or nearly are one.
Type activation(DataType type, Random& random) {
  const bool special = type == DataType::int16 && random.once_in(2);
  const std::vector<float> powers = {0x1p-10F, 0x1p-11F, 0x1p-12F, 0x1p-13F, 0x1p-15F, 1.0005F * 0x1p-12F, 3, 5.3F, 6};
  return special ? int16(random.one_of(powers)) : random.type(type);
}

void check_activation(OpKind kind, DataType type, Random& random) {
  Network n(kind);
  n.op.alpha = static_cast<float>(random.real(-0.5, 1.5));
  add_input(n, activation(type, random), random);
  n.output({2, 9, 16}, prescribed(kind, type, random));
  check_or_unsupported(n, random);
}

class ActivationElements : public ::testing::TestWithParam<OpKind> {};

TEST_P(ActivationElements, AreThoseOfTheReference) {
  Random random(3);
  for (const DataType type : activations)
    for (int i = 0; i < 60 && !HasFailure(); ++i) check_activation(GetParam(), type, random);
}

INSTANTIATE_TEST_SUITE_P(All, ActivationElements,
                         ::testing::Values(OpKind::relu, OpKind::relu6, OpKind::leaky_relu, OpKind::hard_swish,
                                           OpKind::logistic, OpKind::tanh),
                         [](const auto& param) { return std::string(graph::name_of(param.param)); });

// Codes of 8 bits hide the lower bits.
TEST(FixedSigmoid, IsTheReferencesToTheLastBit) {
  Random random(8);
  const auto check = [](std::int64_t argument) {
    const auto x = static_cast<std::int32_t>(argument);
    EXPECT_EQ(fixed_sigmoid(x), reference::fixed_logistic(x, sigmoid_integer_bits)) << x;
    EXPECT_EQ(fixed_hyperbolic_tangent(x), reference::fixed_tanh(x, sigmoid_integer_bits)) << x;
  };
  for (std::int64_t x = -70; x <= 70; ++x) check(x);
  for (int bit = 0; bit < 31; ++bit)
    for (const std::int64_t sign : {-1, 1})
      for (std::int64_t near = -2; near <= 2; ++near) check(sign * (std::int64_t{1} << bit) + near);
  for (int i = 0; i < 100'000 && !HasFailure(); ++i) check(random.between(-INT32_MAX, INT32_MAX));
}

TEST(QuantizeElements, AreThoseOfTheReferenceBetweenIntegers) {
  Random random(4);
  const std::vector<DataType> types = {DataType::int8, DataType::uint8, DataType::int16, DataType::int32};
  for (const DataType from : types)
    for (const DataType to : types)
      for (int i = 0; i < 15 && !HasFailure(); ++i) {
        Network n(OpKind::quantize);
        add_input(n, from, random);
        n.output({2, 9, 16}, random.type(to));
        check_cuts(n, random);
      }
}

// Ties between two codes among them.
TEST(QuantizeElements, AreThoseOfTheReferenceFromFloats) {
  Random random(5);
  for (const DataType to : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32})
    for (int i = 0; i < 30 && !HasFailure(); ++i) {
      const Type type = random.type(to);
      Values values(60);
      for (double& x : values)
        x = random.once_in(2) ? random.real(-200, 200)
                              : static_cast<double>(random.between(-300, 300)) / 2 * type.scale[0];
      Network n(OpKind::quantize);
      n.input({3, 20}, plain(DataType::float32), values).output({3, 20}, type);
      check_cuts(n, random);
    }
}

TEST(QuantizeElements, SaturateBeyond32Bits) {
  Network n(OpKind::quantize);
  n.input({2}, plain(DataType::float32), {1e30, -1e30}).output({2}, int8(0.5F, 3));
  const Values values = {1e30, -1e30};
  const Bytes floats = reference::testing::bytes_of(DataType::float32, values);
  Bytes out(2);
  make_kernel(n.graph(), n.op)->run({{DataType::float32, whole(2), floats.data()}}, whole(2), out.data());
  EXPECT_EQ(out, (Bytes{127, 128}));
}

TEST(DequantizeElements, AreThoseOfTheReferenceToTheBit) {
  Random random(6);
  for (const DataType from : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32})
    for (int i = 0; i < 30 && !HasFailure(); ++i) {
      Network n(OpKind::dequantize);
      add_input(n, from, random);
      n.output({2, 9, 16}, plain(DataType::float32));
      check_cuts(n, random);
    }
}

TEST(ReshapedElements, KeepTheirOrder) {
  Random random(7);
  for (const OpKind kind : {OpKind::reshape, OpKind::squeeze})
    for (const DataType type : {DataType::int8, DataType::int16, DataType::float32, DataType::int64})
      for (int i = 0; i < 15 && !HasFailure(); ++i) {
        Network n(kind);
        n.input({1, 4, 1, 6}, plain(type), random.values(type, 24)).output({4, 6}, plain(type));
        check_cuts(n, random);
      }
}

TEST(Elementwise, NamesAnElementThatIsAbsent) {
  for (const OpKind kind : {OpKind::add, OpKind::relu, OpKind::reshape}) {
    Network n(kind);
    n.input({2, 4}, int8(1), Values(8, 1));
    if (kind == OpKind::add) n.input({2, 4}, int8(1), Values(8, 1));
    n.output({2, 4}, int8(1));
    const Trial trial(n);
    EXPECT_FALSE(trial.suffices(whole(8), 0, {0, 8, 4, 0, 3}));
    EXPECT_FALSE(trial.suffices({0, 8, 4, 2, 4}, 0, {0, 8, 4, 1, 3}));
    EXPECT_FALSE(trial.suffices({4, 8, 1, 0, 1}, 0, {0, 4, 1, 0, 1}));
    EXPECT_TRUE(trial.suffices({4, 8, 4, 1, 3}, 0, {4, 8, 4, 0, 3}));
  }
}

void expect_unsupported(Network& network) {
  EXPECT_THROW(make_kernel(network.graph(), network.op), Unsupported) << graph::name_of(network.op.kind);
}

TEST(Elementwise, RefusesTypesThatTheReferenceRefuses) {
  for (const OpKind kind : {OpKind::add, OpKind::mul, OpKind::minimum}) {
    Network wide(kind), mixed(kind), other(kind);
    wide.input({1}, plain(DataType::int32), {1}).input({1}, plain(DataType::int32), {1});
    wide.output({1}, plain(DataType::int32));
    expect_unsupported(wide);
    mixed.input({1}, int8(1), {1}).input({1}, uint8(1, 0), {1}).output({1}, int8(1));
    expect_unsupported(mixed);
    other.input({1}, int8(1), {1}).input({1}, int8(1), {1}).output({1}, int16(1));
    expect_unsupported(other);
  }
  for (const OpKind kind : {OpKind::logistic, OpKind::tanh}) {
    Network n(kind);
    n.input({1}, int16(1), {1}).output({1}, int16(1));
    expect_unsupported(n);
  }
  for (const OpKind kind : {OpKind::relu, OpKind::leaky_relu, OpKind::tanh}) {
    Network n(kind);
    n.input({1}, {DataType::int16, {1}, {1}}, {1}).output({1}, int16(1.0F / 32768));
    expect_unsupported(n);
  }
  for (const OpKind kind : {OpKind::logistic, OpKind::tanh}) {
    Network n(kind);
    n.input({1}, int8(1), {1}).output({1}, int8(1));
    expect_unsupported(n);
  }
  Network activation(OpKind::relu), doubles(OpKind::dequantize), nibbles(OpKind::reshape);
  activation.input({1}, plain(DataType::float64), {1}).output({1}, plain(DataType::float64));
  expect_unsupported(activation);
  doubles.input({1}, int8(1), {1}).output({1}, plain(DataType::float64));
  expect_unsupported(doubles);
  nibbles.input({2}, plain(DataType::int4), {}).output({2}, plain(DataType::int4));
  expect_unsupported(nibbles);
}

TEST(Elementwise, RefusesShapesThatDoNotBroadcastAndAFusedTanh) {
  Network shapes(OpKind::add), tanh(OpKind::add);
  shapes.input({3}, int8(1), {1, 2, 3}).input({2}, int8(1), {1, 2}).output({3}, int8(1));
  expect_unsupported(shapes);
  tanh.fuse(Activation::tanh).input({1}, int8(1), {1}).input({1}, int8(1), {1}).output({1}, int8(1));
  expect_unsupported(tanh);
}

}  // namespace
}  // namespace takt::functional::testing
