#include "sim/import/onnx/model.h"

#include <string>

#include "sim/graph/error.h"
#include "sim/import/onnx/fields.h"
#include "sim/import/onnx/message.h"

namespace takt::onnx {

using graph::GraphError;

namespace {

constexpr std::size_t most_dimensions = 32;
constexpr std::size_t most_attribute_values = 1 << 16;

void read_external_entry(std::string_view bytes, TensorData& result) {
  std::string_view key, value;
  Message entry(bytes, "StringStringEntryProto");
  while (entry.next()) {
    if (entry.field() == fields::entry::key)
      key = entry.bytes();
    else if (entry.field() == fields::entry::value)
      value = entry.bytes();
    else
      entry.skip();
  }
  if (key == "location") result.location = value;
  if (key == "offset") result.offset = value;
  if (key == "length") result.length = value;
}

TensorData read_tensor(std::string_view message) {
  namespace f = fields::tensor;
  TensorData result;
  result.message = message;
  Message m(message, "TensorProto");
  while (m.next()) {
    switch (m.field()) {
      case f::dims:
        m.numbers(result.dims, most_dimensions);
        break;
      case f::data_type:
        result.type = m.number();
        break;
      case f::name:
        result.name = m.bytes();
        break;
      case f::raw_data:
        result.raw = m.bytes();
        break;
      case f::data_location:
        result.external = m.number() == f::location_external;
        break;
      case f::external_data:
        read_external_entry(m.bytes(), result);
        break;
      case f::float_data:
      case f::int32_data:
      case f::int64_data:
      case f::double_data:
      case f::uint64_data:
        result.typed_bytes += m.skip_numbers();
        break;
      default:
        m.skip();
    }
  }
  return result;
}

class Parser {
 public:
  Model parse(std::string_view bytes) {
    Message m(bytes, "ModelProto");
    bool found = false;
    while (m.next()) {
      if (m.field() == fields::model::opset_import) {
        read_opset(m.bytes());
      } else if (m.field() == fields::model::graph) {
        if (found) throw GraphError("found two graphs, expected one");
        found = true;
        read_graph(m.bytes());
      } else {
        m.skip();
      }
    }
    if (!found) throw GraphError("found no graph, expected an .onnx model");
    return std::move(model_);
  }

 private:
  // What a file of many empty messages may cost.
  void count(std::size_t& left, const char* what) {
    if (left == 0) throw GraphError(std::string("found more ") + what + " than any model has");
    --left;
  }

  void read_opset(std::string_view bytes) {
    Message m(bytes, "OperatorSetIdProto");
    std::string_view domain;
    std::int64_t version = 0;
    while (m.next()) {
      if (m.field() == fields::operator_set::domain)
        domain = m.bytes();
      else if (m.field() == fields::operator_set::version)
        version = m.number();
      else
        m.skip();
    }
    if (domain.empty() || domain == "ai.onnx") model_.opset = version;
  }

  void read_graph(std::string_view bytes) {
    Message m(bytes, "GraphProto");
    while (m.next()) {
      switch (m.field()) {
        case fields::graph::node:
          model_.nodes.push_back(read_node(m.bytes()));
          break;
        case fields::graph::initializer:
          count(messages_left_, "tensors");
          model_.initializers.push_back(read_tensor(m.bytes()));
          break;
        case fields::graph::input:
          model_.inputs.push_back(read_value(m.bytes()));
          break;
        case fields::graph::output:
          model_.outputs.push_back(read_value(m.bytes()));
          break;
        case fields::graph::value_info:
          model_.infos.push_back(read_value(m.bytes()));
          break;
        case fields::graph::sparse_initializer:
          throw GraphError("found a sparse tensor, expected dense ones");
        default:
          m.skip();
      }
    }
  }

  Node read_node(std::string_view bytes) {
    namespace f = fields::node;
    count(messages_left_, "nodes");
    Node node;
    Message m(bytes, "NodeProto");
    while (m.next()) {
      switch (m.field()) {
        case f::input:
        case f::output:
          count(names_left_, "operands");
          (m.field() == f::input ? node.inputs : node.outputs).push_back(m.bytes());
          break;
        case f::name:
          node.name = m.bytes();
          break;
        case f::op_type:
          node.op_type = m.bytes();
          break;
        case f::domain:
          node.domain = m.bytes();
          break;
        case f::attribute:
          node.attributes.push_back(read_attribute(m.bytes()));
          break;
        default:
          m.skip();
      }
    }
    return node;
  }

