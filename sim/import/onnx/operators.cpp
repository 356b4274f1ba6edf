#include "sim/import/onnx/operators.h"

#include <algorithm>
#include <cmath>

namespace takt::onnx {

using graph::GraphError;
using graph::OpKind;

namespace {

constexpr OperatorRow rows[] = {
    // type, function, style, operands, fuses, weights
    {"Conv", convert_conv, Style::computes, 2, true, true},
    {"ConvTranspose", convert_conv_transpose, Style::computes, 2, true, true},
    {"Gemm", convert_gemm, Style::computes, 2, true, true},
    {"MatMul", convert_matmul, Style::computes, 2, true, true},
    {"MatMulNBits", convert_matmul_nbits, Style::computes, 1, true, true},
    {"Add", convert_binary, Style::computes, 2, true},
    {"Sub", convert_binary, Style::computes, 2, true},
    {"Mul", convert_binary, Style::computes, 2, true},
    {"Div", convert_div, Style::computes, 2, true},
    {"Sum", convert_binary, Style::computes, -1, true},
    {"Min", convert_binary, Style::computes, -1},
    {"Max", convert_binary, Style::computes, -1},
    {"Relu", convert_unary, Style::computes, 1},
    {"HardSwish", convert_unary, Style::computes, 1},
    {"Sigmoid", convert_unary, Style::computes, 1},
    {"Tanh", convert_unary, Style::computes, 1},
    {"Gelu", convert_gelu, Style::computes, 1},
    {"LeakyRelu", convert_unary, Style::computes, 1},
    {"Clip", convert_clip, Style::computes, 1},
    {"HardSigmoid", convert_hard_sigmoid, Style::computes, 1},
    {"BatchNormalization", convert_batch_normalization, Style::computes, 1, true},
    {"Softmax", convert_softmax, Style::computes, 1},
    {"AveragePool", convert_average_pool, Style::computes, 1},
    {"GlobalAveragePool", convert_global_average_pool, Style::computes, 1},
    {"ReduceMean", convert_mean, Style::computes, 1},
    {"Concat", convert_concat, Style::joins, -1},
    {"MaxPool", convert_max_pool, Style::moves, 1},
    {"GlobalMaxPool", convert_global_max_pool, Style::moves, 1},
    {"Split", convert_split, Style::moves, 1},
    {"Slice", convert_slice, Style::moves, 1},
    {"Gather", convert_gather, Style::moves, 1},
    {"Pad", convert_pad, Style::moves, 1},
    {"Resize", convert_resize, Style::moves, 1},
    {"Upsample", convert_resize, Style::moves, 1},
    {"DepthToSpace", convert_depth_to_space, Style::moves, 1},
    {"SpaceToDepth", convert_space_to_depth, Style::moves, 1},
    {"Identity", convert_alias, Style::moves, 1},
    {"Dropout", convert_alias, Style::moves, 1},
    {"Transpose", convert_transpose, Style::moves, 1},
    {"Reshape", convert_reshape, Style::moves, 1},
    {"Flatten", convert_flatten, Style::moves, 1},
    {"Squeeze", convert_squeeze, Style::moves, 1},
    {"Unsqueeze", convert_unsqueeze, Style::moves, 1},
    {"Expand", convert_expand, Style::moves, 1},
    {"ArgMax", convert_arg_max, Style::moves, 1},
    {"QuantizeLinear", convert_quantize, Style::itself, 0},
    {"DequantizeLinear", convert_dequantize, Style::itself, 0},
};

const QuantizedRow quantized_rows[] = {
    {"QLinearConv", "Conv", {{0, 1, 2}, {3, 4, 5}, {8}}, 6, 7},
    {"QLinearMatMul", "MatMul", {{0, 1, 2}, {3, 4, 5}}, 6, 7},
    {"ConvInteger", "Conv", {{0, -1, 2}, {1, -1, 3}}, -1, -1},
    {"MatMulInteger", "MatMul", {{0, -1, 2}, {1, -1, 3}}, -1, -1},
    {"QGemm", "Gemm", {{0, 1, 2}, {3, 4, 5}, {6}}, 7, 8},
    {"QLinearAdd", "Add", {{0, 1, 2}, {3, 4, 5}}, 6, 7},
    {"QLinearMul", "Mul", {{0, 1, 2}, {3, 4, 5}}, 6, 7},
    {"QLinearAveragePool", "AveragePool", {{0, 1, 2}}, 3, 4},
    {"QLinearGlobalAveragePool", "GlobalAveragePool", {{0, 1, 2}}, 3, 4},
    {"QLinearSigmoid", "Sigmoid", {{0, 1, 2}}, 3, 4},
    {"QLinearLeakyRelu", "LeakyRelu", {{0, 1, 2}}, 3, 4},
    {"QLinearSoftmax", "Softmax", {{0, 1, 2}}, 3, 4},
    {"QLinearConcat", "Concat", {}, 0, 1},  // then a value, a scale and a zero point for each operand
};

constexpr const char* channels_last_types[] = {
    "Conv",          "ConvTranspose", "MaxPool",      "AveragePool",  "GlobalAveragePool",
    "GlobalMaxPool", "Resize",        "DepthToSpace", "SpaceToDepth", "BatchNormalization"};
constexpr const char* any_layout_types[] = {"QuantizeLinear",
                                            "DequantizeLinear",
                                            "DynamicQuantizeLinear",
                                            "Cast",
                                            "Identity",
                                            "Add",
                                            "Sub",
                                            "Mul",
                                            "Div",
                                            "Relu",
                                            "Clip",
                                            "Pad"};

template <std::size_t n>
bool is_one_of(std::string_view type, const char* const (&types)[n]) {
  return std::any_of(std::begin(types), std::end(types), [&](const char* known) { return type == known; });
}

}  // namespace

Layout layout_of(std::string_view type) {
  if (is_one_of(type, channels_last_types)) return Layout::channels_last;
  return is_one_of(type, any_layout_types) ? Layout::any : Layout::files;
}

const OperatorRow* operator_row(std::string_view type) {
  for (const OperatorRow& row : rows)
    if (row.type == type) return &row;
  return nullptr;
}

const QuantizedRow* quantized_row(std::string_view type) {
  for (const QuantizedRow& row : quantized_rows)
    if (row.type == type) return &row;
  return nullptr;
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
  const auto dimensions = static_cast<std::int64_t>(rank);
  if (axis < -dimensions || axis >= dimensions)
    throw GraphError("found axis " + std::to_string(axis) + " of " + std::to_string(rank) + " dimensions");
  return static_cast<std::size_t>(axis < 0 ? axis + dimensions : axis);
}

std::int64_t whole(double number) {
  constexpr double most = 9.2e18;
  return std::isnan(number) ? 0 : static_cast<std::int64_t>(std::clamp(number, -most, most));
}

const Value& Call::need(std::size_t input) const {
  if (!has(input)) throw GraphError("found no input " + std::to_string(input));
  return inputs[input];
}

bool Call::known(std::size_t input) const { return !has(input) || draft.contents(inputs[input]) != nullptr; }

std::optional<std::vector<std::int64_t>> Call::integers(std::size_t input) {
  if (!has(input)) return std::nullopt;
  const std::vector<double>* found = draft.contents(inputs[input]);
  if (found == nullptr)
    throw GraphError("input " + std::to_string(input) + " is known only at run time, expected a constant");
  draft.spend(found->size());
  std::vector<std::int64_t> result;
  for (const double number : *found) result.push_back(whole(number));
  return result;
}

std::optional<std::vector<std::int64_t>> Call::integers(const char* attribute, std::size_t input) {
  if (const Attribute* found = node.attribute(attribute)) return found->ints;
  return integers(input);
}

graph::Op Call::op(OpKind kind) const {
  graph::Op result;
  result.kind = kind;
  result.name = name;
  result.activation = activation;
  result.beyond = beyond;
  return result;
}

Value Call::made(graph::Op op, const Order& order) {
  return draft.emit(std::move(op), Output{output, order, format, dequantized});
}

}  // namespace takt::onnx
