// Products, elementwise operators and pools against arithmetic done by hand.
#include "tests/reference/interpreter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

#include "tests/reference/fixed_point.h"
#include "tests/reference/networks.h"

namespace takt::reference {
namespace {

using graph::Activation;
using graph::DataType;
using graph::OpKind;
using ::testing::ElementsAre;
using testing::int16;
using testing::int8;
using testing::Network;
using testing::per_channel;
using testing::plain;
using testing::uint8;
using testing::Values;

TEST(FixedPoint, AMultiplierIsTheFactorRoundedTo31Bits) {
  const Multiplier half = quantize_multiplier(0.5), third = quantize_multiplier(1.0 / 3), one = quantize_multiplier(1);
  EXPECT_EQ(half.value, 1 << 30);
  EXPECT_EQ(half.shift, 0);
  EXPECT_EQ(one.value, 1 << 30);
  EXPECT_EQ(one.shift, 1);
  EXPECT_EQ(third.value, 1431655765);  // 2/3 of 2^31 is ...765.33
  EXPECT_EQ(third.shift, -1);
  EXPECT_EQ(quantize_multiplier(1 - 1e-12).value, 1 << 30) << "rounds up to 2^31, which is halved";
  EXPECT_EQ(quantize_multiplier(1e-12).value, 0) << "below 2^-32";
}

TEST(FixedPoint, TiesOfTheShiftGoAwayFromZero) {
  EXPECT_EQ(divide_by_power_of_two(3, 1), 2);
  EXPECT_EQ(divide_by_power_of_two(-3, 1), -2);
  EXPECT_EQ(divide_by_power_of_two(5, 2), 1);
  EXPECT_EQ(divide_by_power_of_two(-5, 2), -1);
}

TEST(FixedPoint, TiesOfTheProductGoUp) {
  const Multiplier half = quantize_multiplier(0.5);  // no shift: the product alone rounds
  EXPECT_EQ(multiply(3, half), 2);
  EXPECT_EQ(multiply(-3, half), -1);
  EXPECT_EQ(doubling_high_mul(INT32_MIN, INT32_MIN), INT32_MAX);
}

TEST(FixedPoint, RoundsTwice) {
  // 5 * 0.3 = 1.5 - a little: 5 * 0.6 rounds to 3 first, and 3 / 2 to 2.
  EXPECT_EQ(multiply(5, quantize_multiplier(0.2999)), 2);
}

TEST(FixedPoint, WideSumsUse15BitsOfTheMultiplier) {
  EXPECT_EQ(multiply(std::int64_t{3}, quantize_multiplier(0.5)), 2);
  EXPECT_EQ(multiply(std::int64_t{-3}, quantize_multiplier(0.5)), -1);
  EXPECT_EQ(multiply(std::int64_t{1} << 40, quantize_multiplier(std::ldexp(1.0, -20))), 1 << 20);
}

TEST(Interpreter, AConvolutionOffsetsAddsBiasAndRescales) {
  // (x + 1) of 1..4 -> 2..5; sums 2*1 + 3*2 + 4*3 + 5*4 = 40, + bias 10 = 50, * 0.5 * 0.5 / 1 = 12.5 -> 13, - 3.
  Network n(OpKind::conv2d);
  n.input({1, 2, 2, 1}, int8(0.5, -1), {1, 2, 3, 4}).constant({1, 2, 2, 1}, int8(0.5), {1, 2, 3, 4});
  n.constant({1}, plain(DataType::int32), {10}).output({1, 1, 1, 1}, int8(1, -3));
  EXPECT_THAT(n.run(), ElementsAre(10));
}

TEST(Interpreter, PaddingOfAConvolutionCountsAsTheZeroPoint) {
  Network n(OpKind::conv2d);
  n.op.pad_top = n.op.pad_bottom = n.op.pad_left = n.op.pad_right = 1;
  n.input({1, 1, 2, 1}, int8(1, 5), {6, 7}).constant({1, 3, 3, 1}, int8(1), {9, 9, 9, 1, 2, 4, 9, 9, 9});
  n.output({1, 1, 2, 1}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1 * 2 + 2 * 4, 1 * 1 + 2 * 2));
}

TEST(Interpreter, StridesAndDilationPlaceTheTaps) {
  Network n(OpKind::conv2d);
  n.op.stride_w = 2;
  n.op.dilation_w = 3;
  n.input({1, 1, 6, 1}, int8(1), {1, 2, 3, 4, 5, 6}).constant({1, 1, 2, 1}, int8(1), {1, 10});
  n.output({1, 1, 2, 1}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1 + 40, 3 + 60));
}

