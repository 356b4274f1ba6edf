// Kernels that sum: convolutions, products, pools, means, softmax.
#include "tests/functional/operators.h"
#include "tests/functional/pieces.h"

namespace takt::functional::testing {
namespace {

using graph::DataType;
using graph::OpKind;
using reference::testing::Network;

constexpr DataType all_types[] = {DataType::int8, DataType::uint8, DataType::int16};
constexpr std::uint32_t rounds = 150;

std::int64_t s(std::uint64_t x) { return static_cast<std::int64_t>(x); }
std::uint64_t u(std::int64_t x) { return static_cast<std::uint64_t>(x); }

// The rows of the input that the rows of the output of a region need, if it lies within one image; else all.
Region rows_needed(const Subject& subject, const Region& region, std::int64_t kernel) {
  const graph::Shape &in = subject.inputs[0].shape, &out = subject.expected().shape;
  const std::int64_t row = out[2] * out[3], first = s(region.begin) / row, last = (s(region.end) - 1) / row;
  const std::int64_t image = first / out[1];
  if (image != last / out[1]) return {0, graph::elements_of(in)};
  const graph::Op& op = subject.op;
  const std::int64_t from = first % out[1] * op.stride_h - op.pad_top;
  const std::int64_t to = last % out[1] * op.stride_h - op.pad_top + (kernel - 1) * op.dilation_h + 1;
  const std::int64_t begin = std::clamp<std::int64_t>(from, 0, in[1]), end = std::clamp<std::int64_t>(to, begin, in[1]);
  return {u((image * in[1] + begin) * in[2] * in[3]), u((image * in[1] + end) * in[2] * in[3])};
}

// The channels of a region of the output: all where the region counts none.
Region block(const Subject& subject, const Region& region, std::uint64_t per_channel) {
  if (region.channels == 1) return {0, subject.channels() * per_channel};
  return {region.first * per_channel, region.last * per_channel};
}

std::vector<Cut> cut_convolution(const Subject& subject, const Region& region) {
  const graph::Shape& weights = subject.inputs[1].shape;
  std::vector<Cut> cuts = {Cut(subject.inputs[0], rows_needed(subject, region, weights[1])),
                           Cut(subject.inputs[1], block(subject, region, u(weights[1] * weights[2] * weights[3])))};
  if (subject.operation().has_input(2)) cuts.emplace_back(subject.inputs[2], block(subject, region, 1));
  return cuts;
}

// Where each channel of the output is one of the input, these alone will do.
std::vector<Cut> cut_depthwise(const Subject& subject, const Region& region) {
  Region rows = rows_needed(subject, region, subject.inputs[1].shape[1]);
  Region weights = {0, graph::elements_of(subject.inputs[1].shape), region.channels, region.first, region.last};
  if (subject.inputs[0].shape[3] == subject.expected().shape[3])
    rows = {rows.begin, rows.end, region.channels, region.first, region.last};
  std::vector<Cut> cuts = {Cut(subject.inputs[0], rows), Cut(subject.inputs[1], weights)};
  if (subject.operation().has_input(2)) cuts.emplace_back(subject.inputs[2], block(subject, region, 1));
  return cuts;
}

// Rows of the input whose taps reach those of the output.
std::vector<Cut> cut_transposed(const Subject& subject, const Region& region) {
  std::vector<Cut> cuts = cut_convolution(subject, region);
  const graph::Shape &in = subject.inputs[0].shape, &out = subject.expected().shape;
  const graph::Op& op = subject.op;
  const std::int64_t row = out[2] * out[3], first = s(region.begin) / row, last = (s(region.end) - 1) / row;
  const std::int64_t image = first / out[1];
  cuts[0] = Cut(subject.inputs[0]);
  if (image != last / out[1]) return cuts;
  const std::int64_t reach = (subject.inputs[1].shape[1] - 1) * op.dilation_h;
  const std::int64_t from = first % out[1] + op.pad_top - reach, to = last % out[1] + op.pad_top;
  const std::int64_t begin = std::min(in[1], from <= 0 ? 0 : (from + op.stride_h - 1) / op.stride_h);
  const std::int64_t end = std::clamp<std::int64_t>(to / op.stride_h + 1, begin, in[1]);
  cuts[0] =
      Cut(subject.inputs[0], {u((image * in[1] + begin) * in[2] * in[3]), u((image * in[1] + end) * in[2] * in[3])});
  return cuts;
}

std::vector<Cut> cut_product(const Subject& subject, const Region& region) {
  const std::uint64_t depth = u(subject.inputs[1].shape[1]), units = subject.channels();
  std::vector<Cut> cuts = {Cut(subject.inputs[0], {region.begin / units * depth, region.end / units * depth}),
                           Cut(subject.inputs[1], block(subject, region, depth))};
  if (subject.operation().has_input(2)) cuts.emplace_back(subject.inputs[2], block(subject, region, 1));
  return cuts;
}

std::vector<Cut> cut_pool(const Subject& subject, const Region& region) {
  const Region rows = rows_needed(subject, region, subject.op.kernel_h);
  return {Cut(subject.inputs[0], {rows.begin, rows.end, region.channels, region.first, region.last})};
}

std::vector<Cut> cut_softmax(const Subject& subject, const Region& region) {
  const std::uint64_t depth = subject.channels();
  return {Cut(subject.inputs[0], {region.begin / depth * depth, (region.end + depth - 1) / depth * depth})};
}

std::vector<Cut> cut_nothing(const Subject& subject, const Region&) { return subject.whole(); }

template <typename Types, typename Draw, typename CutInputs>
void expect_equal_to_reference(const Types& types, const Draw& draw, MakeKernel make, Pieces pieces,
                               const CutInputs& cut) {
  for (const DataType type : types)
    for (std::uint32_t seed = 0; seed < rounds; ++seed) {
      SCOPED_TRACE(std::string(graph::name_of(type)) + ", seed " + std::to_string(seed));
      Random random(seed);
      Network network = draw(random, type);
      const Subject subject(network);
      expect_equal(random, subject, *make(subject.operation()), pieces, cut);
      if (::testing::Test::HasFatalFailure()) return;
    }
}

template <typename Types, typename Draw>
void expect_reduction_equal_to_reference(const Types& types, const Draw& draw, MakeReduction make) {
  for (const DataType type : types)
    for (std::uint32_t seed = 0; seed < rounds; ++seed) {
      SCOPED_TRACE(std::string(graph::name_of(type)) + ", seed " + std::to_string(seed));
      Random random(seed);
      Network network = draw(random, type);
      const Subject subject(network);
      expect_equal(random, subject, *make(subject.operation()));
      if (::testing::Test::HasFatalFailure()) return;
    }
}

auto pools(OpKind kind, bool covering) {
  return [=](Random& random, DataType type) { return random_pool(random, type, kind, covering); };
}

TEST(Sums, ConvolutionsAreTheReferences) {
  expect_equal_to_reference(all_types, random_convolution, make_convolution, Pieces::pixels_and_channels,
                            cut_convolution);
}

TEST(Sums, DepthwiseConvolutionsAreTheReferences) {
  expect_equal_to_reference(all_types, random_depthwise_convolution, make_convolution, Pieces::pixels_and_channels,
                            cut_depthwise);
}

TEST(Sums, TransposedConvolutionsAreTheReferences) {
  expect_equal_to_reference(all_types, random_transposed_convolution, make_transposed_convolution,
                            Pieces::pixels_and_channels, cut_transposed);
}

TEST(Sums, ProductsAreTheReferences) {
  expect_equal_to_reference(all_types, random_product, make_product, Pieces::pixels_and_channels, cut_product);
}

TEST(Sums, PoolsAreTheReferences) {
  for (const OpKind kind : {OpKind::average_pool, OpKind::max_pool})
    expect_equal_to_reference(all_types, pools(kind, false), make_pool, Pieces::pixels_and_channels, cut_pool);
}

TEST(Sums, PoolsOverTheHeightAreTheReferencesPartByPart) {
  for (const OpKind kind : {OpKind::average_pool, OpKind::max_pool})
    expect_reduction_equal_to_reference(all_types, pools(kind, true), make_pool_reduction);
}

TEST(Sums, MeansAreTheReferences) {
  expect_equal_to_reference(all_types, random_mean, make_mean, Pieces::any_elements, cut_nothing);
}

TEST(Sums, MeansAreTheReferencesPartByPart) {
  expect_reduction_equal_to_reference(all_types, random_mean, make_mean_reduction);
}

TEST(Sums, SoftmaxIsTheReferences) {
  expect_equal_to_reference(all_types, random_softmax, make_softmax, Pieces::any_elements, cut_softmax);
}

TEST(Sums, SoftmaxOfEightBitsToSixteenIsTheReferences) {
  Random random(2);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    Network network(OpKind::softmax);
    const graph::Shape shape = {random.whole(1, 5), random.one_of<std::int64_t>({1, 2, 10, 100, 700})};
    network.op.axis = 1;
    network.input(shape, {DataType::int8, {random.one_of<float>({0.001F, 0.05F, 0.3F})}, {random.whole(-128, 127)}},
                  random.values(graph::elements_of(shape), -128, 127));
    network.output(shape, {DataType::int16, {1.0F / 65536}, {-32768}});
    const Subject subject(network);
    ASSERT_NO_FATAL_FAILURE(expect_equal(random, subject, *make_softmax(subject.operation()), Pieces::any_elements,
                                         [](const Subject& of, const Region&) { return of.whole(); }));
  }
}

}  // namespace
}  // namespace takt::functional::testing
