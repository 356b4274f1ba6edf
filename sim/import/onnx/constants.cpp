#include "sim/import/onnx/constants.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/import/onnx/fields.h"
#include "sim/import/onnx/message.h"

namespace takt::onnx {

using graph::DataType;
using graph::GraphError;

namespace {

struct TypeRow {
  std::int64_t type;
  DataType means;
  bool four_bits;  // two to a byte
};

constexpr TypeRow type_rows[] = {
    {fields::FLOAT, DataType::float32, false},    {fields::UINT8, DataType::uint8, false},
    {fields::INT8, DataType::int8, false},        {fields::UINT16, DataType::uint16, false},
    {fields::INT16, DataType::int16, false},      {fields::INT32, DataType::int32, false},
    {fields::INT64, DataType::int64, false},      {fields::BOOL, DataType::boolean, false},
    {fields::FLOAT16, DataType::float16, false},  {fields::DOUBLE, DataType::float64, false},
    {fields::UINT32, DataType::uint32, false},    {fields::UINT64, DataType::uint64, false},
    {fields::BFLOAT16, DataType::float16, false}, {fields::UINT4, DataType::int4, true},
    {fields::INT4, DataType::int4, true},
};

// IEEE 754 binary16.
double half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  const double size = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  return (bits >> 15) != 0 ? -size : size;
}

template <typename Number>
double read(const char* at) {
  Number value;  // little-endian, as the hosts that takt builds on
  std::memcpy(&value, at, sizeof value);
  return static_cast<double>(value);
}

double four_bits(const char* data, std::uint64_t index, bool is_signed) {
  const int byte = static_cast<unsigned char>(data[index / 2]);
  const int nibble = index % 2 == 0 ? byte & 15 : byte >> 4;
  if (!is_signed) return nibble - unsigned_four_bits_zero;
  return nibble > 7 ? nibble - 16 : nibble;
}

double element(const char* data, std::uint64_t i, std::int64_t type) {
  switch (type) {
    case fields::FLOAT:
      return read<float>(data + i * 4);
    case fields::DOUBLE:
      return read<double>(data + i * 8);
    case fields::FLOAT16:
      std::uint16_t bits;
      std::memcpy(&bits, data + i * 2, sizeof bits);
      return half(bits);
    case fields::INT64:
      return read<std::int64_t>(data + i * 8);
    case fields::UINT64:
      return read<std::uint64_t>(data + i * 8);
    case fields::INT32:
      return read<std::int32_t>(data + i * 4);
    case fields::UINT32:
      return read<std::uint32_t>(data + i * 4);
    case fields::INT16:
      return read<std::int16_t>(data + i * 2);
    case fields::UINT16:
      return read<std::uint16_t>(data + i * 2);
    case fields::INT8:
      return read<std::int8_t>(data + i);
    case fields::UINT8:
    case fields::BOOL:
      return read<std::uint8_t>(data + i);
    case fields::UINT4:
    case fields::INT4:
      return four_bits(data, i, type == fields::INT4);
    default:
      throw GraphError("found numbers of type " + std::to_string(type) + ", expected integers or IEEE floats");
  }
}

// Contents in the typed fields: one number an element, except for 4-bit types, which int32_data packs in pairs.
std::vector<double> typed_numbers(const TensorData& tensor, std::uint64_t count) {
  namespace f = fields::tensor;
  std::vector<std::int64_t> integers;
  std::vector<float> reals;
  std::vector<double> result;
  const std::uint64_t most = std::max(count, most_numbers);
  Message m(tensor.message, "TensorProto");
  while (m.next()) {
    if (m.field() == f::float_data)
      m.reals(reals, most);
    else if (m.field() == f::int32_data || m.field() == f::int64_data || m.field() == f::uint64_data)
      m.numbers(integers, most);
    else
      m.skip();
  }
  result.assign(reals.begin(), reals.end());
  const bool packed = tensor.type == fields::INT4 || tensor.type == fields::UINT4;
  for (std::uint64_t i = 0; packed && i < count && i / 2 < integers.size(); ++i) {
    const char byte = static_cast<char>(integers[i / 2]);
    result.push_back(four_bits(&byte, i % 2, tensor.type == fields::INT4));
  }
  for (std::size_t i = 0; !packed && i < integers.size(); ++i)
    result.push_back(tensor.type == fields::FLOAT16 ? half(static_cast<std::uint16_t>(integers[i]))
                                                    : static_cast<double>(integers[i]));
  return result;
}

[[noreturn]] void reject_size(std::uint64_t found, std::uint64_t expected, const TensorData& tensor) {
  throw GraphError("found " + std::to_string(found) + " bytes of data, expected " + std::to_string(expected) + " for " +
                   graph::name_of(type_of(tensor.type)) + " " + graph::to_text(shape_of(tensor)));
}

}  // namespace

DataType type_of(std::int64_t type) {
  for (const TypeRow& row : type_rows)
    if (row.type == type) return row.means;
  throw GraphError("found type " + std::to_string(type) + ", expected integers, IEEE floats or booleans");
}

graph::Shape shape_of(const TensorData& tensor) {
  for (const std::int64_t dimension : tensor.dims)
    if (dimension < 0) throw GraphError("found a dimension of " + std::to_string(dimension));
  return tensor.dims;
}

std::uint64_t count_of(const graph::Shape& shape) {
  for (const std::int64_t dimension : shape)
    if (dimension == 0) return 0;
  return graph::elements_of(shape);
}

void check_data(const TensorData& tensor, const DataFolder& folder) {
  const std::uint64_t count = count_of(shape_of(tensor));
  const std::uint64_t expected = graph::bytes_of(type_of(tensor.type), count);
  if (tensor.external) return folder.check(tensor, expected);
  if (tensor.typed_bytes == 0 && tensor.raw.size() != expected) reject_size(tensor.raw.size(), expected, tensor);
  // A number takes at least a byte there, or two 4-bit ones do.
  const bool pairs = graph::bytes_of(type_of(tensor.type), 2) == 1;
  if (tensor.typed_bytes != 0 && tensor.typed_bytes < (pairs ? (count + 1) / 2 : count))
    reject_size(tensor.typed_bytes, expected, tensor);
}

std::vector<double> numbers_of(const TensorData& tensor, const DataFolder& folder) {
  const std::uint64_t count = count_of(shape_of(tensor));
  if (count > most_numbers)
    throw GraphError("found " + std::to_string(count) + " numbers, expected at most " + std::to_string(most_numbers));
  return all_numbers_of(tensor, folder);
}

std::vector<double> all_numbers_of(const TensorData& tensor, const DataFolder& folder) {
  const std::uint64_t count = count_of(shape_of(tensor));
  check_data(tensor, folder);
  std::vector<double> result;
  if (tensor.typed_bytes != 0) {
    result = whole_message([&] { return typed_numbers(tensor, count); });
    if (result.size() != count)
      throw GraphError("found " + std::to_string(result.size()) + " numbers, expected " + std::to_string(count));
    return result;
  }
  const std::uint64_t size = graph::bytes_of(type_of(tensor.type), count);
  const std::string stored = tensor.external ? folder.read(tensor, size) : std::string();
  const char* data = tensor.external ? stored.data() : tensor.raw.data();
  for (std::uint64_t i = 0; i < count; ++i) result.push_back(element(data, i, tensor.type));
  return result;
}

}  // namespace takt::onnx
