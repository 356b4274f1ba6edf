// Kernels that move, select or interpolate elements.
#include <gtest/gtest.h>

#include <numeric>

#include "tests/functional/cuts.h"

namespace takt::functional::testing {
namespace {

using graph::DataType;
using graph::OpKind;
using graph::Shape;
using reference::testing::int8;
using reference::testing::plain;
using reference::testing::uint8;

const std::vector<DataType> all_types = {DataType::int8,  DataType::uint8, DataType::int16,
                                         DataType::int32, DataType::int64, DataType::float32};

template <typename Check>
void repeat(unsigned seed, int times, const Check& check) {
  Random random(seed);
  for (int i = 0; i < times && !::testing::Test::HasFailure(); ++i) check(random);
}

Shape replaced(Shape shape, std::size_t axis, std::int64_t extent) {
  shape[axis] = extent;
  return shape;
}

std::size_t random_axis(Random& random, const Shape& shape) {
  return static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(shape.size()) - 1));
}

// Half of them such that many codes come to lie between two of the output.
Type rescaled(Random& random, const Type& output) {
  Type type = random.type(output.type);
  if (random.once_in(2)) type.scale[0] = output.scale[0] * random.one_of<float>({0.25F, 0.5F, 1.5F, 2.5F});
  return type;
}

void check_concat(Random& random, DataType type, bool own_scales) {
  const Shape shape = random.shape(1, 5, 4);
  const std::size_t axis = random_axis(random, shape);
  const Type common = random.type(type);
  Network n(OpKind::concat);
  n.op.axis = static_cast<std::int32_t>(axis);
  std::int64_t extent = 0;
  for (std::int64_t i = random.between(1, 4); i > 0; --i) {
    const Shape own = replaced(shape, axis, random.between(1, 4));
    extent += own[axis];
    n.input(own, own_scales && !random.once_in(3) ? rescaled(random, common) : common, random.values(type, own));
  }
  n.output(replaced(shape, axis, extent), common);
  check_cuts(n, random);
}

TEST(Concatenation, OfEveryTypeIsTheReferences) {
  repeat(1, 60, [](Random& random) {
    for (const DataType type : all_types) check_concat(random, type, false);
  });
}

TEST(Concatenation, OfUint8ChangesScalesAsTheReferenceDoes) {
  repeat(2, 300, [](Random& random) { check_concat(random, DataType::uint8, true); });
}

TEST(Concatenation, OfSomePartsTakesItsLayoutFromThese) {
  const auto joined = [](std::int64_t stored) {
    Network n(OpKind::concat);
    n.op.axis = 1;
    n.input({2, 1}, int8(1), {1, 2}).input({2, 2}, int8(1), {3, 4, 5, 6}).output({2, stored}, int8(1));
    return n;
  };
  Network some = joined(8);
  const Bytes a = {1, 2}, b = {3, 4, 5, 6};
  Bytes out(6);
  make_kernel(some.graph(), some.op)
      ->run({{DataType::int8, whole(2), a.data()}, {DataType::int8, whole(4), b.data()}}, whole(6), out.data());
  EXPECT_EQ(out, (Bytes{1, 3, 4, 2, 5, 6}));
}

void check_slice(Random& random, DataType type) {
  const Shape in = random.shape(1, 5, 5);
  Network n(OpKind::slice);
  const bool steps = random.once_in(2);
  Shape out;
  for (std::size_t i = 0; i < in.size(); ++i) {
    const std::int64_t begin = random.between(0, in[i] - 1);
    const std::int64_t step = !steps ? 1 : random.one_of<std::int64_t>({1, 1, 2, 3, -1, -2});
    const std::int64_t room = step > 0 ? (in[i] - 1 - begin) / step + 1 : begin / -step + 1;
    n.op.begin.push_back(begin);
    n.op.size.push_back(random.between(1, room));
    if (steps) n.op.step.push_back(step);
    if (n.op.size.back() == 1 && random.once_in(2))
      n.op.axes.push_back(static_cast<std::int64_t>(i));
    else
      out.push_back(n.op.size.back());
  }
  const Type common = random.type(type);
  n.input(in, common, random.values(type, in)).output(out, common);
  check_cuts(n, random);
}

