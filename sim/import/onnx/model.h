// A model file as plain structures. Every view points into the file's bytes; weights are not looked at.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace takt::onnx {

struct TensorData {
  std::string_view name;
  std::vector<std::int64_t> dims;
  std::int64_t type = 0;     // fields::DataType
  std::string_view message;  // the whole TensorProto
  std::string_view raw;
  std::uint64_t typed_bytes = 0;  // of float_data, int32_data and their like, as encoded
  bool external = false;          // contents in another file:
  std::string_view location, offset, length;
};

struct Attribute {
  std::string_view name;
  std::int64_t i = 0;
  float f = 0;
  std::string_view s;
  std::string_view tensor;  // a TensorProto
  std::vector<std::int64_t> ints;
  std::vector<float> floats;
  bool graph = false;  // holds a graph: control flow
};

struct Node {
  std::string_view name, op_type, domain;
  std::vector<std::string_view> inputs, outputs;  // "" where absent
  std::vector<Attribute> attributes;

  const Attribute* attribute(std::string_view wanted) const;
  std::int64_t integer(std::string_view wanted, std::int64_t otherwise) const;
  float real(std::string_view wanted, float otherwise) const;
  std::string_view text(std::string_view wanted, std::string_view otherwise) const;
  std::vector<std::int64_t> integers(std::string_view wanted) const;  // empty where absent
};

struct Dimension {
  std::int64_t value = -1;  // -1: known only at run time
  std::string_view symbol;
};

struct ValueInfo {
  std::string_view name;
  std::int64_t type = 0;  // 0: no tensor
  bool has_shape = false;
  std::vector<Dimension> dims;
};

struct Model {
  std::int64_t opset = 0;  // of the default domain; 0: none
  std::vector<Node> nodes;
  std::vector<TensorData> initializers;
  std::vector<ValueInfo> inputs, outputs, infos;
};

// Throw graph::GraphError for anything that is no whole model, or holds more than a million messages.
Model parse_model(std::string_view bytes);
TensorData parse_tensor(std::string_view message);

}  // namespace takt::onnx
