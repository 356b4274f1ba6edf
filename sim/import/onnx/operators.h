// Operators of a file: what each becomes. A new operator is a row in operators.cpp and a function beside its like.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/graph/error.h"
#include "sim/import/onnx/draft.h"
#include "sim/import/onnx/names.h"

namespace takt::onnx {

// One node being converted.
struct Call {
  Draft& draft;
  const Names& names;
  const Node& node;
  std::int64_t opset;

  std::vector<Value> inputs;  // absent where optional
  std::string name;           // for reports
  std::string output;         // what the first result is called
  graph::Activation activation = graph::Activation::none;
  Format format;              // of the results
  bool format_given = false;  // by the operator's own operands (QLinearConv and its like)
  bool dequantized = false;   // the results are floats in the file
  std::string beyond;         // of graph::Op
  std::vector<Value> results;

  bool has(std::size_t input) const { return input < inputs.size() && inputs[input]; }
  const Value& need(std::size_t input) const;  // throws graph::GraphError where absent
  graph::Shape shape(std::size_t input) const { return draft.shape_of(need(input)); }

  bool known(std::size_t input) const;  // absent, or a constant whose contents can be read

  // A constant operand's integers; nothing where it is absent. Throws graph::GraphError where it is not constant.
  std::optional<std::vector<std::int64_t>> integers(std::size_t input);
  // The same, from the attribute of older operator sets or the operand of newer ones.
  std::optional<std::vector<std::int64_t>> integers(const char* attribute, std::size_t input);

  graph::Op op(graph::OpKind kind) const;  // with name, activation, and what is beyond it
  graph::TensorId stored(std::size_t input, const Order& order) { return draft.tensor(need(input), order); }
  Value made(graph::Op op, const Order& order);  // the operator's only result, stored in that order
  void make(graph::Op op, const Order& order) { results = {made(std::move(op), order)}; }
};

// How an operator's results are stored.
enum class Style : std::uint8_t {
  computes,  // quantized where its operands are and a QuantizeLinear follows
  moves,     // as its first operand
  joins,     // as a QuantizeLinear behind it says, else as its operands where they are alike
  itself,    // its function says
};

struct OperatorRow {
  const char* type;
  void (*convert)(Call&);
  Style style;
  int operands;          // so many leading inputs are data; -1: all
  bool fuses = false;    // takes a following activation in
  bool weights = false;  // its constants keep their format beside float activations
};

const OperatorRow* operator_row(std::string_view type);  // nullptr: no operator of ours

// Which order of dimensions an operator wants its first operand in.
enum class Layout : std::uint8_t { files, any, channels_last };
Layout layout_of(std::string_view type);

// Operators with quantized operands and their scales side by side: what they are without.
struct Operand {
  int value, scale = -1, zero_point = -1;
};
struct QuantizedRow {
  const char* type;
  const char* means;
  std::vector<Operand> operands;
  int scale, zero_point;  // of the result; -1: 32-bit sums
};
const QuantizedRow* quantized_row(std::string_view type);

graph::DataType filled_type(const Node& node);             // of a ConstantOfShape
std::size_t axis_of(std::int64_t axis, std::size_t rank);  // -1 is the last one; throws graph::GraphError
std::int64_t whole(double number);                         // towards zero, within 64 bits

// operators_quantized.cpp
Format format_of(Draft& draft, const Node& node, graph::DataType type, const Value& scale, const Value& zero_point);
std::optional<Format> quantizer_after(const Call& c, const std::vector<Node>& nodes);
void unpack(Call& c, const QuantizedRow& row);
// A float bias beside quantized operands as the integers that ONNX Runtime makes of it, where contents are wanted.
Value bias_for_answers(Call& c, const Value& bias);
void convert_quantize(Call&);
void convert_dequantize(Call&);

// operators_window.cpp
void convert_conv(Call&);
void convert_conv_transpose(Call&);
void convert_max_pool(Call&);
void convert_average_pool(Call&);
void convert_global_max_pool(Call&);

// operators_matrix.cpp
void convert_gemm(Call&);
void convert_matmul(Call&);
void convert_matmul_nbits(Call&);

// operators_elementwise.cpp
struct Aligned {  // operands of one rank in one order, so that they broadcast
  Order order;
  std::vector<graph::TensorId> tensors;
};
Aligned align(Call& c, std::size_t count);  // the first inputs
std::optional<graph::Activation> activation_of(const Node& node, Draft& draft, const Names& names);
void convert_unary(Call&);
void convert_gelu(Call&);
void convert_binary(Call&);
void convert_div(Call&);
void convert_clip(Call&);
void convert_hard_sigmoid(Call&);
void convert_batch_normalization(Call&);
void convert_softmax(Call&);

// operators_layout.cpp
void convert_alias(Call&);
void convert_transpose(Call&);
void convert_reshape(Call&);
void convert_flatten(Call&);
void convert_squeeze(Call&);
void convert_unsqueeze(Call&);
void convert_concat(Call&);
void convert_split(Call&);
void convert_slice(Call&);
void convert_gather(Call&);
void convert_pad(Call&);
void convert_expand(Call&);
void convert_mean(Call&);
void convert_global_average_pool(Call&);
void convert_arg_max(Call&);
void convert_depth_to_space(Call&);
void convert_space_to_depth(Call&);

// operators_resize.cpp
void convert_resize(Call&);

// operators_custom.cpp: keeps the file's name for it; the CPU runs it
void convert_custom(Call&);

}  // namespace takt::onnx
