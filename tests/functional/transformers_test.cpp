// Kernels of transformers and of networks over frames: products of activations, norms, GELU, rows of tables,
// convolutions over frames.
#include <gtest/gtest.h>

#include "sim/functional/kernels.h"
#include "tests/functional/cuts.h"

namespace takt::functional::testing {
namespace {

using graph::Activation;
using graph::DataType;
using graph::OpKind;
using graph::Shape;
using reference::testing::plain;

const std::vector<DataType> all_types = {DataType::int8, DataType::uint8, DataType::int16};

Type with_scale(Type type, double scale) {
  type.scale = {static_cast<float>(scale)};
  return type;
}

void add_operand(Network& n, const Shape& shape, const Type& type, bool constant, Random& random) {
  if (constant)
    n.constant(shape, type, random.values(type.type, shape));
  else
    n.input(shape, type, random.values(type.type, shape));
}

// Whole pixels of the output, of these any channels.
void check_pixels(Network& n, Random& random) {
  const Trial trial(n);
  trial.check_from_whole(whole(trial.elements()));
  for (const Region& region : partition(random, trial.elements(), trial.channels())) {
    trial.check_from_whole(region);
    check_from_block(trial, region, random);
    if (random.once_in(8)) check_from_least(trial, region, random);
  }
}

// Images of a and b; those of one alone are the other's.
void draw_images(Random& random, Shape& a, Shape& b, Shape& out) {
  for (std::int64_t i = random.between(0, 3); i > 0; --i) {
    const std::int64_t images = random.between(1, 3);
    a.push_back(random.once_in(4) ? 1 : images);
    b.push_back(random.once_in(4) ? 1 : images);
    out.push_back(std::max(a.back(), b.back()));
  }
  if (random.once_in(4)) b.erase(b.begin(), b.begin() + random.between(0, static_cast<std::int64_t>(b.size())));
  for (std::size_t i = 0; i < out.size() && b.size() < out.size(); ++i)
    out[i] = std::max(a[i], i < out.size() - b.size() ? 1 : b[i - (out.size() - b.size())]);
}

void append(Shape& shape, std::int64_t rows, std::int64_t columns, bool turned) {
  shape.push_back(turned ? columns : rows);
  shape.push_back(turned ? rows : columns);
}

void check_matrix_product(DataType type, Random& random) {
  Network n(OpKind::batch_matmul);
  Shape a, b, out;
  draw_images(random, a, b, out);
  const std::int64_t rows = random.between(1, 20), columns = random.between(1, 9);
  const std::int64_t depth = random.one_of<std::int64_t>({1, 3, 8, 31, 200});
  n.op.transpose_a = random.once_in(3);
  n.op.transpose_b = random.once_in(2);
  append(a, rows, depth, n.op.transpose_a);
  append(b, depth, columns, n.op.transpose_b);
  append(out, rows, columns, false);
  const Type of_a = random.type(type), of_b = random.type(type);
  add_operand(n, a, of_a, false, random);
  add_operand(n, b, of_b, random.once_in(3), random);
  const double step = of_a.scale[0] * of_b.scale[0] * (type == DataType::int16 ? 10000 : 75) *
                      std::sqrt(static_cast<double>(depth)) * random.real(0.5, 3);
  n.output(out, with_scale(random.type(type), step));
  n.fuse(random.once_in(4) ? Activation::relu : Activation::none);
  check_pixels(n, random);
}

TEST(MatrixProducts, AreThoseOfTheReference) {
  Random random(21);
  for (const DataType type : {DataType::int8, DataType::int16})
    for (int i = 0; i < 200 && !HasFailure(); ++i) check_matrix_product(type, random);
}

TEST(MatrixProducts, OfExtremesAreThoseOfTheReference) {
  for (const DataType type : {DataType::int8, DataType::int16})
    for (const bool highest : {false, true}) {
      const double low = type == DataType::int8 ? -128 : -32768, value = highest ? -low - 1 : low;
      Network n(OpKind::batch_matmul);
      const Type of = {type, {0.5F}, {type == DataType::int8 ? 127 : 0}};
      n.input({3, 700}, of, Values(2100, value)).input({700, 5}, of, Values(3500, low));
      n.output({3, 5}, {type, {type == DataType::int8 ? 90000.0F : 6e6F}, {0}});
      Random random(22);
      check_pixels(n, random);
    }
}

void check_norm(OpKind kind, DataType type, Random& random) {
  Network n(kind);
  const bool in_groups = kind == OpKind::group_norm;
  Shape shape =
      in_groups ? Shape{random.between(1, 3), random.between(1, 6), random.between(1, 6), 0} : random.shape(1, 4, 6);
  n.op.groups = in_groups ? static_cast<std::int32_t>(random.between(1, 4)) : 1;
  shape.back() = n.op.groups * random.one_of<std::int64_t>({1, 2, 5, 40});
  n.op.centered = in_groups || !random.once_in(3);
  n.op.epsilon = random.one_of<float>({1e-5F, 1e-6F, 1e-12F, 0.1F});
  n.input(shape, random.type(type), random.values(type, shape));
  const Shape channels = {shape.back()};
  for (int i = random.once_in(4) ? 0 : random.once_in(3) ? 1 : 2; i > 0; --i) {
    const DataType stored = random.one_of<DataType>({type, type, DataType::int32, DataType::float32});
    if (stored == DataType::float32)
      n.constant(channels, plain(stored), random.values(DataType::int16, channels));
    else
      add_operand(n, channels, with_scale(random.type(stored), stored == DataType::int32 ? 1e-5 : 0.01), true, random);
  }
  n.output(shape, with_scale(random.type(type), random.scale(-9, -3)));
  check_cuts(n, random);
}

class Norms : public ::testing::TestWithParam<OpKind> {};

TEST_P(Norms, AreThoseOfTheReference) {
  Random random(23);
  for (const DataType type : all_types)
    for (int i = 0; i < 150 && !HasFailure(); ++i) check_norm(GetParam(), type, random);
}

INSTANTIATE_TEST_SUITE_P(All, Norms, ::testing::Values(OpKind::layer_norm, OpKind::group_norm),
                         [](const auto& param) { return std::string(graph::name_of(param.param)); });

// The definition, in double precision throughout: no code differs by more than one.
TEST(Norms, DifferFromRealNumbersByARoundingAlone) {
  Random random(24);
  for (int i = 0; i < 100; ++i) {
    const std::int64_t channels = random.between(2, 300);
    Network n(OpKind::layer_norm);
    const Type in = random.type(DataType::int8), out = with_scale(random.type(DataType::int8), random.scale(-6, -4));
    const Values x = random.values(DataType::int8, {channels});
    n.input({channels}, in, x).output({channels}, out);
    double mean = 0, variance = 0;
    const auto real = [&](double code) { return in.scale[0] * (code - static_cast<double>(in.zero_point[0])); };
    for (const double code : x) mean += real(code) / static_cast<double>(channels);
    for (const double code : x) variance += std::pow(real(code) - mean, 2) / static_cast<double>(channels);
    const Values y = n.run();
    for (std::size_t k = 0; k < y.size(); ++k) {
      const double normed = (real(x[k]) - mean) / std::sqrt(variance + static_cast<double>(n.op.epsilon));
      const double code = std::round(normed / out.scale[0]) + static_cast<double>(out.zero_point[0]);
      EXPECT_NEAR(y[k], std::clamp(code, -128.0, 127.0), 1);
    }
  }
}

// As the commands of a compiled program have it: sums part by part, then the norm with these.
TEST(Norms, OfGroupsAreTheSameFromStatisticsOfParts) {
  Random random(25);
  for (int i = 0; i < 100; ++i) {
    const Shape shape = {random.between(1, 2), random.between(1, 6), random.between(1, 6), 12};
    Network n(OpKind::group_norm);
    n.op.groups = random.one_of<std::int32_t>({1, 2, 3, 12});
    const Values x = random.values(DataType::int8, shape);
    n.input(shape, random.type(DataType::int8), x);
    n.output(shape, with_scale(random.type(DataType::int8), random.scale(-6, -4)));
    const graph::Graph& graph = n.graph();
    const Bytes codes = n.inputs().at(0).bytes;
    const auto statistics = make_reduction(graph, graph.ops[0]);
    const std::vector<std::uint64_t> bounds = random_bounds(random, codes.size());
    statistics->clear();
    for (std::size_t k = 1; k < bounds.size(); ++k)
      statistics->add({DataType::int8, {bounds[k - 1], bounds[k]}, codes.data() + bounds[k - 1]});
    std::vector<float> found(2 * static_cast<std::size_t>(shape[0] * n.op.groups));
    statistics->finish(reinterpret_cast<std::uint8_t*>(found.data()));
    const auto* given = reinterpret_cast<const std::uint8_t*>(found.data());
    for (const Region& region : partition(random, codes.size(), 12)) {
      const Bytes own = cut(codes, region, 1);
      Bytes out(own.size());
      make_kernel(graph, graph.ops[0])
          ->run({{DataType::int8, region, own.data()}, {DataType::float32, {0, found.size()}, given}}, region,
                out.data());
      EXPECT_EQ(out, cut(reference::evaluate(graph, n.inputs()).at(graph.outputs[0]).bytes, region, 1));
    }
  }
}

TEST(Gelu, IsTheReferencesForEveryCode) {
  Random random(26);
  for (const DataType type : {DataType::int8, DataType::uint8})
    for (int i = 0; i < 100 && !HasFailure(); ++i) {
      Network n(OpKind::gelu);
      n.op.approximate = random.once_in(2);
      Values codes(256);
      for (std::size_t k = 0; k < codes.size(); ++k)
        codes[k] = static_cast<double>(k) - (type == DataType::int8 ? 128 : 0);
      n.input({4, 64}, random.type(type), codes).output({4, 64}, random.type(type));
      check_cuts(n, random);
    }
}

TEST(Gelu, IsTheReferencesForCodesOfSixteenBits) {
  Random random(29);
  for (int i = 0; i < 40 && !HasFailure(); ++i) {
    Network n(OpKind::gelu);
    n.op.approximate = random.once_in(2);
    n.input({7, 400}, with_scale(random.type(DataType::int16), random.scale(-14, -8)),
            random.values(DataType::int16, {7, 400}));
    n.output({7, 400}, with_scale(random.type(DataType::int16), random.scale(-14, -8)));
    check_cuts(n, random);
  }
}

TEST(Gather, TakesRowsOfATable) {
  Random random(27);
  for (const DataType type : all_types)
    for (int i = 0; i < 60 && !HasFailure(); ++i) {
      Network n(OpKind::gather);
      const Type of = random.type(type);
      const Shape table = random.shape(1, 3, 6), indices = random.shape(0, 2, 4);
      Shape out = indices;
      out.insert(out.end(), table.begin() + 1, table.end());
      Values rows(graph::elements_of(indices));
      for (double& row : rows) row = static_cast<double>(random.between(0, table[0] - 1));
      add_operand(n, table, of, random.once_in(2), random);
      n.input(indices, plain(DataType::int32), rows).output(out, of);
      check_cuts(n, random);
    }
}

TEST(Gather, WidensRowsOfANarrowTable) {
  Random random(30);
  for (const DataType type : {DataType::int8, DataType::int4})
    for (int i = 0; i < 60 && !HasFailure(); ++i) {
      Network n(OpKind::gather);
      const Shape table = random.shape(2, 3, 6);
      Shape out = {random.between(1, 5)};
      Values rows(static_cast<std::size_t>(out[0]));
      out.insert(out.end(), table.begin() + 1, table.end());
      for (double& row : rows) row = static_cast<double>(random.between(0, table[0] - 1));
      n.constant(table, random.type(type), random.values(type, table));
      n.input({out[0]}, plain(DataType::int32), rows);
      n.output(out, with_scale(random.type(DataType::int16), random.scale(-16, -2)));
      check_cuts(n, random);
    }
}

std::int64_t positions(std::int64_t extent, std::int64_t kernel, std::int64_t stride, std::int64_t pad) {
  return extent + 2 * pad < kernel ? 0 : (extent + 2 * pad - kernel) / stride + 1;
}

bool draw_volume(Network& n, Random& random, Shape& in, Shape& weights, Shape& out) {
  graph::Op& op = n.op;
  const auto draw = [&](std::int64_t low, std::int64_t high) {
    return static_cast<std::int32_t>(random.between(low, high));
  };
  op.kernel_d = draw(1, 3), op.kernel_h = draw(1, 3), op.kernel_w = draw(1, 3);
  op.stride_d = draw(1, 2), op.stride_h = draw(1, 2), op.stride_w = draw(1, 3);
  op.pad_front = op.pad_back = draw(0, op.kernel_d - 1);
  op.pad_top = op.pad_bottom = draw(0, op.kernel_h - 1);
  op.pad_left = op.pad_right = draw(0, op.kernel_w - 1);
  op.groups = draw(1, 3);
  in = {draw(1, 2), draw(1, 5), draw(1, 6), draw(1, 6), op.groups * draw(1, 9)};
  const std::int64_t channels = op.groups * draw(1, 4);
  weights = {channels, op.kernel_d, op.kernel_h, op.kernel_w, in[4] / op.groups};
  out = {in[0], positions(in[1], op.kernel_d, op.stride_d, op.pad_front),
         positions(in[2], op.kernel_h, op.stride_h, op.pad_top),
         positions(in[3], op.kernel_w, op.stride_w, op.pad_left), channels};
  return out[1] > 0 && out[2] > 0 && out[3] > 0;
}

void check_volume(DataType type, Random& random) {
  Network n(OpKind::conv3d);
  Shape in, weights, out;
  if (!draw_volume(n, random, in, weights, out)) return;
  const Type of = random.type(type);
  n.input(in, of, random.values(type, in));
  Type filters = {random.one_of<DataType>({DataType::int8, DataType::int4}), {}, {}};
  const double finer = filters.type == DataType::int4 ? 4 : 0;
  for (std::int64_t c = random.once_in(3) ? 1 : weights[0]; c > 0; --c)
    filters.scale.push_back(random.scale(finer - 9, finer - 6));
  n.constant(weights, filters, random.values(filters.type, weights));
  const DataType bias = type == DataType::int16 && random.once_in(2) ? DataType::int64 : DataType::int32;
  if (!random.once_in(3)) n.constant({weights[0]}, plain(bias), random.values(DataType::int16, {weights[0]}));
  const double terms = static_cast<double>(graph::elements_of(weights)) / static_cast<double>(weights[0]);
  n.output(out, with_scale(random.type(type), of.scale[0] * 0.006 * 75 * std::sqrt(terms)));
  n.fuse(random.one_of<Activation>({Activation::none, Activation::relu, Activation::relu6}));
  check_pixels(n, random);
}

TEST(ConvolutionsOverFrames, AreThoseOfTheReference) {
  Random random(28);
  for (const DataType type : {DataType::int8, DataType::int16})
    for (int i = 0; i < 250 && !HasFailure(); ++i) check_volume(type, random);
}

// What is refused, by name.

template <typename Make>
std::string message_of(const Make& make) {
  try {
    make();
  } catch (const Unsupported& refusal) {
    return refusal.what();
  }
  return {};
}

TEST(TransformersRefuse, ProductsOfTypesThatDoNotBelongTogether) {
  const auto product = [](const Type& a, const Type& b, const Type& out) {
    return message_of([&] {
      Network n(OpKind::batch_matmul);
      n.input({1, 1}, a, {0}).input({1, 1}, b, {0}).output({1, 1}, out);
      make_kernel(n.graph(), n.graph().ops[0]);
    });
  };
  const Type narrow = reference::testing::int8(0.1F), wide = reference::testing::int16(0.1F);
  EXPECT_EQ(product(narrow, narrow, narrow), "");
  EXPECT_NE(product(narrow, wide, narrow), "");
  EXPECT_NE(product(wide, narrow, wide), "");
  EXPECT_NE(product(narrow, narrow, wide), "");
  EXPECT_NE(product(reference::testing::uint8(0.1F, 0), reference::testing::uint8(0.1F, 0),
                    reference::testing::uint8(0.1F, 0)),
            "");
}

TEST(TransformersRefuse, ANormWhoseVarianceMayBeNothing) {
  Network n(OpKind::layer_norm);
  n.op.epsilon = 0;
  n.input({4}, reference::testing::int8(0.1F), {1, 1, 1, 1}).output({4}, reference::testing::int8(0.1F));
  EXPECT_NE(message_of([&] { make_kernel(n.graph(), n.graph().ops[0]); }), "");
}

TEST(TransformersRefuse, ARowThatATableHasNot) {
  Network n(OpKind::gather);
  n.input({2, 1}, reference::testing::int8(0.1F), {1, 2}).input({1}, plain(DataType::int32), {2});
  n.output({1, 1}, reference::testing::int8(0.1F));
  const Bytes table = n.inputs().at(0).bytes, index = n.inputs().at(1).bytes;
  Bytes out(1);
  const auto kernel = make_kernel(n.graph(), n.graph().ops[0]);
  EXPECT_THROW(kernel->run({{DataType::int8, {0, 2}, table.data()}, {DataType::int32, {0, 1}, index.data()}}, {0, 1},
                           out.data()),
               std::out_of_range);
}

}  // namespace
}  // namespace takt::functional::testing
