// What all softmaxes have in common: whole rows of numbers, of which a region asks parts.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <vector>

#include "sim/functional/elements.h"
#include "sim/functional/kernels.h"
#include "sim/functional/reals.h"

namespace takt::functional {

inline void check_last_axis(const Operation& operation) {
  const graph::Tensor& in = operation.input(0);
  if (in.shape.empty() || static_cast<std::size_t>(operation.op.axis) + 1 != in.shape.size())
    operation.unsupported("an axis other than the last");
}

// Unsupported but for one type of those allowed, along the last axis.
inline void check_softmax(const Operation& operation, Activations allowed) {
  expect_activations(operation, allowed);
  check_last_axis(operation);
}

// Of a type of elements.
template <typename T>
T lowest() {
  if constexpr (std::is_same_v<T, Half>)
    return Half(-65504.0F);
  else
    return std::numeric_limits<T>::lowest();
}

template <typename T, typename To = T>
class SoftmaxOfRows : public Kernel {
 public:
  explicit SoftmaxOfRows(const Operation& operation)
      : depth_(static_cast<std::uint64_t>(operation.input(0).shape.back())),
        causal_(static_cast<std::uint64_t>(operation.op.causal)) {}

  void run(const std::vector<Part>& inputs, const Region& region, std::uint8_t* out) const final {
    auto* to = reinterpret_cast<To*>(out);
    each_stretch(region, [&](std::uint64_t begin, std::uint64_t length) {
      each_piece(begin, length, depth_, [&](std::uint64_t element, std::uint64_t count) {
        const std::uint64_t within = element % depth_;
        const T* row = elements_of<T>(inputs[0]) + inputs[0].run(element - within, depth_);
        if (causal_ == 0)
          run_row(row, within, count, to);
        else
          run_row(masked(row, element / depth_).data(), within, count, to);
        to += count;
      });
    });
  }

 protected:
  std::uint64_t depth() const { return depth_; }

 private:
  // Elements [first, first + count) of the quotients of a whole row.
  virtual void run_row(const T* row, std::uint64_t first, std::uint64_t count, To* to) const = 0;

  // Row `number` as its softmax takes it (graph::Op::causal).
  std::vector<T> masked(const T* row, std::uint64_t number) const {
    std::vector<T> result(row, row + depth_);
    const auto begin = result.begin() + static_cast<std::ptrdiff_t>(number % causal_) + 1;
    std::fill(begin, result.begin() + static_cast<std::ptrdiff_t>(causal_), lowest<T>());
    return result;
  }

  std::uint64_t depth_, causal_;
};

}  // namespace takt::functional
