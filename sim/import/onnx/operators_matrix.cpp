// Products of matrices: with constant weights, or of two activations.
#include <algorithm>
#include <utility>

#include "sim/graph/describe.h"
#include "sim/import/onnx/contents.h"
#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::TensorId;

namespace {

// A stack of matrices as it is stored: perhaps with the last two dimensions exchanged.
struct Matrix {
  TensorId tensor;
  bool transposed;
};

Matrix matrix(Call& c, const Value& value) {
  Order order = identity(c.draft.shape_of(value).size());
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  const bool transposed = !c.draft.is_constant(value) && c.draft.order_of(value) == order;
  return {c.draft.tensor(value, transposed ? order : identity(order.size())), transposed};
}

bool is_weights(const Call& c, const Value& value) {
  return c.draft.is_constant(value) && c.draft.shape_of(value).size() == 2;
}

// y = x * weights (+ bias), where weights are [in, out].
Value product_with_weights(Call& c, const Value& x, const Value& weights, TensorId bias) {
  const std::size_t rank = c.draft.shape_of(x).size();
  Op op = c.op(OpKind::fully_connected);
  op.keep_dims = rank != 2;
  op.inputs = {c.draft.tensor(x, identity(rank)), c.draft.tensor(weights, {1, 0}), bias};
  return c.made(std::move(op), identity(rank));
}

Value product(Call& c, const Value& a, const Value& b) {
  const Matrix left = matrix(c, a), right = matrix(c, b);
  Op op = c.op(OpKind::batch_matmul);
  op.inputs = {left.tensor, right.tensor};
  op.transpose_a = left.transposed;
  op.transpose_b = right.transposed;
  const std::size_t rank = std::max(c.draft.shape_of(a).size(), c.draft.shape_of(b).size());
  return c.made(std::move(op), identity(rank));
}

// A vector is a matrix of one row or one column, and the result loses that dimension again.
Value as_matrix(Call& c, std::size_t input, bool row) {
  const Shape shape = c.shape(input);
  if (shape.empty()) throw GraphError("found a scalar in input " + std::to_string(input) + ", expected a matrix");
  if (shape.size() > 1) return c.need(input);
  return c.draft.reshaped(c.name, c.need(input), row ? Shape{1, shape[0]} : Shape{shape[0], 1});
}

TensorId bias_of(Call& c, std::int64_t columns) {
  if (!c.has(2) || !c.draft.is_constant(c.inputs[2])) return graph::no_tensor;
  const Shape shape = c.shape(2);
  if (count_of(shape) != static_cast<std::uint64_t>(columns)) return graph::no_tensor;
  return c.draft.tensor(bias_for_answers(c, c.draft.reshaped(c.name, c.inputs[2], {columns})), {0});
}

Value plus(Call& c, const Value& sum, const Value& more) {
  Op add = c.op(OpKind::add);
  const std::size_t rank = c.draft.shape_of(more).size();
  add.inputs = {c.draft.tensor(sum, {0, 1}), c.draft.tensor(more, identity(rank))};
  return c.made(std::move(add), {0, 1});
}

}  // namespace

void convert_gemm(Call& c) {
  if (c.node.real("alpha", 1) != 1 || (c.has(2) && c.node.real("beta", 1) != 1)) c.beyond = "an alpha or beta";
  Value a = c.need(0), b = c.need(1);
  if (c.shape(0).size() != 2 || c.shape(1).size() != 2)
    throw GraphError("found operands of " + std::to_string(c.shape(0).size()) + " and " +
                     std::to_string(c.shape(1).size()) + " dimensions, expected matrices");
  if (c.node.integer("transA", 0) != 0) a = c.draft.transposed(a, {1, 0});
  if (c.node.integer("transB", 0) != 0) b = c.draft.transposed(b, {1, 0});
  const TensorId bias = bias_of(c, c.draft.shape_of(b)[1]);
  const bool added = c.has(2) && bias == graph::no_tensor;
  const graph::Activation last = c.activation;
  if (added) c.activation = graph::Activation::none;
  Value result = is_weights(c, b) ? product_with_weights(c, a, b, bias) : product(c, a, b);
  c.activation = last;
  if (!is_weights(c, b) && bias != graph::no_tensor) result = plus(c, result, c.inputs[2]);
  if (added) result = plus(c, result, c.inputs[2]);
  c.results = {result};
}

void convert_matmul(Call& c) {
  const Shape left = c.shape(0), right = c.shape(1);
  const Value a = as_matrix(c, 0, true), b = as_matrix(c, 1, false);
  const bool weights = is_weights(c, b);
  Value result = weights ? product_with_weights(c, a, b, bias_of(c, c.draft.shape_of(b)[1])) : product(c, a, b);
  Shape shape = c.draft.shape_of(result);
  if (right.size() == 1) shape.pop_back();
  if (left.size() == 1) shape.erase(shape.end() - (right.size() == 1 ? 1 : 2));
  c.results = {c.draft.reshaped(c.name, result, shape)};
}

// com.microsoft: weights of 4 or 8 bits in blocks along the inputs, a scale (and a zero point) for each block. These
// are operands, too: they are read with the weights.
void convert_matmul_nbits(Call& c) {
  const std::int64_t out = c.node.integer("N", 0), in = c.node.integer("K", 0), bits = c.node.integer("bits", 4);
  if (bits != 4 && bits != 8) return convert_custom(c);
  const Shape weights = {out, in};
  if (graph::elements_of(weights) > c.draft.stored_bytes(c.need(1)) * 8 / static_cast<std::uint64_t>(bits))
    throw GraphError("found packed weights of shape " + graph::to_text(c.shape(1)) + ", too small for " +
                     std::to_string(out) + " x " + std::to_string(in) + " of " + std::to_string(bits) + " bits");
  const Format format{bits == 4 ? graph::DataType::int4 : graph::DataType::int8, {}, {}};
  const std::int64_t block = c.node.integer("block_size", 0);
  if (block < 16 || block > 1 << 16)
    throw GraphError("found a block_size of " + std::to_string(block) + ", expected one from 16 to 65536");
  if (c.has(4)) c.beyond = "a block for each input";
  graph::Contents contents = unblocked(c.draft.bytes(c.need(1)), weights, block, bits);
  if (c.draft.with_contents() && contents == nullptr)
    throw GraphError("found packed weights of shape " + graph::to_text(c.shape(1)) +
                     ", expected a constant of whole blocks of " + std::to_string(block));
  const Value packed = c.draft.constant(c.draft.name_of(c.need(1)), weights, format, std::move(contents));
  const std::size_t rank = c.shape(0).size();
  Op op = c.op(OpKind::fully_connected);
  op.keep_dims = rank != 2;
  op.block = static_cast<std::int32_t>(block);
  op.inputs = {c.stored(0, identity(rank)), c.draft.tensor(packed, {0, 1}), graph::no_tensor};
  if (c.has(5)) op.inputs[2] = c.stored(5, identity(c.shape(5).size()));
  for (const std::size_t input : {std::size_t{2}, std::size_t{3}})
    if (c.has(input)) op.inputs.push_back(c.stored(input, identity(c.shape(input).size())));
  c.make(std::move(op), identity(rank));
}

}  // namespace takt::onnx
