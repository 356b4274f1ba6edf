// Operators element by element, and softmax.
#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::Activation;
using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

struct KindRow {
  const char* type;
  OpKind kind;
};

constexpr KindRow kinds[] = {
    {"Add", OpKind::add},
    {"Sub", OpKind::sub},
    {"Mul", OpKind::mul},
    {"Sum", OpKind::add},
    {"Min", OpKind::minimum},
    {"Max", OpKind::maximum},
    {"Relu", OpKind::relu},
    {"Tanh", OpKind::tanh},
    {"HardSwish", OpKind::hard_swish},
    {"Sigmoid", OpKind::logistic},
    {"LeakyRelu", OpKind::leaky_relu},
    {"QLinearAdd", OpKind::add},
    {"QLinearMul", OpKind::mul},
    {"QLinearSigmoid", OpKind::logistic},
    {"QLinearLeakyRelu", OpKind::leaky_relu},
};

OpKind kind_of(std::string_view type) {
  for (const KindRow& row : kinds)
    if (row.type == type) return row.kind;
  throw GraphError("found no elementwise operator");
}

// A constant of one element in the results' format. Where answers are wanted it has a value, if that is given.
Value scalar(Call& c, const char* suffix, std::optional<double> number) {
  const bool quantized = c.format.scale.size() == 1;
  if (!c.draft.with_contents() || !number || !quantized)
    return c.draft.constant(c.name + suffix, {1}, {c.format.type, {}, {}});
  const graph::Contents value = contents_of(graph::DataType::float32, {*number});
  return c.draft.constant(c.name + suffix, {1}, c.format, quantized_contents(value, {1}, c.format, 0));
}

struct Bounds {
  double low = -std::numeric_limits<double>::infinity(), high = std::numeric_limits<double>::infinity();
  bool known = true;
};

void set_bound(double& bound, bool& known, Draft& draft, const Value& value) {
  const std::vector<double>* contents = value ? draft.contents(value) : nullptr;
  if (contents != nullptr && contents->size() == 1)
    bound = (*contents)[0];
  else
    known = false;
}

Bounds bounds_of(const Node& node, Draft& draft, const Names& names) {
  Bounds bounds;
  if (const Attribute* low = node.attribute("min")) bounds.low = low->f;  // before operator set 11
  if (const Attribute* high = node.attribute("max")) bounds.high = high->f;
  const auto given = [&](std::size_t i) { return i < node.inputs.size() && !node.inputs[i].empty(); };
  if (given(1)) set_bound(bounds.low, bounds.known, draft, names.find(node.inputs[1]));
  if (given(2)) set_bound(bounds.high, bounds.known, draft, names.find(node.inputs[2]));
  constexpr double largest = 3.4e38;  // exporters write the largest float for "no bound"
  if (bounds.high > largest) bounds.high = std::numeric_limits<double>::infinity();
  if (bounds.low < -largest) bounds.low = -std::numeric_limits<double>::infinity();
  return bounds;
}

void unary(Call& c, OpKind kind) {
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(kind);
  if (kind == OpKind::leaky_relu) op.alpha = c.node.real("alpha", 0.01F);
  if (kind == OpKind::gelu) op.approximate = c.node.text("approximate", "none") == "tanh";
  op.inputs = {c.stored(0, order)};
  c.make(std::move(op), order);
}

// value (op) a constant of one element.
Value with_scalar(Call& c, const Value& value, OpKind kind, const char* suffix,
                  std::optional<double> number = std::nullopt, Activation activation = Activation::none) {
  const Order order = c.draft.order_of(value);
  Op op = c.op(kind);
  op.activation = activation;
  op.inputs = {c.draft.tensor(value, order), c.draft.tensor(scalar(c, suffix, number), {0})};
  return c.made(std::move(op), order);
}

}  // namespace

Aligned align(Call& c, std::size_t count) {
  std::size_t rank = 0;
  for (std::size_t i = 0; i < count; ++i) rank = std::max(rank, c.shape(i).size());
  Aligned result{identity(rank), {}};
  for (std::size_t i = 0; i < count; ++i) {
    if (c.draft.is_constant(c.need(i)) || c.shape(i).size() != rank) continue;
    result.order = c.draft.order_of(c.need(i));
    break;
  }
  for (std::size_t i = 0; i < count; ++i) {
    Value value = c.need(i);
    Shape shape = c.shape(i);
    if (count_of(shape) == 1 && c.draft.is_constant(value)) {
      result.tensors.push_back(c.draft.tensor(value, identity(shape.size())));
      continue;
    }
    shape.insert(shape.begin(), rank - shape.size(), 1);
    result.tensors.push_back(c.draft.tensor(c.draft.reshaped(c.name, value, shape), result.order));
  }
  return result;
}

std::optional<Activation> activation_of(const Node& node, Draft& draft, const Names& names) {
  if (node.op_type == "Relu") return Activation::relu;
  if (node.op_type != "Clip") return std::nullopt;
  const Bounds bounds = bounds_of(node, draft, names);
  if (!bounds.known) return std::nullopt;
  if (bounds.low == 0 && bounds.high == 6) return Activation::relu6;
  if (bounds.low == 0 && std::isinf(bounds.high)) return Activation::relu;
  if (bounds.low == -1 && bounds.high == 1) return Activation::relu_n1_to_1;
  return std::nullopt;
}

