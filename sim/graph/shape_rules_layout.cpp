// Shapes of the operators that move or select: concat, slice, pad, reshape and their like.
#include <algorithm>

#include "sim/graph/operands.h"
#include "sim/graph/shape_rules.h"

namespace takt::graph::rules {
namespace {

std::size_t checked_axis(std::int64_t axis, const Shape& shape) {
  if (axis < 0 || static_cast<std::size_t>(axis) >= shape.size())
    throw GraphError("axis " + std::to_string(axis) + " is not a dimension of " + to_text(shape));
  return static_cast<std::size_t>(axis);
}

void check_per_dimension(const std::vector<std::int64_t>& values, const Shape& shape, const char* what) {
  if (values.size() != shape.size())
    throw GraphError("found " + std::to_string(values.size()) + " " + what + " for shape " + to_text(shape));
}

// The shape without the axes, or with 1 in their place.
Shape without(const Shape& shape, const std::vector<std::int64_t>& axes, bool keep) {
  std::vector<bool> dropped(shape.size(), false);
  for (const std::int64_t axis : axes) dropped[checked_axis(axis, shape)] = true;
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!dropped[i]) result.push_back(shape[i]);
    if (dropped[i] && keep) result.push_back(1);
  }
  return result;
}

std::int64_t checked_block(const Op& op) {
  if (op.block < 1 || op.block > 65536) throw GraphError("block size is " + std::to_string(op.block));
  return op.block;
}

}  // namespace

std::vector<Shape> mean(const Graph& graph, const Op& op) {
  if (op.axes.empty()) return {};
  return {without(input_shape(graph, op, 0), op.axes, op.keep_dims)};
}

std::vector<Shape> concat(const Graph& graph, const Op& op) {
  Shape result = input_shape(graph, op, 0);
  const std::size_t axis = checked_axis(op.axis, result);
  for (std::size_t i = 1; i < op.inputs.size(); ++i) {
    Shape next = input_shape(graph, op, i, result.size());
    std::swap(next[axis], result[axis]);
    const std::int64_t sum = next[axis] + result[axis];
    result[axis] = next[axis];
    if (next != result)
      throw GraphError("input " + std::to_string(i) + " has shape " + to_text(input_shape(graph, op, i)) +
                       ", which does not fit " + to_text(input_shape(graph, op, 0)) + " along axis " +
                       std::to_string(axis));
    result[axis] = sum;
    elements_of(result);  // bounds the sum
  }
  return {result};
}

std::vector<Shape> split(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  const std::size_t axis = checked_axis(op.axis, x);
  const std::size_t parts = op.outputs.size();
  std::vector<std::int64_t> extents = op.size;
  if (extents.empty() && parts > 0) extents.assign(parts, x[axis] / static_cast<std::int64_t>(parts));
  std::int64_t left = x[axis];
  for (const std::int64_t extent : extents) left = extent >= 1 && extent <= left ? left - extent : -1;
  if (extents.size() != parts || left != 0)
    throw GraphError("cannot split " + to_text(x) + " along axis " + std::to_string(axis) + " into " +
                     std::to_string(parts) + " parts" + (op.size.empty() ? "" : " of " + to_text(op.size)));
  std::vector<Shape> results(parts, x);
  for (std::size_t i = 0; i < parts; ++i) results[i][axis] = extents[i];
  return results;
}

std::vector<Shape> slice(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  if (op.size.empty()) return {};
  check_per_dimension(op.size, x, "sizes");
  check_per_dimension(op.begin, x, "starts");
  if (!op.step.empty()) check_per_dimension(op.step, x, "steps");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::int64_t step = op.step.empty() ? 1 : op.step[i];
    const bool starts_inside = op.begin[i] >= 0 && op.begin[i] < x[i];
    const std::int64_t room = step > 0 ? x[i] - 1 - op.begin[i] : op.begin[i];
    if (!starts_inside || step == 0 || step < -x[i] || op.size[i] < 1 || op.size[i] - 1 > room / std::abs(step))
      throw GraphError("slice of " + std::to_string(op.size[i]) + " elements from " + std::to_string(op.begin[i]) +
                       " by " + std::to_string(step) + " leaves dimension " + std::to_string(i) + " of " + to_text(x));
  }
  return {without(op.size, op.axes, false)};
}

