#include "tests/functional/operators.h"

#include <algorithm>
#include <cmath>

namespace takt::functional::testing {

using graph::Activation;
using graph::DataType;
using graph::Op;
using graph::OpKind;
using graph::Shape;
using reference::testing::Network;
using reference::testing::plain;
using reference::testing::Type;

namespace {

struct Limits {
  double low, high;
};

bool is_real(DataType type) { return type == DataType::float16 || type == DataType::float32; }

Limits limits_of(DataType type) {
  if (is_real(type)) return {-4, 4};
  if (type == DataType::int8) return {-128, 127};
  if (type == DataType::uint8) return {0, 255};
  if (type == DataType::int4) return {-8, 7};
  return {-32768, 32767};
}

Type random_type(Random& random, DataType type, double scale) {
  if (is_real(type)) return plain(type);
  const Limits limits = limits_of(type);
  const std::int64_t zero = type == DataType::int16 ? 0
                                                    : random.whole(static_cast<std::int64_t>(limits.low),
                                                                   static_cast<std::int64_t>(limits.high));
  return {type, {static_cast<float>(scale)}, {zero}};
}

// Of floating-point types not whole ones alone.
reference::testing::Values values_of(Random& random, const Shape& shape, DataType type) {
  const Limits limits = limits_of(type);
  reference::testing::Values values = random.values(graph::elements_of(shape), limits.low, limits.high);
  if (is_real(type) && !random.once_in(6))
    for (double& value : values) value = random.real(limits.low, limits.high);
  return values;
}

void add_input(Random& random, Network& network, const Shape& shape, const Type& type) {
  network.input(shape, type, values_of(random, shape, type.type));
}

// Weights of one scale or, of int8 and int4, of one for each channel.
void add_weights(Random& random, Network& network, const Shape& shape, DataType input, std::int64_t channels,
                 bool zero_point) {
  if (is_real(input)) {
    network.constant(shape, plain(input), values_of(random, shape, input));
    return;
  }
  const DataType narrow = random.once_in(3) ? DataType::int4 : DataType::int8;
  const double scale = input != DataType::uint8 && narrow == DataType::int4 ? 0.06 : 0.004;
  Type type = random_type(random, input == DataType::uint8 ? DataType::uint8 : narrow, scale);
  if (!zero_point) type.zero_point.clear();
  if (input != DataType::uint8 && random.once_in(2)) {
    type.scale.clear();
    for (std::int64_t c = 0; c < channels; ++c)
      type.scale.push_back(static_cast<float>(scale * random.real(0.25, 2.5)));
  }
  const Limits limits = limits_of(type.type);
  network.constant(shape, type, random.values(graph::elements_of(shape), limits.low, limits.high));
}

void add_bias(Random& random, Network& network, DataType input, std::int64_t channels) {
  if (random.once_in(4)) {
    if (random.once_in(2)) network.without_input();
    return;
  }
  if (is_real(input)) {
    network.constant({channels}, plain(input), values_of(random, {channels}, input));
    return;
  }
  const bool wide = input == DataType::int16 && !random.once_in(3);
  const double limit = wide ? 3e7 : 30000;
  network.constant({channels}, plain(wide ? DataType::int64 : DataType::int32),
                   random.values(static_cast<std::uint64_t>(channels), -limit, limit));
}

// The output's scale leaves most sums of `terms` products within its type.
void add_output(Random& random, Network& network, const Shape& shape, DataType type, double in_scale,
                std::int64_t terms) {
  const double of_value = type == DataType::int16 ? 250 : 1;
  const double scale = in_scale * 0.004 * 75 * std::sqrt(static_cast<double>(terms)) * random.real(0.5, 3) / of_value;
  network.output(shape, random_type(random, type, scale * (type == DataType::int16 ? of_value : 1)));
  network.fuse(random.one_of<Activation>(
      {Activation::none, Activation::none, Activation::relu, Activation::relu6, Activation::relu_n1_to_1}));
}

std::int64_t reach(std::int64_t kernel, std::int64_t dilation) { return (kernel - 1) * dilation + 1; }

// Strides, dilations and paddings; the extent of the output, 0 where the window does not fit.
struct Extents {
  std::int64_t height, width;
};

enum class Dilated : bool { no, yes };

Extents draw_window(Random& random, Op& op, const Shape& in, std::int64_t kernel_h, std::int64_t kernel_w,
                    Dilated dilated = Dilated::yes) {
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return static_cast<std::int32_t>(random.whole(low, high));
  };
  op.stride_h = draw(1, 3), op.stride_w = draw(1, 3);
  if (dilated == Dilated::yes && random.once_in(2)) op.dilation_h = draw(1, 3), op.dilation_w = draw(1, 3);
  const bool padded = !random.once_in(3);
  const std::int64_t down = reach(kernel_h, op.dilation_h), across = reach(kernel_w, op.dilation_w);
  if (padded) {
    op.pad_top = draw(0, down - 1), op.pad_bottom = draw(0, down - 1);
    op.pad_left = draw(0, across - 1), op.pad_right = draw(0, across - 1);
  }
  const std::int64_t height = in[1] + op.pad_top + op.pad_bottom - down;
  const std::int64_t width = in[2] + op.pad_left + op.pad_right - across;
  return {height < 0 ? 0 : height / op.stride_h + 1, width < 0 ? 0 : width / op.stride_w + 1};
}

}  // namespace

