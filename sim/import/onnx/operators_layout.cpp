// Operators that move, select or reduce. Dimension numbers are the file's; stored ones follow from the order.
#include <algorithm>

#include "sim/graph/describe.h"
#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using graph::TensorId;

namespace {

using Integers = std::vector<std::int64_t>;

void expect_count(const Integers& values, std::size_t expected, const char* what) {
  if (values.size() != expected)
    throw GraphError("found " + std::to_string(values.size()) + " " + what + ", expected " + std::to_string(expected));
}

void reshape(Call& c, const Shape& shape) { c.results = {c.draft.reshaped(c.output, c.need(0), shape)}; }

std::int64_t product(Shape::const_iterator from, Shape::const_iterator to) {
  return static_cast<std::int64_t>(count_of(Shape(from, to)));
}

// 0 copies a dimension, one -1 takes what the others leave.
Shape resolved(Integers sizes, const Shape& from, bool zero_is_zero) {
  std::ptrdiff_t rest = -1;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    if (sizes[i] == 0 && !zero_is_zero) {
      if (i >= from.size())
        throw GraphError("found 0 for dimension " + std::to_string(i) + " of " + graph::to_text(from));
      sizes[i] = from[i];
    }
    if (sizes[i] == -1 && rest < 0) rest = static_cast<std::ptrdiff_t>(i);
  }
  if (rest < 0) return sizes;
  sizes[static_cast<std::size_t>(rest)] = 1;
  const std::uint64_t total = count_of(from), others = graph::elements_of(sizes);
  if (total % others != 0)
    throw GraphError("found " + std::to_string(total) + " elements, expected a multiple of " + std::to_string(others));
  sizes[static_cast<std::size_t>(rest)] = static_cast<std::int64_t>(total / others);
  return sizes;
}

// One dimension of a Slice: ONNX clamps both ends into the dimension.
struct Range {
  std::int64_t begin, size;
};

Range range_of(std::int64_t extent, std::int64_t begin, std::int64_t end, std::int64_t step) {
  if (step == 0) throw GraphError("found step 0");
  const bool forward = step > 0;
  const auto place = [&](std::int64_t index, std::int64_t low, std::int64_t high) {
    return std::clamp(index < 0 ? index + extent : index, low, high);
  };
  const std::int64_t first = forward ? place(begin, 0, extent) : place(begin, 0, extent - 1);
  const std::int64_t last = forward ? place(end, 0, extent) : place(end, -1, extent - 1);
  const std::int64_t distance = forward ? last - first : first - last;
  const std::int64_t stride = forward ? step : -step;
  return {first, distance <= 0 ? 0 : (distance - 1) / stride + 1};
}

void block_move(Call& c, OpKind kind) {
  const std::int64_t block = c.node.integer("blocksize", 0);
  if (c.shape(0).size() != 4) throw GraphError("found shape " + graph::to_text(c.shape(0)) + ", expected 4 dimensions");
  if (c.node.text("mode", "DCR") != "DCR") c.beyond = "its order of elements";
  Op op = c.op(kind);
  op.block = static_cast<std::int32_t>(std::clamp<std::int64_t>(block, 0, 1 << 20));
  op.inputs = {c.stored(0, channels_last(4))};
  c.make(std::move(op), channels_last(4));
}

// The order of what is left when dimensions go: their numbers close up.
Order without(const Order& order, const std::vector<bool>& dropped) {
  Order place(order.size(), 0), result;
  for (std::size_t i = 1; i < place.size(); ++i) place[i] = place[i - 1] + (dropped[i - 1] ? 0 : 1);
  for (const std::size_t i : order)
    if (!dropped[i]) result.push_back(place[i]);
  return result;
}

void mean_over(Call& c, const std::vector<bool>& reduced, bool keep) {
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(OpKind::mean);
  op.keep_dims = keep;
  for (std::size_t i = 0; i < order.size(); ++i)
    if (reduced[order[i]]) op.axes.push_back(static_cast<std::int64_t>(i));
  op.inputs = {c.stored(0, order)};
  if (op.axes.empty()) return convert_alias(c);
  c.make(std::move(op), keep ? order : without(order, reduced));
}

