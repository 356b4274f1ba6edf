// Two operands, element by element with broadcasting: reference/add.h, sub.h, integer_ops/mul.h, maximum_minimum.h,
// with the factors of TensorFlow Lite's add.cc, sub.cc and mul.cc.
#include <algorithm>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::OpKind;
using graph::Shape;

namespace {

// Strides of an operand as the output's shape walks it: 0 along what is broadcast.
std::vector<std::int64_t> broadcast_strides(const Shape& operand, const Shape& output) {
  const std::vector<std::int64_t> own = strides_of(operand);
  std::vector<std::int64_t> strides(output.size(), 0);
  const std::size_t missing = output.size() - operand.size();
  for (std::size_t i = 0; i < operand.size(); ++i) strides[missing + i] = operand[i] == 1 ? 0 : own[i];
  return strides;
}

template <typename Combine>
Results combined(const Node& node, const Numbers& a, const Numbers& b, const Combine& combine) {
  const Shape& shape = node.output().shape;
  const auto strides_a = broadcast_strides(node.input(0).shape, shape);
  const auto strides_b = broadcast_strides(node.input(1).shape, shape);
  Numbers result(graph::elements_of(shape));
  Index index(shape.size(), 0);
  for (std::int32_t& x : result) {
    x = combine(a[static_cast<std::size_t>(place(index, strides_a))],
                b[static_cast<std::size_t>(place(index, strides_b))]);
    advance(index, shape);
  }
  return {array_of(node.output(), result)};
}

void check_types(const Node& node) {
  node.expect_same_type(true);
  if (node.input(1).type != node.input(0).type) node.unsupported("a mixture of types");
}

}  // namespace

Results add_or_sub(const Node& node) {
  check_types(node);
  const float scale_a = scale_of(node, node.input(0)), scale_b = scale_of(node, node.input(1));
  const int left = node.output().type == DataType::int16 ? 15 : 20;
  const double twice_larger = 2 * static_cast<double>(std::max(scale_a, scale_b));
  const Multiplier factor_a = quantize_multiplier(scale_a / twice_larger);
  const Multiplier factor_b = quantize_multiplier(scale_b / twice_larger);
  const Multiplier back =
      quantize_multiplier(twice_larger / ((1 << left) * static_cast<double>(scale_of(node, node.output()))));
  const std::int32_t zero = zero_of(node.output()), sign = node.op.kind == OpKind::sub ? -1 : 1;
  const Range range = activation_range(node);
  return combined(node, node.centered(0), node.centered(1), [&](std::int32_t a, std::int32_t b) {
    const std::int32_t common_a = multiply(a * (1 << left), factor_a), common_b = multiply(b * (1 << left), factor_b);
    return clamped(multiply(common_a + sign * common_b, back) + zero, range);
  });
}

Results mul(const Node& node) {
  check_types(node);
  const float product = scale_of(node, node.input(0)) * scale_of(node, node.input(1));
  const Multiplier factor = quantize_multiplier(product / scale_of(node, node.output()));  // in float, as mul.cc
  const std::int32_t zero = zero_of(node.output());
  const Range range = activation_range(node);
  return combined(node, node.centered(0), node.centered(1),
                  [&](std::int32_t a, std::int32_t b) { return clamped(multiply(a * b, factor) + zero, range); });
}

Results minimum_or_maximum(const Node& node) {
  check_types(node);
  const bool least = node.op.kind == OpKind::minimum;
  return combined(node, node.numbers(0), node.numbers(1),
                  [&](std::int32_t a, std::int32_t b) { return least ? std::min(a, b) : std::max(a, b); });
}

}  // namespace takt::reference
