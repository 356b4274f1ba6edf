// Operators that the graph has no kind for: the CPU runs them under the file's name. Their shapes come from a rule
// here, or from what the file states.
#include <algorithm>

#include "sim/graph/describe.h"
#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::DataType;
using graph::GraphError;
using graph::Op;
using graph::Shape;

namespace {

using Shapes = std::vector<Shape>;
using Rule = Shapes (*)(Call&);  // of the first outputs; empty: the operands do not tell

Shapes same(Call& c) { return {c.shape(0)}; }

Shapes broadcast(Call& c) {
  Shape result;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    Shape next = c.shape(i);
    const std::size_t rank = std::max(result.size(), next.size());
    result.insert(result.begin(), rank - result.size(), 1);
    next.insert(next.begin(), rank - next.size(), 1);
    for (std::size_t k = 0; k < rank; ++k) {
      if (result[k] != next[k] && result[k] != 1 && next[k] != 1)
        throw GraphError("shapes " + graph::to_text(result) + " and " + graph::to_text(next) + " do not fit");
      result[k] = result[k] == 1 ? next[k] : result[k];
    }
  }
  return {result};
}

Shapes reduce(Call& c) {
  const Shape from = c.shape(0);
  const auto axes = c.node.op_type == "ArgMin" ? std::vector<std::int64_t>{c.node.integer("axis", 0)}
                                               : c.integers("axes", 1).value_or(std::vector<std::int64_t>{});
  std::vector<bool> gone(from.size(), axes.empty() && c.node.integer("noop_with_empty_axes", 0) == 0);
  for (const std::int64_t axis : axes) gone[axis_of(axis, from.size())] = true;
  Shape result;
  for (std::size_t i = 0; i < from.size(); ++i) {
    if (!gone[i]) result.push_back(from[i]);
    if (gone[i] && c.node.integer("keepdims", 1) != 0) result.push_back(1);
  }
  return {result};
}

Shapes gather(Call& c) {
  const Shape data = c.shape(0), indices = c.shape(1);
  const auto axis = static_cast<std::ptrdiff_t>(axis_of(c.node.integer("axis", 0), data.size()));
  Shape result(data.begin(), data.begin() + axis);
  result.insert(result.end(), indices.begin(), indices.end());
  result.insert(result.end(), data.begin() + axis + 1, data.end());
  return {result};
}

Shapes second(Call& c) { return {c.shape(1)}; }

Shapes expand(Call& c) {
  Shape shape = c.shape(0), sizes = c.integers(1).value_or(Shape{});
  const std::size_t rank = std::max(shape.size(), sizes.size());
  shape.insert(shape.begin(), rank - shape.size(), 1);
  sizes.insert(sizes.begin(), rank - sizes.size(), 1);
  for (std::size_t i = 0; i < rank; ++i) shape[i] = shape[i] == 1 ? sizes[i] : shape[i];
  return {shape};
}

Shapes tile(Call& c) {
  Shape shape = c.shape(0);
  const Shape times = c.integers(1).value_or(Shape{});
  if (times.size() != shape.size()) throw GraphError("found " + std::to_string(times.size()) + " repeats");
  for (std::size_t i = 0; i < shape.size(); ++i) {
    graph::elements_of({shape[i], times[i]});  // bounds the product
    shape[i] *= times[i];
  }
  return {shape};
}

Shapes stated_sizes(Call& c) { return {c.integers(0).value_or(Shape{})}; }

Shapes pad(Call& c) {
  Shape shape = c.shape(0);
  const Shape pads = c.integers("pads", 1).value_or(Shape{});
  if (pads.size() != 2 * shape.size()) return {};
  for (std::size_t i = 0; i < shape.size(); ++i) {
    for (const std::int64_t pad : {pads[i], pads[shape.size() + i]})
      shape[i] += std::clamp<std::int64_t>(pad, -(std::int64_t{1} << 41), std::int64_t{1} << 41);
  }
  return {shape};
}

Shapes top_k(Call& c) {
  Shape shape = c.shape(0);
  const auto k = c.integers(1);
  if (!k || k->size() != 1) return {};
  shape[axis_of(c.node.integer("axis", -1), shape.size())] = (*k)[0];
  return {shape, shape};
}

