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

struct RuleRow {
  const char* type;
  Rule rule;
  Layout layout;  // any: element by element
};

constexpr RuleRow rules[] = {
    {"Cast", same, Layout::any},
    {"CastLike", same, Layout::any},
    {"Erf", same, Layout::any},
    {"Sqrt", same, Layout::any},
    {"Exp", same, Layout::any},
    {"Log", same, Layout::any},
    {"Sin", same, Layout::any},
    {"Cos", same, Layout::any},
    {"Neg", same, Layout::any},
    {"Abs", same, Layout::any},
    {"Not", same, Layout::any},
    {"Sign", same, Layout::any},
    {"Floor", same, Layout::any},
    {"Ceil", same, Layout::any},
    {"Round", same, Layout::any},
    {"IsNaN", same, Layout::any},
    {"Reciprocal", same, Layout::any},
    {"HardSigmoid", same, Layout::any},
    {"Softplus", same, Layout::any},
    {"Softsign", same, Layout::any},
    {"Elu", same, Layout::any},
    {"Selu", same, Layout::any},
    {"Celu", same, Layout::any},
    {"Mish", same, Layout::any},
    {"QuickGelu", same, Layout::any},
    {"FastGelu", same, Layout::files},
    {"LayerNormalization", same, Layout::files},
    {"RMSNormalization", same, Layout::files},
    {"SimplifiedLayerNormalization", same, Layout::files},
    {"SkipLayerNormalization", same, Layout::files},
    {"SkipSimplifiedLayerNormalization", same, Layout::files},
    {"InstanceNormalization", same, Layout::files},
    {"GroupNormalization", same, Layout::files},
    {"BatchNormalization", same, Layout::files},
    {"LpNormalization", same, Layout::files},
    {"LRN", same, Layout::files},
    {"LogSoftmax", same, Layout::files},
    {"CumSum", same, Layout::files},
    {"Trilu", same, Layout::files},
    {"ScatterND", same, Layout::files},
    {"ScatterElements", same, Layout::files},
    {"DynamicQuantizeLinear", dynamic_quantize, Layout::any},
    {"PRelu", same, Layout::files},
    {"Div", broadcast, Layout::files},
    {"Pow", broadcast, Layout::files},
    {"Mod", broadcast, Layout::files},
    {"And", broadcast, Layout::files},
    {"Or", broadcast, Layout::files},
    {"Xor", broadcast, Layout::files},
    {"Equal", broadcast, Layout::files},
    {"Less", broadcast, Layout::files},
    {"LessOrEqual", broadcast, Layout::files},
    {"Greater", broadcast, Layout::files},
    {"GreaterOrEqual", broadcast, Layout::files},
    {"Where", broadcast, Layout::files},
    {"ReduceSum", reduce, Layout::files},
    {"ReduceMax", reduce, Layout::files},
    {"ReduceMin", reduce, Layout::files},
    {"ReduceProd", reduce, Layout::files},
    {"ReduceL1", reduce, Layout::files},
    {"ReduceL2", reduce, Layout::files},
    {"ReduceSumSquare", reduce, Layout::files},
    {"ReduceLogSumExp", reduce, Layout::files},
    {"ArgMin", reduce, Layout::files},
    {"Gather", gather, Layout::files},
    {"GatherElements", second, Layout::files},
    {"Expand", expand, Layout::files},
    {"Tile", tile, Layout::files},
    {"ConstantOfShape", stated_sizes, Layout::files},
    {"Pad", pad, Layout::files},
    {"TopK", top_k, Layout::files},
    {"LSTM", recurrent, Layout::files},
    {"GRU", recurrent, Layout::files},
    {"RNN", recurrent, Layout::files},
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

// Every operand in the file's order, except for the first of an operator that goes element by element.
std::vector<graph::TensorId> operands_of(Call& c, const Order& first) {
  std::vector<graph::TensorId> result;
  for (std::size_t i = 0; i < c.inputs.size(); ++i) {
    const bool there = c.inputs[i] && count_of(c.shape(i)) != 0;
    const Order order = i == 0 ? first : identity(there ? c.shape(i).size() : 0);
    result.push_back(there ? c.stored(i, order) : graph::no_tensor);
  }
  return result;
}

Shapes ruled_shapes(Call& c, const RuleRow* row) {
  if (row == nullptr || c.inputs.empty()) return {};
  for (std::size_t i = 1; i < c.inputs.size(); ++i)
    if (has_shape_operands(c.node.op_type) && !c.known(i)) return {};
  return row->rule(c);
}

Shape shape_of_output(const Call& c, std::size_t index, const Shapes& ruled) {
  const std::string_view name = c.node.outputs[index];
  const std::optional<Shape> shape = index < ruled.size() ? ruled[index] : c.names.stated_shape(name);
  if (!shape)
    throw GraphError("output " + std::to_string(index) + " '" + graph::shown(std::string(name.substr(0, 256))) +
                     "' has no known shape in the file and cannot be inferred; expected a value_info of fixed size");
  return *shape;
}

bool is_wanted(const Call& c, std::size_t index) {
  const std::string_view name = c.node.outputs[index];
  return !name.empty() && (index == 0 || c.names.is_output(name) || !c.names.users(name).empty());
}

}  // namespace

void convert_custom(Call& c) {
  for (Value& input : c.inputs)
    if (input && !c.draft.is_constant(input)) input = c.draft.as_floats(input);
  const RuleRow* row = rule_of(c.node.op_type);
  const bool any = row != nullptr && row->layout == Layout::any;
  const Order first = !c.has(0) ? Order{} : any ? c.draft.order_of(c.inputs[0]) : identity(c.shape(0).size());
  Op op = c.op(graph::OpKind::custom);
  op.activation = graph::Activation::none;
  op.custom_code = std::string(c.node.op_type.substr(0, 256));
  op.inputs = operands_of(c, first);
  const Shapes ruled = ruled_shapes(c, row);
  std::vector<Output> outputs;
  std::vector<std::size_t> indices;
  Shapes stored;
  for (std::size_t i = 0; i < c.node.outputs.size(); ++i) {
    if (!is_wanted(c, i)) continue;
    const Shape shape = shape_of_output(c, i, ruled);
    const Order order = any && i == 0 ? first : identity(shape.size());
    outputs.push_back({std::string(c.node.outputs[i].substr(0, 256)), order, format_of_output(c, i), false});
    stored.push_back(permuted(shape, order));
    indices.push_back(i);
  }
  if (outputs.empty()) throw GraphError("found no output");
  const std::vector<Value> values = c.draft.emit(std::move(op), outputs, stored);
  c.results.assign(c.node.outputs.size(), {});
  for (std::size_t i = 0; i < indices.size(); ++i) c.results[indices[i]] = values[i];
}

}  // namespace takt::onnx