std::vector<Shape> pad(const Graph& graph, const Op& op) {
  Shape result = input_shape(graph, op, 0);
  if (op.begin.empty() && op.end.empty()) return {};
  check_per_dimension(op.begin, result, "paddings");
  check_per_dimension(op.end, result, "paddings");
  for (std::size_t i = 0; i < result.size(); ++i) {
    constexpr std::int64_t most = std::int64_t{1} << 40;
    if (op.begin[i] < 0 || op.end[i] < 0 || op.begin[i] > most || op.end[i] > most)
      throw GraphError("padding of dimension " + std::to_string(i) + " is " + std::to_string(op.begin[i]) + " and " +
                       std::to_string(op.end[i]));
    result[i] += op.begin[i] + op.end[i];
  }
  return {result};
}

std::vector<Shape> reshape(const Graph& graph, const Op& op) {
  const Tensor& x = input(graph, op, 0);
  if (op.size.empty()) return {};
  if (elements_of(op.size) != x.elements())
    throw GraphError("cannot reshape " + to_text(x.shape) + " to " + to_text(op.size));
  return {op.size};
}

std::vector<Shape> squeeze(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  std::vector<std::int64_t> axes = op.axes;
  for (std::size_t i = 0; i < x.size() && op.axes.empty(); ++i)
    if (x[i] == 1) axes.push_back(static_cast<std::int64_t>(i));  // no axes: every dimension of 1
  for (const std::int64_t axis : axes)
    if (x[checked_axis(axis, x)] != 1)
      throw GraphError("cannot squeeze dimension " + std::to_string(axis) + " of " + to_text(x));
  return {without(x, axes, false)};
}

std::vector<Shape> transpose(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0);
  if (op.axes.empty()) return {};
  check_per_dimension(op.axes, x, "axes");
  std::vector<bool> seen(x.size(), false);
  Shape result;
  for (const std::int64_t axis : op.axes) {
    const std::size_t from = checked_axis(axis, x);
    if (seen[from]) throw GraphError("axis " + std::to_string(axis) + " appears twice in the permutation");
    seen[from] = true;
    result.push_back(x[from]);
  }
  return {result};
}

std::vector<Shape> depth_to_space(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  const std::int64_t block = checked_block(op);
  if (x[3] % (block * block) != 0)
    throw GraphError("channels of " + to_text(x) + " are no multiple of the block " + std::to_string(block) +
                     " squared");
  return {{x[0], x[1] * block, x[2] * block, x[3] / (block * block)}};
}

std::vector<Shape> space_to_depth(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  const std::int64_t block = checked_block(op);
  if (x[1] % block != 0 || x[2] % block != 0)
    throw GraphError("rows or columns of " + to_text(x) + " are no multiple of the block " + std::to_string(block));
  return {{x[0], x[1] / block, x[2] / block, x[3] * block * block}};
}

std::vector<Shape> resize(const Graph& graph, const Op& op) {
  const Shape& x = input_shape(graph, op, 0, 4);
  if (op.size.empty()) return {};
  if (op.size.size() != 2) throw GraphError("size is " + to_text(op.size) + ", expected [height, width]");
  return {{x[0], op.size[0], op.size[1], x[3]}};
}

std::vector<Shape> arg_max(const Graph& graph, const Op& op) {
  return {without(input_shape(graph, op, 0), {op.axis}, false)};
}

std::vector<Shape> gather(const Graph& graph, const Op& op) {
  const Shape& table = input_shape(graph, op, 0);
  if (table.empty()) throw GraphError("the table is a scalar, expected [rows, ...]");
  Shape result = input_shape(graph, op, 1);
  result.insert(result.end(), table.begin() + 1, table.end());
  return {result};
}

}  // namespace takt::graph::rules