TEST(Slice, TakesWhatTheReferenceTakes) {
  repeat(3, 100, [](Random& random) {
    for (const DataType type : all_types) check_slice(random, type);
  });
}

void check_pad(Random& random, DataType type) {
  const Shape in = random.shape(1, 5, 4);
  Network n(OpKind::pad);
  Shape out;
  for (const std::int64_t extent : in) {
    n.op.begin.push_back(random.once_in(2) ? 0 : random.between(0, 2));
    n.op.end.push_back(random.once_in(2) ? 0 : random.between(0, 2));
    out.push_back(n.op.begin.back() + extent + n.op.end.back());
  }
  const Type common = random.type(type);
  const auto rank = static_cast<std::int64_t>(in.size());
  n.input(in, common, random.values(type, in));
  n.constant({rank, 2}, plain(DataType::int32), Values(static_cast<std::size_t>(2 * rank), 0));
  if (random.once_in(2)) n.constant({}, common, random.values(type, 1));
  n.output(out, common);
  check_cuts(n, random);
}

TEST(Pad, SurroundsWithWhatTheReferenceDoes) {
  repeat(4, 100, [](Random& random) {
    for (const DataType type : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32})
      check_pad(random, type);
  });
}

void check_transpose(Random& random, DataType type) {
  const Shape in = random.shape(1, 5, 5);
  Network n(OpKind::transpose);
  n.op.axes.resize(in.size());
  std::iota(n.op.axes.begin(), n.op.axes.end(), 0);
  for (std::size_t i = in.size(); i-- > 1;)
    std::swap(n.op.axes[i], n.op.axes[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(i)))]);
  Shape out;
  for (const std::int64_t axis : n.op.axes) out.push_back(in[static_cast<std::size_t>(axis)]);
  const Type common = random.type(type);
  n.input(in, common, random.values(type, in)).output(out, common);
  check_cuts(n, random);
}

TEST(Transpose, PermutesAsTheReferenceDoes) {
  repeat(5, 60, [](Random& random) {
    for (const DataType type : all_types) check_transpose(random, type);
  });
}

void check_blocks(Random& random, OpKind kind, DataType type) {
  const std::int64_t block = random.between(1, 3);
  const Shape small = random.shape(4, 4, 3);
  const Shape deep = {small[0], small[1], small[2], small[3] * block * block};
  const Shape wide = {small[0], small[1] * block, small[2] * block, small[3]};
  Network n(kind);
  n.op.block = static_cast<std::int32_t>(block);
  const Type common = random.type(type);
  const Shape &in = kind == OpKind::depth_to_space ? deep : wide, &out = kind == OpKind::depth_to_space ? wide : deep;
  n.input(in, common, random.values(type, in)).output(out, common);
  check_cuts(n, random);
}

TEST(Blocks, MoveBetweenDepthAndSpaceAsTheReferenceMovesThem) {
  repeat(6, 40, [](Random& random) {
    for (const DataType type : all_types)
      for (const OpKind kind : {OpKind::depth_to_space, OpKind::space_to_depth}) check_blocks(random, kind, type);
  });
}

void check_resize(Random& random, OpKind kind, DataType type) {
  const Shape in = random.shape(4, 4, 7);
  const Shape out = {in[0], random.between(1, 14), random.between(1, 14), in[3]};
  Network n(kind);
  n.op.size = {out[1], out[2]};
  n.op.align_corners = random.once_in(3);
  n.op.half_pixel_centers = !n.op.align_corners && random.once_in(2);
  const Type common = random.type(type);
  n.input(in, common, random.values(type, in)).output(out, common);
  check_or_unsupported(n, random);
}

TEST(Resize, InterpolatesAsTheReferenceDoes) {
  repeat(7, 200, [](Random& random) {
    for (const DataType type : {DataType::int8, DataType::uint8, DataType::int16})
      check_resize(random, OpKind::resize_bilinear, type);
  });
}

TEST(Resize, TakesTheNearestThatTheReferenceTakes) {
  repeat(8, 150, [](Random& random) {
    for (const DataType type : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32})
      check_resize(random, OpKind::resize_nearest, type);
  });
}

