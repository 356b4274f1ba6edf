// A kernel against the reference: its output whole and in pieces, from operands whole and in pieces.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sim/functional/kernel.h"
#include "tests/reference/networks.h"

namespace takt::functional::testing {

using Bytes = std::vector<std::uint8_t>;
using reference::testing::Network;
using reference::testing::Type;
using reference::testing::Values;

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(engine_);
  }
  bool once_in(std::int64_t n) { return between(1, n) == 1; }
  double real(double low, double high) { return std::uniform_real_distribution<double>(low, high)(engine_); }
  float scale(double low = -9, double high = 0) { return static_cast<float>(std::exp2(real(low, high))); }

  template <typename T>
  T one_of(const std::vector<T>& choices) {
    return choices[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(choices.size()) - 1))];
  }

  graph::Shape shape(std::int64_t least_rank, std::int64_t greatest_rank, std::int64_t greatest_extent = 5) {
    graph::Shape shape(static_cast<std::size_t>(between(least_rank, greatest_rank)));
    for (std::int64_t& extent : shape) extent = between(1, greatest_extent);
    return shape;
  }

  // Any of the integers a type holds, its extremes often; of wider types some that arithmetic of 32 bits can bear.
  Values values(graph::DataType type, std::uint64_t count) {
    const auto [low, high] = bounds(type);
    Values values(count);
    for (double& value : values)
      value = static_cast<double>(once_in(8) ? one_of<std::int64_t>({low, high}) : between(low, high));
    return values;
  }
  Values values(graph::DataType type, const graph::Shape& shape) { return values(type, graph::elements_of(shape)); }

  Type type(graph::DataType type) {
    const auto [low, high] = bounds(type);
    return {type, {scale()}, {high > 255 ? 0 : between(low, high)}};
  }

 private:
  static std::pair<std::int64_t, std::int64_t> bounds(graph::DataType type) {
    if (type == graph::DataType::int8) return {-128, 127};
    if (type == graph::DataType::uint8) return {0, 255};
    if (type == graph::DataType::int4) return {-8, 7};
    if (type == graph::DataType::int16) return {-32768, 32767};
    return {-(1 << 20), 1 << 20};
  }

  std::mt19937 engine_;
};

inline Region whole(std::uint64_t elements) { return {0, elements, 1, 0, 1}; }

template <typename Visit>
void each_element(const Region& region, const Visit& visit) {
  for (std::uint64_t element = region.begin; element < region.end; ++element)
    if (element % region.channels >= region.first && element % region.channels < region.last) visit(element);
}

inline Bytes cut(const Bytes& tensor, const Region& region, std::uint64_t size) {
  Bytes bytes;
  each_element(region, [&](std::uint64_t element) {
    const auto from = tensor.begin() + static_cast<std::ptrdiff_t>(element * size);
    bytes.insert(bytes.end(), from, from + static_cast<std::ptrdiff_t>(size));
  });
  return bytes;
}

inline std::vector<std::uint64_t> random_bounds(Random& random, std::uint64_t extent) {
  std::vector<std::uint64_t> bounds = {0, extent};
  for (std::int64_t i = random.between(0, 3); i > 0; --i)
    bounds.push_back(static_cast<std::uint64_t>(random.between(0, static_cast<std::int64_t>(extent))));
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  return bounds;
}

// Regions that cover a tensor, each element once.
inline std::vector<Region> partition(Random& random, std::uint64_t elements, std::uint64_t channels) {
  const std::vector<std::uint64_t> rows = random_bounds(random, elements / channels);
  const std::vector<std::uint64_t> blocks = random_bounds(random, channels);
  std::vector<Region> regions;
  for (std::size_t i = 1; i < rows.size(); ++i)
    for (std::size_t k = 1; k < blocks.size(); ++k)
      regions.push_back({rows[i - 1] * channels, rows[i] * channels, channels, blocks[k - 1], blocks[k]});
  return regions;
}

// The operands of one operator and what is expected of it.
class Trial {
 public:
  explicit Trial(Network& network) : graph_(network.graph()), op_(network.op) {
    for (const graph::TensorId id : op_.inputs) {
      const graph::Tensor& tensor = graph_.tensors.at(static_cast<std::size_t>(id));
      operands_.push_back({&tensor, reference::testing::unpacked(
                                        {tensor.type, tensor.shape,
                                         tensor.contents ? *tensor.contents : network.inputs().at(id).bytes})});
    }
    expected_ = reference::evaluate(graph_, network.inputs()).at(op_.outputs[0]).bytes;
    kernel_ = make_kernel(graph_, op_);
  }

  std::uint64_t elements() const { return output().elements(); }
  std::uint64_t channels() const {
    return output().shape.empty() ? 1 : static_cast<std::uint64_t>(output().shape.back());
  }
  std::uint64_t operands() const { return operands_.size(); }
  std::uint64_t elements_of(std::size_t operand) const { return operands_[operand].tensor->elements(); }
  const graph::Shape& shape_of(std::size_t operand) const { return operands_[operand].tensor->shape; }

