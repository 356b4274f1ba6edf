// resize_bilinear.h (ResizeBilinearInteger for int8 and int16, float for uint8, as resize_bilinear.cc chooses for its
// reference kernels) and resize_nearest_neighbor.h.
#include <algorithm>
#include <cmath>

#include "tests/reference/node.h"

namespace takt::reference {

using graph::DataType;
using graph::Shape;

namespace {

// Where an output row or column lies between two of the input; `place` in whole units for float, in 2^-10 for integers.
template <typename Number>
struct Position {
  Number place;
  std::int32_t low, high;
};

std::int32_t as_int(std::int64_t x) { return static_cast<std::int32_t>(x); }

Position<float> float_position(const graph::Op& op, std::int32_t at, std::int32_t in, std::int32_t out) {
  float scale = static_cast<float>(in) / static_cast<float>(out);
  if (op.align_corners && out > 1) scale = static_cast<float>(in - 1) / static_cast<float>(out - 1);
  const auto x = static_cast<float>(at);
  const float place = op.half_pixel_centers ? (x + 0.5F) * scale - 0.5F : x * scale;
  return {place, std::max(static_cast<std::int32_t>(std::floor(place)), 0),
          std::min(static_cast<std::int32_t>(std::ceil(place)), in - 1)};
}

Position<std::int32_t> integer_position(const graph::Op& op, std::int32_t at, std::int32_t in, std::int32_t out) {
  constexpr std::int32_t unit = 1 << 10;
  std::int32_t scale = (unit * in + out / 2) / out;
  if (op.align_corners && out > 1) scale = (unit * (in - 1) + (out - 1) / 2) / (out - 1);
  const std::int32_t place = op.half_pixel_centers ? at * scale + scale / 2 - unit / 2 : at * scale;
  // A rounded scale may lead past the last one; the kernel reads what lies there, this the last one.
  return {place, std::clamp(place / unit, 0, in - 1), std::min((place + unit - 1) / unit, in - 1)};
}

struct Corners {
  std::int32_t low_low, high_low, low_high, high_high;  // row, column
};

std::int32_t blended(const Corners& v, const Position<float>& y, const Position<float>& x) {
  const float dy = y.place - static_cast<float>(y.low), dx = x.place - static_cast<float>(x.low);
  return static_cast<std::int32_t>(
      static_cast<float>(v.low_low) * (1 - dy) * (1 - dx) + static_cast<float>(v.high_low) * dy * (1 - dx) +
      static_cast<float>(v.low_high) * (1 - dy) * dx + static_cast<float>(v.high_high) * dy * dx + 0.5F);
}

std::int32_t blended(const Corners& v, const Position<std::int32_t>& y, const Position<std::int32_t>& x) {
  constexpr std::int64_t unit = 1 << 10, half = 1 << 19;
  const std::int64_t dy = y.place - unit * y.low, dx = x.place - unit * x.low;
  const std::int64_t sum = v.low_low * (unit - dy) * (unit - dx) + v.high_low * dy * (unit - dx) +
                           v.low_high * (unit - dy) * dx + v.high_high * dy * dx;
  return as_int((sum + (sum > 0 ? half : -half)) / (1 << 20));
}

template <typename PositionOf>
Results interpolated(const Node& node, const PositionOf& position) {
  const Shape &in = node.input(0).shape, &out = node.output().shape;
  const Numbers numbers = node.numbers(0);
  Numbers result;
  for (std::int64_t b = 0; b < out[0]; ++b)
    for (std::int64_t row = 0; row < out[1]; ++row)
      for (std::int64_t column = 0; column < out[2]; ++column) {
        const auto y = position(node.op, as_int(row), as_int(in[1]), as_int(out[1]));
        const auto x = position(node.op, as_int(column), as_int(in[2]), as_int(out[2]));
        for (std::int64_t c = 0; c < out[3]; ++c) {
          const auto value = [&](std::int64_t i, std::int64_t k) {
            return numbers[static_cast<std::size_t>(((b * in[1] + i) * in[2] + k) * in[3] + c)];
          };
          const Corners corners{value(y.low, x.low), value(y.high, x.low), value(y.low, x.high), value(y.high, x.high)};
          result.push_back(blended(corners, y, x));
        }
      }
  return {array_of(node.output(), result)};
}

std::int32_t nearest(const graph::Op& op, std::int32_t at, std::int32_t in, std::int32_t out) {
  const float scale = op.align_corners && out > 1 ? static_cast<float>(in - 1) / static_cast<float>(out - 1)
                                                  : static_cast<float>(in) / static_cast<float>(out);
  const float place = (static_cast<float>(at) + (op.half_pixel_centers ? 0.5F : 0.0F)) * scale;
  const float whole = op.align_corners ? std::round(place) : std::floor(place);
  return std::max(std::min(static_cast<std::int32_t>(whole), in - 1), 0);
}

}  // namespace

Results resize_bilinear(const Node& node) {
  node.expect_same_type(true);
  return node.input(0).type == DataType::uint8 ? interpolated(node, float_position)
                                               : interpolated(node, integer_position);
}

Results resize_nearest(const Node& node) {
  node.expect_same_type(true);
  const Shape &in = node.input(0).shape, &out = node.output().shape;
  const Numbers numbers = node.numbers(0);
  Numbers result;
  for (std::int64_t b = 0; b < out[0]; ++b)
    for (std::int64_t row = 0; row < out[1]; ++row)
      for (std::int64_t column = 0; column < out[2]; ++column)
        for (std::int64_t c = 0; c < out[3]; ++c) {
          const std::int64_t y = nearest(node.op, as_int(row), as_int(in[1]), as_int(out[1]));
          const std::int64_t x = nearest(node.op, as_int(column), as_int(in[2]), as_int(out[2]));
          result.push_back(numbers[static_cast<std::size_t>(((b * in[1] + y) * in[2] + x) * in[3] + c)]);
        }
  return {array_of(node.output(), result)};
}

}  // namespace takt::reference
