// Images in another size: resize_bilinear.h (float for uint8, integers for the signed) and resize_nearest_neighbor.h;
// ONNX Runtime's Resize between DequantizeLinear and QuantizeLinear.
#include <algorithm>
#include <cmath>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/quantization.h"
#include "sim/functional/reals.h"

namespace takt::functional {

using graph::DataType;
using graph::OpKind;
using graph::Shape;

namespace {

struct Image {
  std::uint64_t height, width, channels;

  std::uint64_t element(std::uint64_t batch, std::uint64_t y, std::uint64_t x, std::uint64_t channel) const {
    return ((batch * height + y) * width + x) * channels + channel;
  }
};

Image image_of(const Operation& operation, const graph::Tensor& tensor) {
  const Shape& shape = tensor.shape;
  if (shape.size() != 4) operation.unsupported("a tensor of other than four dimensions");
  return {static_cast<std::uint64_t>(shape[1]), static_cast<std::uint64_t>(shape[2]),
          static_cast<std::uint64_t>(shape[3])};
}

struct Pixel {
  std::uint64_t batch, y, x, channel;
};

Pixel pixel_of(const Image& image, std::uint64_t element) {
  const std::uint64_t number = element / image.channels, row = number / image.width;
  return {row / image.height, row % image.height, number % image.width, element % image.channels};
}

void advance(const Image& image, Pixel& pixel) {
  pixel.channel = 0;
  if (++pixel.x != image.width) return;
  pixel.x = 0;
  if (++pixel.y != image.height) return;
  pixel.y = 0;
  ++pixel.batch;
}

// Calls visit(pixel, count) for stretches of channels of one pixel.
template <typename Visit>
void each_pixel(const Region& region, const Image& image, const Visit& visit) {
  each_stretch(region, [&](std::uint64_t element, std::uint64_t count) {
    Pixel pixel = pixel_of(image, element);
    while (count != 0) {
      const std::uint64_t taken = std::min(count, image.channels - pixel.channel);
      visit(pixel, taken);
      advance(image, pixel);
      count -= taken;
    }
  });
}

// Rows, or columns, of input and output.
struct Extents {
  std::int32_t in, out;
};

Extents extents(std::uint64_t in, std::uint64_t out) {
  return {static_cast<std::int32_t>(in), static_cast<std::int32_t>(out)};
}

bool aligns_corners(const graph::Op& op, const Extents& along) { return op.align_corners && along.out > 1; }

float input_distance(const graph::Op& op, const Extents& along) {
  if (aligns_corners(op, along)) return static_cast<float>(along.in - 1) / static_cast<float>(along.out - 1);
  return static_cast<float>(along.in) / static_cast<float>(along.out);
}

// The two rows or columns of the input beside one of the output, and how much each counts.
template <typename Weight>
struct Pair {
  std::uint64_t low, high;
  Weight low_weight, high_weight;
};

template <typename Weight>
using Pairs = std::vector<Pair<Weight>>;

template <typename Weight>
Pairs<Weight> pairs_along(const graph::Op& op, const Extents& along);

template <>
Pairs<float> pairs_along<float>(const graph::Op& op, const Extents& along) {
  const float distance = input_distance(op, along);
  Pairs<float> pairs;
  for (std::int32_t i = 0; i < along.out; ++i) {
    const auto at = static_cast<float>(i);
    const float place = op.half_pixel_centers ? (at + 0.5F) * distance - 0.5F : at * distance;
    const std::int32_t low = std::max(static_cast<std::int32_t>(std::floor(place)), 0);
    const std::int32_t high = std::min(static_cast<std::int32_t>(std::ceil(place)), along.in - 1);
    const float weight = place - static_cast<float>(low);
    pairs.push_back({static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high), 1 - weight, weight});
  }
  return pairs;
}

constexpr std::int32_t unit = 1 << 10;  // of places in integers

template <>
Pairs<std::int64_t> pairs_along<std::int64_t>(const graph::Op& op, const Extents& along) {
  const std::int32_t distance = aligns_corners(op, along)
                                    ? (unit * (along.in - 1) + (along.out - 1) / 2) / (along.out - 1)
                                    : (unit * along.in + along.out / 2) / along.out;
  Pairs<std::int64_t> pairs;
  for (std::int32_t i = 0; i < along.out; ++i) {
    const std::int32_t place = i * distance + (op.half_pixel_centers ? distance / 2 - unit / 2 : 0);
    // The distance's rounding adds up, past the last one at times: the reference then reads beyond the image, which
    // gives no answer to agree with; here the last one stands.
    const std::int32_t low = std::clamp(place / unit, 0, along.in - 1);
    const std::int32_t high = std::min((place + unit - 1) / unit, along.in - 1);
    const std::int64_t weight = place - unit * low;
    pairs.push_back({static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high), unit - weight, weight});
  }
  return pairs;
}

