#include "sim/graph/graph.h"

#include <iterator>

#include "sim/graph/checked.h"
#include "sim/graph/describe.h"

namespace takt::graph {
namespace {

struct TypeRow {
  DataType type;
  const char* name;
  unsigned bits;
};

constexpr TypeRow type_rows[] = {
    {DataType::int4, "int4", 4},        {DataType::int8, "int8", 8},         {DataType::uint8, "uint8", 8},
    {DataType::int16, "int16", 16},     {DataType::int32, "int32", 32},      {DataType::int64, "int64", 64},
    {DataType::float16, "float16", 16}, {DataType::float32, "float32", 32},  {DataType::boolean, "boolean", 8},
    {DataType::uint16, "uint16", 16},   {DataType::uint32, "uint32", 32},    {DataType::uint64, "uint64", 64},
    {DataType::float64, "float64", 64}, {DataType::resource, "resource", 0},
};

struct KindRow {
  OpKind kind;
  const char* name;
  int first_shape_operand;  // inputs from here on only describe the operation; -1: none do
};

constexpr KindRow kind_rows[] = {
    {OpKind::conv2d, "conv2d", -1},
    {OpKind::depthwise_conv2d, "depthwise_conv2d", -1},
    {OpKind::transpose_conv2d, "transpose_conv2d", 3},
    {OpKind::conv3d, "conv3d", -1},
    {OpKind::fully_connected, "fully_connected", -1},
    {OpKind::batch_matmul, "batch_matmul", -1},
    {OpKind::add, "add", -1},
    {OpKind::sub, "sub", -1},
    {OpKind::mul, "mul", -1},
    {OpKind::minimum, "minimum", -1},
    {OpKind::maximum, "maximum", -1},
    {OpKind::relu, "relu", -1},
    {OpKind::relu6, "relu6", -1},
    {OpKind::hard_swish, "hard_swish", -1},
    {OpKind::logistic, "logistic", -1},
    {OpKind::tanh, "tanh", -1},
    {OpKind::gelu, "gelu", -1},
    {OpKind::leaky_relu, "leaky_relu", -1},
    {OpKind::average_pool, "average_pool", -1},
    {OpKind::max_pool, "max_pool", -1},
    {OpKind::mean, "mean", 1},
    {OpKind::softmax, "softmax", -1},
    {OpKind::layer_norm, "layer_norm", -1},
    {OpKind::group_norm, "group_norm", -1},
    {OpKind::concat, "concat", -1},
    {OpKind::split, "split", 1},
    {OpKind::slice, "slice", 1},
    {OpKind::pad, "pad", 1},
    {OpKind::reshape, "reshape", 1},
    {OpKind::squeeze, "squeeze", -1},
    {OpKind::transpose, "transpose", 1},
    {OpKind::depth_to_space, "depth_to_space", -1},
    {OpKind::space_to_depth, "space_to_depth", -1},
    {OpKind::resize_bilinear, "resize_bilinear", 1},
    {OpKind::resize_nearest, "resize_nearest", 1},
    {OpKind::quantize, "quantize", -1},
    {OpKind::dequantize, "dequantize", -1},
    {OpKind::arg_max, "arg_max", 1},
    {OpKind::gather, "gather", -1},
    {OpKind::lstm, "lstm", -1},
    {OpKind::svdf, "svdf", -1},
    {OpKind::variable, "variable", -1},
    {OpKind::custom, "custom", -1},
};

// The tables are indexed by the enumerators: a row out of place is a compile error.
template <typename Row, std::size_t n, typename Key>
constexpr bool in_order(const Row (&rows)[n], Key Row::*key) {
  for (std::size_t i = 0; i < n; ++i)
    if (static_cast<std::size_t>(rows[i].*key) != i) return false;
  return true;
}
static_assert(in_order(type_rows, &TypeRow::type) && std::size(type_rows) == std::size_t(DataType::resource) + 1);
static_assert(in_order(kind_rows, &KindRow::kind) && std::size(kind_rows) == std::size_t(OpKind::custom) + 1);

constexpr std::uint64_t most_elements = std::uint64_t{1} << 40;

}  // namespace

const char* name_of(DataType type) { return type_rows[static_cast<std::size_t>(type)].name; }
const char* name_of(OpKind kind) { return kind_rows[static_cast<std::size_t>(kind)].name; }

std::uint64_t bytes_of(DataType type, std::uint64_t elements) {
  const std::uint64_t bits = checked_mul(elements, type_rows[static_cast<std::size_t>(type)].bits);
  return bits / 8 + (bits % 8 != 0);
}

std::uint64_t elements_of(const Shape& shape) {
  std::uint64_t product = 1;
  for (const std::int64_t dimension : shape) {
    if (dimension < 1) throw GraphError("shape " + to_text(shape) + " has a dimension below 1");
    if (static_cast<std::uint64_t>(dimension) > most_elements / product)
      throw GraphError("shape " + to_text(shape) + " has more than 2^40 elements");
    product *= static_cast<std::uint64_t>(dimension);
  }
  return product;
}

bool is_shape_operand(const Op& op, std::size_t input_index) {
  const int first = kind_rows[static_cast<std::size_t>(op.kind)].first_shape_operand;
  return first >= 0 && input_index >= static_cast<std::size_t>(first);
}

std::uint64_t weight_bytes_of(const Graph& graph) {
  std::vector<bool> counted(graph.tensors.size(), false);
  std::uint64_t total = 0;
  for (const Op& op : graph.ops) {
    for (std::size_t i = 0; i < op.inputs.size(); ++i) {
      const TensorId id = op.inputs[i];
      if (id == no_tensor || is_shape_operand(op, i)) continue;
      const Tensor& tensor = graph.tensors.at(static_cast<std::size_t>(id));
      if (!tensor.constant || counted[static_cast<std::size_t>(id)]) continue;
      counted[static_cast<std::size_t>(id)] = true;
      total = checked_add(total, tensor.bytes());
    }
  }
  return total;
}

std::string to_text(const Shape& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? "x" : "") + std::to_string(shape[i]);
  return text + "]";
}

std::string shown(const std::string& name) {
  constexpr std::size_t most = 64;
  std::string text = name.substr(0, most);
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return name.size() > most ? text + "..." : text;
}

std::string describe(const Graph& graph, std::size_t op_index) {
  const Op& op = graph.ops.at(op_index);
  std::string text = "operator " + std::to_string(op_index) + " (" + name_of(op.kind);
  if (!op.custom_code.empty()) text += " " + shown(op.custom_code);
  if (!op.name.empty()) text += ", '" + shown(op.name) + "'";
  return text + ")";
}

}  // namespace takt::graph
