#include "sim/import/onnx/contents.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/half.h"
#include "sim/graph/nibbles.h"
#include "sim/import/onnx/fields.h"

namespace takt::onnx {

using graph::Contents;
using graph::DataType;
using graph::Shape;

namespace {

using Bytes = std::vector<std::uint8_t>;

Contents shared(Bytes bytes) { return std::make_shared<const Bytes>(std::move(bytes)); }

template <typename T>
T saturated(double number) {
  if constexpr (std::is_floating_point_v<T>) {
    return static_cast<T>(number);
  } else {
    constexpr auto low = static_cast<double>(std::numeric_limits<T>::lowest());
    constexpr auto high = static_cast<double>(std::numeric_limits<T>::max());  // of 64 bits: rounded up
    if (std::isnan(number)) return 0;
    return number < high ? static_cast<T>(std::max(number, low)) : std::numeric_limits<T>::max();
  }
}

template <typename T>
Contents as(const std::vector<double>& numbers) {
  Bytes bytes(numbers.size() * sizeof(T));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const T value = saturated<T>(numbers[i]);
    std::memcpy(&bytes[i * sizeof(T)], &value, sizeof(T));
  }
  return shared(std::move(bytes));
}

Contents halves(const std::vector<double>& numbers) {
  Bytes bytes(2 * numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::uint16_t half = graph::half_of_single(static_cast<float>(numbers[i]));  // numbers of files are halves
    std::memcpy(&bytes[2 * i], &half, sizeof half);
  }
  return shared(std::move(bytes));
}

Contents packed(const std::vector<double>& numbers) {
  Bytes bytes(graph::bytes_of(DataType::int4, numbers.size()));
  for (std::size_t i = 0; i < numbers.size(); ++i)
    graph::put_nibble(bytes.data(), i, saturated<std::int8_t>(numbers[i]));
  return shared(std::move(bytes));
}

// uint4 as int4: 8 less.
Contents moved_to_signed(Bytes bytes) {
  for (std::uint8_t& byte : bytes) byte ^= 0x88;
  return shared(std::move(bytes));
}

// Bytes of an element; 0 where elements are not whole bytes.
std::size_t element_bytes(DataType type) {
  return type == DataType::int4 || type == DataType::resource ? 0 : graph::bytes_of(type, 1);
}

// The numbers from the lowest to the highest of a type that formats have; none for others.
struct Limits {
  double low = 0, high = 0;
};

Limits limits_of(DataType type) {
  switch (type) {
    case DataType::int4:
      return {-8, 7};
    case DataType::int8:
      return {-128, 127};
    case DataType::uint8:
      return {0, 255};
    case DataType::int16:
      return {-32768, 32767};
    case DataType::uint16:
      return {0, 65535};
    case DataType::int32:
      return {-2147483648.0, 2147483647.0};
    default:
      return {};
  }
}

Contents reordered_nibbles(const Bytes& contents, const Shape& shape, const Order& order) {
  const std::uint64_t count = count_of(shape);
  Bytes wide(count);
  graph::widen_nibbles(contents.data(), count, wide.data());
  const Contents moved = reordered(shared(std::move(wide)), DataType::int8, shape, order);
  Bytes bytes(contents.size());
  for (std::uint64_t i = 0; i < count; ++i) graph::put_nibble(bytes.data(), i, (*moved)[i]);
  return shared(std::move(bytes));
}

}  // namespace

Contents contents_of(const TensorData& tensor, const DataFolder& folder) {
  const DataType type = type_of(tensor.type);
  if (type == DataType::resource) return nullptr;
  if (tensor.type == fields::BFLOAT16)
    throw graph::GraphError("constant '" + graph::shown(std::string(tensor.name.substr(0, 256))) +
                            "': found bfloat16, which cannot be computed; expected float16 or float32");
  const std::uint64_t size = graph::bytes_of(type, count_of(shape_of(tensor)));
  check_data(tensor, folder);
  if (!tensor.external && tensor.typed_bytes != 0) return contents_of(type, all_numbers_of(tensor, folder));
  const std::string stored = tensor.external ? folder.read(tensor, size) : std::string();
  Bytes bytes = tensor.external ? Bytes(stored.begin(), stored.end()) : Bytes(tensor.raw.begin(), tensor.raw.end());
  return tensor.type == fields::UINT4 ? moved_to_signed(std::move(bytes)) : shared(std::move(bytes));
}