// The elements of one channel at the four corners around a place: row, then column.
template <typename Element>
struct Corners {
  Element low_low, low_high, high_low, high_high;
};

// The order of operations is the reference's: float sums depend on it.
std::int32_t blended(const Corners<std::int32_t>& corner, const Pair<float>& y, const Pair<float>& x) {
  const auto term = [](std::int32_t value, float row, float column) {
    return static_cast<float>(value) * row * column;
  };
  return static_cast<std::int32_t>(
      term(corner.low_low, y.low_weight, x.low_weight) + term(corner.high_low, y.high_weight, x.low_weight) +
      term(corner.low_high, y.low_weight, x.high_weight) + term(corner.high_high, y.high_weight, x.high_weight) + 0.5F);
}

std::int32_t blended(const Corners<std::int32_t>& corner, const Pair<std::int64_t>& y, const Pair<std::int64_t>& x) {
  constexpr std::int64_t whole = std::int64_t{unit} * unit;
  const std::int64_t low = corner.low_low * x.low_weight + corner.low_high * x.high_weight;
  const std::int64_t high = corner.high_low * x.low_weight + corner.high_high * x.high_weight;
  const std::int64_t sum = low * y.low_weight + high * y.high_weight;
  return static_cast<std::int32_t>((sum > 0 ? sum + whole / 2 : sum - whole / 2) / whole);
}

struct OfCodes {
  using Element = std::int32_t;

  template <typename Weight>
  std::int32_t operator()(const Corners<Element>& corner, const Pair<Weight>& y, const Pair<Weight>& x) const {
    return blended(corner, y, x);
  }
};

// Weights are multiplied first, as ONNX Runtime has it.
struct OfReals {
  using Element = std::int32_t;

  std::int32_t operator()(const Corners<Element>& corner, const Pair<float>& y, const Pair<float>& x) const {
    const auto term = [&](std::int32_t code, float row, float column) { return column * row * from.value(code); };
    return to.code(
        term(corner.low_low, y.low_weight, x.low_weight) + term(corner.low_high, y.low_weight, x.high_weight) +
        term(corner.high_low, y.high_weight, x.low_weight) + term(corner.high_high, y.high_weight, x.high_weight));
  }

  Quantization from, to;
};

// Floating-point elements, their weights multiplied first.
struct OfFloats {
  using Element = float;

  float operator()(const Corners<float>& corner, const Pair<float>& y, const Pair<float>& x) const {
    return stored<float>(x.low_weight * y.low_weight * corner.low_low + x.high_weight * y.low_weight * corner.low_high +
                         x.low_weight * y.high_weight * corner.high_low +
                         x.high_weight * y.high_weight * corner.high_high);
  }
};

// An element of the output at one of the input takes two halves of it.
Pairs<float> onnx_pairs_along(const graph::Op& op, const Extents& along) {
  Pairs<float> pairs;
  const float scale = static_cast<float>(along.out) / static_cast<float>(along.in);
  for (std::int32_t i = 0; i < along.out; ++i) {
    const auto at = static_cast<float>(i);
    float place = op.half_pixel_centers ? (at + 0.5F) / scale - 0.5F : at / scale;
    if (op.align_corners)
      place = along.out == 1 ? 0 : at * static_cast<float>(along.in - 1) / static_cast<float>(along.out - 1);
    if (along.in == along.out) place = at;
    place = std::clamp(place, 0.0F, static_cast<float>(along.in - 1));
    const auto low = static_cast<std::int32_t>(place);
    const std::int32_t high = std::min(low + 1, along.in - 1);
    const float above = place - static_cast<float>(low), below = static_cast<float>(high) - place;
    pairs.push_back({static_cast<std::uint64_t>(low), static_cast<std::uint64_t>(high), low == high ? 0.5F : below,
                     low == high ? 0.5F : above});
  }
  return pairs;
}

template <typename T, typename Weight, typename Blend>
class Bilinear final : public Kernel {
 public:
  using Element = typename Blend::Element;
  using PairsAlong = Pairs<Weight> (*)(const graph::Op&, const Extents&);