  Attribute read_attribute(std::string_view bytes) {
    namespace f = fields::attribute;
    count(messages_left_, "attributes");
    Attribute result;
    Message m(bytes, "AttributeProto");
    while (m.next()) {
      switch (m.field()) {
        case f::name:
          result.name = m.bytes();
          break;
        case f::f:
          result.f = m.real();
          break;
        case f::i:
          result.i = m.number();
          break;
        case f::s:
          result.s = m.bytes();
          break;
        case f::t:
          result.tensor = m.bytes();
          break;
        case f::floats:
          m.reals(result.floats, most_attribute_values);
          break;
        case f::ints:
          m.numbers(result.ints, most_attribute_values);
          break;
        case f::g:
        case f::graphs:
          result.graph = true;
          m.skip();
          break;
        default:
          m.skip();
      }
    }
    return result;
  }

  ValueInfo read_value(std::string_view bytes) {
    count(messages_left_, "values");
    ValueInfo result;
    Message m(bytes, "ValueInfoProto");
    while (m.next()) {
      if (m.field() == fields::value_info::name)
        result.name = m.bytes();
      else if (m.field() == fields::value_info::type)
        read_type(m.bytes(), result);
      else
        m.skip();
    }
    return result;
  }

  void read_type(std::string_view bytes, ValueInfo& result) {
    Message type(bytes, "TypeProto");
    while (type.next()) {
      if (type.field() != fields::type::tensor_type) {
        type.skip();
        continue;
      }
      Message tensor(type.bytes(), "TypeProto.Tensor");
      while (tensor.next()) {
        if (tensor.field() == fields::type::elem_type)
          result.type = tensor.number();
        else if (tensor.field() == fields::type::shape)
          read_shape(tensor.bytes(), result);
        else
          tensor.skip();
      }
    }
  }

  void read_shape(std::string_view bytes, ValueInfo& result) {
    result.has_shape = true;
    Message shape(bytes, "TensorShapeProto");
    while (shape.next()) {
      if (shape.field() != fields::shape::dim) {
        shape.skip();
        continue;
      }
      if (result.dims.size() == most_dimensions)
        throw GraphError("found more than " + std::to_string(most_dimensions) + " dimensions");
      Dimension dimension;
      Message m(shape.bytes(), "TensorShapeProto.Dimension");
      while (m.next()) {
        if (m.field() == fields::shape::dim_value)
          dimension.value = m.number();
        else if (m.field() == fields::shape::dim_param)
          dimension.symbol = m.bytes();
        else
          m.skip();
      }
      result.dims.push_back(dimension);
    }
  }

  Model model_;
  std::size_t messages_left_ = 1 << 20;
  std::size_t names_left_ = 1 << 22;
};

}  // namespace

const Attribute* Node::attribute(std::string_view wanted) const {
  for (const Attribute& attribute : attributes)
    if (attribute.name == wanted) return &attribute;
  return nullptr;
}

std::int64_t Node::integer(std::string_view wanted, std::int64_t otherwise) const {
  const Attribute* found = attribute(wanted);
  return found == nullptr ? otherwise : found->i;
}

float Node::real(std::string_view wanted, float otherwise) const {
  const Attribute* found = attribute(wanted);
  return found == nullptr ? otherwise : found->f;
}

std::string_view Node::text(std::string_view wanted, std::string_view otherwise) const {
  const Attribute* found = attribute(wanted);
  return found == nullptr ? otherwise : found->s;
}

std::vector<std::int64_t> Node::integers(std::string_view wanted) const {
  const Attribute* found = attribute(wanted);
  return found == nullptr ? std::vector<std::int64_t>{} : found->ints;
}

Model parse_model(std::string_view bytes) {
  return whole_message([&] { return Parser().parse(bytes); });
}

TensorData parse_tensor(std::string_view message) {
  return whole_message([&] { return read_tensor(message); });
}

}  // namespace takt::onnx