TEST(Interpreter, EveryChannelHasItsScale) {
  Network n(OpKind::conv2d);
  n.input({1, 1, 1, 1}, int8(1), {10}).constant({3, 1, 1, 1}, per_channel({1, 0.5F, 0.25F}), {2, 2, -2});
  n.output({1, 1, 1, 3}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(20, 10, -5));
}

TEST(Interpreter, GroupsReadTheirOwnChannels) {
  Network n(OpKind::conv2d);
  n.op.groups = 2;
  n.input({1, 1, 1, 4}, int8(1), {1, 2, 3, 4}).constant({2, 1, 1, 2}, int8(1), {1, 10, 1, 10});
  n.output({1, 1, 1, 2}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(21, 43));
}

TEST(Interpreter, FusedActivationsClampAtTheirQuantizedBounds) {
  const Values in = {-100, -3, 0, 30, 90};
  const auto run = [&](Activation activation) {
    Network n(OpKind::conv2d);
    n.input({1, 1, 5, 1}, int8(0.1F), in).constant({1, 1, 1, 1}, int8(1), {1});
    n.output({1, 1, 5, 1}, int8(0.1F, 4)).fuse(activation);
    return n.run();
  };
  EXPECT_THAT(run(Activation::none), ElementsAre(-96, 1, 4, 34, 94));
  EXPECT_THAT(run(Activation::relu), ElementsAre(4, 4, 4, 34, 94));
  EXPECT_THAT(run(Activation::relu6), ElementsAre(4, 4, 4, 34, 64));
  EXPECT_THAT(run(Activation::relu_n1_to_1), ElementsAre(-6, 1, 4, 14, 14));
}

TEST(Interpreter, Uint8WeightsHaveAZeroPoint) {
  Network n(OpKind::conv2d);
  n.input({1, 1, 1, 2}, uint8(1, 128), {130, 120}).constant({1, 1, 1, 2}, uint8(1, 100), {103, 90});
  n.output({1, 1, 1, 1}, uint8(1, 10));
  EXPECT_THAT(n.run(), ElementsAre(2 * 3 + -8 * -10 + 10));
}

TEST(Interpreter, ADepthMultiplierMakesNeighboursOfOneChannel) {
  Network n(OpKind::depthwise_conv2d);
  n.input({1, 1, 2, 2}, int8(1), {1, 2, 3, 4});
  n.constant({1, 1, 2, 4}, per_channel({1, 1, 0.5F, 1}), {1, 2, 3, 4, 10, 20, 30, 1});
  n.output({1, 1, 1, 4}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1 + 30, 2 + 60, (2 * 3 + 4 * 30) / 2, 2 * 4 + 4));
}

TEST(Interpreter, AFullyConnectedLayerTakesRows) {
  Network n(OpKind::fully_connected);
  n.input({2, 3}, int8(1, 1), {2, 3, 4, 1, 1, 2}).constant({2, 3}, int8(1), {1, 2, 3, -1, -2, -3});
  n.constant({2}, plain(DataType::int32), {5, -5}).output({2, 2}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(1 + 4 + 9 + 5, -14 - 5, 3 + 5, -3 - 5));
}