  Bilinear(const Operation& operation, PairsAlong pairs_of, const Blend& blend)
      : in_(image_of(operation, operation.input(0))),
        out_(image_of(operation, operation.output())),
        rows_(pairs_of(operation.op, extents(in_.height, out_.height))),
        columns_(pairs_of(operation.op, extents(in_.width, out_.width))),
        blend_(blend) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Part& part = inputs.at(0);
    each_pixel(region, out_, [&](const Pixel& pixel, std::uint64_t count) {
      const Pair<Weight>&y = rows_[pixel.y], &x = columns_[pixel.x];
      const auto corner = [&](std::uint64_t row, std::uint64_t column) {
        return part.data + run_in(part, in_.element(pixel.batch, row, column, pixel.channel), count) * sizeof(T);
      };
      const std::uint8_t *low_low = corner(y.low, x.low), *low_high = corner(y.low, x.high);
      const std::uint8_t *high_low = corner(y.high, x.low), *high_high = corner(y.high, x.high);
      for (std::uint64_t i = 0; i < count; ++i) {
        const auto at = [&](const std::uint8_t* from) { return static_cast<Element>(element_at<T>(from, i)); };
        const Corners<Element> corners{at(low_low), at(low_high), at(high_low), at(high_high)};
        put_element(out, i, static_cast<T>(blend_(corners, y, x)));
      }
      out += count * sizeof(T);
    });
  }

 private:
  Image in_, out_;
  Pairs<Weight> rows_, columns_;
  Blend blend_;
};

// `stated`: the places, where the file's format says them otherwise than by the operator's fields.
std::vector<std::uint64_t> nearest_along(const graph::Op& op, const std::vector<std::int64_t>& stated,
                                         const Extents& along) {
  if (!stated.empty()) return {stated.begin(), stated.end()};
  const float distance = input_distance(op, along);
  std::vector<std::uint64_t> places;
  for (std::int32_t i = 0; i < along.out; ++i) {
    const float place = (static_cast<float>(i) + (op.half_pixel_centers ? 0.5F : 0.0F)) * distance;
    const auto whole = static_cast<std::int32_t>(op.align_corners ? std::round(place) : std::floor(place));
    places.push_back(static_cast<std::uint64_t>(std::clamp(whole, 0, along.in - 1)));
  }
  return places;
}

class Nearest final : public Kernel {
 public:
  explicit Nearest(const Operation& operation)
      : in_(image_of(operation, operation.input(0))),
        out_(image_of(operation, operation.output())),
        rows_(nearest_along(operation.op, operation.op.begin, extents(in_.height, out_.height))),
        columns_(nearest_along(operation.op, operation.op.end, extents(in_.width, out_.width))),
        bytes_(element_bytes(operation, operation.output().type)) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const override {
    const Part& part = inputs.at(0);
    each_pixel(region, out_, [&](const Pixel& pixel, std::uint64_t count) {
      const std::uint64_t from = in_.element(pixel.batch, rows_[pixel.y], columns_[pixel.x], pixel.channel);
      std::memcpy(out, part.data + run_in(part, from, count) * bytes_, count * bytes_);
      out += count * bytes_;
    });
  }

 private:
  Image in_, out_;
  std::vector<std::uint64_t> rows_, columns_;
  std::uint64_t bytes_;
};

std::unique_ptr<Kernel> make_onnx_bilinear(const Operation& operation) {
  expect_activations(operation, Activations::of_8_bits);
  const OfReals blend{Quantization::of_input(operation, 0), Quantization::of_output(operation)};
  if (operation.input(0).type == DataType::int8)
    return std::make_unique<Bilinear<std::int8_t, float, OfReals>>(operation, onnx_pairs_along, blend);
  return std::make_unique<Bilinear<std::uint8_t, float, OfReals>>(operation, onnx_pairs_along, blend);
}

std::unique_ptr<Kernel> make_bilinear_of_reals(const Operation& operation) {
  return with_real(operation, [&](auto element) -> std::unique_ptr<Kernel> {
    const auto pairs_of = operation.follows_onnx() ? onnx_pairs_along : pairs_along<float>;
    return std::make_unique<Bilinear<decltype(element), float, OfFloats>>(operation, pairs_of, OfFloats{});
  });
}

}  // namespace

std::unique_ptr<Kernel> make_resize(const Operation& operation) {
  if (operation.op.kind == OpKind::resize_nearest) {
    if (is_real(operation.input(0).type))
      expect_reals(operation);
    else
      expect_activations(operation, Activations::of_16_bits_too);
    return std::make_unique<Nearest>(operation);
  }
  if (is_real(operation.input(0).type)) return make_bilinear_of_reals(operation);
  if (operation.follows_onnx()) return make_onnx_bilinear(operation);
  expect_activations(operation, Activations::of_16_bits_too);
  switch (operation.input(0).type) {
    case DataType::int8:
      return std::make_unique<Bilinear<std::int8_t, std::int64_t, OfCodes>>(operation, pairs_along<std::int64_t>,
                                                                            OfCodes{});
    case DataType::int16:
      return std::make_unique<Bilinear<std::int16_t, std::int64_t, OfCodes>>(operation, pairs_along<std::int64_t>,
                                                                             OfCodes{});
    default:
      return std::make_unique<Bilinear<std::uint8_t, float, OfCodes>>(operation, pairs_along<float>, OfCodes{});
  }
}

}  // namespace takt::functional
