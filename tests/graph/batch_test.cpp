#include "sim/graph/batch.h"

#include <gtest/gtest.h>

#include "sim/graph/error.h"
#include "tests/graph/graphs.h"

namespace takt::graph::testing {
namespace {

// A convolution, its pixels in a row, and a product with constants.
Graph small_graph() {
  Graph g;
  const TensorId x = add_input(g, {1, 8, 8, 32});
  const TensorId filters = add_tensor(g, {16, 1, 1, 32}, true);
  const TensorId bias = add_tensor(g, {16}, true, DataType::int32);
  const TensorId y = add_op(g, OpKind::conv2d, {x, filters, bias}, {1, 8, 8, 16}).outputs[0];
  Op& flat = add_op(g, OpKind::reshape, {y}, {1, 1024});
  flat.size = {1, 1024};
  const TensorId row = flat.outputs[0];
  const TensorId weights = add_tensor(g, {10, 1024}, true);
  g.outputs = {add_op(g, OpKind::fully_connected, {row, weights, no_tensor}, {1, 10}).outputs[0]};
  return g;
}

TEST(Batch, MultipliesActivationsAndWorkAndNoConstants) {
  Graph g = small_graph();
  const std::uint64_t macs = macs_of(g), weights = weight_bytes_of(g);
  EXPECT_EQ(macs, 8u * 8 * 16 * 32 + 1024 * 10);
  set_batch(g, 3);
  EXPECT_NO_THROW(validate(g));
  EXPECT_EQ(macs_of(g), 3 * macs);
  EXPECT_EQ(weight_bytes_of(g), weights);
  EXPECT_EQ(g.tensors[static_cast<std::size_t>(g.inputs[0])].shape, (Shape{3, 8, 8, 32}));
  EXPECT_EQ(g.tensors[static_cast<std::size_t>(g.outputs[0])].shape, (Shape{3, 10}));
}

TEST(Batch, OfOneChangesNothing) {
  Graph g = small_graph();
  set_batch(g, 1);
  EXPECT_EQ(g.tensors[static_cast<std::size_t>(g.outputs[0])].shape, (Shape{1, 10}));
}

TEST(Batch, RefusesOperatorsThatMixInferences) {
  const auto refuses = [](OpKind kind, const Shape& made, void (*fields)(Op&)) {
    Graph g;
    const TensorId x = add_input(g, {1, 8, 8, 32});
    Op& op = add_op(g, kind, {x}, made);
    fields(op);
    g.outputs = {op.outputs[0]};
    ASSERT_NO_THROW(validate(g)) << name_of(kind);
    EXPECT_THROW(set_batch(g, 2), GraphError) << name_of(kind);
  };
  refuses(OpKind::softmax, {1, 8, 8, 32}, [](Op& op) { op.axis = 0; });
  refuses(OpKind::transpose, {8, 1, 8, 32}, [](Op& op) { op.axes = {1, 0, 2, 3}; });
  refuses(OpKind::mean, {8, 8, 32}, [](Op& op) { op.axes = {0}; });
  refuses(OpKind::squeeze, {8, 8, 32}, [](Op& op) { op.axes = {0}; });
  refuses(OpKind::pad, {2, 8, 8, 32}, [](Op& op) {
    op.begin = {1, 0, 0, 0};
    op.end = {0, 0, 0, 0};
  });
}

TEST(Batch, RefusesAProductThatWouldMixThem) {
  Graph g;
  const TensorId x = add_input(g, {1, 4, 8});
  Op& rows = add_op(g, OpKind::reshape, {x}, {4, 8});
  rows.size = {4, 8};
  const TensorId all = rows.outputs[0];
  Op& scores = add_op(g, OpKind::batch_matmul, {all, all}, {4, 4});
  scores.transpose_b = true;
  g.outputs = {scores.outputs[0]};
  ASSERT_NO_THROW(validate(g));
  EXPECT_THROW(set_batch(g, 2), GraphError);  // 8 x 8 scores, four times the work
}

TEST(Batch, RefusesConstantsForOneInference) {
  Graph g;
  const TensorId x = add_input(g, {1, 4, 8});
  Op& rows = add_op(g, OpKind::reshape, {x}, {4, 8});
  rows.size = {4, 8};
  const TensorId all = rows.outputs[0];
  const TensorId positions = add_tensor(g, {4, 8}, true);
  g.outputs = {add_op(g, OpKind::add, {all, positions}, {4, 8}).outputs[0]};
  EXPECT_THROW(set_batch(g, 2), GraphError);
}

}  // namespace
}  // namespace takt::graph::testing