void convert_unary(Call& c) { unary(c, kind_of(c.node.op_type)); }
void convert_gelu(Call& c) { unary(c, OpKind::gelu); }

void convert_binary(Call& c) {
  const OpKind kind = kind_of(c.node.op_type);
  if (c.inputs.size() == 1) return convert_alias(c);
  if (kind == OpKind::add && c.inputs.size() > 2) c.beyond = "a sum of more than two operands";
  const std::size_t all = c.inputs.size();
  for (std::size_t i = 2; i < all; ++i) {  // Sum, Min and Max take any number: two at a time
    Op op = c.op(kind);
    op.activation = Activation::none;
    const Aligned operands = align(c, 2);
    op.inputs = operands.tensors;
    c.inputs[0] = c.made(std::move(op), operands.order);
    c.inputs[1] = c.inputs[i];
  }
  Op op = c.op(kind);
  const Aligned operands = align(c, 2);
  op.inputs = operands.tensors;
  c.make(std::move(op), operands.order);
}

// By a constant: a product.
void convert_div(Call& c) {
  if (!c.draft.is_constant(c.need(1))) return convert_custom(c);
  c.beyond = "a quotient";
  Op op = c.op(OpKind::mul);
  const Aligned operands = align(c, 2);
  op.inputs = operands.tensors;
  c.make(std::move(op), operands.order);
}

void convert_clip(Call& c) {
  const std::optional<Activation> activation = activation_of(c.node, c.draft, c.names);
  if (activation == Activation::relu6) return unary(c, OpKind::relu6);
  if (activation == Activation::relu) return unary(c, OpKind::relu);
  const Bounds bounds = bounds_of(c.node, c.draft, c.names);
  Value value = c.need(0);
  const auto limit = [&](OpKind kind, const char* suffix, double bound) {
    value = with_scalar(c, value, kind, suffix, bounds.known ? std::optional<double>(bound) : std::nullopt);
  };
  if (!bounds.known || !std::isinf(bounds.low)) limit(OpKind::maximum, ".low", bounds.low);
  if (!bounds.known || !std::isinf(bounds.high)) limit(OpKind::minimum, ".high", bounds.high);
  c.results = {value};
}

// min(max(alpha x + beta, 0), 1) = relu6(6 alpha x + 6 beta) / 6, as TFLite has it for alpha = 1/6.
void convert_hard_sigmoid(Call& c) {
  c.beyond = "a hard sigmoid";
  Value value = c.need(0);
  if (std::fabs(c.node.real("alpha", 0.2F) - 1.0F / 6) > 1e-4F) value = with_scalar(c, value, OpKind::mul, ".slope");
  value = with_scalar(c, value, OpKind::add, ".offset", std::nullopt, Activation::relu6);
  c.results = {with_scalar(c, value, OpKind::mul, ".sixth")};
}

// One that no convolution took in: a product and a sum per channel.
void convert_batch_normalization(Call& c) {
  const Shape shape = c.shape(0);
  if (shape.size() < 2 || !c.draft.is_constant(c.need(1))) return convert_custom(c);
  Shape channels(shape.size(), 1);
  channels[1] = shape[1];
  const Format format{c.format.type, {}, {}};
  c.beyond = "a normalization";
  const Activation last = c.activation;
  c.activation = Activation::none;
  for (const bool sum : {false, true}) {
    c.inputs.resize(2);
    c.inputs[1] = c.draft.constant(c.name + (sum ? ".shift" : ".scale"), channels, format);
    if (sum) c.activation = last;
    Op op = c.op(sum ? OpKind::add : OpKind::mul);
    const Aligned operands = align(c, 2);
    op.inputs = operands.tensors;
    c.inputs[0] = c.made(std::move(op), operands.order);
  }
  c.results = {c.inputs[0]};
}

// Before operator set 13 it went over all dimensions from the axis on.
void convert_softmax(Call& c) {
  const Shape shape = c.shape(0);
  const bool flat = c.node.op_type == "QLinearSoftmax" ? c.node.integer("opset", 13) < 13 : c.opset < 13;
  const std::size_t axis = axis_of(c.node.integer("axis", flat ? 1 : -1), std::max<std::size_t>(shape.size(), 1));
  Value x = c.need(0);
  std::size_t over = axis;
  if (shape.empty()) return convert_custom(c);
  if (flat && axis + 1 != shape.size()) {
    const auto middle = shape.begin() + static_cast<std::ptrdiff_t>(axis);
    const auto product = [](auto from, auto to) { return static_cast<std::int64_t>(graph::elements_of({from, to})); };
    x = c.draft.reshaped(c.name, x, {product(shape.begin(), middle), product(middle, shape.end())});
    over = 1;
  }
  const Order order = c.draft.order_of(x);
  Op op = c.op(OpKind::softmax);
  op.inputs = {c.draft.tensor(x, order)};
  op.axis = static_cast<std::int32_t>(inverse(order)[over]);
  c.results = {c.draft.reshaped(c.name, c.made(std::move(op), order), shape)};
}

}  // namespace takt::onnx
