// Writes small ONNX files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/graph/graph.h"
#include "sim/import/onnx/fields.h"

namespace takt::onnx::testing {

namespace f = fields;

struct Attr {
  std::string message;  // an AttributeProto
};
Attr integer(const std::string& name, std::int64_t value);
Attr real(const std::string& name, float value);
Attr text(const std::string& name, const std::string& value);
Attr integers(const std::string& name, const std::vector<std::int64_t>& values);
Attr tensor(const std::string& name, const std::string& tensor_message);
Attr graph(const std::string& name);

std::string tensor_message(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type,
                           const std::string& raw);
std::string raw_floats(const std::vector<float>& values);
std::string raw_integers(const std::vector<std::int64_t>& values);

class Writer {
 public:
  explicit Writer(std::int64_t opset = 17) : opset(opset) {}

  // Every function returns the name, so that calls nest. A dimension of -1 is "batch", of -2 "time".
  std::string input(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type = f::FLOAT);
  void output(const std::string& name, const std::vector<std::int64_t>& dims = {}, std::int64_t type = f::FLOAT);
  void info(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type = f::FLOAT);

  std::string constant(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type = f::FLOAT);
  std::string floats(const std::string& name, const std::vector<float>& values);  // a scalar where there is one
  std::string integers(const std::string& name, const std::vector<std::int64_t>& values);
  std::string external(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type,
                       const std::string& location, const std::string& offset = "", const std::string& length = "");

  std::string node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
                   const std::vector<Attr>& attributes = {});
  void nodes(const std::string& type, const std::vector<std::string>& inputs, const std::vector<std::string>& outputs,
             const std::vector<Attr>& attributes = {});

  // QuantizeLinear and DequantizeLinear, per tensor, with scale 2^-power and the type's zero point.
  std::string quantize(const std::string& x, int power = 4, std::int64_t type = f::INT8);
  std::string dequantize(const std::string& x, int power = 4, std::int64_t type = f::INT8);
  std::string qdq(const std::string& x, int power = 4, std::int64_t type = f::INT8);
  // An int8 constant and its DequantizeLinear, with a scale for each of the first dimension.
  std::string weights(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type = f::INT8);
  std::string bias(const std::string& name, std::int64_t count);  // int32, dequantized

  std::vector<std::uint8_t> bytes() const;
  graph::Graph read(const std::string& folder = "") const;
  std::string error(const std::string& folder = "") const;  // what reading it says; empty where it reads

  std::int64_t opset;
  std::vector<std::string> node_messages, initializers, input_messages, output_messages, info_messages;
  std::string extra;  // further fields of the graph

 private:
  std::string scale(int power);
  std::string zero_point(std::int64_t type);
  std::vector<std::string> made_;
};

}  // namespace takt::onnx::testing
