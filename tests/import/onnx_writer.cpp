#include "tests/import/onnx_writer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <protozero/pbf_writer.hpp>

#include "sim/graph/error.h"
#include "sim/import/onnx/constants.h"
#include "sim/import/onnx/reader.h"

namespace takt::onnx::testing {
namespace {

using protozero::pbf_writer;

template <typename Number>
std::string raw(const std::vector<Number>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Number)};
}

bool is_microsofts(const std::string& type) {
  for (const char* standard : {"QLinearConv", "QLinearMatMul"})
    if (type == standard) return false;
  return type.rfind("QLinear", 0) == 0 || type == "QGemm" || type == "MatMulNBits";
}

// No dimensions: a scalar, or nothing is said of the shape.
std::string value_info(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type, bool scalar) {
  std::string message;
  pbf_writer info(message);
  info.add_string(f::value_info::name, name);
  pbf_writer type_proto(info, f::value_info::type);
  pbf_writer tensor(type_proto, f::type::tensor_type);
  tensor.add_int32(f::type::elem_type, static_cast<std::int32_t>(type));
  if (dims.empty() && !scalar) return message;
  pbf_writer shape(tensor, f::type::shape);
  for (const std::int64_t size : dims) {
    pbf_writer dim(shape, f::shape::dim);
    if (size >= 0)
      dim.add_int64(f::shape::dim_value, size);
    else
      dim.add_string(f::shape::dim_param, size == -1 ? "batch" : "time");
  }
  return message;
}

Attr attribute(const std::string& name, std::int32_t type, const std::string& body) {
  Attr result;
  pbf_writer(result.message).add_string(f::attribute::name, name);
  pbf_writer(result.message).add_int32(f::attribute::type, type);
  result.message += body;
  return result;
}

}  // namespace

Attr integer(const std::string& name, std::int64_t value) {
  std::string body;
  pbf_writer(body).add_int64(f::attribute::i, value);
  return attribute(name, 2, body);
}

Attr real(const std::string& name, float value) {
  std::string body;
  pbf_writer(body).add_float(f::attribute::f, value);
  return attribute(name, 1, body);
}

Attr text(const std::string& name, const std::string& value) {
  std::string body;
  pbf_writer(body).add_bytes(f::attribute::s, value);
  return attribute(name, 3, body);
}

Attr integers(const std::string& name, const std::vector<std::int64_t>& values) {
  std::string body;
  for (const std::int64_t value : values) pbf_writer(body).add_int64(f::attribute::ints, value);  // proto2: unpacked
  return attribute(name, 7, body);
}

Attr tensor(const std::string& name, const std::string& message) {
  std::string body;
  pbf_writer(body).add_message(f::attribute::t, message);
  return attribute(name, 4, body);
}

Attr graph(const std::string& name) {
  std::string body;
  pbf_writer(body).add_message(f::attribute::g, std::string());
  return attribute(name, 5, body);
}

std::string tensor_message(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type,
                           const std::string& raw_data) {
  std::string message;
  pbf_writer tensor(message);
  for (const std::int64_t size : dims) tensor.add_int64(f::tensor::dims, size);
  tensor.add_int32(f::tensor::data_type, static_cast<std::int32_t>(type));
  tensor.add_string(f::tensor::name, name);
  tensor.add_bytes(f::tensor::raw_data, raw_data);
  return message;
}

std::string raw_floats(const std::vector<float>& values) { return raw(values); }
std::string raw_integers(const std::vector<std::int64_t>& values) { return raw(values); }

std::string Writer::input(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type) {
  input_messages.push_back(value_info(name, dims, type, true));
  return name;
}

void Writer::output(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type) {
  output_messages.push_back(value_info(name, dims, type, false));
}

void Writer::info(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type) {
  info_messages.push_back(value_info(name, dims, type, true));
}

std::string Writer::constant(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type) {
  const std::uint64_t bytes = graph::bytes_of(type_of(type), graph::elements_of(dims));
  initializers.push_back(tensor_message(name, dims, type, std::string(bytes, '\0')));
  return name;
}

std::string Writer::floats(const std::string& name, const std::vector<float>& values) {
  const std::vector<std::int64_t> dims = values.size() == 1
                                             ? std::vector<std::int64_t>{}
                                             : std::vector<std::int64_t>{static_cast<std::int64_t>(values.size())};
  initializers.push_back(tensor_message(name, dims, f::FLOAT, raw_floats(values)));
  return name;
}

std::string Writer::integers(const std::string& name, const std::vector<std::int64_t>& values) {
  initializers.push_back(
      tensor_message(name, {static_cast<std::int64_t>(values.size())}, f::INT64, raw_integers(values)));
  return name;
}