Network random_convolution(Random& random, DataType type) {
  const double scale = random.real(0.005, 0.1);
  for (;;) {
    Network network(OpKind::conv2d);
    const std::int64_t depth = random.one_of<std::int64_t>({1, 2, 3, 5, 8, 19}),
                       groups = random.one_of<std::int64_t>({1, 1, 2, 3});
    const Shape in = {random.whole(1, 2), random.whole(1, 9), random.whole(1, 9), depth * groups};
    const std::int64_t kernel_h = random.whole(1, 4), kernel_w = random.whole(1, 4);
    const std::int64_t channels = random.whole(1, 6) * groups;
    const Extents out = draw_window(random, network.op, in, kernel_h, kernel_w);
    if (out.height == 0 || out.width == 0) continue;
    network.op.groups = static_cast<std::int32_t>(groups);
    add_input(random, network, in, random_type(random, type, scale));
    add_weights(random, network, {channels, kernel_h, kernel_w, depth}, type, channels, type == DataType::uint8);
    add_bias(random, network, type, channels);
    add_output(random, network, {in[0], out.height, out.width, channels}, type, scale, kernel_h * kernel_w * depth);
    return network;
  }
}

Network random_depthwise_convolution(Random& random, DataType type) {
  const double scale = random.real(0.005, 0.1);
  for (;;) {
    Network network(OpKind::depthwise_conv2d);
    const std::int64_t depth = random.whole(1, 20), multiplier = random.one_of<std::int64_t>({1, 1, 2, 3});
    const Shape in = {random.whole(1, 2), random.whole(1, 9), random.whole(1, 9), depth};
    const std::int64_t kernel_h = random.whole(1, 4), kernel_w = random.whole(1, 4), channels = depth * multiplier;
    const Extents out = draw_window(random, network.op, in, kernel_h, kernel_w);
    if (out.height == 0 || out.width == 0) continue;
    add_input(random, network, in, random_type(random, type, scale));
    add_weights(random, network, {1, kernel_h, kernel_w, channels}, type, channels, type == DataType::uint8);
    add_bias(random, network, type, channels);
    add_output(random, network, {in[0], out.height, out.width, channels}, type, scale, kernel_h * kernel_w);
    return network;
  }
}