Contents contents_of(DataType type, const std::vector<double>& numbers) {
  switch (type) {
    case DataType::int4:
      return packed(numbers);
    case DataType::int8:
      return as<std::int8_t>(numbers);
    case DataType::uint8:
    case DataType::boolean:
      return as<std::uint8_t>(numbers);
    case DataType::int16:
      return as<std::int16_t>(numbers);
    case DataType::uint16:
      return as<std::uint16_t>(numbers);
    case DataType::int32:
      return as<std::int32_t>(numbers);
    case DataType::uint32:
      return as<std::uint32_t>(numbers);
    case DataType::int64:
      return as<std::int64_t>(numbers);
    case DataType::uint64:
      return as<std::uint64_t>(numbers);
    case DataType::float16:
      return halves(numbers);
    case DataType::float32:
      return as<float>(numbers);
    case DataType::float64:
      return as<double>(numbers);
    default:
      return nullptr;
  }
}

Contents reordered(const Contents& contents, DataType type, const Shape& shape, const Order& order) {
  const std::size_t size = element_bytes(type), rank = shape.size();
  if (contents == nullptr || same_bytes(shape, order, identity(rank))) return contents;
  if (type == DataType::int4) return reordered_nibbles(*contents, shape, order);
  if (size == 0) return nullptr;
  std::vector<std::size_t> distance(rank, size), index(rank, 0);
  for (std::size_t i = rank; i-- > 1;) distance[i - 1] = distance[i] * static_cast<std::size_t>(shape[i]);
  Bytes bytes(contents->size());
  std::size_t from = 0;
  for (std::size_t to = 0; to < bytes.size(); to += size) {
    std::memcpy(&bytes[to], contents->data() + from, size);
    for (std::size_t i = rank; i-- > 0;) {  // to the next element of the result
      from += distance[order[i]];
      if (++index[i] < static_cast<std::size_t>(shape[order[i]])) break;
      from -= distance[order[i]] * index[i];
      index[i] = 0;
    }
  }
  return shared(std::move(bytes));
}

Contents unblocked(const Contents& blocks, const Shape& shape, std::int64_t block, std::int64_t bits) {
  if (blocks == nullptr) return nullptr;
  const auto rows = static_cast<std::uint64_t>(shape[0]), length = static_cast<std::uint64_t>(shape[1]);
  const auto whole = static_cast<std::uint64_t>(block);
  const std::uint64_t stored = (length + whole - 1) / whole * whole;
  const auto type = bits == 4 ? DataType::int4 : DataType::int8;
  if (blocks->size() < graph::bytes_of(type, rows * stored)) return nullptr;
  Bytes bytes(graph::bytes_of(type, rows * length));
  for (std::uint64_t row = 0; row < rows; ++row)
    for (std::uint64_t i = 0; i < length; ++i) {
      const std::uint64_t from = row * stored + i, to = row * length + i;
      if (bits == 4)
        graph::put_nibble(bytes.data(), to, graph::nibble_at(blocks->data(), from) ^ 8);
      else
        bytes[to] = (*blocks)[from] ^ 0x80;
    }
  return shared(std::move(bytes));
}

Contents quantized_contents(const Contents& floats, const Shape& shape, const Format& format, std::size_t axis) {
  const Limits limits = limits_of(format.type);
  const std::size_t scales = format.scale.size();
  const bool per_index = scales > 1;
  if (floats == nullptr || scales == 0 || limits.high == 0 || (per_index && axis >= shape.size())) return nullptr;
  if (per_index && static_cast<std::size_t>(shape[axis]) != scales) return nullptr;
  std::size_t distance = 1;
  for (std::size_t i = axis + 1; i < shape.size(); ++i) distance *= static_cast<std::size_t>(shape[i]);
  std::vector<double> numbers(floats->size() / sizeof(float));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const std::size_t k = per_index ? i / distance % scales : 0;
    float x;
    std::memcpy(&x, floats->data() + i * sizeof x, sizeof x);
    const double rounded = std::nearbyint(x / format.scale[k]) + static_cast<double>(format.zero_point[k]);
    numbers[i] = std::clamp(std::isnan(rounded) ? 0 : rounded, limits.low, limits.high);
  }
  return contents_of(format.type, numbers);
}

}  // namespace takt::onnx