TEST(Interpreter, SixteenBitProductsHaveWideSums) {
  // 4 * 32000 * 127 = 16,256,000, + 2^33 bias = 8,606,190,592; * 2^-19 = 16415.00...
  Network n(OpKind::fully_connected);
  n.input({1, 4}, int16(1), {32000, 32000, 32000, 32000}).constant({1, 4}, int8(1), {127, 127, 127, 127});
  n.constant({1}, plain(DataType::int64), {8589934592.0}).output({1, 1}, int16(524288));
  EXPECT_THAT(n.run(), ElementsAre(16415));  // 16384 + 31.006
}

TEST(Interpreter, SumsOfSixteenBitProductsAreAsWideAsTheirBias) {
  // 700 * 2^15 * 128 = 2,936,012,800 wraps to -1,358,954,496; * 2^-19 = -2592 where it does, 5600 where it does not.
  for (const DataType bias : {DataType::int32, DataType::int64}) {
    Network n(OpKind::fully_connected);
    n.input({1, 700}, int16(1), Values(700, -32768)).constant({1, 700}, int8(1), Values(700, -128));
    n.constant({1}, plain(bias), {0}).output({1, 1}, int16(524288));
    EXPECT_THAT(n.run(), ElementsAre(bias == DataType::int32 ? -2592 : 5600));
  }
}

TEST(Interpreter, ADepthwiseConvolutionAddsEitherBiasToSumsOfSixtyFourBits) {
  for (const DataType bias : {DataType::int32, DataType::int64}) {
    Network n(OpKind::depthwise_conv2d);
    n.input({1, 700, 1, 1}, int16(1), Values(700, -32768)).constant({1, 700, 1, 1}, int8(1), Values(700, -128));
    n.constant({1}, plain(bias), {524288}).output({1, 1, 1, 1}, int16(524288));
    EXPECT_THAT(n.run(), ElementsAre(5601));
  }
}

TEST(Interpreter, SixteenBitConvolutions) {
  for (const OpKind kind : {OpKind::conv2d, OpKind::depthwise_conv2d}) {
    Network n(kind);
    n.input({1, 1, 2, 1}, int16(1), {1000, -2000}).constant({1, 1, 2, 1}, int8(1), {10, 4});
    n.output({1, 1, 1, 1}, int16(1));
    EXPECT_THAT(n.run(), ElementsAre(2000));
  }
}

TEST(Interpreter, AddsAcrossScales) {
  Network n(OpKind::add);
  n.input({4}, int8(0.5, 1), {5, -7, 1, 127}).input({4}, int8(0.25), {3, 3, 1, 127}).output({4}, int8(0.5, 2));
  // 2 + 0.75 = 2.75 -> 5.5 -> 6; -4 + 0.75 = -3.25 -> -6.5 -> -7 (ties away in the last shift); 0.25 -> 0.5 -> 1
  EXPECT_THAT(n.run(), ElementsAre(8, -5, 3, 127));
}

TEST(Interpreter, SubtractsAndBroadcasts) {
  Network n(OpKind::sub);
  n.input({2, 2}, int8(1), {10, 20, 30, 40}).input({2}, int8(1), {1, 2}).output({2, 2}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(9, 18, 29, 38));
}

TEST(Interpreter, ABroadcastOperandMayComeFirst) {
  Network n(OpKind::sub);
  n.input({2, 1}, uint8(1, 0), {100, 50}).input({1, 2}, uint8(1, 0), {1, 60}).output({2, 2}, uint8(1, 10));
  EXPECT_THAT(n.run(), ElementsAre(109, 50, 59, 0));
}

TEST(Interpreter, AddsInSixteenBits) {
  Network n(OpKind::add);
  n.input({2}, int16(1), {30000, -5}).input({2}, int16(2), {1000, 4}).output({2}, int16(1));
  EXPECT_THAT(n.run(), ElementsAre(32000, 3));
}

