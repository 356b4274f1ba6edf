#include "sim/import/onnx/fold.h"

#include <algorithm>
#include <cmath>

#include "sim/graph/describe.h"

namespace takt::onnx {

using graph::DataType;
using graph::GraphError;
using graph::Shape;

namespace {

constexpr std::size_t most_folded = 4096;  // elements; larger results are constants without known contents

using Numbers = std::vector<double>;

struct Known {
  Shape shape;
  Numbers numbers;
};

// Nothing: not on these operands.
using Folded = std::optional<Known>;

struct Operands {
  Call& c;
  std::vector<Known> inputs;  // empty where absent

  const Known& at(std::size_t i) const {
    if (i >= inputs.size() || !c.has(i)) throw GraphError("found no input " + std::to_string(i));
    return inputs[i];
  }
  bool has(std::size_t i) const { return i < inputs.size() && c.has(i); }

  // From the attribute of older operator sets or the operand of newer ones.
  Numbers numbers(const char* attribute, std::size_t i) const {
    if (const Attribute* found = c.node.attribute(attribute)) return {found->ints.begin(), found->ints.end()};
    return at(i).numbers;
  }
};

bool is_list(const Known& known) { return known.shape.size() <= 1; }

bool is_integral(DataType type) {
  return type != DataType::float16 && type != DataType::float32 && type != DataType::float64;
}

double divided(double a, double b, bool integral) {
  if (integral && b == 0) throw GraphError("found a division by 0");
  return integral ? std::trunc(a / b) : a / b;
}

double binary(std::string_view type, double a, double b, bool integral) {
  if (type == "Add") return a + b;
  if (type == "Sub") return a - b;
  if (type == "Mul") return a * b;
  if (type == "Div") return divided(a, b, integral);
  if (type == "Min") return std::min(a, b);
  if (type == "Max") return std::max(a, b);
  if (type == "Equal") return a == b;
  if (type == "Less") return a < b;
  if (type == "Greater") return a > b;
  if (type == "LessOrEqual") return a <= b;
  if (type == "GreaterOrEqual") return a >= b;
  if (type == "And") return a != 0 && b != 0;
  if (type == "Or") return a != 0 || b != 0;
  if (b == 0) throw GraphError("found a division by 0");  // Mod, with the divisor's sign
  return a - b * std::floor(a / b);
}

double unary(std::string_view type, double a) {
  if (type == "Floor") return std::floor(a);
  if (type == "Ceil") return std::ceil(a);
  if (type == "Round") return std::nearbyint(a);
  if (type == "Neg") return -a;
  if (type == "Abs") return std::fabs(a);
  if (type == "Sqrt") return std::sqrt(a);
  return a == 0;  // Not
}

Folded fold_unary(Operands& o) {
  Known result = o.at(0);
  for (double& number : result.numbers) number = unary(o.c.node.op_type, number);
  return result;
}

// Equal shapes, or one of one element.
Folded fold_binary(Operands& o) {
  const Known &a = o.at(0), &b = o.at(1);
  if (o.inputs.size() != 2) return {};
  const bool integral = is_integral(o.c.draft.format_of(o.c.inputs[0]).type);
  const bool one_a = a.numbers.size() == 1, one_b = b.numbers.size() == 1;
  if (!one_a && !one_b && a.shape != b.shape) return {};
  Known result{one_a && (!one_b || b.shape.size() > a.shape.size()) ? b.shape : a.shape, {}};
  for (std::size_t i = 0; i < std::max(a.numbers.size(), b.numbers.size()); ++i) {
    if ((!one_a && i >= a.numbers.size()) || (!one_b && i >= b.numbers.size())) break;  // one is empty
    result.numbers.push_back(binary(o.c.node.op_type, a.numbers[one_a ? 0 : i], b.numbers[one_b ? 0 : i], integral));
  }
  return result;
}

Folded fold_where(Operands& o) {
  const Known &condition = o.at(0), &a = o.at(1), &b = o.at(2);
  const auto fits = [&](const Known& k) { return k.numbers.size() == 1 || k.shape == condition.shape; };
  if (!fits(a) || !fits(b)) return {};
  Known result{condition.shape, {}};
  for (std::size_t i = 0; i < condition.numbers.size(); ++i) {
    const Known& from = condition.numbers[i] != 0 ? a : b;
    result.numbers.push_back(from.numbers[from.numbers.size() == 1 ? 0 : i]);
  }
  return result;
}

Folded fold_cast(Operands& o) {
  Known result = o.at(0);
  const bool integral = is_integral(type_of(o.c.node.integer("to", 0)));
  for (double& number : result.numbers) number = integral ? static_cast<double>(whole(number)) : number;
  return result;
}

Folded fold_gather(Operands& o) {
  const Known &data = o.at(0), &indices = o.at(1);
  if (data.shape.size() != 1) return {};
  Known result{indices.shape, {}};
  for (const double index : indices.numbers)
    result.numbers.push_back(data.numbers[axis_of(whole(index), data.numbers.size())]);
  return result;
}

Folded fold_concat(Operands& o) {
  Known result{{0}, {}};
  for (std::size_t i = 0; i < o.inputs.size(); ++i) {
    const Known& part = o.at(i);
    if (part.shape.size() != 1 || result.numbers.size() + part.numbers.size() > most_folded) return {};
    result.numbers.insert(result.numbers.end(), part.numbers.begin(), part.numbers.end());
  }
  result.shape = {static_cast<std::int64_t>(result.numbers.size())};
  return result;
}

Folded fold_slice(Operands& o) {
  const Known& data = o.at(0);
  const Numbers starts = o.numbers("starts", 1), ends = o.numbers("ends", 2);
  if (data.shape.size() != 1 || starts.size() != 1 || ends.size() != 1) return {};
  const auto extent = static_cast<std::int64_t>(data.numbers.size());
  const std::int64_t step = o.has(4) && o.inputs[4].numbers.size() == 1 ? whole(o.inputs[4].numbers[0]) : 1;
  if (step == 0) throw GraphError("found step 0");
  const auto place = [&](double index, std::int64_t low, std::int64_t high) {
    const std::int64_t at = whole(index);
    return std::clamp(at < 0 ? at + extent : at, low, std::max(low, high));
  };
  Known result{{0}, {}};
  if (step > 0)
    for (std::int64_t i = place(starts[0], 0, extent); i < place(ends[0], 0, extent); i += std::min(step, extent))
      result.numbers.push_back(data.numbers[static_cast<std::size_t>(i)]);
  else if (extent > 0)
    for (std::int64_t i = place(starts[0], 0, extent - 1); i > place(ends[0], -1, extent - 1);
         i += std::max(step, -extent))
      result.numbers.push_back(data.numbers[static_cast<std::size_t>(i)]);
  result.shape = {static_cast<std::int64_t>(result.numbers.size())};
  return result;
}

Folded fold_range(Operands& o) {
  if (o.at(0).numbers.size() != 1 || o.at(1).numbers.size() != 1 || o.at(2).numbers.size() != 1) return {};
  const double start = o.at(0).numbers[0], limit = o.at(1).numbers[0], step = o.at(2).numbers[0];
  const double count = step == 0 ? -1 : std::ceil((limit - start) / step);
  if (!(count >= 0 && count <= static_cast<double>(most_folded))) return {};
  Known result{{static_cast<std::int64_t>(count)}, {}};
  for (double i = 0; i < count; ++i) result.numbers.push_back(start + i * step);
  return result;
}

Folded fold_filled(Operands& o) {
  Known result;
  double value = 0;
  if (const Attribute* found = o.c.node.attribute("value")) {
    const Numbers contents = numbers_of(parse_tensor(found->tensor), DataFolder(""));
    if (!contents.empty()) value = contents[0];
  }
  for (const double size : o.at(0).numbers) result.shape.push_back(whole(size));
  for (const std::int64_t size : result.shape)
    if (size < 0) throw GraphError("found a dimension of " + std::to_string(size));
  if (result.shape.size() > 32 || count_of(result.shape) > most_folded) return {};
  result.numbers.assign(count_of(result.shape), value);
  return result;
}

Folded fold_expand(Operands& o) {
  if (o.at(0).numbers.size() != 1) return {};
  Known result;
  for (const double size : o.at(1).numbers) result.shape.push_back(std::max<std::int64_t>(whole(size), 0));
  if (result.shape.size() > 32 || count_of(result.shape) > most_folded) return {};
  result.numbers.assign(count_of(result.shape), o.at(0).numbers[0]);
  return result;
}

Folded fold_product(Operands& o) {
  if (!is_list(o.at(0))) return {};
  double product = 1;
  for (const double number : o.at(0).numbers) product *= number;
  return Known{o.c.node.integer("keepdims", 1) != 0 ? Shape{1} : Shape{}, {product}};
}

struct FoldRow {
  const char* type;
  Folded (*fold)(Operands&);
};

constexpr FoldRow rows[] = {
    {"Add", fold_binary},         {"Sub", fold_binary},
    {"Mul", fold_binary},         {"Div", fold_binary},
    {"Mod", fold_binary},         {"Min", fold_binary},
    {"Max", fold_binary},         {"Equal", fold_binary},
    {"Less", fold_binary},        {"And", fold_binary},
    {"LessOrEqual", fold_binary}, {"Greater", fold_binary},
    {"Or", fold_binary},          {"GreaterOrEqual", fold_binary},
    {"Floor", fold_unary},        {"Ceil", fold_unary},
    {"Round", fold_unary},        {"Neg", fold_unary},
    {"Abs", fold_unary},          {"Sqrt", fold_unary},
    {"Not", fold_unary},          {"Cast", fold_cast},
    {"Where", fold_where},        {"Gather", fold_gather},
    {"Concat", fold_concat},      {"Slice", fold_slice},
    {"Range", fold_range},        {"Expand", fold_expand},
    {"ReduceProd", fold_product}, {"ConstantOfShape", fold_filled},
};

DataType result_type(const Call& c) {
  const std::string_view type = c.node.op_type;
  if (type == "Cast") return type_of(c.node.integer("to", 0));
  for (const char* known : {"Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Not"})
    if (type == known) return DataType::boolean;
  if (type == "ConstantOfShape") return filled_type(c.node);
  return c.draft.format_of(c.inputs[type == "Where" ? 1 : 0]).type;
}

Value known_shape(Call& c) {
  const Shape shape = c.shape(0);
  const auto rank = static_cast<std::int64_t>(shape.size());
  if (c.node.op_type == "Size")
    return c.draft.numbers(c.output, {}, DataType::int64, {static_cast<double>(count_of(shape))});
  const auto place = [&](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
  const std::int64_t start = place(c.node.integer("start", 0)), end = place(c.node.integer("end", rank));
  Numbers numbers;
  for (std::int64_t i = start; i < end; ++i) numbers.push_back(static_cast<double>(shape[static_cast<std::size_t>(i)]));
  const auto count = static_cast<std::int64_t>(numbers.size());
  return c.draft.numbers(c.output, {count}, DataType::int64, std::move(numbers));
}

}  // namespace

DataType filled_type(const Node& node) {
  const Attribute* value = node.attribute("value");
  return value == nullptr ? DataType::float32 : type_of(parse_tensor(value->tensor).type);
}

bool fold(Call& c) {
  if (c.node.op_type == "Shape" || c.node.op_type == "Size") {
    c.results = {known_shape(c)};
    return true;
  }
  const FoldRow* row =
      std::find_if(std::begin(rows), std::end(rows), [&](const FoldRow& r) { return r.type == c.node.op_type; });
  if (row == std::end(rows) || c.inputs.empty()) return false;
  Operands operands{c, {}};
  for (const Value& input : c.inputs) {
    operands.inputs.emplace_back();
    if (!input) continue;
    if (!c.draft.is_constant(input) || count_of(c.draft.shape_of(input)) > most_folded) return false;
    const Numbers* numbers = c.draft.contents(input);
    if (numbers == nullptr) return false;
    c.draft.spend(numbers->size());
    operands.inputs.back() = {c.draft.shape_of(input), *numbers};
  }
  Folded result = row->fold(operands);
  if (!result) return false;
  c.draft.spend(result->numbers.size());
  c.results = {c.draft.numbers(c.output, result->shape, result_type(c), std::move(result->numbers))};
  return true;
}

}  // namespace takt::onnx