Network random_transposed_convolution(Random& random, DataType type) {
  const double scale = random.real(0.005, 0.1);
  for (;;) {
    Network network(OpKind::transpose_conv2d);
    Op& op = network.op;
    const Shape out = {random.whole(1, 2), random.whole(1, 12), random.whole(1, 12), random.whole(1, 9)};
    const std::int64_t kernel_h = random.whole(1, 4), kernel_w = random.whole(1, 4), depth = random.whole(1, 20);
    const Extents in = draw_window(random, op, out, kernel_h, kernel_w);  // it undoes a convolution
    if (in.height == 0 || in.width == 0) continue;
    const Shape from = {out[0], in.height, in.width, depth};
    add_input(random, network, from, random_type(random, type, scale));
    add_weights(random, network, {out[3], kernel_h, kernel_w, depth}, type, out[3], type == DataType::uint8);
    add_bias(random, network, type, out[3]);
    op.size = out;
    add_output(random, network, out, type, scale, kernel_h * kernel_w * depth);
    return network;
  }
}

Network random_product(Random& random, DataType type) {
  const double scale = random.real(0.005, 0.1);
  Network network(OpKind::fully_connected);
  const std::int64_t rows = random.one_of<std::int64_t>({1, 2, 7, 16, 21}), units = random.whole(1, 12);
  const std::int64_t depth = random.one_of<std::int64_t>({1, 3, 8, 31, 128, 300, 700});
  add_input(random, network, {rows, depth}, random_type(random, type, scale));
  add_weights(random, network, {units, depth}, type, units, random.once_in(2));
  add_bias(random, network, type, units);
  add_output(random, network, {rows, units}, type, scale, depth);
  return network;
}

Network random_pool(Random& random, DataType type, OpKind kind, bool covering) {
  for (;;) {
    Network network(kind);
    Op& op = network.op;
    const Shape in = {random.whole(1, 2), random.whole(1, 9), random.whole(1, 9), random.whole(1, 20)};
    op.kernel_h = static_cast<std::int32_t>(covering ? in[1] : random.whole(1, 4));
    op.kernel_w = static_cast<std::int32_t>(random.whole(1, 4));
    const Extents out = draw_window(random, op, in, op.kernel_h, op.kernel_w, Dilated::no);
    if (out.height == 0 || out.width == 0 || (covering && (op.pad_top != 0 || out.height != 1))) continue;
    const Type of = random_type(random, type, random.real(0.01, 0.1));
    add_input(random, network, in, of);
    network.output({in[0], out.height, out.width, in[3]}, of);
    network.fuse(random.one_of<Activation>({Activation::none, Activation::relu, Activation::relu6}));
    return network;
  }
}

Network random_mean(Random& random, DataType type) {
  Network network(OpKind::mean);
  Shape shape(static_cast<std::size_t>(random.whole(1, 4)));
  for (std::int64_t& extent : shape) extent = random.whole(1, 9);
  Shape kept = shape;
  while (network.op.axes.empty())
    for (std::size_t i = 0; i < shape.size(); ++i)
      if (random.once_in(2)) network.op.axes.push_back(static_cast<std::int64_t>(i)), kept[i] = 1;
  network.op.keep_dims = true;
  const double scale = random.real(0.01, 0.1);
  add_input(random, network, shape, random_type(random, type, scale));
  network.output(kept, random_type(random, type, scale * random.real(0.2, 2)));
  return network;
}

Network random_softmax(Random& random, DataType type) {
  Network network(OpKind::softmax);
  const Shape shape = {random.whole(1, 5), random.one_of<std::int64_t>({1, 2, 10, 100, 700})};
  network.op.axis = 1;
  network.op.beta = static_cast<float>(random.one_of<double>({0.5, 1, 2}));
  if (random.once_in(4)) network.op.causal = random.whole(1, shape.back());
  add_input(random, network, shape, random_type(random, type, random.one_of<double>({0.0001, 0.01, 0.1, 1})));
  if (is_real(type)) {
    network.output(shape, plain(type));
    return network;
  }
  network.output(shape,
                 {type, {type == DataType::int16 ? 1.0F / 32768 : 1.0F / 256}, {type == DataType::int8 ? -128 : 0}});
  return network;
}

}  // namespace takt::functional::testing
