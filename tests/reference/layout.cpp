// Operators that move or select elements; concat of uint8 inputs may change scales (ConcatenationWithScaling).
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Shape;
using graph::Tensor;

namespace {

std::size_t element_bytes(const Node& node, DataType type) {
  if (type == DataType::int4 || type == DataType::resource) node.unsupported("this type");
  return graph::bytes_of(type, 1);
}

// An output whose element at an index is the input's at source(index).
template <typename Source>
Array gathered(const Node& node, const Tensor& to, const Shape& walked, const Source& source) {
  const Array& from = node.array(0);
  if (from.type != to.type) node.unsupported(std::string("an input of ") + graph::name_of(from.type));
  const std::size_t size = element_bytes(node, to.type);
  Array result{to.type, to.shape, std::vector<std::uint8_t>(to.bytes())};
  Index index(walked.size(), 0);
  for (std::size_t at = 0; at < result.bytes.size(); at += size) {
    std::memcpy(&result.bytes[at], &from.bytes.at(static_cast<std::size_t>(source(index)) * size), size);
    advance(index, walked);
  }
  return result;
}

bool has_same_scale(const Tensor& a, const Tensor& b) { return a.scale == b.scale && zero_of(a) == zero_of(b); }

std::vector<std::uint8_t> rescaled(const Node& node, std::size_t input) {
  const Tensor &from = node.input(input), &to = node.output();
  if (from.type != DataType::uint8) node.unsupported("inputs of other scales than the output's");
  const float scale = scale_of(node, from) * (1.0F / scale_of(node, to));
  const float bias = static_cast<float>(-zero_of(from)) * scale;
  std::vector<std::uint8_t> bytes;
  for (const std::int32_t x : node.numbers(input)) {
    const auto value = static_cast<std::int32_t>(std::round(static_cast<float>(x) * scale + bias)) + zero_of(to);
    bytes.push_back(static_cast<std::uint8_t>(clamped(value, {0, 255})));
  }
  return bytes;
}

Array part_of(const Node& node, const Tensor& to, std::size_t axis, std::int64_t begin) {
  const std::vector<std::int64_t> strides = strides_of(node.input(0).shape);
  return gathered(node, to, to.shape,
                  [&](const Index& index) { return place(index, strides) + begin * strides[axis]; });
}

// A row of [batch, y, x, c] in a tensor of the given shape.
std::int64_t at(const Shape& shape, std::int64_t b, std::int64_t y, std::int64_t x, std::int64_t c) {
  return ((b * shape[1] + y) * shape[2] + x) * shape[3] + c;
}

}  // namespace

Results concat(const Node& node) {
  const Tensor& to = node.output();
  if (node.op.activation != graph::Activation::none) node.unsupported("a fused activation");
  const auto axis = static_cast<std::size_t>(node.op.axis);
  const std::size_t size = element_bytes(node, to.type);
  Array result{to.type, to.shape, {}};
  std::vector<std::vector<std::uint8_t>> parts;
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < node.op.inputs.size(); ++i) {
    if (node.input(i).type != to.type) node.unsupported("a mixture of types");
    parts.push_back(has_same_scale(node.input(i), to) ? node.array(i).bytes : rescaled(node, i));
    const Shape& shape = node.input(i).shape;
    rows.push_back(static_cast<std::size_t>(shape[axis] * strides_of(shape)[axis]) * size);
  }
  for (std::size_t outer = 0; outer < parts[0].size() / rows[0]; ++outer)
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const auto row = parts[i].begin() + static_cast<std::ptrdiff_t>(outer * rows[i]);
      result.bytes.insert(result.bytes.end(), row, row + static_cast<std::ptrdiff_t>(rows[i]));
    }
  return {result};
}

Results split(const Node& node) {
  const auto axis = static_cast<std::size_t>(node.op.axis);
  Results results;
  std::int64_t begin = 0;
  for (std::size_t i = 0; i < node.op.outputs.size(); ++i) {
    results.push_back(part_of(node, node.output(i), axis, begin));
    begin += node.output(i).shape[axis];
  }
  return results;
}

Results slice(const Node& node) {
  const graph::Op& op = node.op;
  if (op.size.empty()) node.unsupported("a range known only at run time");
  std::vector<std::int64_t> strides = strides_of(node.input(0).shape);
  const std::int64_t first = place(op.begin, strides);
  for (std::size_t i = 0; i < op.step.size(); ++i) strides[i] *= op.step[i];
  return {gathered(node, node.output(), op.size, [&](const Index& index) { return first + place(index, strides); })};
}

Results pad(const Node& node) {
  const Tensor &from = node.input(0), &to = node.output();
  if (node.op.begin.empty()) node.unsupported("paddings known only at run time");
  if (from.type == DataType::float32) node.unsupported("this type");
  const Numbers in = node.numbers(0);
  Numbers result(to.elements(), node.has_input(2) ? node.numbers(2).at(0) : zero_of(to));
  const std::vector<std::int64_t> strides = strides_of(to.shape);
  const std::int64_t first = place(node.op.begin, strides);
  Index index(from.shape.size(), 0);
  for (const std::int32_t x : in) {
    result[static_cast<std::size_t>(first + place(index, strides))] = x;
    advance(index, from.shape);
  }
  return {array_of(to, result)};
}

Results reshape(const Node& node) {
  const Array& from = node.array(0);
  if (from.type != node.output().type || from.bytes.size() != node.output().bytes()) node.unsupported("this shape");
  return {{from.type, node.output().shape, from.bytes}};
}

Results transpose(const Node& node) {
  if (node.op.axes.empty()) node.unsupported("a permutation known only at run time");
  const std::vector<std::int64_t> own = strides_of(node.input(0).shape);
  std::vector<std::int64_t> strides;
  for (const std::int64_t axis : node.op.axes) strides.push_back(own[static_cast<std::size_t>(axis)]);
  const Tensor& to = node.output();
  return {gathered(node, to, to.shape, [&](const Index& index) { return place(index, strides); })};
}

Results depth_to_space(const Node& node) {
  const Shape& in = node.input(0).shape;
  const Tensor& to = node.output();
  const std::int64_t block = node.op.block, depth = to.shape[3];
  return {gathered(node, to, to.shape, [&](const Index& i) {
    return at(in, i[0], i[1] / block, i[2] / block, (i[1] % block * block + i[2] % block) * depth + i[3]);
  })};
}

Results space_to_depth(const Node& node) {
  const Shape& in = node.input(0).shape;
  const Tensor& to = node.output();
  const std::int64_t block = node.op.block, depth = in[3];
  return {gathered(node, to, to.shape, [&](const Index& i) {
    const std::int64_t tap = i[3] / depth;
    return at(in, i[0], i[1] * block + tap / block, i[2] * block + tap % block, i[3] % depth);
  })};
}

}  // namespace takt::reference
