#include "sim/cli/npy_tensor.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "sim/graph/describe.h"

namespace takt::cli {

using graph::DataType;

std::string npy_type(DataType type) {
  switch (type) {
    case DataType::int8:
      return "|i1";
    case DataType::uint8:
      return "|u1";
    case DataType::int16:
      return "<i2";
    case DataType::uint16:
      return "<u2";
    case DataType::int32:
      return "<i4";
    case DataType::uint32:
      return "<u4";
    case DataType::int64:
      return "<i8";
    case DataType::uint64:
      return "<u8";
    case DataType::float16:
      return "<f2";
    case DataType::float32:
      return "<f4";
    case DataType::float64:
      return "<f8";
    case DataType::boolean:
      return "|b1";
    default:
      return {};
  }
}

std::string described(const graph::Tensor& tensor) {
  return std::string(graph::name_of(tensor.type)) + " " + graph::to_text(tensor.shape);
}

std::vector<std::uint8_t> elements_for(const graph::Tensor& tensor, traces::NpyArray array, const std::string& file) {
  const std::string expected = npy_type(tensor.type);
  if (array.type != expected || array.shape != tensor.shape)
    throw traces::NpyError(file + ": found an array of type " + array.type + " and shape " +
                           graph::to_text(array.shape) + ", expected " + expected + " and " +
                           graph::to_text(tensor.shape) + " for input '" + tensor.name + "'");
  return std::move(array.bytes);
}

traces::NpyArray array_of(const graph::Tensor& tensor, std::vector<std::uint8_t> elements) {
  return {npy_type(tensor.type), tensor.shape, std::move(elements)};
}

std::string file_name(const std::string& tensor, std::vector<std::string>& taken) {
  std::string name;
  for (const char c : tensor.substr(0, 100)) {
    const bool plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_';
    name += plain ? c : '_';
  }
  if (name.empty() || name[0] == '.') name = "output" + name;
  std::string free = name;
  for (int n = 2; std::count(taken.begin(), taken.end(), free) != 0; ++n) free = name + "_" + std::to_string(n);
  taken.push_back(free);
  return free + ".npy";
}

}  // namespace takt::cli
