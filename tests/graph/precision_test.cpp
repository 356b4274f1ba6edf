#include "sim/graph/precision.h"

#include <gtest/gtest.h>

#include "tests/graph/graphs.h"

namespace takt::graph::testing {
namespace {

// A convolution, a gain per channel and an index of the largest: tensors 0 to 7.
Graph small_graph() {
  Graph g;
  const TensorId x = add_input(g, {1, 8, 8, 32});
  const TensorId weights = add_tensor(g, {33, 1, 1, 32}, true);
  const TensorId bias = add_tensor(g, {33}, true, DataType::int32);
  const TensorId y = add_op(g, OpKind::conv2d, {x, weights, bias}, {1, 8, 8, 33}).outputs[0];
  const TensorId gain = add_tensor(g, {33}, true);
  const TensorId z = add_op(g, OpKind::mul, {y, gain}, {1, 8, 8, 33}).outputs[0];
  Op& last = add_op(g, OpKind::arg_max, {z}, {1, 8, 8});
  last.axis = 3;
  g.tensors.back().type = DataType::int32;
  return g;
}

std::vector<DataType> types_at(Precision precision) {
  Graph g = small_graph();
  set_precision(g, precision);
  EXPECT_NO_THROW(validate(g));
  std::vector<DataType> types;
  for (const Tensor& tensor : g.tensors) types.push_back(tensor.type);
  return types;
}

using Types = std::vector<DataType>;
constexpr auto i4 = DataType::int4, i8 = DataType::int8, i16 = DataType::int16, i32 = DataType::int32,
               f16 = DataType::float16;

// In the order input, weights, bias, convolution, gain, product, index.
TEST(Precision, GivesWeightsAndActivationsTheirTypes) {
  EXPECT_EQ(types_at(Precision::own), (Types{i8, i8, i32, i8, i8, i8, i32}));
  EXPECT_EQ(types_at(Precision::w8a8), (Types{i8, i8, i32, i8, i8, i8, i32}));
  EXPECT_EQ(types_at(Precision::w8a16), (Types{i16, i8, i32, i16, i16, i16, i32}));
  EXPECT_EQ(types_at(Precision::w4a16), (Types{i16, i4, i32, i16, i16, i16, i32}));
  EXPECT_EQ(types_at(Precision::fp16), (Types{f16, f16, f16, f16, f16, f16, i32}));
}

TEST(Precision, ChangesBytesAndNoMacs) {
  Graph g = small_graph();
  const std::uint64_t macs = macs_of(g);
  set_precision(g, Precision::w4a16);
  EXPECT_EQ(macs_of(g), macs);
  EXPECT_EQ(weight_bytes_of(g), 33u * 32 / 2 + 33 * 4 + 33 * 2);
}

TEST(Precision, EveryNameIsAChoice) {
  EXPECT_EQ(precision_of("w8a8"), Precision::w8a8);
  EXPECT_EQ(precision_of("w8a16"), Precision::w8a16);
  EXPECT_EQ(precision_of("w4a16"), Precision::w4a16);
  EXPECT_EQ(precision_of("fp16"), Precision::fp16);
  EXPECT_EQ(precision_of("own"), Precision::own);
}

}  // namespace
}  // namespace takt::graph::testing
