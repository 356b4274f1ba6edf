// Resizes of images. Which elements the nearest ones are is worked out here, where answers are wanted.
#include <algorithm>
#include <cmath>

#include "sim/import/onnx/operators.h"

namespace takt::onnx {

using graph::GraphError;
using graph::Op;
using graph::OpKind;
using graph::Shape;

namespace {

constexpr std::int64_t most_places = 1 << 20;  // rows or columns of an image

using Integers = std::vector<std::int64_t>;

// Where an element of a resized dimension lies in the input, in single precision as ONNX Runtime has it.
std::optional<float> place_of(std::string_view mode, std::int64_t at, std::int64_t in, std::int64_t out, float scale) {
  const auto position = static_cast<float>(at);
  if (mode == "asymmetric") return position / scale;
  if (mode == "align_corners")
    return out == 1 ? 0.0F : position * static_cast<float>(in - 1) / static_cast<float>(out - 1);
  if (mode == "half_pixel" || (mode == "pytorch_half_pixel" && out > 1)) return (position + 0.5F) / scale - 0.5F;
  if (mode == "pytorch_half_pixel") return 0.0F;
  return std::nullopt;
}

// What single precision leaves beside a half counts as the half.
std::optional<float> nearest_of(std::string_view mode, float place) {
  constexpr float close = 1e-5F;
  const float low = std::floor(place);
  const bool half = std::fabs(place - low - 0.5F) < close;
  if (mode == "floor") return low;
  if (mode == "ceil") return std::ceil(place);
  if (mode == "round_prefer_ceil") return half ? low + 1 : std::round(place);
  if (mode == "round_prefer_floor") return half ? low : std::round(place);
  return std::nullopt;
}

// The element of so many that is nearest; the first for what is no number.
std::int64_t within(float place, std::int64_t in) {
  if (!(place > 0)) return 0;
  return place < static_cast<float>(in - 1) ? static_cast<std::int64_t>(place) : in - 1;
}

// Which element of the input each of the output shows; empty where the modes are none of these.
Integers nearest_places(const Call& c, std::int64_t in, std::int64_t out, float scale) {
  const bool old = c.opset < 11;
  const std::string_view mode = old ? "asymmetric" : c.node.text("coordinate_transformation_mode", "half_pixel");
  const std::string_view rounding = old ? "floor" : c.node.text("nearest_mode", "round_prefer_floor");
  if (out > most_places)
    throw GraphError("found " + std::to_string(out) + " elements along a dimension, expected at most " +
                     std::to_string(most_places));
  Integers places;
  for (std::int64_t at = 0; at < out; ++at) {
    const std::optional<float> place = in == out ? static_cast<float>(at) : place_of(mode, at, in, out, scale);
    const std::optional<float> nearest = place ? nearest_of(rounding, *place) : std::nullopt;
    if (!nearest) return {};
    places.push_back(within(*nearest, in));
  }
  return places;
}

// Which positions agree where elements between are interpolated; false where the modes are none of these.
bool align_linear(const Call& c, const std::vector<float>& scales, const Shape& in, Op& op) {
  const bool old = c.opset < 11;
  const std::string_view mode = old ? "asymmetric" : c.node.text("coordinate_transformation_mode", "half_pixel");
  const bool pytorch = mode == "pytorch_half_pixel";
  op.align_corners = mode == "align_corners";
  op.half_pixel_centers = mode == "half_pixel" || pytorch;
  for (std::size_t i = 2; i < 4; ++i) {
    const auto extent = static_cast<float>(op.size[i - 2]);
    if (!scales.empty() && scales[i] != extent / static_cast<float>(in[i])) return false;
    if (pytorch && op.size[i - 2] == 1) return false;
  }
  return (op.align_corners || op.half_pixel_centers || mode == "asymmetric") && c.node.integer("antialias", 0) == 0;
}

}  // namespace

// Operands: x, region, scales, sizes, of the last two one; before operator set 11 x and scales. Rows and columns only.
void convert_resize(Call& c) {
  const Shape x = c.shape(0);
  const std::string_view mode = c.node.text("mode", "nearest");
  if (x.size() != 4 || (mode != "nearest" && mode != "linear") || c.node.attribute("axes") != nullptr)
    return convert_custom(c);
  Shape size;
  std::vector<float> scales;
  if (const auto sizes = c.integers(3); sizes && !sizes->empty()) {
    size = *sizes;
  } else {
    const std::size_t at = c.opset < 11 ? 1 : 2;
    const std::vector<double>* factors = c.has(at) ? c.draft.contents(c.inputs[at]) : nullptr;
    if (factors == nullptr || factors->size() != 4)
      throw GraphError("found neither constant sizes nor scales of 4 dimensions");
    for (std::size_t i = 0; i < 4; ++i) size.push_back(whole(static_cast<double>(x[i]) * (*factors)[i]));
    scales.assign(factors->begin(), factors->end());
  }
  if (size.size() != 4) throw GraphError("found " + std::to_string(size.size()) + " sizes, expected 4");
  if (size[0] != x[0] || size[1] != x[1]) return convert_custom(c);
  Op op = c.op(mode == "linear" ? OpKind::resize_bilinear : OpKind::resize_nearest);
  op.size = {size[2], size[3]};
  op.inputs = {c.stored(0, channels_last(4))};
  if (mode == "nearest" && c.draft.with_contents()) {
    const auto along = [&](std::size_t i) {
      const float scale = scales.empty() ? static_cast<float>(size[i]) / static_cast<float>(x[i]) : scales[i];
      return nearest_places(c, x[i], size[i], scale);
    };
    op.begin = along(2);
    op.end = along(3);
    if (op.begin.empty()) op.beyond = "its alignment of input and output";
  }
  if (mode == "linear" && !align_linear(c, scales, x, op)) op.beyond = "its alignment of input and output";
  c.make(std::move(op), channels_last(4));
}

}  // namespace takt::onnx