std::string Writer::external(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type,
                             const std::string& location, const std::string& offset, const std::string& length) {
  std::string message;
  pbf_writer tensor(message);
  for (const std::int64_t size : dims) tensor.add_int64(f::tensor::dims, size);
  tensor.add_int32(f::tensor::data_type, static_cast<std::int32_t>(type));
  tensor.add_string(f::tensor::name, name);
  tensor.add_int32(f::tensor::data_location, 1);
  const auto entry = [&](const char* key, const std::string& value) {
    if (value.empty()) return;
    pbf_writer pair(tensor, f::tensor::external_data);
    pair.add_string(f::entry::key, key);
    pair.add_string(f::entry::value, value);
  };
  entry("location", location);
  entry("offset", offset);
  entry("length", length);
  initializers.push_back(message);
  return name;
}

void Writer::nodes(const std::string& type, const std::vector<std::string>& inputs,
                   const std::vector<std::string>& outputs, const std::vector<Attr>& attributes) {
  std::string message;
  pbf_writer node(message);
  for (const std::string& input : inputs) node.add_string(f::node::input, input);
  for (const std::string& output : outputs) node.add_string(f::node::output, output);
  node.add_string(f::node::op_type, type);
  if (is_microsofts(type)) node.add_string(f::node::domain, "com.microsoft");
  for (const Attr& attribute : attributes) node.add_message(f::node::attribute, attribute.message);
  node_messages.push_back(message);
}

std::string Writer::node(const std::string& type, const std::vector<std::string>& inputs, const std::string& output,
                         const std::vector<Attr>& attributes) {
  nodes(type, inputs, {output}, attributes);
  return output;
}

std::string Writer::scale(int power) {
  const std::string name = "scale" + std::to_string(power);
  if (std::find(made_.begin(), made_.end(), name) == made_.end()) {
    made_.push_back(name);
    floats(name, {std::ldexp(1.0F, -power)});
  }
  return name;
}

std::string Writer::zero_point(std::int64_t type) {
  const std::string name = "zero" + std::to_string(type);
  if (std::find(made_.begin(), made_.end(), name) == made_.end()) {
    made_.push_back(name);
    constant(name, {}, type);
  }
  return name;
}

std::string Writer::quantize(const std::string& x, int power, std::int64_t type) {
  return node("QuantizeLinear", {x, scale(power), zero_point(type)}, x + "_q");
}

std::string Writer::dequantize(const std::string& x, int power, std::int64_t type) {
  return node("DequantizeLinear", {x, scale(power), zero_point(type)}, x + "_d");
}

std::string Writer::qdq(const std::string& x, int power, std::int64_t type) {
  return dequantize(quantize(x, power, type), power, type);
}

std::string Writer::weights(const std::string& name, const std::vector<std::int64_t>& dims, std::int64_t type) {
  constant(name, dims, type);
  floats(name + "_scales", std::vector<float>(static_cast<std::size_t>(dims[0]), 0.5F));
  constant(name + "_zeros", {dims[0]}, type);
  return node("DequantizeLinear", {name, name + "_scales", name + "_zeros"}, name + "_d", {integer("axis", 0)});
}

std::string Writer::bias(const std::string& name, std::int64_t count) {
  constant(name, {count}, f::INT32);
  floats(name + "_scales", std::vector<float>(static_cast<std::size_t>(count), 0.25F));
  return node("DequantizeLinear", {name, name + "_scales"}, name + "_d", {integer("axis", 0)});
}

std::vector<std::uint8_t> Writer::bytes() const {
  std::string graph;
  pbf_writer g(graph);
  for (const std::string& message : node_messages) g.add_message(f::graph::node, message);
  for (const std::string& message : initializers) g.add_message(f::graph::initializer, message);
  for (const std::string& message : input_messages) g.add_message(f::graph::input, message);
  for (const std::string& message : output_messages) g.add_message(f::graph::output, message);
  for (const std::string& message : info_messages) g.add_message(f::graph::value_info, message);
  graph += extra;
  std::string file;
  pbf_writer model(file);
  model.add_int64(f::model::ir_version, opset > 20 ? 10 : 8);
  {
    pbf_writer set(model, f::model::opset_import);
    set.add_string(f::operator_set::domain, "");
    set.add_int64(f::operator_set::version, opset);
  }
  {
    pbf_writer set(model, f::model::opset_import);
    set.add_string(f::operator_set::domain, "com.microsoft");
    set.add_int64(f::operator_set::version, 1);
  }
  model.add_message(f::model::graph, graph);
  return {file.begin(), file.end()};
}

graph::Graph Writer::read(const std::string& folder) const {
  const std::vector<std::uint8_t> file = bytes();
  return parse_onnx(file.data(), file.size(), "test.onnx", folder);
}

std::string Writer::error(const std::string& folder) const {
  try {
    read(folder);
  } catch (const graph::GraphError& error) {
    return error.what();
  }
  return "";
}

}  // namespace takt::onnx::testing
