// What a kernel sees of its operator: operands as numbers, and the way back to bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/graph/graph.h"
#include "tests/reference/interpreter.h"

namespace takt::reference {

using Numbers = std::vector<std::int32_t>;

struct Range {
  std::int32_t low, high;
};

class Node {
 public:
  Node(const graph::Graph& graph, const graph::Op& op, const std::map<graph::TensorId, Array>& arrays)
      : op(op), graph_(graph), arrays_(arrays) {}

  const graph::Op& op;

  bool has_input(std::size_t index) const;
  const graph::Tensor& input(std::size_t index) const;
  const graph::Tensor& output(std::size_t index = 0) const;
  const Array& array(std::size_t index) const;  // an input's elements, computed or constant

  // An input's integers of up to 32 bits, less its zero point where `centered`.
  Numbers numbers(std::size_t index) const;
  Numbers centered(std::size_t index) const;

  [[noreturn]] void unsupported(const std::string& what) const;
  // Throws unless the first input is int8 or uint8 (or int16 without zero points, where allowed) and the output has the
  // same type.
  void expect_same_type(bool int16_too = false) const;

 private:
  const graph::Graph& graph_;
  const std::map<graph::TensorId, Array>& arrays_;
};

float scale_of(const Node& node, const graph::Tensor& tensor);  // the one scale; throws where there is none
std::int32_t zero_of(const graph::Tensor& tensor);
Range range_of(const Node& node, graph::DataType type);
Range activation_range(const Node& node);  // of the output, with the fused activation

Array array_of(const graph::Tensor& tensor, const Numbers& numbers);

inline std::int32_t clamped(std::int32_t x, Range range) {
  return x < range.low ? range.low : x > range.high ? range.high : x;
}

// Walking over the elements of a shape in storage order.
using Index = std::vector<std::int64_t>;
std::vector<std::int64_t> strides_of(const graph::Shape& shape);
void advance(Index& index, const graph::Shape& shape);
std::int64_t place(const Index& index, const std::vector<std::int64_t>& strides);

using Results = std::vector<Array>;

Results conv2d(const Node&);
Results depthwise_conv2d(const Node&);
Results conv3d(const Node&);
Results transpose_conv2d(const Node&);
Results fully_connected(const Node&);
Results batch_matmul(const Node&);
Results add_or_sub(const Node&);
Results mul(const Node&);
Results minimum_or_maximum(const Node&);
Results relu(const Node&);
Results leaky_relu(const Node&);
Results hard_swish(const Node&);
Results logistic(const Node&);
Results tanh(const Node&);
Results gelu(const Node&);
Results softmax(const Node&);

// Calls row(numbers, how many) for each row of a softmax's input without what graph::Op::causal hides, and puts what
// that leaves where it was; `nothing` is what the hidden ones get.
template <typename Row>
Numbers by_rows(const Node& node, std::int32_t nothing, const Row& row) {
  const Numbers all = node.numbers(0);
  const auto depth = static_cast<std::size_t>(node.input(0).shape.back());
  const auto causal = static_cast<std::size_t>(node.op.causal);
  Numbers result(all.size(), nothing);
  for (std::size_t at = 0; at < all.size(); at += depth) {
    std::vector<std::size_t> seen;
    for (std::size_t column = 0; column < depth; ++column)
      if (column >= causal || column <= at / depth % causal) seen.push_back(at + column);
    Numbers numbers;
    for (const std::size_t i : seen) numbers.push_back(all[i]);
    row(numbers.data(), static_cast<std::int64_t>(numbers.size()));
    for (std::size_t i = 0; i < seen.size(); ++i) result[seen[i]] = numbers[i];
  }
  return result;
}
Results norm(const Node&);
Results pool(const Node&);
Results mean(const Node&);
Results logistic_int16(const Node&);
Results tanh_int16(const Node&);
Results softmax_int16(const Node&);
Results quantize(const Node&);
Results dequantize(const Node&);
Results arg_max(const Node&);
Results gather(const Node&);
Results concat(const Node&);
Results split(const Node&);
Results slice(const Node&);
Results pad(const Node&);
Results reshape(const Node&);
Results transpose(const Node&);
Results depth_to_space(const Node&);
Results space_to_depth(const Node&);
Results resize_bilinear(const Node&);
Results resize_nearest(const Node&);

}  // namespace takt::reference