// What a Pad puts around its operand, where answers are wanted and it is not what means zero.
TensorId padding_of(Call& c) {
  double number = 0;
  if (!c.draft.with_contents() || (c.dequantized && c.format.scale.size() != 1)) return graph::no_tensor;
  if (const Attribute* value = c.node.attribute("value")) number = value->f;
  if (c.has(2)) {
    const std::vector<double>* contents = c.draft.contents(c.inputs[2]);
    if (contents == nullptr || contents->size() != 1) {
      c.beyond = "padding known only at run time";
      return graph::no_tensor;
    }
    number = contents->front();
  }
  if (c.dequantized && number == 0) return graph::no_tensor;
  const graph::Contents bytes =
      c.dequantized ? quantized_contents(contents_of(graph::DataType::float32, {number}), {1}, c.format, 0)
                    : contents_of(c.format.type, {number});
  return c.draft.tensor(c.draft.constant(c.name + ".padding", {1}, c.format, bytes), {0});
}

// A Slice that takes size[i] elements of each dimension i from begin[i] by step[i]; dimensions in `dropped` go.
void slice(Call& c, const Shape& begin, const Shape& size, const Shape& step, std::ptrdiff_t dropped = -1) {
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(OpKind::slice);
  op.begin = permuted(begin, order);
  op.size = permuted(size, order);
  if (std::any_of(step.begin(), step.end(), [](std::int64_t s) { return s != 1; })) op.step = permuted(step, order);
  op.inputs = {c.stored(0, order)};
  if (dropped < 0) return c.make(std::move(op), order);
  std::vector<bool> gone(order.size(), false);
  gone[static_cast<std::size_t>(dropped)] = true;
  op.axes = {static_cast<std::int64_t>(inverse(order)[static_cast<std::size_t>(dropped)])};
  c.make(std::move(op), without(order, gone));
}

}  // namespace

void convert_alias(Call& c) { c.results = {c.need(0)}; }

void convert_transpose(Call& c) {
  const std::size_t rank = c.shape(0).size();
  Order order;
  for (const std::int64_t axis : c.node.integers("perm")) order.push_back(axis_of(axis, rank));
  if (order.empty())
    for (std::size_t i = rank; i > 0; --i) order.push_back(i - 1);
  Order sorted = order;
  std::sort(sorted.begin(), sorted.end());
  if (sorted != identity(rank))
    throw GraphError("found a perm that is no order of " + std::to_string(rank) + " dimensions");
  c.results = {c.draft.transposed(c.need(0), order)};
}

void convert_reshape(Call& c) {
  if (!c.known(1))  // what the file states of the result stands
    if (const std::optional<Shape> stated = c.names.stated_shape(c.node.outputs[0])) return reshape(c, *stated);
  const std::optional<Integers> sizes = c.integers(1);
  if (!sizes) throw GraphError("found no input 1");
  if (sizes->size() > 32) throw GraphError("found " + std::to_string(sizes->size()) + " dimensions");
  reshape(c, resolved(*sizes, c.shape(0), c.node.integer("allowzero", 0) != 0));
}

void convert_flatten(Call& c) {
  const Shape shape = c.shape(0);
  const std::int64_t axis = c.node.integer("axis", 1);
  const std::size_t at = axis == static_cast<std::int64_t>(shape.size()) ? shape.size() : axis_of(axis, shape.size());
  const auto middle = shape.begin() + static_cast<std::ptrdiff_t>(at);
  reshape(c, {product(shape.begin(), middle), product(middle, shape.end())});
}

void convert_squeeze(Call& c) {
  const Shape from = c.shape(0);
  const std::optional<Integers> axes = c.integers("axes", 1);
  std::vector<bool> dropped(from.size(), false);
  for (std::size_t i = 0; i < from.size() && !axes; ++i) dropped[i] = from[i] == 1;
  if (axes)
    for (const std::int64_t axis : *axes) dropped[axis_of(axis, from.size())] = true;
  Shape shape;
  for (std::size_t i = 0; i < from.size(); ++i)
    if (!dropped[i]) shape.push_back(from[i]);
  reshape(c, shape);
}

void convert_unsqueeze(Call& c) {
  const Shape from = c.shape(0);
  const std::optional<Integers> axes = c.integers("axes", 1);
  if (!axes) throw GraphError("found no axes");
  if (axes->size() > 32) throw GraphError("found " + std::to_string(axes->size()) + " axes");
  std::vector<bool> added(from.size() + axes->size(), false);
  for (const std::int64_t axis : *axes) added[axis_of(axis, added.size())] = true;
  if (std::count(added.begin(), added.end(), true) != static_cast<std::ptrdiff_t>(axes->size()))
    throw GraphError("found an axis twice");
  Shape shape;
  std::size_t next = 0;
  for (const bool one : added) shape.push_back(one ? 1 : from[next++]);
  reshape(c, shape);
}

