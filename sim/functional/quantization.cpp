#include "sim/functional/quantization.h"

namespace takt::functional {

Quantization Quantization::of_input(const Operation& operation, std::size_t index) {
  const graph::Tensor& tensor = operation.input(index);
  return {operation.scale(tensor), Operation::zero(tensor), operation.bounds_of(tensor.type)};
}

Quantization Quantization::of_output(const Operation& operation) {
  return {operation.scale(operation.output()), Operation::zero(operation.output()), operation.bounds()};
}

}  // namespace takt::functional
