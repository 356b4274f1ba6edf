#include "sim/import/onnx/draft.h"

#include <algorithm>

#include "sim/graph/describe.h"
#include "sim/graph/error.h"
#include "sim/graph/shape_rules.h"

namespace takt::onnx {

using graph::DataType;
using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::TensorId;

namespace {

constexpr std::size_t longest_name = 256;
constexpr std::size_t most_operators = 1 << 22;

bool is_integer(DataType type) {
  switch (type) {
    case DataType::int4:
    case DataType::int8:
    case DataType::uint8:
    case DataType::int16:
    case DataType::uint16:
      return true;
    default:
      return false;
  }
}

bool is_small_integer(DataType type) { return type == DataType::int32 || type == DataType::int64; }

std::vector<std::int64_t> axes_of(const Order& order) { return {order.begin(), order.end()}; }

}  // namespace

Value Draft::add(Storage storage) {
  Value value;
  value.axes = identity(storage.shape.size());
  value.storage = static_cast<std::ptrdiff_t>(storages_.size());
  storages_.push_back(std::move(storage));
  return value;
}

void Draft::spend(std::size_t numbers) {
  if (numbers > numbers_left_) throw GraphError("found the same constants read more often than any exporter writes");
  numbers_left_ -= numbers;
}

TensorId Draft::add_tensor(const std::string& name, Shape shape, const Format& format, bool constant) {
  graph::Tensor tensor;
  tensor.name = name.substr(0, longest_name);
  graph::bytes_of(format.type, graph::elements_of(shape));  // checks the size
  tensor.shape = std::move(shape);
  tensor.type = format.type;
  tensor.constant = constant;
  spend(format.scale.size());
  tensor.scale = format.scale;
  tensor.zero_point = format.zero_point;
  graph_.tensors.push_back(std::move(tensor));
  return static_cast<TensorId>(graph_.tensors.size()) - 1;
}

Value Draft::input(const std::string& name, Shape shape, DataType type, const Order& order) {
  Storage storage;
  storage.name = name;
  storage.format.type = type;
  storage.made_in = order;
  storage.tensors[order] = add_tensor(name, permuted(shape, order), storage.format, false);
  graph_.inputs.push_back(storage.tensors[order]);
  storage.shape = std::move(shape);
  return add(std::move(storage));
}

Value Draft::constant(const std::string& name, Shape shape, const Format& format, graph::Contents contents) {
  Storage storage;
  storage.bytes = std::move(contents);
  storage.name = name.substr(0, longest_name);
  storage.shape = std::move(shape);
  storage.format = format;
  storage.constant = true;
  return add(std::move(storage));
}

Value Draft::numbers(const std::string& name, Shape shape, DataType type, std::vector<double> contents) {
  const Value value = constant(name, std::move(shape), {type, {}, {}});
  at(value).numbers = std::move(contents);
  at(value).known = true;
  return value;
}

Value Draft::initializer(const TensorData& tensor) {
  check_data(tensor, folder_);
  const Value value = constant(std::string(tensor.name.substr(0, longest_name)), onnx::shape_of(tensor),
                               {type_of(tensor.type), {}, {}});
  at(value).source = &tensor;
  return value;
}

Shape Draft::shape_of(const Value& value) const { return permuted(at(value).shape, value.axes); }

std::uint64_t Draft::stored_bytes(const Value& value) const {
  return graph::bytes_of(at(value).format.type, count_of(at(value).shape));
}

std::int64_t Draft::type_in_file(const Value& value) const {
  return at(value).source == nullptr ? 0 : at(value).source->type;
}

bool Draft::is_quantized(const Value& value) const { return is_integer(at(value).format.type); }

Order Draft::order_of(const Value& value) const {
  const Storage& storage = at(value);
  return storage.made_in.empty() ? identity(value.axes.size()) : composed(inverse(value.axes), storage.made_in);
}

const std::vector<double>* Draft::contents(const Value& value) {
  Storage& storage = at(value);
  if (value.dequantized || value.axes != identity(value.axes.size())) return nullptr;
  if (!storage.known && storage.source != nullptr && count_of(storage.shape) <= most_numbers) {
    storage.numbers = numbers_of(*storage.source, folder_);
    storage.known = true;
  }
  return storage.known ? &storage.numbers : nullptr;
}

graph::Contents Draft::stored_bytes_of(const Storage& storage) const {
  if (!with_contents() || !storage.constant) return nullptr;
  if (storage.bytes != nullptr) return storage.bytes;
  if (storage.source != nullptr) return contents_of(*storage.source, folder_);
  return storage.known ? contents_of(storage.format.type, storage.numbers) : nullptr;
}

graph::Contents Draft::bytes(const Value& value) const {
  return onnx::reordered(stored_bytes_of(at(value)), at(value).format.type, at(value).shape, value.axes);
}

Value Draft::transposed(const Value& value, const Order& permutation) const {
  Value result = value;
  result.axes = composed(value.axes, permutation);
  return result;
}

Value Draft::reshaped(const std::string& name, const Value& value, const Shape& shape) {
  const Shape from = shape_of(value);
  if (count_of(from) != count_of(shape))
    throw GraphError("cannot reshape " + graph::to_text(from) + " to " + graph::to_text(shape));
  if (from == shape) return value;
  Value result;
  if (at(value).constant) {
    spend(at(value).format.scale.size());
    result = constant(name, shape, at(value).format, bytes(value));
    if (contents(value) != nullptr) {
      spend(contents(value)->size());
      at(result).numbers = *contents(value);
      at(result).known = true;
    }
  } else {
    const Reshape plan = plan_reshape(from, order_of(value), shape);
    Op op;
    op.kind = OpKind::reshape;
    op.name = name;
    op.inputs = {tensor(value, plan.from)};
    op.size = permuted(shape, plan.to);
    result = emit(std::move(op), {name, plan.to, at(value).format, false});
  }
  result.dequantized = value.dequantized;
  return result;
}

Value Draft::as_floats(const Value& value) {
  if (!value.dequantized) return value;
  if (at(value).floats < 0) {
    const Order order = at(value).made_in.empty() ? identity(value.axes.size()) : at(value).made_in;
    Value stored{value.storage, identity(value.axes.size()), false};
    Op op;
    op.kind = OpKind::dequantize;
    op.name = at(value).name;
    op.inputs = {tensor(stored, order)};
    const Value floats = emit(std::move(op), {at(value).name, order, {DataType::float32, {}, {}}, false});
    at(value).floats = floats.storage;
  }
  return {at(value).floats, value.axes, false};
}

Value Draft::quantized(const std::string& name, const Value& value, const Format& format, std::size_t axis) {
  Value result = value;
  result.dequantized = false;
  if (value.dequantized && at(value).format == format) return result;
  if (at(value).constant) {
    const bool floats = at(value).format.type == DataType::float32;
    const std::size_t stored_axis = axis < value.axes.size() ? value.axes[axis] : axis;
    graph::Contents made = floats ? quantized_contents(stored_bytes_of(at(value)), at(value).shape, format, stored_axis)
                                  : graph::Contents{};
    result = constant(name, at(value).shape, format, std::move(made));
    result.axes = value.axes;
    return result;
  }
  const Order order = order_of(value);
  Op op;
  op.kind = OpKind::quantize;
  op.name = name;
  op.inputs = {tensor(value, order)};
  return emit(std::move(op), {name, order, format, false});
}

Value Draft::dequantized(const Value& value, const Format& format) {
  Storage& storage = at(value);
  if (storage.format.scale.empty() && !format.scale.empty()) {
    storage.format.scale = format.scale;
    storage.format.zero_point = format.zero_point;
    for (const auto& [order, id] : storage.tensors) {
      graph_.tensors[static_cast<std::size_t>(id)].scale = format.scale;
      graph_.tensors[static_cast<std::size_t>(id)].zero_point = format.zero_point;
    }
  }
  Value result = value;
  result.dequantized = true;
  return result;
}

TensorId Draft::reordered(Storage& storage, const Order& order) {
  if (storage.constant) {
    const TensorId id = add_tensor(storage.name, permuted(storage.shape, order), storage.format, true);
    graph_.tensors.back().contents =
        onnx::reordered(stored_bytes_of(storage), storage.format.type, storage.shape, order);
    if (storage.known && storage.numbers.size() <= 64 && is_small_integer(storage.format.type))
      for (const double number : storage.numbers)
        graph_.tensors.back().values.push_back(static_cast<std::int64_t>(std::clamp(number, -9e18, 9e18)));
    return id;
  }
  Op op;
  op.name = storage.name;
  op.inputs = {storage.tensors.at(storage.made_in)};
  const TensorId id = add_tensor(storage.name, permuted(storage.shape, order), storage.format, false);
  op.outputs = {id};
  if (same_bytes(storage.shape, storage.made_in, order)) {
    op.kind = OpKind::reshape;
    op.size = permuted(storage.shape, order);
  } else {
    op.kind = OpKind::transpose;
    op.axes = axes_of(composed(inverse(storage.made_in), order));
  }
  graph_.ops.push_back(std::move(op));
  return id;
}

TensorId Draft::tensor(const Value& value, const Order& order) {
  Storage& storage = at(value);
  const Order wanted = composed(value.axes, order);
  if (const auto found = storage.tensors.find(wanted); found != storage.tensors.end()) return found->second;
  const TensorId id = reordered(storage, wanted);
  if (storage.tensors.empty()) storage.made_in = wanted;
  return storage.tensors[wanted] = id;
}

std::vector<Value> Draft::emit(Op op, const std::vector<Output>& outputs) {
  const graph::ShapeRule rule = graph::shape_rule_of(op.kind);
  op.outputs.assign(outputs.size(), graph::no_tensor);  // a split counts them
  const std::vector<Shape> shapes = rule(graph_, op);
  if (shapes.size() != outputs.size())
    throw GraphError("found " + std::to_string(outputs.size()) + " outputs, expected " + std::to_string(shapes.size()));
  return emit(std::move(op), outputs, shapes);
}

std::vector<Value> Draft::emit(Op op, const std::vector<Output>& outputs, const std::vector<Shape>& shapes) {
  if (graph_.ops.size() >= most_operators) throw GraphError("found more operators than any model has");
  const bool constant = std::all_of(op.inputs.begin(), op.inputs.end(), [&](TensorId id) {
    return id == graph::no_tensor || graph_.tensors[static_cast<std::size_t>(id)].constant;
  });
  op.name = op.name.substr(0, longest_name);
  op.outputs.clear();
  std::vector<Value> values;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Output& output = outputs[i];
    Storage storage;
    storage.name = output.name.substr(0, longest_name);
    storage.format = output.format;
    storage.constant = constant;
    storage.made_in = output.order;
    storage.shape = permuted(shapes[i], inverse(output.order));
    op.outputs.push_back(add_tensor(output.name, shapes[i], output.format, constant));
    storage.tensors[output.order] = op.outputs.back();
    values.push_back(add(std::move(storage)));
    values.back().dequantized = output.dequantized;
  }
  if (!constant) graph_.ops.push_back(std::move(op));
  return values;
}

}  // namespace takt::onnx