void convert_concat(Call& c) {
  std::vector<Value> parts;
  for (const Value& input : c.inputs)  // empty ones add nothing
    if (input && count_of(c.draft.shape_of(input)) != 0) parts.push_back(input);
  if (parts.empty()) throw GraphError("found no input with elements");
  Order order = c.draft.order_of(parts[0]);
  for (const Value& part : parts) {
    if (c.draft.shape_of(part).size() != order.size())
      throw GraphError("found inputs of " + std::to_string(order.size()) + " and " +
                       std::to_string(c.draft.shape_of(part).size()) + " dimensions");
    if (c.draft.is_constant(part)) continue;
    order = c.draft.order_of(part);
    break;
  }
  for (const Value& part : parts)
    if (c.draft.shape_of(part).size() != order.size()) throw GraphError("found inputs of different ranks");
  Op op = c.op(OpKind::concat);
  if (c.node.attribute("axis") == nullptr) throw GraphError("found no axis");
  op.axis = static_cast<std::int32_t>(inverse(order)[axis_of(c.node.integer("axis", 0), order.size())]);
  for (const Value& part : parts) op.inputs.push_back(c.draft.tensor(part, order));
  c.make(std::move(op), order);
}

void convert_split(Call& c) {
  const Shape x = c.shape(0);
  const std::size_t axis = axis_of(c.node.integer("axis", 0), x.size());
  const auto parts = static_cast<std::int64_t>(c.node.outputs.size());
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(OpKind::split);
  op.axis = static_cast<std::int32_t>(inverse(order)[axis]);
  if (const auto sizes = c.integers("split", 1); sizes && !sizes->empty()) {
    op.size = *sizes;
  } else if (parts > 0) {  // equal parts, the last one smaller where they do not fit
    const std::int64_t part = (x[axis] + parts - 1) / parts;
    op.size.assign(static_cast<std::size_t>(parts), part);
    op.size.back() = x[axis] - part * (parts - 1);
  }
  op.inputs = {c.stored(0, order)};
  std::vector<Output> outputs;
  for (const std::string_view name : c.node.outputs)
    outputs.push_back({std::string(name.substr(0, 256)), order, c.format, c.dequantized});
  c.results = c.draft.emit(std::move(op), outputs);
}

void convert_slice(Call& c) {
  for (std::size_t i = 1; i < c.inputs.size(); ++i)
    if (!c.known(i)) return convert_custom(c);
  const Shape x = c.shape(0);
  const std::optional<Integers> starts = c.integers("starts", 1), ends = c.integers("ends", 2);
  if (!starts || !ends) throw GraphError("found no starts and ends");
  const std::optional<Integers> given_axes = c.integers("axes", 3);
  Integers axes = given_axes.value_or(Integers{}), steps = c.integers(4).value_or(Integers{});
  for (std::size_t i = axes.size(); i < starts->size() && !given_axes; ++i)
    axes.push_back(static_cast<std::int64_t>(i));
  if (steps.empty()) steps.assign(starts->size(), 1);
  expect_count(*ends, starts->size(), "ends");
  expect_count(axes, starts->size(), "axes");
  expect_count(steps, starts->size(), "steps");
  Shape begin(x.size(), 0), size = x, step(x.size(), 1);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = axis_of(axes[i], x.size());
    step[axis] = std::clamp<std::int64_t>(steps[i], -x[axis], x[axis]);  // a longer step takes one element, too
    const Range range = range_of(x[axis], (*starts)[i], (*ends)[i], step[axis]);
    begin[axis] = range.begin;
    size[axis] = range.size;
  }
  if (size == x && step == Shape(x.size(), 1)) return convert_alias(c);
  slice(c, begin, size, step);
}

// With one constant index: a slice. Rows of a table (embeddings) are looked up by the CPU.
void convert_gather(Call& c) {
  const Shape x = c.shape(0);
  const std::vector<double>* index = c.draft.contents(c.need(1));
  const bool one = index != nullptr && index->size() == 1 && c.shape(1).size() < 2;
  if (x.empty() || !one || c.draft.is_constant(c.need(0))) return convert_custom(c);
  const std::size_t axis = axis_of(c.node.integer("axis", 0), x.size());
  const std::int64_t at = static_cast<std::int64_t>(axis_of(whole((*index)[0]), static_cast<std::size_t>(x[axis])));
  Shape begin(x.size(), 0), size = x;
  begin[axis] = at;
  size[axis] = 1;
  slice(c, begin, size, Shape(x.size(), 1), c.shape(1).empty() ? static_cast<std::ptrdiff_t>(axis) : -1);
}

