// Graphs of one operator with their inputs, for tests.
#pragma once

#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/graph/half.h"
#include "tests/reference/interpreter.h"

namespace takt::reference::testing {

struct Type {
  graph::DataType type;
  std::vector<float> scale;
  std::vector<std::int64_t> zero_point;
};

inline Type int8(float scale, std::int64_t zero = 0) { return {graph::DataType::int8, {scale}, {zero}}; }
inline Type uint8(float scale, std::int64_t zero) { return {graph::DataType::uint8, {scale}, {zero}}; }
inline Type int16(float scale) { return {graph::DataType::int16, {scale}, {0}}; }
inline Type per_channel(std::vector<float> scale) { return {graph::DataType::int8, std::move(scale), {}}; }
inline Type plain(graph::DataType type) { return {type, {}, {}}; }

using Values = std::vector<double>;

template <typename T>
void append(std::vector<std::uint8_t>& bytes, double value) {
  const T number = static_cast<T>(value);
  bytes.resize(bytes.size() + sizeof(T));
  std::memcpy(bytes.data() + bytes.size() - sizeof(T), &number, sizeof(T));
}

inline std::vector<std::uint8_t> bytes_of(graph::DataType type, const Values& values) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; type == graph::DataType::int4 && i < values.size(); i += 2) {
    const auto half = [&](std::size_t k) { return k < values.size() ? static_cast<int>(values[k]) & 15 : 0; };
    bytes.push_back(static_cast<std::uint8_t>(half(i) + 16 * half(i + 1)));
  }
  for (const double value : values) {
    if (type == graph::DataType::int8) append<std::int8_t>(bytes, value);
    if (type == graph::DataType::uint8) append<std::uint8_t>(bytes, value);
    if (type == graph::DataType::int16) append<std::int16_t>(bytes, value);
    if (type == graph::DataType::int32) append<std::int32_t>(bytes, value);
    if (type == graph::DataType::int64) append<std::int64_t>(bytes, value);
    if (type == graph::DataType::float32) append<float>(bytes, value);
    if (type == graph::DataType::float16)
      append<std::uint16_t>(bytes, graph::half_of_single(static_cast<float>(value)));
  }
  return bytes;
}

// An array whose elements have bytes of their own: of int4 as int8.
inline Array unpacked(const Array& array) {
  if (array.type != graph::DataType::int4) return array;
  Array result{graph::DataType::int8, array.shape, {}};
  for (std::uint64_t i = 0; i < graph::elements_of(array.shape); ++i) {
    const int half = i % 2 == 0 ? array.bytes[i / 2] & 15 : array.bytes[i / 2] >> 4;
    result.bytes.push_back(static_cast<std::uint8_t>(half > 7 ? half - 16 : half));
  }
  return result;
}

template <typename T>
Values values_as(const std::vector<std::uint8_t>& bytes) {
  Values values(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < values.size(); ++i) {
    T number;
    std::memcpy(&number, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(number);
  }
  return values;
}

inline Values values_of(const Array& array) {
  switch (array.type) {
    case graph::DataType::int8:
      return values_as<std::int8_t>(array.bytes);
    case graph::DataType::uint8:
      return values_as<std::uint8_t>(array.bytes);
    case graph::DataType::int16:
      return values_as<std::int16_t>(array.bytes);
    case graph::DataType::int32:
      return values_as<std::int32_t>(array.bytes);
    case graph::DataType::float32:
      return values_as<float>(array.bytes);
    default:
      return {};
  }
}

class Network {
 public:
  explicit Network(graph::OpKind kind) { op.kind = kind; }

  graph::Op op;

  Network& input(const graph::Shape& shape, const Type& type, const Values& values) {
    const graph::TensorId id = add(shape, type);
    graph_.inputs.push_back(id);
    op.inputs.push_back(id);
    inputs_[id] = {type.type, shape, bytes_of(type.type, values)};
    return *this;
  }
  Network& constant(const graph::Shape& shape, const Type& type, const Values& values) {
    const graph::TensorId id = add(shape, type);
    graph::Tensor& tensor = graph_.tensors.back();
    tensor.constant = true;
    tensor.contents = std::make_shared<const std::vector<std::uint8_t>>(bytes_of(type.type, values));
    op.inputs.push_back(id);
    return *this;
  }
  Network& output(const graph::Shape& shape, const Type& type) {
    op.outputs.push_back(add(shape, type));
    return *this;
  }
  Network& fuse(graph::Activation activation) {
    op.activation = activation;
    return *this;
  }

  Network& without_input() {
    op.inputs.push_back(graph::no_tensor);
    return *this;
  }

  const graph::Graph& graph() {
    graph_.ops = {op};
    graph_.outputs = op.outputs;
    return graph_;
  }
  const std::map<graph::TensorId, Array>& inputs() const { return inputs_; }

  Values run(std::size_t output = 0) { return values_of(evaluate(graph(), inputs_).at(op.outputs.at(output))); }

 private:
  graph::TensorId add(const graph::Shape& shape, const Type& type) {
    graph::Tensor tensor;
    tensor.name = "t" + std::to_string(graph_.tensors.size());
    tensor.shape = shape;
    tensor.type = type.type;
    tensor.scale = type.scale;
    tensor.zero_point = type.zero_point;
    graph_.tensors.push_back(tensor);
    return static_cast<graph::TensorId>(graph_.tensors.size() - 1);
  }

  graph::Graph graph_;
  std::map<graph::TensorId, Array> inputs_;
};

}  // namespace takt::reference::testing
