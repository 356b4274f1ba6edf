// Operators of a file: what each becomes, and what its options and shape operands mean.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/error.h"
#include "sim/graph/graph.h"
#include "sim/import/tflite/schema_generated.h"

namespace takt::tflite {

// One operator being converted: its inputs have known shapes; `op` starts with inputs and outputs as the file has them.
struct Conversion {
  const graph::Graph& graph;
  graph::Op& op;
  const schema::Operator& source;

  // Throws graph::GraphError where the operator carries other options, or none.
  template <typename Options>
  const Options& options() const {
    const Options* found = source.builtin_options_as<Options>();
    if (found == nullptr) reject_options(schema::BuiltinOptionsTraits<Options>::enum_value);
    return *found;
  }

  // Contents of a constant operand; empty where it is absent or known only at run time.
  const std::vector<std::int64_t>& values(std::size_t input) const;

 private:
  [[noreturn]] void reject_options(schema::BuiltinOptions expected) const;
};

struct OperatorRow {
  schema::BuiltinOperator code;
  graph::OpKind kind;
  void (*convert)(Conversion&);
};

const OperatorRow* operator_row(std::int64_t code);  // nullptr: no operator of ours
std::string operator_name(std::int64_t code);        // the schema's name, or "BUILTIN_<code>"
bool is_control_flow(std::int64_t code);             // runs other subgraphs

graph::Activation activation_of(schema::ActivationFunctionType type);
std::int64_t non_negative_axis(std::int64_t axis, std::size_t rank);  // -1 is the last one

// operators_window.cpp
void convert_conv2d(Conversion&);
void convert_depthwise_conv2d(Conversion&);
void convert_transpose_conv2d(Conversion&);
void convert_pool(Conversion&);
// operators_layout.cpp
void convert_reshape(Conversion&);
void convert_expand_dims(Conversion&);
void convert_squeeze(Conversion&);
void convert_transpose(Conversion&);
void convert_mean(Conversion&);
void convert_concat(Conversion&);
void convert_split(Conversion&);
void convert_split_v(Conversion&);
void convert_slice(Conversion&);
void convert_strided_slice(Conversion&);
void convert_pad(Conversion&);
void convert_arg_max(Conversion&);

}  // namespace takt::tflite
