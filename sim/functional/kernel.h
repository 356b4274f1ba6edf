// What an operator computes, on parts of tensors. Quantized operators give TensorFlow Lite's results bit for bit.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <vector>

#include "sim/graph/graph.h"

namespace takt::functional {

// Elements of a tensor, counted in storage order: those of [begin, end) whose number modulo `channels` lies in
// [first, last). begin and end are multiples of channels. With one channel: all of [begin, end).
struct Region {
  std::uint64_t begin = 0, end = 0;
  std::uint64_t channels = 1, first = 0, last = 1;

  std::uint64_t elements() const { return (end - begin) / channels * (last - first); }
};

// Part of a tensor: the elements of a region one after the other, little-endian. Those of two bytes and more are
// aligned; those of four bits come as int8.
struct Part {
  graph::DataType type = graph::DataType::int8;
  Region region;
  const std::uint8_t* data = nullptr;  // null: an optional operand that is absent

  // Where an element stands, in elements from `data`. Throws Absent where the part has not got it.
  std::uint64_t place(std::uint64_t element) const;
  // The first of `count` elements that follow each other in the tensor and in the part, in elements from `data`.
  std::uint64_t run(std::uint64_t element, std::uint64_t count) const;
};

// A part lacks an element that the operator needs: a defect of who cut the tensor.
class Absent : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// The operator, or its types, cannot be computed.
class Unsupported : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  // Writes the elements of `region` of the output, one after the other, to `out`. `inputs` stands beside Op::inputs and
  // holds at least what these elements depend on; of weights and biases the output channels of the region. Behind those
  // of a group_norm may come its statistics, which are otherwise taken of the whole first input.
  virtual void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const = 0;
};

// Sums or extremes over parts of the first input that come one by one, disjoint, in ascending order.
class Reduction {
 public:
  virtual ~Reduction() = default;
  virtual void clear() = 0;
  virtual void add(const Part& part) = 0;
  virtual void finish(std::uint8_t* out) const = 0;  // the whole output; of a group_norm its statistics, float32
};

// Shapes, types, scales and zero points are those of the tensors that the operator names; contents come with run().
// A concatenation may name some of the parts alone: where the output's elements lie follows from its inputs.
// Throw Unsupported with the operator, its name, and what is not supported.
std::unique_ptr<Kernel> make_kernel(const graph::Graph& graph, const graph::Op& op);
std::unique_ptr<Reduction> make_reduction(const graph::Graph& graph,
                                          const graph::Op& op);  // pools without padding, mean, group_norm

}  // namespace takt::functional