void convert_pad(Call& c) {
  const Shape x = c.shape(0);
  if (!c.known(1) || !c.known(3)) return convert_custom(c);
  const std::optional<Integers> pads = c.integers("pads", 1);
  if (!pads) throw GraphError("found no pads");
  Integers axes = c.integers(3).value_or(Integers{});
  for (std::size_t i = 0; i < x.size() && !c.has(3); ++i) axes.push_back(static_cast<std::int64_t>(i));
  expect_count(*pads, 2 * axes.size(), "pads");
  if (std::all_of(pads->begin(), pads->end(), [](std::int64_t p) { return p == 0; })) return convert_alias(c);
  if (std::any_of(pads->begin(), pads->end(), [](std::int64_t p) { return p < 0; })) return convert_custom(c);
  Shape before(x.size(), 0), after(x.size(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i) {
    const std::size_t axis = axis_of(axes[i], x.size());
    before[axis] = (*pads)[i];
    after[axis] = (*pads)[axes.size() + i];
  }
  if (c.node.text("mode", "constant") != "constant") c.beyond = "padding by its own elements";
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(OpKind::pad);
  op.begin = permuted(before, order);
  op.end = permuted(after, order);
  op.inputs = {c.stored(0, order)};
  if (const TensorId value = padding_of(c); value != graph::no_tensor) {
    op.inputs.resize(3, graph::no_tensor);
    op.inputs[2] = value;
  }
  c.make(std::move(op), order);
}

// To the shape it has: nothing.
void convert_expand(Call& c) {
  if (!c.known(1)) return convert_custom(c);
  const std::optional<Integers> sizes = c.integers(1);
  const Shape x = c.shape(0);
  bool same = sizes && sizes->size() <= x.size();
  for (std::size_t i = 0; same && i < sizes->size(); ++i) {
    const std::int64_t size = (*sizes)[sizes->size() - 1 - i];
    same = size == 1 || size == x[x.size() - 1 - i];
  }
  same ? convert_alias(c) : convert_custom(c);
}

void convert_mean(Call& c) {
  const std::size_t rank = c.shape(0).size();
  const std::optional<Integers> axes = c.integers("axes", 1);
  const bool none = !axes || axes->empty();
  if (none && c.node.integer("noop_with_empty_axes", 0) != 0) return convert_alias(c);
  std::vector<bool> reduced(rank, none);
  if (axes)
    for (const std::int64_t axis : *axes) reduced[axis_of(axis, rank)] = true;
  mean_over(c, reduced, c.node.integer("keepdims", 1) != 0);
}

void convert_global_average_pool(Call& c) {
  const std::size_t rank = c.shape(0).size();
  if (rank < 3) throw GraphError("found shape " + graph::to_text(c.shape(0)) + ", expected at least 3 dimensions");
  std::vector<bool> reduced(rank, true);
  reduced[0] = reduced[1] = false;
  mean_over(c, reduced, true);
}

void convert_arg_max(Call& c) {
  const Shape x = c.shape(0);
  const std::size_t axis = axis_of(c.node.integer("axis", 0), x.size());
  const Order order = c.draft.order_of(c.need(0));
  Op op = c.op(OpKind::arg_max);
  op.axis = static_cast<std::int32_t>(inverse(order)[axis]);
  op.inputs = {c.stored(0, order)};
  c.format = {graph::DataType::int64, {}, {}};
  c.dequantized = false;
  std::vector<bool> dropped(x.size(), false);
  dropped[axis] = true;
  Value result = c.made(std::move(op), without(order, dropped));
  Shape shape = x;
  shape[axis] = 1;
  if (c.node.integer("keepdims", 1) != 0) result = c.draft.reshaped(c.name, result, shape);
  c.results = {result};
}

void convert_depth_to_space(Call& c) { block_move(c, OpKind::depth_to_space); }
void convert_space_to_depth(Call& c) { block_move(c, OpKind::space_to_depth); }

}  // namespace takt::onnx