TEST(Interpreter, MultipliesWithAFusedActivation) {
  Network n(OpKind::mul);
  n.input({3}, int8(0.5, 1), {5, -3, 101}).input({1}, int8(0.5), {6}).output({3}, int8(1, -1)).fuse(Activation::relu6);
  EXPECT_THAT(n.run(), ElementsAre(5, -1, 5));  // 2 * 3 = 6; -2 * 3; 50 * 3
}

TEST(Interpreter, MultipliesInSixteenBits) {
  Network n(OpKind::mul);
  n.input({2}, int16(1), {300, -300}).input({2}, int16(0.5), {100, 101}).output({2}, int16(1));
  EXPECT_THAT(n.run(), ElementsAre(15000, -15150));
}

TEST(Interpreter, ExtremesCompareTheStoredNumbers) {
  for (const OpKind kind : {OpKind::minimum, OpKind::maximum}) {
    Network n(kind);
    n.input({3}, int8(1), {-5, 2, 9}).input({1}, int8(1), {2}).output({3}, int8(1));
    EXPECT_EQ(n.run(), kind == OpKind::minimum ? (Values{-5, 2, 2}) : (Values{2, 2, 9}));
  }
}

TEST(Interpreter, AveragesRoundAwayFromZeroAndLeavePaddingOut) {
  Network n(OpKind::average_pool);
  n.op.kernel_w = 2;
  n.op.pad_left = 1;
  n.input({1, 1, 4, 1}, int8(1), {7, 8, -8, -9}).output({1, 1, 4, 1}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(7, 8, 0, -9));  // 7.5 and -8.5
}

TEST(Interpreter, MaximaLeavePaddingOut) {
  Network n(OpKind::max_pool);
  n.op.kernel_h = n.op.kernel_w = 2;
  n.op.stride_h = n.op.stride_w = 2;
  n.op.pad_bottom = 1;
  n.input({1, 1, 4, 1}, int8(1), {-7, -8, 3, 4}).output({1, 1, 2, 1}, int8(1)).fuse(Activation::relu);
  EXPECT_THAT(n.run(), ElementsAre(0, 4));
}

TEST(Interpreter, AMeanFoldsTheCountIntoItsFactor) {
  Network n(OpKind::mean);
  n.op.axes = {1, 2};
  n.input({1, 2, 2, 2}, int8(1, 1), {1, 11, 2, 12, 3, 13, 4, -128}).output({1, 2}, int8(0.5, 3));
  // (0 + 1 + 2 + 3) / 4 / 0.5 = 3; (10 + 11 + 12 - 129) / 4 / 0.5 = -48
  EXPECT_THAT(n.run(), ElementsAre(6, -45));
}

TEST(Interpreter, AMeanOfSixteenBits) {
  Network n(OpKind::mean);
  n.op.axes = {0};
  n.input({2, 1}, int16(0.5), {30000, 31001}).output({1}, int16(1));
  EXPECT_THAT(n.run(), ElementsAre(15251));  // of 61001 / 4 by halves, each rounded
}

TEST(Interpreter, AMeanOfThreeRounds) {
  Network n(OpKind::mean);
  n.op.axes = {0};
  n.input({3, 2}, uint8(1, 0), {1, 1, 1, 2, 2, 2}).output({2}, uint8(1, 0));
  EXPECT_THAT(n.run(), ElementsAre(1, 2));  // 4/3, 5/3
}

TEST(Interpreter, TheFirstLargestElementWins) {
  Network n(OpKind::arg_max);
  n.op.axis = 1;
  n.input({2, 3}, int8(1), {1, 5, 5, -1, -3, -2}).output({2}, plain(DataType::int32));
  EXPECT_THAT(n.run(), ElementsAre(1, 0));
}

TEST(Interpreter, WhatIsNotSupportedIsNamed) {
  Network n(OpKind::svdf);
  n.input({1}, int8(1), {0}).output({1}, int8(1));
  try {
    n.run();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), ::testing::AllOf(::testing::HasSubstr("svdf"), ::testing::HasSubstr("int8")));
  }
}

}  // namespace
}  // namespace takt::reference