// Y, Y_h, Y_c of LSTM, GRU and RNN; operands x [steps, batch, features], w, r [directions, ..., cells].
Shapes recurrent(Call& c) {
  const Shape x = c.shape(0), r = c.shape(2);
  if (x.size() != 3 || r.size() != 3 || c.node.integer("layout", 0) != 0) return {};
  const Shape last = {r[0], x[1], r[2]};
  return {{x[0], r[0], x[1], r[2]}, last, last};
}

Shapes dynamic_quantize(Call& c) { return {c.shape(0), {}, {}}; }

enum class Order4 : std::uint8_t { any, files };  // element by element, or only in the file's order

struct RuleRow {
  const char* type;
  Rule rule;
  Order4 order;
};

constexpr RuleRow rules[] = {
    {"Cast", same, Order4::any},
    {"CastLike", same, Order4::any},
    {"Erf", same, Order4::any},
    {"Sqrt", same, Order4::any},
    {"Exp", same, Order4::any},
    {"Log", same, Order4::any},
    {"Sin", same, Order4::any},
    {"Cos", same, Order4::any},
    {"Neg", same, Order4::any},
    {"Abs", same, Order4::any},
    {"Not", same, Order4::any},
    {"Sign", same, Order4::any},
    {"Floor", same, Order4::any},
    {"Ceil", same, Order4::any},
    {"Round", same, Order4::any},
    {"IsNaN", same, Order4::any},
    {"Reciprocal", same, Order4::any},
    {"HardSigmoid", same, Order4::any},
    {"Softplus", same, Order4::any},
    {"Softsign", same, Order4::any},
    {"Elu", same, Order4::any},
    {"Selu", same, Order4::any},
    {"Celu", same, Order4::any},
    {"Mish", same, Order4::any},
    {"QuickGelu", same, Order4::any},
    {"FastGelu", same, Order4::files},
    {"LayerNormalization", same, Order4::files},
    {"RMSNormalization", same, Order4::files},
    {"SimplifiedLayerNormalization", same, Order4::files},
    {"SkipLayerNormalization", same, Order4::files},
    {"SkipSimplifiedLayerNormalization", same, Order4::files},
    {"InstanceNormalization", same, Order4::files},
    {"GroupNormalization", same, Order4::files},
    {"BatchNormalization", same, Order4::files},
    {"LpNormalization", same, Order4::files},
    {"LRN", same, Order4::files},
    {"LogSoftmax", same, Order4::files},
    {"CumSum", same, Order4::files},
    {"Trilu", same, Order4::files},
    {"ScatterND", same, Order4::files},
    {"ScatterElements", same, Order4::files},
    {"DynamicQuantizeLinear", dynamic_quantize, Order4::any},
    {"PRelu", same, Order4::files},
    {"Div", broadcast, Order4::files},
    {"Pow", broadcast, Order4::files},
    {"Mod", broadcast, Order4::files},
    {"And", broadcast, Order4::files},
    {"Or", broadcast, Order4::files},
    {"Xor", broadcast, Order4::files},
    {"Equal", broadcast, Order4::files},
    {"Less", broadcast, Order4::files},
    {"LessOrEqual", broadcast, Order4::files},
    {"Greater", broadcast, Order4::files},
    {"GreaterOrEqual", broadcast, Order4::files},
    {"Where", broadcast, Order4::files},
    {"ReduceSum", reduce, Order4::files},
    {"ReduceMax", reduce, Order4::files},
    {"ReduceMin", reduce, Order4::files},
    {"ReduceProd", reduce, Order4::files},
    {"ReduceL1", reduce, Order4::files},
    {"ReduceL2", reduce, Order4::files},
    {"ReduceSumSquare", reduce, Order4::files},
    {"ReduceLogSumExp", reduce, Order4::files},
    {"ArgMin", reduce, Order4::files},
    {"Gather", gather, Order4::files},
    {"GatherElements", second, Order4::files},
    {"Expand", expand, Order4::files},
    {"Tile", tile, Order4::files},
    {"ConstantOfShape", stated_sizes, Order4::files},
    {"Pad", pad, Order4::files},
    {"TopK", top_k, Order4::files},
    {"LSTM", recurrent, Order4::files},
    {"GRU", recurrent, Order4::files},
    {"RNN", recurrent, Order4::files},
};