  // Of every operand the region that region_of(operand) names.
  template <typename RegionOf>
  void check(const Region& region, const RegionOf& region_of) const {
    std::vector<Bytes> pieces;
    std::vector<Part> parts;
    for (std::size_t i = 0; i < operands_.size(); ++i) {
      const Region own = region_of(i);
      const reference::Array& array = operands_[i].array;
      pieces.push_back(cut(array.bytes, own, graph::bytes_of(array.type, 1)));
      parts.push_back({array.type, own, pieces.back().data()});
    }
    const Bytes expected = cut(expected_, region, size_of(output()));
    constexpr std::size_t guard = 16;
    Bytes out(expected.size() + guard, 0xA5);
    kernel_->run(parts, region, out.data());
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), out.begin()))
        << text(region) << ": " << first_difference(expected, out);
    EXPECT_EQ(std::count(out.end() - guard, out.end(), 0xA5), static_cast<std::ptrdiff_t>(guard)) << text(region);
  }

  void check_from_whole(const Region& region) const {
    check(region, [&](std::size_t i) { return whole(elements_of(i)); });
  }

  // Of operands with as many elements as the output its region, others whole.
  void check_from_same(const Region& region) const {
    check(region, [&](std::size_t i) { return elements_of(i) == elements() ? region : whole(elements_of(i)); });
  }

  // False where the kernel finds that the operand's part is too small.
  bool suffices(const Region& region, std::size_t operand, const Region& part) const {
    try {
      check(region, [&](std::size_t i) { return i == operand ? part : whole(elements_of(i)); });
      return true;
    } catch (const Absent&) {
      return false;
    }
  }

  // The smallest range of an operand that suffices.
  Region least(const Region& region, std::size_t operand) const {
    Region part = whole(elements_of(operand));
    for (std::uint64_t step = part.end; step != 0; step /= 2)
      while (part.begin + step <= part.end && suffices(region, operand, {part.begin + step, part.end, 1, 0, 1}))
        part.begin += step;
    for (std::uint64_t step = part.end; step != 0; step /= 2)
      while (part.begin + step <= part.end && suffices(region, operand, {part.begin, part.end - step, 1, 0, 1}))
        part.end -= step;
    return part;
  }

 private:
  struct Operand {
    const graph::Tensor* tensor;
    reference::Array array;
  };

  static std::uint64_t size_of(const graph::Tensor& tensor) { return graph::bytes_of(tensor.type, 1); }
  const graph::Tensor& output() const { return graph_.tensors[static_cast<std::size_t>(op_.outputs[0])]; }

  static std::string text(const Region& region) {
    return "[" + std::to_string(region.begin) + ", " + std::to_string(region.end) + "), channels [" +
           std::to_string(region.first) + ", " + std::to_string(region.last) + ") of " +
           std::to_string(region.channels);
  }

  static std::string first_difference(const Bytes& expected, const Bytes& found) {
    for (std::size_t i = 0; i < expected.size(); ++i)
      if (expected[i] != found[i])
        return "byte " + std::to_string(i) + " is " + std::to_string(found[i]) + ", expected " +
               std::to_string(expected[i]);
    return "no difference";
  }

  const graph::Graph& graph_;
  const graph::Op& op_;
  std::vector<Operand> operands_;
  Bytes expected_;
  std::unique_ptr<Kernel> kernel_;
};

inline void check_from_least(const Trial& trial, const Region& region, Random& random) {
  const auto operand = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(trial.operands()) - 1));
  const Region part = trial.least(region, operand);
  if (part.begin == part.end) return;
  EXPECT_FALSE(trial.suffices(region, operand, {part.begin + 1, part.end, 1, 0, 1}));
  EXPECT_FALSE(trial.suffices(region, operand, {part.begin, part.end - 1, 1, 0, 1}));
}

// Some block of channels of some rows of an operand: either enough or found not to be.
inline void check_from_block(const Trial& trial, const Region& region, Random& random) {
  const auto operand = static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(trial.operands()) - 1));
  const graph::Shape& shape = trial.shape_of(operand);
  const auto channels = shape.empty() ? 1 : static_cast<std::uint64_t>(shape.back());
  trial.suffices(region, operand, random.one_of(partition(random, trial.elements_of(operand), channels)));
}

inline void check_cuts(Network& network, Random& random) {
  const Trial trial(network);
  trial.check_from_whole(whole(trial.elements()));
  for (const std::uint64_t channels : {trial.channels(), std::uint64_t{1}})
    for (const Region& region : partition(random, trial.elements(), channels)) {
      trial.check_from_whole(region);
      try {
        trial.check_from_same(region);
      } catch (const Absent&) {  // an operand that only happens to have the output's size
      }
      check_from_block(trial, region, random);
      if (random.once_in(8)) check_from_least(trial, region, random);
    }
}

// What the reference cannot do the kernel cannot either.
inline void check_or_unsupported(Network& network, Random& random) {
  try {
    reference::evaluate(network.graph(), network.inputs());
  } catch (const std::runtime_error&) {
    EXPECT_THROW(make_kernel(network.graph(), network.op), Unsupported);
    return;
  }
  check_cuts(network, random);
}

}  // namespace takt::functional::testing
