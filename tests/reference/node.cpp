#include "tests/reference/node.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace takt::reference {

using graph::Activation;
using graph::DataType;
using graph::Tensor;

namespace {

template <typename T>
Numbers numbers_as(const std::vector<std::uint8_t>& bytes) {
  Numbers numbers(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    numbers[i] = value;
  }
  return numbers;
}

// tensor_utils::UnpackPackedIntToInt8: the lower half of a byte first.
Numbers numbers_of_four_bits(const Array& array) {
  Numbers numbers;
  for (const std::uint8_t byte : array.bytes) {
    numbers.push_back((byte % 16 + 8) % 16 - 8);
    numbers.push_back((byte / 16 + 8) % 16 - 8);
  }
  numbers.resize(graph::elements_of(array.shape));
  return numbers;
}

template <typename T>
std::vector<std::uint8_t> bytes_as(const Numbers& numbers) {
  std::vector<std::uint8_t> bytes(numbers.size() * sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const T value = static_cast<T>(numbers[i]);
    std::memcpy(bytes.data() + i * sizeof(T), &value, sizeof(T));
  }
  return bytes;
}

std::vector<std::uint8_t> bytes_of(DataType type, const Numbers& numbers) {
  switch (type) {
    case DataType::int8:
      return bytes_as<std::int8_t>(numbers);
    case DataType::uint8:
      return bytes_as<std::uint8_t>(numbers);
    case DataType::int16:
      return bytes_as<std::int16_t>(numbers);
    case DataType::int32:
      return bytes_as<std::int32_t>(numbers);
    case DataType::int64:
      return bytes_as<std::int64_t>(numbers);
    default:
      throw std::runtime_error(std::string("a result of ") + graph::name_of(type) + " is not supported");
  }
}

std::int32_t quantized(float value, const Node& node, const Tensor& tensor) {
  return zero_of(tensor) + static_cast<std::int32_t>(std::round(value / scale_of(node, tensor)));
}

}  // namespace

bool Node::has_input(std::size_t index) const {
  return index < op.inputs.size() && op.inputs[index] != graph::no_tensor;
}

const Tensor& Node::input(std::size_t index) const {
  if (!has_input(index)) unsupported("without input " + std::to_string(index));
  return graph_.tensors.at(static_cast<std::size_t>(op.inputs[index]));
}

const Tensor& Node::output(std::size_t index) const {
  return graph_.tensors.at(static_cast<std::size_t>(op.outputs.at(index)));
}

const Array& Node::array(std::size_t index) const {
  input(index);
  const auto found = arrays_.find(op.inputs[index]);
  if (found == arrays_.end()) unsupported("without the contents of input " + std::to_string(index));
  return found->second;
}

Numbers Node::numbers(std::size_t index) const {
  const Array& from = array(index);
  switch (from.type) {
    case DataType::int4:
      return numbers_of_four_bits(from);
    case DataType::int8:
      return numbers_as<std::int8_t>(from.bytes);
    case DataType::uint8:
      return numbers_as<std::uint8_t>(from.bytes);
    case DataType::int16:
      return numbers_as<std::int16_t>(from.bytes);
    case DataType::int32:
      return numbers_as<std::int32_t>(from.bytes);
    default:
      unsupported("with input " + std::to_string(index) + " of " + graph::name_of(from.type));
  }
}

Numbers Node::centered(std::size_t index) const {
  Numbers result = numbers(index);
  const std::int32_t zero = zero_of(input(index));
  for (std::int32_t& x : result) x -= zero;
  return result;
}

void Node::unsupported(const std::string& what) const {
  const std::string type =
      op.outputs.empty() ? "" : std::string(" of ") + graph::name_of(output().type) + " '" + output().name + "'";
  throw std::runtime_error(std::string(graph::name_of(op.kind)) + type + ": " + what + " is not supported");
}

void Node::expect_same_type(bool int16_too) const {
  const DataType type = input(0).type;
  const bool known = type == DataType::int8 || type == DataType::uint8 || (int16_too && type == DataType::int16);
  if (!known || output().type != type) unsupported(std::string("an input of ") + graph::name_of(type));
  if (type == DataType::int16 && (zero_of(input(0)) != 0 || zero_of(output()) != 0)) unsupported("a zero point");
}

float scale_of(const Node& node, const Tensor& tensor) {
  if (tensor.scale.size() != 1) node.unsupported("tensor '" + tensor.name + "' without one scale");
  return tensor.scale[0];
}

std::int32_t zero_of(const Tensor& tensor) {
  return tensor.zero_point.empty() ? 0 : static_cast<std::int32_t>(tensor.zero_point[0]);
}

Range range_of(const Node& node, DataType type) {
  if (type == DataType::int8) return {-128, 127};
  if (type == DataType::uint8) return {0, 255};
  if (type == DataType::int16) return {-32768, 32767};
  if (type == DataType::int32)
    return {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};
  node.unsupported(std::string("a result of ") + graph::name_of(type));
}

Range activation_range(const Node& node) {
  const Tensor& to = node.output();
  Range range = range_of(node, to.type);
  const auto at_least = [&](float x) { range.low = std::max(range.low, quantized(x, node, to)); };
  const auto at_most = [&](float x) { range.high = std::min(range.high, quantized(x, node, to)); };
  switch (node.op.activation) {
    case Activation::none:
      break;
    case Activation::relu:
      at_least(0);
      break;
    case Activation::relu6:
      at_least(0);
      at_most(6);
      break;
    case Activation::relu_n1_to_1:
      at_least(-1);
      at_most(1);
      break;
    case Activation::tanh:
      node.unsupported("a fused tanh");
  }
  return range;
}

Array array_of(const Tensor& tensor, const Numbers& numbers) {
  return {tensor.type, tensor.shape, bytes_of(tensor.type, numbers)};
}

std::vector<std::int64_t> strides_of(const graph::Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 1);
  for (std::size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * shape[i];
  return strides;
}

void advance(Index& index, const graph::Shape& shape) {
  for (std::size_t i = shape.size(); i-- > 0;) {
    if (++index[i] < shape[i]) return;
    index[i] = 0;
  }
}

std::int64_t place(const Index& index, const std::vector<std::int64_t>& strides) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < index.size(); ++i) sum += index[i] * strides[i];
  return sum;
}

}  // namespace takt::reference