const RuleRow* rule_of(std::string_view type) {
  for (const RuleRow& row : rules)
    if (row.type == type) return &row;
  return nullptr;
}

bool is_comparison(std::string_view type) {
  for (const char* known : {"Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Xor"})
    if (type == known) return true;
  return false;
}

bool has_shape_operands(std::string_view type) {
  for (const char* known : {"Expand", "Tile", "Pad", "TopK", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd"})
    if (type == known) return true;
  return false;
}

// Of an output: as the file states, or what the operator says.
Format format_of_output(const Call& c, std::size_t index) {
  const std::string_view type = c.node.op_type;
  if (const std::int64_t stated = c.names.stated_type(c.node.outputs[index]); stated != 0)
    return {type_of(stated), {}, {}};
  if (type == "Cast") return {type_of(c.node.integer("to", 0)), {}, {}};
  if (type == "ConstantOfShape") return {filled_type(c.node), {}, {}};
  if (is_comparison(type)) return {DataType::boolean, {}, {}};
  if (type == "DynamicQuantizeLinear" && index != 1) return {DataType::uint8, {}, {}};
  if (type == "ArgMin" || (type == "TopK" && index == 1)) return {DataType::int64, {}, {}};
  if (c.format_given || c.inputs.empty() || !c.inputs[0]) return c.format;
  const bool second = type == "Where" && c.has(1);
  return {c.draft.format_of(c.inputs[second ? 1 : 0]).type, {}, {}};
}

}  // namespace

void convert_custom(Call& c) {
  const RuleRow* row = rule_of(c.node.op_type);
  for (Value& input : c.inputs)
    if (input && !c.draft.is_constant(input)) input = c.draft.as_floats(input);
  Op op = c.op(graph::OpKind::custom);
  op.activation = graph::Activation::none;
  op.custom_code = std::string(c.node.op_type.substr(0, 256));
  const bool any = row != nullptr && row->order == Order4::any && c.has(0);
  Order first;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    if (!c.inputs[i] || count_of(c.shape(i)) == 0) {
      op.inputs.push_back(graph::no_tensor);
      continue;
    }
    Order order = identity(c.shape(i).size());
    if (any && i == 0) first = order = c.draft.order_of(c.inputs[0]);
    op.inputs.push_back(c.stored(i, order));
  }
  bool known = row != nullptr && !c.inputs.empty();  // shape operands, too
  for (std::size_t i = 1; i < c.inputs.size() && known; ++i) known = !has_shape_operands(c.node.op_type) || c.known(i);
  const Shapes shapes = known ? row->rule(c) : Shapes{};
  std::vector<Output> outputs;
  Shapes stored;
  std::vector<std::size_t> made;
  for (std::size_t i = 0; i < c.node.outputs.size(); ++i) {
    const std::string_view name = c.node.outputs[i];
    const bool wanted = i == 0 || c.names.is_output(name) || !c.names.users(name).empty();
    if (name.empty() || !wanted) continue;
    const std::optional<Shape> shape = i < shapes.size() ? shapes[i] : c.names.stated_shape(name);
    if (!shape)
      throw GraphError("output " + std::to_string(i) + " '" + graph::shown(std::string(name.substr(0, 256))) +
                       "' has no known shape in the file and cannot be inferred; expected a value_info of fixed size");
    const Order order = any && i == 0 ? first : identity(shape->size());
    outputs.push_back({std::string(name.substr(0, 256)), order, format_of_output(c, i), false});
    stored.push_back(permuted(*shape, order));
    made.push_back(i);
  }
  if (outputs.empty()) throw GraphError("found no output");
  const std::vector<Value> values = c.draft.emit(std::move(op), outputs, stored);
  c.results.assign(c.node.outputs.size(), {});
  for (std::size_t i = 0; i < made.size(); ++i) c.results[made[i]] = values[i];
}

}  // namespace takt::onnx
