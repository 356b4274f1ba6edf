#include "sim/import/tflite/tensors.h"

#include <flatbuffers/flatbuffers.h>

#include <algorithm>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"

namespace takt::tflite {

using graph::DataType;
using graph::GraphError;
using graph::to_text;

namespace {

struct TypeRow {
  schema::TensorType type;
  DataType means;
};

constexpr TypeRow type_rows[] = {
    {schema::TensorType_FLOAT32, DataType::float32},   {schema::TensorType_FLOAT16, DataType::float16},
    {schema::TensorType_INT32, DataType::int32},       {schema::TensorType_UINT8, DataType::uint8},
    {schema::TensorType_INT64, DataType::int64},       {schema::TensorType_BOOL, DataType::boolean},
    {schema::TensorType_INT16, DataType::int16},       {schema::TensorType_INT8, DataType::int8},
    {schema::TensorType_FLOAT64, DataType::float64},   {schema::TensorType_UINT64, DataType::uint64},
    {schema::TensorType_RESOURCE, DataType::resource}, {schema::TensorType_UINT32, DataType::uint32},
    {schema::TensorType_UINT16, DataType::uint16},     {schema::TensorType_INT4, DataType::int4},
};

// Shapes, axes and paddings have at most two values a dimension.
constexpr std::size_t most_dimensions = 32;
constexpr std::uint64_t most_values = 2 * most_dimensions;

DataType type_of(const schema::Tensor& tensor) {
  for (const TypeRow& row : type_rows)
    if (row.type == tensor.type()) return row.means;
  throw GraphError("found type " + std::to_string(tensor.type()) + " (" + schema::EnumNameTensorType(tensor.type()) +
                   "), expected integers, floats or booleans");
}

graph::Shape shape_of(const schema::Tensor& tensor) {
  graph::Shape shape;
  if (tensor.shape() == nullptr) return shape;
  if (tensor.shape()->size() > most_dimensions)
    throw GraphError("found " + std::to_string(tensor.shape()->size()) + " dimensions, expected at most " +
                     std::to_string(most_dimensions));
  for (const std::int32_t dimension : *tensor.shape()) {
    if (dimension < -1) throw GraphError("found a dimension of " + std::to_string(dimension));
    shape.push_back(dimension);
  }
  return shape;
}

const schema::Buffer* buffer_of(const Source& source, const schema::Tensor& tensor) {
  const auto* buffers = source.model.buffers();
  const std::uint32_t index = tensor.buffer();
  if (index == 0) return nullptr;
  if (buffers == nullptr || index >= buffers->size())
    throw GraphError("found buffer " + std::to_string(index) + " of " +
                     std::to_string(buffers == nullptr ? 0 : buffers->size()));
  return buffers->Get(index);
}

struct Data {
  const std::uint8_t* begin = nullptr;
  std::uint64_t size = 0;
};

// The tensor's constant data; empty where it has none.
Data data_of(const Source& source, const schema::Buffer* buffer) {
  if (buffer == nullptr) return {};
  if (buffer->offset() > 1) {
    if (buffer->offset() > source.file_size || buffer->size() > source.file_size - buffer->offset())
      throw GraphError("found data of " + std::to_string(buffer->size()) + " bytes at " +
                       std::to_string(buffer->offset()) + ", beyond the file's " + std::to_string(source.file_size));
    return {source.file + buffer->offset(), buffer->size()};
  }
  if (buffer->data() == nullptr) return {};
  return {buffer->data()->data(), buffer->data()->size()};
}

template <typename Number>
std::vector<std::int64_t> numbers_of(const std::uint8_t* data, std::uint64_t count) {
  std::vector<std::int64_t> values;
  for (std::uint64_t i = 0; i < count; ++i)
    values.push_back(flatbuffers::ReadScalar<Number>(data + i * sizeof(Number)));
  return values;
}

void read_constant(const Source& source, const schema::Buffer* buffer, graph::Tensor& result, Budget& budget) {
  const Data data = data_of(source, buffer);
  if (data.size == 0) return;
  if (data.size != result.bytes())
    throw GraphError("found " + std::to_string(data.size) + " bytes of data, expected " +
                     std::to_string(result.bytes()) + " for " + name_of(result.type) + " " + to_text(result.shape));
  result.constant = true;
  const std::uint64_t count = result.elements();
  if (source.contents) {
    budget.take(data.size);
    result.contents = std::make_shared<const std::vector<std::uint8_t>>(data.begin, data.begin + data.size);
  }
  if (count > most_values) return;
  if (result.type == DataType::int32) result.values = numbers_of<std::int32_t>(data.begin, count);
  if (result.type == DataType::int64) result.values = numbers_of<std::int64_t>(data.begin, count);
}

void read_quantization(const schema::QuantizationParameters* source, graph::Tensor& result, Budget& budget) {
  if (source == nullptr || source->scale() == nullptr || source->scale()->size() == 0) return;
  const std::size_t scales = source->scale()->size();
  const std::size_t zeros = source->zero_point() == nullptr ? 0 : source->zero_point()->size();
  if (zeros != scales && zeros > 1)
    throw GraphError("found " + std::to_string(zeros) + " zero points for " + std::to_string(scales) + " scales");
  // Converters write a bias with its weights' dimension number, so the number itself is not checked.
  const bool fits =
      std::find(result.shape.begin(), result.shape.end(), static_cast<std::int64_t>(scales)) != result.shape.end();
  if (scales > 1 && !fits && !result.shape.empty())
    throw GraphError("found " + std::to_string(scales) + " scales, expected 1 or a dimension of " +
                     to_text(result.shape));
  budget.take(scales * sizeof(float) + zeros * sizeof(std::int64_t));
  result.scale.assign(source->scale()->begin(), source->scale()->end());
  // The verifier lets vectors of 64-bit numbers lie at any multiple of four.
  if (zeros > 0) result.zero_point = numbers_of<std::int64_t>(source->zero_point()->Data(), zeros);
}

}  // namespace

void Budget::take(std::uint64_t bytes) {
  if (bytes > left_) throw GraphError("found the same data referred to more often than any converter writes");
  left_ -= bytes;
}

graph::Tensor read_tensor(const Source& source, const schema::Tensor& tensor, Budget& budget) {
  graph::Tensor result;
  if (tensor.name() != nullptr) {
    budget.take(tensor.name()->size());
    result.name = tensor.name()->str();
  }
  if (tensor.sparsity() != nullptr) throw GraphError("found a sparse tensor, expected dense ones");
  result.type = type_of(tensor);
  result.shape = shape_of(tensor);
  result.variable = tensor.is_variable();
  read_constant(source, buffer_of(source, tensor), result, budget);
  read_quantization(tensor.quantization(), result, budget);
  return result;
}

}  // namespace takt::tflite
