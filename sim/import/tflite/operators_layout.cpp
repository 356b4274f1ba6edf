// Operators that move, select or reduce: their shape operands resolved against the input's shape.
#include <algorithm>

#include "sim/graph/operands.h"
#include "sim/import/tflite/operators.h"

namespace takt::tflite {

using graph::GraphError;
using graph::Shape;

namespace {

const Shape& shape_of_input(const Conversion& c) { return graph::input_shape(c.graph, c.op, 0); }

void expect_count(const std::vector<std::int64_t>& values, std::size_t expected, const char* what) {
  if (values.size() != expected)
    throw GraphError("found " + std::to_string(values.size()) + " " + what + ", expected " + std::to_string(expected));
}

std::vector<std::int64_t> axes_of(const std::vector<std::int64_t>& values, std::size_t rank) {
  std::vector<std::int64_t> axes;
  for (const std::int64_t axis : values) axes.push_back(non_negative_axis(axis, rank));
  return axes;
}

std::int64_t one_axis(const Conversion& c, std::size_t input, std::size_t rank) {
  const std::vector<std::int64_t>& values = c.values(input);
  if (values.size() != 1) throw GraphError("found no constant axis in input " + std::to_string(input));
  return non_negative_axis(values[0], rank);
}

// Replaces one -1 by what the others leave of `total`.
void resolve_rest(std::vector<std::int64_t>& sizes, std::uint64_t total) {
  const auto rest = std::find(sizes.begin(), sizes.end(), -1);
  if (rest == sizes.end()) return;
  *rest = 1;
  const std::uint64_t others = graph::elements_of(sizes);
  if (total % others != 0)
    throw GraphError("found " + std::to_string(total) + " elements, expected a multiple of " + std::to_string(others));
  *rest = static_cast<std::int64_t>(total / others);
}

}  // namespace

void convert_reshape(Conversion& c) {
  c.op.size = c.values(1);
  const auto* options = c.source.builtin_options_as<schema::ReshapeOptions>();
  if (c.op.size.empty() && !graph::has_input(c.op, 1) && options != nullptr && options->new_shape() != nullptr &&
      options->new_shape()->size() <= 32)
    c.op.size.assign(options->new_shape()->begin(), options->new_shape()->end());
  if (!c.op.size.empty()) resolve_rest(c.op.size, graph::input(c.graph, c.op, 0).elements());
}

void convert_expand_dims(Conversion& c) {
  c.op.size = shape_of_input(c);
  const std::int64_t axis = one_axis(c, 1, c.op.size.size() + 1);
  c.op.size.insert(c.op.size.begin() + axis, 1);
}

void convert_squeeze(Conversion& c) {
  const auto* options = c.source.builtin_options_as<schema::SqueezeOptions>();
  if (options == nullptr || options->squeeze_dims() == nullptr || options->squeeze_dims()->size() > 32) return;
  const std::vector<std::int64_t> dims(options->squeeze_dims()->begin(), options->squeeze_dims()->end());
  c.op.axes = axes_of(dims, shape_of_input(c).size());
}

void convert_transpose(Conversion& c) { c.op.axes = axes_of(c.values(1), shape_of_input(c).size()); }

void convert_mean(Conversion& c) {
  c.op.axes = axes_of(c.values(1), shape_of_input(c).size());
  c.op.keep_dims = c.options<schema::ReducerOptions>().keep_dims();
}

void convert_concat(Conversion& c) {
  const auto& options = c.options<schema::ConcatenationOptions>();
  c.op.axis = static_cast<std::int32_t>(non_negative_axis(options.axis(), shape_of_input(c).size()));
  c.op.activation = activation_of(options.fused_activation_function());
}

void convert_split(Conversion& c) {
  expect_count({c.op.inputs.begin(), c.op.inputs.end()}, 2, "inputs");
  std::swap(c.op.inputs[0], c.op.inputs[1]);  // the file has the axis first
  c.op.axis = static_cast<std::int32_t>(one_axis(c, 1, shape_of_input(c).size()));
}

void convert_split_v(Conversion& c) {
  const Shape& x = shape_of_input(c);
  c.op.axis = static_cast<std::int32_t>(one_axis(c, 2, x.size()));
  c.op.size = c.values(1);
  if (c.op.size.empty()) throw GraphError("found no constant sizes in input 1");
  const auto rest = std::find(c.op.size.begin(), c.op.size.end(), -1);
  if (rest == c.op.size.end()) return;
  std::int64_t others = 0;
  for (const std::int64_t size : c.op.size) others += std::clamp<std::int64_t>(size, 0, std::int64_t{1} << 40);
  *rest = x[static_cast<std::size_t>(c.op.axis)] - others;
}

void convert_slice(Conversion& c) {
  const Shape& x = shape_of_input(c);
  const std::vector<std::int64_t>&begin = c.values(1), &size = c.values(2);
  if (begin.empty() || size.empty()) return;  // known only at run time
  expect_count(begin, x.size(), "starts");
  expect_count(size, x.size(), "sizes");
  c.op.begin = begin;
  c.op.size = size;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (size[i] == -1) c.op.size[i] = begin[i] < 0 ? 0 : x[i] - begin[i];  // -1: all that follow
}

namespace {

bool bit(std::int32_t mask, std::size_t index) { return (static_cast<std::uint32_t>(mask) >> index & 1U) != 0; }

struct Range {
  std::int64_t begin, size, step;
};

// One dimension of a strided slice, with TensorFlow's meaning of masks and of negative and excessive indices
// (tf.strided_slice).
Range range_of(const schema::StridedSliceOptions& options, std::size_t i, std::int64_t extent, std::int64_t begin,
               std::int64_t end, std::int64_t step) {
  if (step == 0) throw GraphError("found step 0 in dimension " + std::to_string(i));
  step = std::clamp(step, -extent - 1, extent + 1);  // a longer step takes one element, too
  const bool forward = step > 0;
  const std::int64_t low = forward ? 0 : -1, high = forward ? extent : extent - 1;
  if (options.offset()) end = std::clamp(end, -extent, extent) + std::clamp(begin, -extent, extent);
  const auto place = [&](std::int64_t index) { return std::clamp(index < 0 ? index + extent : index, low, high); };
  std::int64_t first = bit(options.begin_mask(), i) ? (forward ? 0 : extent - 1) : place(begin);
  const std::int64_t last = bit(options.end_mask(), i) ? (forward ? extent : -1) : place(end);
  if (bit(options.shrink_axis_mask(), i)) {
    first = begin < 0 ? begin + extent : begin;
    return {first, 1, 1};
  }
  const std::int64_t distance = forward ? last - first : first - last;
  const std::int64_t stride = forward ? step : -step;
  return {first, distance <= 0 ? 0 : (distance + stride - 1) / stride, step};
}

}  // namespace

void convert_strided_slice(Conversion& c) {
  const auto& options = c.options<schema::StridedSliceOptions>();
  const Shape& x = shape_of_input(c);
  const std::vector<std::int64_t>&begin = c.values(1), &end = c.values(2), &step = c.values(3);
  if (begin.empty() || end.empty() || step.empty()) return;                  // known only at run time
  if (options.ellipsis_mask() != 0 || options.new_axis_mask() != 0) return;  // the stored shape stands
  if (begin.size() > x.size()) throw GraphError("found more starts than the input has dimensions");
  expect_count(end, begin.size(), "ends");
  expect_count(step, begin.size(), "steps");
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Range range = i < begin.size() ? range_of(options, i, x[i], begin[i], end[i], step[i]) : Range{0, x[i], 1};
    c.op.begin.push_back(range.begin);
    c.op.size.push_back(range.size);
    c.op.step.push_back(range.step);
    if (i < begin.size() && bit(options.shrink_axis_mask(), i)) c.op.axes.push_back(static_cast<std::int64_t>(i));
  }
}

void convert_pad(Conversion& c) {
  const std::vector<std::int64_t>& paddings = c.values(1);
  if (paddings.empty()) return;  // known only at run time
  expect_count(paddings, 2 * shape_of_input(c).size(), "paddings");
  for (std::size_t i = 0; i < paddings.size(); i += 2) {
    c.op.begin.push_back(paddings[i]);
    c.op.end.push_back(paddings[i + 1]);
  }
}

void convert_arg_max(Conversion& c) { c.op.axis = static_cast<std::int32_t>(one_axis(c, 1, shape_of_input(c).size())); }

}  // namespace takt::tflite
