// Pools (integer_ops/pooling.h, pooling.h), mean (reduce.h, QuantizedMeanOrSum) and arg_max (arg_min_max.h).
#include <algorithm>
#include <limits>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::OpKind;
using graph::Shape;

namespace {

struct Span {
  std::int64_t begin, end;
};

// The part of a window that lies inside.
Span span_of(std::int64_t at, std::int32_t stride, std::int32_t pad, std::int32_t kernel, std::int64_t extent) {
  const std::int64_t begin = at * stride - pad;
  return {std::max<std::int64_t>(begin, 0), std::min(begin + kernel, extent)};
}

std::int32_t rounded_quotient(std::int32_t sum, std::int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

std::int32_t pooled(const Node& node, const Numbers& in, Span rows, Span columns, std::int64_t first,
                    std::int64_t row_stride, std::int64_t column_stride) {
  const std::int64_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
  if (count <= 0) node.unsupported("a window without elements");
  std::int32_t sum = 0, largest = std::numeric_limits<std::int32_t>::min();
  for (std::int64_t y = rows.begin; y < rows.end; ++y)
    for (std::int64_t x = columns.begin; x < columns.end; ++x) {
      const std::int32_t value = in[static_cast<std::size_t>(first + y * row_stride + x * column_stride)];
      sum += value;
      largest = std::max(largest, value);
    }
  return node.op.kind == OpKind::max_pool ? largest : rounded_quotient(sum, static_cast<std::int32_t>(count));
}

}  // namespace

Results pool(const Node& node) {
  node.expect_same_type(true);
  const graph::Op& op = node.op;
  const Shape &in = node.input(0).shape, &out = node.output().shape;
  const Numbers numbers = node.numbers(0);
  const Range range = activation_range(node);
  Numbers result;
  for (std::int64_t b = 0; b < out[0]; ++b)
    for (std::int64_t y = 0; y < out[1]; ++y)
      for (std::int64_t x = 0; x < out[2]; ++x)
        for (std::int64_t c = 0; c < out[3]; ++c) {
          const Span rows = span_of(y, op.stride_h, op.pad_top, op.kernel_h, in[1]);
          const Span columns = span_of(x, op.stride_w, op.pad_left, op.kernel_w, in[2]);
          const std::int64_t first = b * in[1] * in[2] * in[3] + c;
          result.push_back(clamped(pooled(node, numbers, rows, columns, first, in[2] * in[3], in[3]), range));
        }
  return {array_of(node.output(), result)};
}

// The division by the count is folded into the factor.
Results mean(const Node& node) {
  node.expect_same_type(true);
  const Shape& shape = node.input(0).shape;
  if (node.op.axes.empty()) node.unsupported("axes known only at run time");
  Shape kept = shape;
  for (const std::int64_t axis : node.op.axes) kept[static_cast<std::size_t>(axis)] = 1;
  std::vector<std::int64_t> strides = strides_of(kept);
  for (const std::int64_t axis : node.op.axes) strides[static_cast<std::size_t>(axis)] = 0;

  Numbers sums(graph::elements_of(kept), 0);
  Index index(shape.size(), 0);
  for (const std::int32_t x : node.numbers(0)) {
    sums[static_cast<std::size_t>(place(index, strides))] += x;
    advance(index, shape);
  }

  const auto count = static_cast<std::int64_t>(graph::elements_of(shape) / graph::elements_of(kept));
  const double scale = static_cast<double>(scale_of(node, node.input(0))) / scale_of(node, node.output());
  Multiplier factor = quantize_multiplier(scale);
  int shift = 0;
  while (count >> (shift + 1) != 0) ++shift;
  shift = std::min({shift, 32, 31 + factor.shift});
  factor.value =
      static_cast<std::int32_t>(static_cast<std::int64_t>(factor.value) * (std::int64_t{1} << shift) / count);
  factor.shift -= shift;
  const auto in_zero = static_cast<std::int32_t>(count * zero_of(node.input(0)));
  const Range range = range_of(node, node.output().type);
  for (std::int32_t& sum : sums) sum = clamped(multiply(sum - in_zero, factor) + zero_of(node.output()), range);
  return {array_of(node.output(), sums)};
}

// The first of equal elements wins.
Results arg_max(const Node& node) {
  const DataType type = node.output().type;
  if (type != DataType::int32 && type != DataType::int64) node.unsupported("this type");
  const Shape& shape = node.input(0).shape;
  const auto axis = static_cast<std::size_t>(node.op.axis);
  const auto extent = static_cast<std::size_t>(shape[axis]), inner = static_cast<std::size_t>(strides_of(shape)[axis]);
  const Numbers in = node.numbers(0);
  Numbers result;
  for (std::size_t outer = 0; outer < in.size(); outer += extent * inner)
    for (std::size_t i = 0; i < inner; ++i) {
      std::size_t best = 0;
      for (std::size_t k = 1; k < extent; ++k)
        if (in[outer + k * inner + i] > in[outer + best * inner + i]) best = k;
      result.push_back(static_cast<std::int32_t>(best));
    }
  return {array_of(node.output(), result)};
}

}  // namespace takt::reference
