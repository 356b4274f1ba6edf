// What kernels that sum refuse: elements that are missing, types and shapes that they do not compute.
#include <stdexcept>

#include "tests/functional/pieces.h"

namespace takt::functional::testing {
namespace {

using graph::DataType;
using graph::OpKind;
using reference::testing::int16;
using reference::testing::int8;
using reference::testing::Network;
using reference::testing::plain;
using reference::testing::Type;
using reference::testing::uint8;
using reference::testing::Values;

Values ones(std::size_t count) { return Values(count, 1); }

// 3 x 3 over 6 x 4 pixels of two channels.
Network convolution(const Type& in, const Type& weights, const Type& bias, const Type& out) {
  Network network(OpKind::conv2d);
  network.op.pad_top = network.op.pad_bottom = network.op.pad_left = network.op.pad_right = 1;
  network.input({1, 6, 4, 2}, in, ones(48)).constant({3, 3, 3, 2}, weights, ones(54));
  network.constant({3}, bias, ones(3)).output({1, 6, 4, 3}, out);
  return network;
}

Network convolution() { return convolution(int8(0.1F, 3), int8(0.01F), plain(DataType::int32), int8(0.1F)); }

Operation operation_of(Network& network) { return {network.graph(), network.graph().ops[0]}; }

// Rows 2 to 4 of the output need rows 1 to 5 of the input.
TEST(SumsRefuse, ARowThatIsMissing) {
  Network network = convolution();
  const Subject subject(network);
  const auto kernel = make_convolution(subject.operation());
  std::vector<Cut> inputs = subject.whole();
  const Region rows{2 * 12, 4 * 12};
  inputs[0] = Cut(subject.inputs[0], {1 * 8, 5 * 8});
  EXPECT_NO_THROW(run(*kernel, inputs, rows, DataType::int8));
  inputs[0] = Cut(subject.inputs[0], {2 * 8, 5 * 8});
  EXPECT_THROW(run(*kernel, inputs, rows, DataType::int8), Absent);
  inputs[0] = Cut(subject.inputs[0], {1 * 8, 4 * 8});
  EXPECT_THROW(run(*kernel, inputs, rows, DataType::int8), Absent);
}

TEST(SumsRefuse, WeightsOrABiasThatAreMissing) {
  Network network = convolution();
  const Subject subject(network);
  const auto kernel = make_convolution(subject.operation());
  const Region second{0, 72, 3, 1, 2};
  std::vector<Cut> inputs = subject.whole();
  inputs[1] = Cut(subject.inputs[1], {0, 18});
  EXPECT_THROW(run(*kernel, inputs, second, DataType::int8), Absent);
  inputs = subject.whole();
  inputs[2] = Cut(subject.inputs[2], {0, 1});
  EXPECT_THROW(run(*kernel, inputs, second, DataType::int8), Absent);
  inputs[2] = Cut();
  EXPECT_THROW(run(*kernel, inputs, second, DataType::int8), Absent);
}

TEST(SumsRefuse, ARegionThatEndsWithinAPixel) {
  Network network = convolution();
  const Subject subject(network);
  const auto kernel = make_convolution(subject.operation());
  EXPECT_THROW(run(*kernel, subject.whole(), {0, 4}, DataType::int8), std::invalid_argument);
  EXPECT_THROW(run(*kernel, subject.whole(), {0, 72, 2, 0, 1}, DataType::int8), std::invalid_argument);
}

TEST(SumsRefuse, AReductionThatLacksAPart) {
  Network network(OpKind::mean);
  network.op.axes = {1};
  network.input({1, 4, 2}, int8(0.1F), ones(8)).output({1, 2}, int8(0.1F));
  const Subject subject(network);
  const auto reduction = make_mean_reduction(subject.operation());
  std::vector<std::uint8_t> out(2);
  reduction->add(Cut(subject.inputs[0], {0, 6}).part());
  EXPECT_THROW(reduction->finish(out.data()), Absent);
  reduction->add(Cut(subject.inputs[0], {6, 8}).part());
  EXPECT_NO_THROW(reduction->finish(out.data()));
}

TEST(SumsRefuse, TypesThatDoNotBelongTogether) {
  const Type bias = plain(DataType::int32), wide_bias = plain(DataType::int64);
  const auto expect_unsupported = [](Network network) {
    EXPECT_THROW(make_convolution(operation_of(network)), Unsupported);
  };
  expect_unsupported(convolution(int8(0.1F), uint8(0.1F, 0), bias, int8(0.1F)));
  expect_unsupported(convolution(uint8(0.1F, 0), int8(0.1F), bias, uint8(0.1F, 0)));
  expect_unsupported(convolution(int8(0.1F), int8(0.1F), bias, int16(0.1F)));
  expect_unsupported(convolution(int8(0.1F), int8(0.1F), wide_bias, int8(0.1F)));
  expect_unsupported(convolution(int16(0.1F), int16(0.1F), wide_bias, int16(0.1F)));
  expect_unsupported(convolution(plain(DataType::float32), int8(0.1F), bias, plain(DataType::float32)));
}

TEST(SumsRefuse, WeightsOfFourBitsWithOtherThanSignedInputs) {
  const Type bias = plain(DataType::int32), narrow = {DataType::int4, {0.1F}, {}};
  Network of_int8 = convolution(int8(0.1F), narrow, bias, int8(0.1F));
  EXPECT_NO_THROW(make_convolution(operation_of(of_int8)));
  Network of_int16 = convolution(int16(0.1F), narrow, bias, int16(0.1F));
  EXPECT_NO_THROW(make_convolution(operation_of(of_int16)));
  Network of_uint8 = convolution(uint8(0.1F, 0), narrow, bias, uint8(0.1F, 0));
  EXPECT_THROW(make_convolution(operation_of(of_uint8)), Unsupported);
  Network of_themselves(OpKind::conv2d);
  of_themselves.input({1, 1, 1, 2}, narrow, ones(2)).constant({1, 1, 1, 2}, narrow, ones(2));
  of_themselves.output({1, 1, 1, 1}, narrow);
  EXPECT_THROW(make_convolution(operation_of(of_themselves)), Unsupported);
}

TEST(SumsRefuse, ZeroPointsOutsideOfTheType) {
  const Type bias = plain(DataType::int32);
  Network of_input = convolution(int8(0.1F, 200), int8(0.1F), bias, int8(0.1F));
  EXPECT_THROW(make_convolution(operation_of(of_input)), Unsupported);
  Network of_wide_input = convolution({DataType::int16, {0.1F}, {1}}, int8(0.1F), bias, int16(0.1F));
  EXPECT_THROW(make_convolution(operation_of(of_wide_input)), Unsupported);
  Network of_wide_output = convolution(int16(0.1F), int8(0.1F), bias, {DataType::int16, {0.1F}, {1}});
  EXPECT_THROW(make_convolution(operation_of(of_wide_output)), Unsupported);
  Network of_weights = convolution(uint8(0.1F, 0), uint8(0.1F, -1), bias, uint8(0.1F, 0));
  EXPECT_THROW(make_convolution(operation_of(of_weights)), Unsupported);
  Network of_four_bits(OpKind::fully_connected);
  of_four_bits.input({1, 2}, int8(0.1F), ones(2)).constant({1, 2}, {DataType::int4, {0.1F}, {8}}, ones(2));
  of_four_bits.output({1, 1}, int8(0.1F));
  EXPECT_THROW(make_product(operation_of(of_four_bits)), Unsupported);
}

TEST(SumsRefuse, AProductOfFloats) {
  Network network(OpKind::fully_connected);
  network.input({1, 4}, plain(DataType::float32), ones(4)).constant({2, 4}, int8(0.1F), ones(8));
  network.output({1, 2}, plain(DataType::float32));
  EXPECT_THROW(make_product(operation_of(network)), Unsupported);
}

TEST(SumsRefuse, APoolOfDoubles) {
  Network network(OpKind::max_pool);
  network.input({1, 2, 2, 1}, plain(DataType::float64), ones(4)).output({1, 2, 2, 1}, plain(DataType::float64));
  EXPECT_THROW(make_pool(operation_of(network)), Unsupported);
  EXPECT_THROW(make_pool_reduction(operation_of(network)), Unsupported);
}

TEST(SumsRefuse, AReductionByAPoolWhoseWindowsFollowEachOtherDown) {
  Network network(OpKind::max_pool);
  network.input({1, 2, 2, 1}, int8(0.1F), ones(4)).output({1, 2, 2, 1}, int8(0.1F));
  EXPECT_NO_THROW(make_pool(operation_of(network)));
  EXPECT_THROW(make_pool_reduction(operation_of(network)), Unsupported);
}

TEST(SumsRefuse, AMeanOfDoubles) {
  Network network(OpKind::mean);
  network.op.axes = {0};
  network.input({2, 2}, plain(DataType::float64), ones(4)).output({2}, plain(DataType::float64));
  EXPECT_THROW(make_mean(operation_of(network)), Unsupported);
  EXPECT_THROW(make_mean_reduction(operation_of(network)), Unsupported);
}

TEST(SumsRefuse, ASoftmaxOfAnotherTypeScaleOrAxis) {
  const auto softmax = [](const Type& in, const Type& out, std::int32_t axis) {
    Network network(OpKind::softmax);
    network.op.axis = axis;
    network.input({2, 2}, in, ones(4)).output({2, 2}, out);
    return make_softmax(operation_of(network));
  };
  const Type fractions = int8(1.0F / 256, -128);
  EXPECT_NO_THROW(softmax(int8(0.1F), fractions, 1));
  EXPECT_NO_THROW(softmax(int16(0.1F), int16(1.0F / 32768), 1));
  EXPECT_NO_THROW(softmax(int8(0.1F), {DataType::int16, {1.0F / 65536}, {-32768}}, 1));
  EXPECT_THROW(softmax(int8(0.1F), int16(1.0F / 65536), 1), Unsupported);
  EXPECT_THROW(softmax(int16(0.1F), int16(1.0F / 65536), 1), Unsupported);
  EXPECT_THROW(softmax(int16(0.1F), fractions, 1), Unsupported);
  EXPECT_THROW(softmax(int8(0.1F), int8(1.0F / 256, 0), 1), Unsupported);
  EXPECT_THROW(softmax(int8(0.1F), int8(1.0F / 128, -128), 1), Unsupported);
  EXPECT_THROW(softmax(int8(0.1F), fractions, 0), Unsupported);
}

}  // namespace
}  // namespace takt::functional::testing
