#include "sim/functional/operation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/graph/operands.h"

namespace takt::functional {

using graph::Activation;
using graph::DataType;
using graph::Tensor;

namespace {

template <typename T>
Bounds all_of() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

}  // namespace

bool Operation::has_input(std::size_t index) const { return graph::has_input(op, index); }
const Tensor& Operation::input(std::size_t index) const { return graph::input(graph, op, index); }
const Tensor& Operation::output(std::size_t index) const {
  return graph.tensors.at(static_cast<std::size_t>(op.outputs.at(index)));
}

void Operation::unsupported(const std::string& what) const {
  const std::string kind = op.custom_code.empty() ? graph::name_of(op.kind) : op.custom_code;
  throw Unsupported("operator '" + op.name + "' (" + kind + "): " + what + " cannot be computed");
}

float Operation::scale(const Tensor& tensor) const {
  if (tensor.scale.size() != 1) unsupported("a tensor of " + std::to_string(tensor.scale.size()) + " scales");
  return tensor.scale[0];
}

std::int32_t Operation::zero(const Tensor& tensor) {
  return tensor.zero_point.empty() ? 0 : static_cast<std::int32_t>(tensor.zero_point[0]);
}

Bounds Operation::bounds_of(DataType type) const {
  switch (type) {
    case DataType::int8:
      return all_of<std::int8_t>();
    case DataType::uint8:
      return all_of<std::uint8_t>();
    case DataType::int16:
      return all_of<std::int16_t>();
    case DataType::int32:
      return all_of<std::int32_t>();
    default:
      unsupported(std::string("an output of ") + graph::name_of(type));
  }
}

Bounds Operation::bounds() const {
  Bounds result = bounds_of(output().type);
  const auto quantized = [&](float value) {
    const float steps = value / scale(output());
    return zero(output()) + static_cast<std::int32_t>(follows_onnx() ? std::nearbyint(steps) : std::round(steps));
  };
  const auto from = [&](float low) { result.low = std::max(result.low, quantized(low)); };
  const auto to = [&](float high) { result.high = std::min(result.high, quantized(high)); };
  switch (op.activation) {
    case Activation::none:
      break;
    case Activation::relu:
      from(0);
      break;
    case Activation::relu6:
      from(0), to(6);
      break;
    case Activation::relu_n1_to_1:
      from(-1), to(1);
      break;
    case Activation::tanh:
      unsupported("a fused tanh");
  }
  return result;
}

}  // namespace takt::functional
