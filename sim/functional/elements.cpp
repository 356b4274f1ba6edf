#include "sim/functional/elements.h"

namespace takt::functional {

using graph::DataType;

std::uint64_t element_bytes(const Operation& operation, DataType type) {
  if (type == DataType::int4 || type == DataType::resource)
    operation.unsupported(std::string("a tensor of ") + graph::name_of(type));
  return graph::bytes_of(type, 1);
}

void expect_activations(const Operation& operation, Activations allowed) {
  const DataType type = operation.input(0).type, out = operation.output().type;
  const bool known = type == DataType::int8 || type == DataType::uint8 ||
                     (type == DataType::int16 && allowed == Activations::of_16_bits_too);
  if (!known) operation.unsupported(std::string("an input of ") + graph::name_of(type));
  if (out != type)
    operation.unsupported(std::string("an output of ") + graph::name_of(out) + " from " + graph::name_of(type));
  const bool moved = Operation::zero(operation.input(0)) != 0 || Operation::zero(operation.output()) != 0;
  if (type == DataType::int16 && !operation.follows_onnx() && moved)
    operation.unsupported("a zero point of int16 other than 0");
}

std::vector<std::int64_t> distances_of(const graph::Shape& shape) {
  std::vector<std::int64_t> distances(shape.size());
  std::int64_t distance = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    distances[i] = distance;
    distance *= shape[i];
  }
  return distances;
}

}  // namespace takt::functional
