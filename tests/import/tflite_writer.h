// Writes small TFLite files with the FlatBuffers builder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/import/tflite/schema_generated.h"

namespace takt::tflite::testing {

class Writer {
 public:
  Writer();

  // Returns the tensor's number. A constant's data is zero, or the given values.
  int tensor(std::vector<int> shape, schema::TensorType type = schema::TensorType_INT8);
  int constant(std::vector<int> shape, schema::TensorType type = schema::TensorType_INT8);
  int integers(const std::vector<std::int32_t>& values);
  int input(std::vector<int> shape, schema::TensorType type = schema::TensorType_INT8);

  schema::OperatorT& op(schema::BuiltinOperator code, std::vector<int> inputs, std::vector<int> outputs);
  schema::OperatorT& custom(const std::string& name, std::vector<int> inputs, std::vector<int> outputs);

  template <typename Options>
  schema::OperatorT& op(schema::BuiltinOperator code, std::vector<int> inputs, std::vector<int> outputs,
                        Options options) {
    schema::OperatorT& result = op(code, std::move(inputs), std::move(outputs));
    result.builtin_options.Set(std::move(options));
    return result;
  }

  schema::SubGraphT& graph() { return *model.subgraphs[0]; }
  schema::TensorT& at(int tensor) { return *graph().tensors[static_cast<std::size_t>(tensor)]; }

  std::vector<std::uint8_t> bytes() const;
  graph::Graph read() const;  // the file, read back
  std::string error() const;  // what reading it back says; empty where it reads

  schema::ModelT model;
};

// A 3x3 convolution from 3 to 4 channels with stride 2, its file small enough to damage at every byte.
Writer one_convolution();

// About twenty operators, with every kind of shape operand.
Writer many_operators();

}  // namespace takt::tflite::testing
