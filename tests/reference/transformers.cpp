// What transformers have beside products: norms after their definition in docs/decisions.md, GELU after
// reference/gelu.h and LUTPopulate of common.h, rows of tables after gather.cc.
#include <cmath>
#include <cstring>

#include "tests/reference/fixed_point.h"
#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::OpKind;
using graph::Shape;
using graph::Tensor;

namespace {

std::vector<float> dequantized(const Node& node, std::size_t index) {
  std::vector<float> values;
  if (!node.has_input(index)) return values;
  const Array& array = node.array(index);
  if (array.type == DataType::float32) {
    values.resize(array.bytes.size() / sizeof(float));
    std::memcpy(values.data(), array.bytes.data(), array.bytes.size());
    return values;
  }
  const float scale = scale_of(node, node.input(index));
  for (const std::int32_t x : node.centered(index)) values.push_back(scale * static_cast<float>(x));
  return values;
}

std::int32_t quantized(const Node& node, float y) {
  const Range range = range_of(node, node.output().type);
  const double rounded = std::round(y / scale_of(node, node.output())) + static_cast<double>(zero_of(node.output()));
  return static_cast<std::int32_t>(std::fmin(std::fmax(rounded, range.low), range.high));
}

// The elements of a norm, as indices.
using Members = std::vector<std::size_t>;

std::vector<Members> norms_of(const Node& node) {
  const Shape& shape = node.input(0).shape;
  const std::size_t channels = static_cast<std::size_t>(shape.back()), all = graph::elements_of(shape);
  const bool in_groups = node.op.kind == OpKind::group_norm;
  const std::size_t groups = in_groups ? static_cast<std::size_t>(node.op.groups) : 1;
  const std::size_t image = in_groups ? all / static_cast<std::size_t>(shape[0]) : channels;
  std::vector<Members> norms(all / image * groups);
  for (std::size_t i = 0; i < all; ++i) norms[i / image * groups + i % channels * groups / channels].push_back(i);
  return norms;
}

struct Moments {
  float mean, variance;
};

Moments moments_of(const Numbers& x, const Members& members, bool centered) {
  __int128 sum = 0, squares = 0;
  for (const std::size_t i : members) sum += x[i], squares += std::int64_t{x[i]} * x[i];
  const __int128 n = static_cast<__int128>(members.size());
  if (!centered) return {0, static_cast<float>(static_cast<double>(squares) / static_cast<double>(n))};
  return {static_cast<float>(static_cast<double>(sum) / static_cast<double>(n)),
          static_cast<float>(static_cast<double>(n * squares - sum * sum) / static_cast<double>(n * n))};
}

float normal_distribution(float x) {
  const float argument = x * static_cast<float>(-M_SQRT1_2);
  return static_cast<float>(std::erfc(static_cast<long double>(argument)));
}

float gelu_of(float x, bool approximate) {
  if (!approximate) return 0.5F * x * normal_distribution(x);
  const auto root = static_cast<float>(M_2_SQRTPI * M_SQRT1_2);
  const float argument = root * (x + 0.044715F * x * x * x);
  return 0.5F * x * (1.0F + static_cast<float>(std::tanh(static_cast<long double>(argument))));
}

}  // namespace

Results norm(const Node& node) {
  node.expect_same_type(true);
  const Numbers x = node.centered(0);
  const std::vector<float> gains = dequantized(node, 1), offsets = dequantized(node, 2);
  const bool centered = node.op.kind == OpKind::group_norm || node.op.centered;
  const float scale = scale_of(node, node.input(0));
  const std::size_t channels = static_cast<std::size_t>(node.input(0).shape.back());
  Numbers result(x.size());
  for (const Members& members : norms_of(node)) {
    const Moments moments = moments_of(x, members, centered);
    const float squared = scale * scale;
    const float variance = squared * moments.variance;
    const float factor = scale / std::sqrt(variance + node.op.epsilon);
    for (const std::size_t i : members) {
      float y = static_cast<float>(x[i]) - moments.mean;
      y *= factor;
      if (!gains.empty()) y *= gains[i % channels];
      if (!offsets.empty()) y += offsets[i % channels];
      result[i] = quantized(node, y);
    }
  }
  return {array_of(node.output(), result)};
}

Results gelu(const Node& node) {
  node.expect_same_type(true);
  const float in = scale_of(node, node.input(0)), per_unit = 1 / scale_of(node, node.output());
  const Range range = range_of(node, node.output().type);
  Numbers result;
  for (const std::int32_t x : node.centered(0)) {
    const float rescaled = std::round(gelu_of(in * static_cast<float>(x), node.op.approximate) * per_unit);
    const auto code = static_cast<std::int32_t>(rescaled + static_cast<float>(zero_of(node.output())));
    result.push_back(clamped(code, range));
  }
  return {array_of(node.output(), result)};
}

namespace {

// A narrower table's rows behind a quantize (reference/requantize.h).
Results gather_requantized(const Node& node) {
  const Numbers table = node.centered(0);
  const std::size_t rows = static_cast<std::size_t>(node.input(0).shape[0]), length = table.size() / rows;
  const double ratio = static_cast<double>(scale_of(node, node.input(0))) / scale_of(node, node.output());
  const Multiplier factor = quantize_multiplier(ratio);
  const Range range = range_of(node, node.output().type);
  Numbers result;
  for (const std::int32_t row : node.numbers(1))
    for (std::size_t i = 0; i < length; ++i) {
      const std::int32_t code = table.at(static_cast<std::size_t>(row) * length + i);
      result.push_back(clamped(multiply(code, factor) + zero_of(node.output()), range));
    }
  return {array_of(node.output(), result)};
}

}  // namespace

Results gather(const Node& node) {
  if (node.input(0).type != node.output().type) return gather_requantized(node);
  const Array& table = node.array(0);
  const std::size_t rows = static_cast<std::size_t>(node.input(0).shape[0]), length = table.bytes.size() / rows;
  std::vector<std::uint8_t> bytes;
  for (const std::int32_t row : node.numbers(1)) {
    if (row < 0 || static_cast<std::size_t>(row) >= rows) node.unsupported("row " + std::to_string(row));
    const auto begin = table.bytes.begin() + row * static_cast<std::ptrdiff_t>(length);
    bytes.insert(bytes.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
  }
  return {{node.output().type, node.output().shape, bytes}};
}

}  // namespace takt::reference
