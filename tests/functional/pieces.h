// An operator as a whole and in pieces: each element equal to the reference's.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/functional/kernels.h"
#include "tests/functional/parts.h"
#include "tests/functional/random.h"
#include "tests/reference/networks.h"

namespace takt::functional::testing {

// Which pieces of the output a kernel is asked for.
enum class Pieces { any_elements, pixels, pixels_and_channels };

class Subject {
 public:
  explicit Subject(reference::testing::Network& network)
      : graph(network.graph()), op(graph.ops.at(0)), results_(reference::evaluate(graph, network.inputs())) {
    for (const graph::TensorId id : op.inputs)
      inputs.push_back(id == graph::no_tensor ? reference::Array{} : array(id));
  }

  const graph::Graph& graph;
  const graph::Op& op;
  std::vector<reference::Array> inputs;

  Operation operation() const { return {graph, op}; }
  const reference::Array& expected() const { return results_.at(op.outputs.at(0)); }
  std::uint64_t elements() const { return graph::elements_of(expected().shape); }
  std::uint64_t channels() const { return static_cast<std::uint64_t>(expected().shape.back()); }

  std::vector<Cut> whole() const {
    std::vector<Cut> cuts;
    for (std::size_t i = 0; i < inputs.size(); ++i)
      cuts.push_back(op.inputs[i] == graph::no_tensor ? Cut() : Cut(inputs[i]));
    return cuts;
  }

 private:
  reference::Array array(graph::TensorId id) const {
    const graph::Tensor& tensor = graph.tensors.at(static_cast<std::size_t>(id));
    if (tensor.constant) return reference::testing::unpacked({tensor.type, tensor.shape, *tensor.contents});
    return results_.at(id);
  }

  std::map<graph::TensorId, reference::Array> results_;
};

inline Region random_piece(Random& random, const Subject& subject, Pieces pieces) {
  const std::uint64_t unit = pieces == Pieces::any_elements ? 1 : subject.channels();
  const auto units = static_cast<std::int64_t>(subject.elements() / unit);
  const auto begin = static_cast<std::uint64_t>(random.whole(0, units - 1));
  const auto end = static_cast<std::uint64_t>(random.whole(static_cast<std::int64_t>(begin) + 1, units));
  Region region{begin * unit, end * unit};
  if (pieces != Pieces::pixels_and_channels || random.once_in(3)) return region;
  region.channels = subject.channels();
  region.first = static_cast<std::uint64_t>(random.whole(0, static_cast<std::int64_t>(region.channels) - 1));
  region.last = static_cast<std::uint64_t>(
      random.whole(static_cast<std::int64_t>(region.first) + 1, static_cast<std::int64_t>(region.channels)));
  return region;
}

// cut(subject, region) gives the operands that the region needs.
template <typename CutInputs>
void expect_equal(Random& random, const Subject& subject, const Kernel& kernel, Pieces pieces, const CutInputs& cut) {
  const reference::Array& expected = subject.expected();
  ASSERT_EQ(run(kernel, subject.whole(), {0, subject.elements()}, expected.type), expected.bytes);
  for (int i = 0; i < 6; ++i) {
    const Region region = random_piece(random, subject, pieces);
    SCOPED_TRACE("elements " + std::to_string(region.begin) + " to " + std::to_string(region.end) + ", channels " +
                 std::to_string(region.first) + " to " + std::to_string(region.last));
    ASSERT_EQ(run(kernel, cut(subject, region), region, expected.type), bytes_in(expected, region));
  }
}

// Parts of random length, one after the other.
inline void expect_equal(Random& random, const Subject& subject, Reduction& reduction) {
  const std::uint64_t elements = graph::elements_of(subject.inputs[0].shape);
  std::vector<std::uint8_t> out(subject.expected().bytes.size());
  for (int round = 0; round < 2; ++round) {
    reduction.clear();
    for (std::uint64_t at = 0; at < elements;) {
      const auto rest = static_cast<std::int64_t>(elements - at);
      const std::uint64_t end = at + static_cast<std::uint64_t>(random.whole(1, rest));
      reduction.add(Cut(subject.inputs[0], {at, end}).part());
      at = end;
    }
    reduction.finish(out.data());
    ASSERT_EQ(out, subject.expected().bytes);
  }
}

}  // namespace takt::functional::testing