TEST(Resize, OfLargeImagesIsTheReferences) {
  Random random(9);
  for (const DataType type : {DataType::int8, DataType::uint8, DataType::int16})
    for (const bool centers : {false, true}) {
      Network n(OpKind::resize_bilinear);
      n.op.half_pixel_centers = centers;
      n.op.align_corners = !centers;
      const Type common = random.type(type);
      n.input({1, 33, 40, 3}, common, random.values(type, 33 * 40 * 3)).output({1, 257, 129, 3}, common);
      Trial(n).check_from_whole(whole(257 * 129 * 3));
    }
}

void check_arg_max(Random& random, DataType from, DataType to) {
  const Shape in = random.shape(1, 4, 5);
  const std::size_t axis = random_axis(random, in);
  Network n(OpKind::arg_max);
  n.op.axis = static_cast<std::int32_t>(axis);
  Values values = random.values(from, in);
  if (random.once_in(2))
    for (double& value : values) value = static_cast<double>(random.between(0, 2));
  Shape out = in;
  out.erase(out.begin() + static_cast<std::ptrdiff_t>(axis));
  n.input(in, random.type(from), values).output(out, plain(to));
  check_cuts(n, random);
}

TEST(ArgMax, IsTheFirstOfTheLargestAsInTheReference) {
  repeat(10, 60, [](Random& random) {
    for (const DataType from : {DataType::int8, DataType::uint8, DataType::int16, DataType::int32})
      for (const DataType to : {DataType::int32, DataType::int64}) check_arg_max(random, from, to);
  });
}

TEST(Movement, NamesAnElementThatIsAbsent) {
  Network n(OpKind::transpose);
  n.op.axes = {1, 0};
  n.input({3, 4}, int8(1), Values(12, 1)).output({4, 3}, int8(1));
  const Trial trial(n);
  EXPECT_TRUE(trial.suffices({0, 3, 1, 0, 1}, 0, {0, 12, 4, 0, 1}));  // the first column
  EXPECT_FALSE(trial.suffices({0, 3, 1, 0, 1}, 0, {0, 12, 4, 1, 4}));
  EXPECT_FALSE(trial.suffices({0, 3, 1, 0, 1}, 0, {0, 8, 1, 0, 1}));
}

void expect_unsupported(Network& network) {
  EXPECT_THROW(make_kernel(network.graph(), network.op), Unsupported) << graph::name_of(network.op.kind);
}

TEST(Movement, RefusesWhatTheReferenceRefuses) {
  Network scales(OpKind::concat), fused(OpKind::concat), mixed(OpKind::concat);
  scales.input({1}, int8(0.5), {1}).input({1}, int8(1), {1}).output({2}, int8(1));
  expect_unsupported(scales);
  fused.fuse(graph::Activation::relu).input({1}, int8(1), {1}).output({1}, int8(1));
  expect_unsupported(fused);
  mixed.input({1}, int8(1), {1}).input({1}, uint8(1, 0), {1}).output({2}, int8(1));
  expect_unsupported(mixed);

  Network range(OpKind::slice), permutation(OpKind::transpose), paddings(OpKind::pad), doubles(OpKind::pad);
  for (Network* n : {&range, &permutation, &paddings}) {
    n->input({2}, int8(1), {1, 2}).output({2}, int8(1));
    expect_unsupported(*n);
  }
  doubles.op.begin = doubles.op.end = {1};
  doubles.input({1}, plain(DataType::float64), {1}).output({3}, plain(DataType::float64));
  expect_unsupported(doubles);

  Network index(OpKind::arg_max), image(OpKind::resize_nearest);
  index.input({2}, int8(1), {1, 2}).output({}, int8(1));
  expect_unsupported(index);
  image.input({2}, int8(1), {1, 2}).output({2}, int8(1));
  expect_unsupported(image);
}

// Where the reference's rounded distance between places runs past the last row, it reads what is not the image's.
TEST(Resize, KeepsToTheImageWhereRoundedPlacesLeaveIt) {
  Network n(OpKind::resize_bilinear);
  n.input({1, 65, 1, 1}, int8(1), Values(65, 0)).output({1, 513, 1, 1}, int8(1));
  Bytes in(65, 0), out(513);
  in.back() = 100;
  make_kernel(n.graph(), n.op)->run({{DataType::int8, whole(65), in.data()}}, whole(513), out.data());
  EXPECT_EQ(out.back(), 100);
}

}  // namespace
}  // namespace takt::functional::testing
