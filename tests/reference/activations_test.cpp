// Operators of one operand: activations against double precision, changes of scale by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <stdexcept>

#include "tests/reference/fixed_point.h"
#include "tests/reference/networks.h"

namespace takt::reference {
namespace {

using graph::DataType;
using graph::OpKind;
using ::testing::ElementsAre;
using testing::int16;
using testing::int8;
using testing::Network;
using testing::plain;
using testing::Type;
using testing::uint8;
using testing::Values;

Values every_value(const Type& type) {
  Values values;
  const int low = type.type == DataType::int8 ? -128 : 0;
  for (int i = 0; i < 256; ++i) values.push_back(low + i);
  return values;
}

// All 256 inputs within `steps` of the function, saturated.
void expect_near_function(OpKind kind, const Type& in, const Type& out, const std::function<double(double)>& function,
                          double steps) {
  const Values inputs = every_value(in);
  Network n(kind);
  n.op.alpha = 0.1F;
  n.input({256}, in, inputs).output({256}, out);
  const Values results = n.run();
  const int low = out.type == DataType::int8 ? -128 : 0;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    const double x = (inputs[i] - static_cast<double>(in.zero_point[0])) * in.scale[0];
    const double exact = function(x) / out.scale[0] + static_cast<double>(out.zero_point[0]);
    EXPECT_NEAR(results[i], std::min(std::max(exact, low + 0.0), low + 255.0), steps) << "x = " << x;
  }
}

double logistic_of(double x) { return 1 / (1 + std::exp(-x)); }
double tanh_of(double x) { return std::tanh(x); }
double hard_swish_of(double x) { return x * std::min(std::max(x + 3, 0.0), 6.0) / 6; }

TEST(FixedPoint, ExponentialsAreExactToSixDigits) {
  for (double x = 0; x > -15.9; x -= 0.173) {
    const auto raw = static_cast<std::int32_t>(std::round(std::ldexp(x, 27)));
    EXPECT_NEAR(std::ldexp(exp_of_negative(raw, 4), -31), std::exp(x), 2e-7) << x;
  }
  EXPECT_EQ(exp_of_negative(0, 4), INT32_MAX);
}

TEST(FixedPoint, ReciprocalsAreExactToEightDigits) {
  for (double x = 0; x < 1; x += 0.0171) {
    const auto raw = static_cast<std::int32_t>(std::ldexp(x, 31));
    EXPECT_NEAR(std::ldexp(one_over_one_plus(raw), -31), 1 / (1 + x), 1e-8) << x;
  }
}

TEST(Interpreter, LogisticIsWithinAStep) {
  for (const float scale : {0.01F, 0.0523F, 0.25F}) {
    expect_near_function(OpKind::logistic, int8(scale, 7), int8(1.0F / 256, -128), logistic_of, 1);
    expect_near_function(OpKind::logistic, uint8(scale, 100), uint8(1.0F / 256, 0), logistic_of, 1);
  }
}

TEST(Interpreter, TanhIsWithinAStep) {
  for (const float scale : {0.01F, 0.0523F, 0.25F}) {
    expect_near_function(OpKind::tanh, int8(scale, -7), int8(1.0F / 128), tanh_of, 1);
    expect_near_function(OpKind::tanh, uint8(scale, 128), uint8(1.0F / 128, 128), tanh_of, 1);
  }
}

// Of every 97th number of int16, in steps of 2^-15.
void expect_near_int16_function(OpKind kind, float scale, const std::function<double(double)>& function) {
  Values inputs;
  for (int x = -32768; x < 32768; x += 97) inputs.push_back(x);
  const auto count = static_cast<std::int64_t>(inputs.size());
  Network n(kind);
  n.input({count}, int16(scale), inputs).output({count}, int16(1.0F / 32768));
  const Values results = n.run();
  for (std::size_t i = 0; i < inputs.size(); ++i)
    EXPECT_NEAR(results[i], std::min(32768 * function(inputs[i] * scale), 32767.0), 6) << scale << " * " << inputs[i];
}

TEST(Interpreter, SixteenBitLogisticAndTanhAreWithinSixSteps) {
  for (const float scale : {1.0F / 65536, 1.0F / 4096, 1.0F / 2048, 0.0003F, 0.001F}) {
    expect_near_int16_function(OpKind::logistic, scale, logistic_of);
    expect_near_int16_function(OpKind::tanh, scale, tanh_of);
  }
}

TEST(Interpreter, LogisticAndTanhOfZeroAreInTheMiddle) {
  Network half(OpKind::logistic), zero(OpKind::tanh);
  half.input({1}, int8(0.1F, 3), {3}).output({1}, int8(1.0F / 256, -128));
  zero.input({1}, uint8(0.1F, 3), {3}).output({1}, uint8(1.0F / 128, 128));
  EXPECT_THAT(half.run(), ElementsAre(0));
  EXPECT_THAT(zero.run(), ElementsAre(128));
}

TEST(Interpreter, HardSwishIsWithinAStep) {
  expect_near_function(OpKind::hard_swish, int16(0.0003F), int16(0.0002F), hard_swish_of, 1);
  expect_near_function(OpKind::hard_swish, int8(0.0392F, -3), int8(0.0353F, -110), hard_swish_of, 1);
  expect_near_function(OpKind::hard_swish, uint8(0.0625F, 128), uint8(0.0353F, 11), hard_swish_of, 1);
  expect_near_function(OpKind::hard_swish, int8(0.01F, 0), int8(0.01F, 0), hard_swish_of, 1);
}

TEST(Interpreter, SaturatedHardSwishIsTheInput) {
  // 4 and more of 1/16 in and out: x * 1; -3 and less: 0.
  Network n(OpKind::hard_swish);
  n.input({4}, int8(0.0625F), {64, 112, -48, -112}).output({4}, int8(0.0625F, 2));
  EXPECT_THAT(n.run(), ElementsAre(66, 114, 2, 2));
}

TEST(Interpreter, ReluRescalesAndClamps) {
  Network n(OpKind::relu);
  n.input({4}, int8(0.5, 1), {-20, 1, 4, 127}).output({4}, int8(0.25, -5));
  EXPECT_THAT(n.run(), ElementsAre(-5, -5, 1, 127));
}

TEST(Interpreter, Relu6StopsAtSix) {
  Network n(OpKind::relu6);
  n.input({4}, uint8(0.1F, 10), {0, 10, 40, 200}).output({4}, uint8(0.1F, 3));
  EXPECT_THAT(n.run(), ElementsAre(3, 3, 33, 63));
}

TEST(Interpreter, LeakyReluHasTwoSlopes) {
  Network n(OpKind::leaky_relu);
  n.op.alpha = 0.25F;
  n.input({5}, int8(1, 2), {12, 2, -2, -8, -4}).output({5}, int8(1, 1));
  EXPECT_THAT(n.run(), ElementsAre(11, 1, 0, -2, -1));  // -6 / 4 = -1.5 is a tie of the shift: -2
  expect_near_function(
      OpKind::leaky_relu, int8(0.07F, 4), int8(0.05F, -9), [](double x) { return x < 0 ? 0.1 * x : x; }, 1);
}

TEST(Interpreter, ANegativeSlopeMirrors) {
  Network n(OpKind::leaky_relu);
  n.op.alpha = -0.5F;
  n.input({2}, int8(1), {-8, 8}).output({2}, int8(1));
  EXPECT_THAT(n.run(), ElementsAre(4, 8));
}

void expect_softmax(const Type& in, const Type& out, float beta) {
  const Values inputs = {1, 2, 60, 61, 100, 101, 102, 90, 0, 0, 0, 127, 5, 5, 5, 5};
  Network n(OpKind::softmax);
  n.op.beta = beta;
  n.op.axis = 1;
  n.input({2, 8}, in, inputs).output({2, 8}, out);
  const Values results = n.run();
  const double low = out.type == DataType::int8 ? -128 : 0;
  for (std::size_t row = 0; row < 16; row += 8) {
    double sum = 0;
    for (std::size_t i = row; i < row + 8; ++i) sum += std::exp(beta * in.scale[0] * (inputs[i] - 127));
    for (std::size_t i = row; i < row + 8; ++i) {
      const double exact = 256 * std::exp(beta * in.scale[0] * (inputs[i] - 127)) / sum;
      EXPECT_NEAR(results[i] - low, std::min(exact, 255.0), 1) << i;
    }
  }
}

TEST(Interpreter, SoftmaxIsWithinAStep) {
  expect_softmax(int8(0.05F, 3), int8(1.0F / 256, -128), 1);
  expect_softmax(int8(0.5F), int8(1.0F / 256, -128), 0.3F);
  expect_softmax(uint8(0.1F, 128), uint8(1.0F / 256, 0), 1);
}

TEST(Interpreter, SoftmaxOfEqualInputsIsUniform) {
  Network n(OpKind::softmax), wide(OpKind::softmax);
  n.input({4}, int8(0.1F), {9, 9, 9, 9}).output({4}, int8(1.0F / 256, -128));
  EXPECT_THAT(n.run(), ElementsAre(-64, -64, -64, -64));
  wide.input({4}, int16(0.1F), {9, 9, 9, 9}).output({4}, int16(1.0F / 32768));
  EXPECT_THAT(wide.run(), ElementsAre(8192, 8192, 8192, 8192));
}

TEST(Interpreter, SixteenBitSoftmaxIsWithinThreeSteps) {
  const Values inputs = {0, 3000, 6000, 9000, -9000, 8999};
  Network n(OpKind::softmax);
  n.op.beta = 0.5F;
  n.input({6}, int16(0.001F), inputs).output({6}, int16(1.0F / 32768));
  const Values results = n.run();
  double sum = 0;
  for (const double x : inputs) sum += std::exp(0.0005 * x);
  for (std::size_t i = 0; i < inputs.size(); ++i)
    EXPECT_NEAR(results[i], 32768 * std::exp(0.0005 * inputs[i]) / sum, 3) << inputs[i];
}

TEST(Interpreter, RequantizingChangesTypeAndScale) {
  Network same(OpKind::quantize), finer(OpKind::quantize), halved(OpKind::quantize);
  same.input({3}, uint8(0.3F, 128), {0, 130, 255}).output({3}, int8(0.3F, 0));
  finer.input({3}, int8(0.5, 1), {-128, 2, 127}).output({3}, uint8(0.25, 100));
  halved.input({4}, int8(1), {3, -3, 1, -1}).output({4}, int8(2));
  EXPECT_THAT(same.run(), ElementsAre(-128, 2, 127));
  EXPECT_THAT(finer.run(), ElementsAre(0, 102, 255));
  EXPECT_THAT(halved.run(), ElementsAre(2, -1, 1, 0)) << "ties of the product go up";
}

TEST(Interpreter, QuantizingFloatsRoundsTiesAwayFromZero) {
  Network n(OpKind::quantize);
  n.input({5}, plain(DataType::float32), {0.25, -0.25, 1, -1000, 1000}).output({5}, int8(0.5, 1));
  EXPECT_THAT(n.run(), ElementsAre(2, 0, 3, -128, 127));
}

TEST(Interpreter, DequantizingIsScaleTimesDistance) {
  Network n(OpKind::dequantize);
  n.input({2}, uint8(0.25, 128), {0, 130}).output({2}, plain(DataType::float32));
  EXPECT_THAT(n.run(), ElementsAre(-32, 0.5));
}

TEST(Interpreter, ALogisticOfAnotherOutputScaleIsRefused) {
  Network n(OpKind::logistic);
  n.input({1}, int8(0.1F), {0}).output({1}, int8(0.1F));
  EXPECT_THROW(n.run(), std::runtime_error);
}

}  // namespace
}  // namespace takt::reference
