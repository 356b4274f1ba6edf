// Sums at the edges of the arithmetic, which random numbers hardly meet.
#include <cmath>

#include "sim/functional/multiplier.h"
#include "tests/functional/pieces.h"

namespace takt::functional::testing {
namespace {

using graph::DataType;
using graph::OpKind;
using reference::testing::int16;
using reference::testing::Network;
using reference::testing::plain;
using reference::testing::Type;
using reference::testing::Values;

void expect_equal(Network& network, MakeKernel make) {
  const Subject subject(network);
  EXPECT_EQ(run(*make(subject.operation()), subject.whole(), {0, subject.elements()}, subject.expected().type),
            subject.expected().bytes);
}

// 700 products of 2^22 need more than 32 bits; with the lowest weight of the highest zero point they are twice as
// large.
TEST(SumsAtTheEdge, SixteenBitsWithAllProductsTheLargest) {
  for (const std::int64_t zero : {0, 127}) {
    Network network(OpKind::fully_connected);
    network.input({1, 700}, int16(0.01F), Values(700, -32768));
    network.constant({2, 700}, {DataType::int8, {0.01F}, {zero}}, Values(1400, -128)).output({1, 2}, int16(20));
    expect_equal(network, make_product);
  }
}

TEST(SumsAtTheEdge, ConvolutionsOfSixteenBitsWithAllProductsTheLargest) {
  Network network(OpKind::conv2d);
  network.input({1, 3, 3, 80}, int16(0.01F), Values(720, -32768));
  network.constant({1, 3, 3, 80}, {DataType::int8, {0.01F}, {}}, Values(720, -128)).output({1, 1, 1, 1}, int16(20));
  expect_equal(network, make_convolution);
}

// Whether the product of two scales is rounded to float shows in sums that lie between the two products' ties.
struct Scales {
  float in = 0.1F, weights = 0.003F, out = 2516.6F;

  double of_float() const { return static_cast<double>(in * weights) / out; }
  double of_double() const { return static_cast<double>(in) * weights / out; }
  double sum_between() const { return std::round(100.5 * 2 / (of_float() + of_double())); }
};

Network between_ties(OpKind kind, DataType type, const Scales& scales) {
  const graph::Shape shape = kind == OpKind::fully_connected ? graph::Shape{1, 1} : graph::Shape{1, 1, 1, 1};
  Network network(kind);
  network.input(shape, {type, {scales.in}, {0}}, {0});
  network.constant(shape, {type, {scales.weights}, {0}}, {0});
  network.constant({1}, plain(DataType::int32), {scales.sum_between()});
  network.output(shape, {type, {scales.out}, {0}});
  return network;
}

TEST(SumsAtTheEdge, ScalesAreMultipliedAsTheReferenceDoes) {
  const Scales scales;
  ASSERT_NE(Multiplier::of(scales.of_float()).apply(static_cast<std::int32_t>(scales.sum_between())),
            Multiplier::of(scales.of_double()).apply(static_cast<std::int32_t>(scales.sum_between())));
  for (const DataType type : {DataType::int8, DataType::uint8}) {
    for (const OpKind kind : {OpKind::conv2d, OpKind::depthwise_conv2d}) {
      Network network = between_ties(kind, type, scales);
      expect_equal(network, make_convolution);
    }
    Network network = between_ties(OpKind::fully_connected, type, scales);
    expect_equal(network, make_product);
  }
}

// Each of more than 512 equal elements is less than half of the output's unit. 4096 would overflow the reference's sum.
TEST(SumsAtTheEdge, SoftmaxOfLongRowsOfEqualElements) {
  for (const std::int64_t count : {256, 511, 512, 513, 2000, 4095}) {
    Network network(OpKind::softmax);
    network.op.axis = 1;
    network.input({1, count}, reference::testing::int8(0.1F), Values(static_cast<std::size_t>(count), 7));
    network.output({1, count}, reference::testing::int8(1.0F / 256, -128));
    expect_equal(network, make_softmax);
  }
}

}  // namespace
}  // namespace takt::functional::testing
